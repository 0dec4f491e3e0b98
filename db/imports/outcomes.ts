/** What came of each row, for the results file: the bytes say it, the changes say why. */
import { rowOutcomes } from '../../domain/import.ts'
import type { ChangeRow, FileChange, RowResult } from './types.ts'

/** In the order of the file; the two are read side by side, each once. */
export async function* outcomesOf(
  outcomes: AsyncIterable<Uint8Array>,
  changes: AsyncIterable<ChangeRow[]>,
): AsyncIterable<RowResult> {
  const changed = each(changes)
  for await (const bytes of outcomes) {
    for (const byte of bytes) {
      const outcome = rowOutcomes[byte]
      if (outcome === undefined) throw new Error(`There is no outcome ${byte}`)
      if (outcome === 'same') {
        yield { outcome, notes: [] }
        continue
      }
      const { value } = await changed.next()
      if (value?.outcome !== outcome) throw new Error('The outcomes and the changes do not agree')
      yield { outcome, notes: value.notes }
    }
  }
}

async function* each(batches: AsyncIterable<ChangeRow[]>): AsyncGenerator<FileChange> {
  for await (const batch of batches) {
    for (const change of batch) if (change.outcome !== 'missing') yield change
  }
}
