/** A file that was made, opened as it is fetched: plain bytes lie on no disk of ours. */
import { join } from 'node:path'
import { currentActor } from '../../config/actor.ts'
import { officeFileName } from '../../config/office-file.ts'
import { openedParts, openFileKey } from '../../db/people/sealed-file.ts'
import { type FileLine, fileKey, findFile, markFetched } from '../../db/queries/office-files.ts'
import { needsTwoPeople } from '../../domain/office-file.ts'
import type { Page } from '../page.ts'
import { openPlainFile } from '../read-file.ts'

export type HandedOut = { name: string; type: string; body: ReadableStream<Uint8Array> }

/** What two people agreed to, one of them asked for: nobody else takes it away. */
export function mayFetch({ kind, asked, askedBy }: FileLine, reader: string): boolean {
  return askedBy === reader || !needsTwoPeople(kind, asked)
}

/** Undefined for a file of another town or another asker, one that is not made, and one that is gone. */
export async function handOut(
  { sql, vault, dataDir }: Pick<Page, 'sql' | 'vault' | 'dataDir'>,
  file: { municipalityCode: string; fileId: string },
): Promise<HandedOut | undefined> {
  const line = await findFile(sql, file)
  if (!line || !mayFetch(line, currentActor().id)) return undefined
  const key = line.state === 'made' ? await fileKey(sql, file) : undefined
  if (!line.name || !key) return undefined
  const handle = await openPlainFile(join(dataDir.exports, officeFileName(file))).catch(
    () => undefined,
  )
  if (!handle) return undefined
  const keys = await openFileKey(vault, key).catch(async (error) => {
    await handle.close()
    throw error
  })
  if (!keys) {
    await handle.close()
    return undefined
  }
  await markFetched(sql, file)
  // Closes the handle at its end.
  const parts = openedParts(keys, file, handle.createReadStream())
  const type = line.name.endsWith('.pdf') ? 'application/pdf' : csvType(line.asked.encoding)
  return { name: line.name, type, body: streamOf(parts) }
}

function csvType(encoding: unknown): string {
  return `text/csv; charset=${encoding === 'cp932' ? 'Shift_JIS' : 'utf-8'}`
}

/** A part at a time, as fast as the reader takes them; a broken one breaks the answer off. */
function streamOf(parts: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await parts.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await parts.return(undefined)
    },
  })
}
