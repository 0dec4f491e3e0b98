/** What an import keeps in the spool, and the forms in which it lies there. */
import { decodeChanges, encodeChanges } from '../db/imports/change-lines.ts'
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
      if (rows.length > 0) await changes.write(encodeChanges(rows))
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
  yield* decodeChanges(source.open()) as AsyncGenerator<ChangeRow<Kind>[]>
}

export async function* readOutcomes(spool: Spool, importId: string): AsyncGenerator<Uint8Array> {
  const source = await spool.source(importId, spooledOutcomes)
  yield* source.open()
}
