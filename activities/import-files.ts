/** What an import keeps in the spool, and the forms in which it lies there. */
import type { ChangeRow, ChangeSink } from '../db/imports/types.ts'
import type { LayoutKind } from '../domain/municipal-file.ts'
import type { Spool } from '../files/spool.ts'

/** As it came. */
export const spooledFile = 'file'
/** One JSON text a line: everything but what is simply the same. */
export const spooledChanges = 'changes'
/** One byte a row. */
export const spooledOutcomes = 'outcomes'
/** For the pages: how the file was read, with its first rows. */
export const spooledGuess = 'guess.json'
/** For the pages: the file's own rows with what came of each. */
export const spooledResults = 'results.csv'

const newline = 0x0a
const batchRows = 1_000

/** Nothing is there before both are: whoever dies in between leaves what the next one replaces. */
export function changeSetSink(
  spool: Spool,
  importId: string,
  signal: AbortSignal,
): ChangeSink & { close(): Promise<void>; abort(): Promise<void> } {
  const changes = spool.sink(importId, spooledChanges, { signal })
  const outcomes = spool.sink(importId, spooledOutcomes, { signal })
  return {
    async write(rows, bytes) {
      if (rows.length > 0) {
        const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
        await changes.write(Buffer.from(lines, 'utf8'))
      }
      if (bytes.length > 0) await outcomes.write(bytes)
    },
    async close() {
      await changes.close()
      await outcomes.close()
    },
    async abort() {
      await Promise.all([changes.abort(), outcomes.abort()])
    },
  }
}

export async function* readChanges<Kind extends LayoutKind>(
  spool: Spool,
  importId: string,
): AsyncGenerator<ChangeRow<Kind>[]> {
  const source = await spool.source(importId, spooledChanges)
  let rows: ChangeRow<Kind>[] = []
  for await (const line of linesOf(source.open())) {
    rows.push(JSON.parse(line) as ChangeRow<Kind>)
    if (rows.length < batchRows) continue
    yield rows
    rows = []
  }
  if (rows.length > 0) yield rows
}

export async function* readOutcomes(spool: Spool, importId: string): AsyncGenerator<Uint8Array> {
  const source = await spool.source(importId, spooledOutcomes)
  yield* source.open()
}

/** Texts between line ends; a line may lie across any number of chunks. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pending: Uint8Array[] = []
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      pending.push(chunk.subarray(from, at))
      yield Buffer.concat(pending).toString('utf8')
      pending = []
      from = at + 1
    }
    // A copy: whoever gave the chunk may use its memory again.
    if (from < chunk.length) pending.push(chunk.slice(from))
  }
  if (pending.length > 0) yield Buffer.concat(pending).toString('utf8')
}
