/** What the importer left in the spool for the pages. */
import type { FileGuess } from '../../files/read-file.ts'
import type { Spool } from '../../files/spool.ts'

const guessBytesMax = 4 * 1024 * 1024

/** How the file was read, with its first rows; undefined before that is known, and when it is gone. */
export async function readGuess(spool: Spool, importId: string): Promise<FileGuess | undefined> {
  if (!(await spool.has(importId, 'guess.json'))) return undefined
  const source = await spool.source(importId, 'guess.json', 'results')
  if (source.bytes > guessBytesMax) return undefined
  const pieces: Uint8Array[] = []
  for await (const piece of source.open()) pieces.push(piece)
  return JSON.parse(Buffer.concat(pieces).toString('utf8')) as FileGuess
}

export async function openResults(spool: Spool, importId: string) {
  if (!(await spool.has(importId, 'results.csv'))) return undefined
  return await spool.source(importId, 'results.csv', 'results')
}
