/**
 * Municipal files as change sets: reviewed, applied, undone. This room reads no files and keeps no rows of
 * them; it takes rows, compares them with the register by keyed digests, and gives changes.
 */
import type { LayoutKind } from '../../domain/municipal-file.ts'
import type { Store } from '../store.ts'
import type {
  Applied,
  ApplyOptions,
  ChangeRow,
  ImportJob,
  Reviewed,
  ReviewOptions,
  RowResult,
} from './types.ts'

export type * from './types.ts'

/**
 * Says of each row what it would change, changing nothing. Memory does not grow with the file but for
 * eight bytes a row. Throws `importStopped` when the signal aborts.
 */
export async function reviewFile<Kind extends LayoutKind>(
  _store: Store,
  _options: ReviewOptions<Kind>,
): Promise<Reviewed> {
  throw new Error('to come')
}

/**
 * Writes a change set, all of it or nothing, in one transaction; the import is `applied` with it. Told
 * again it answers its first receipt. Throws `registerMovedOn`, `decisionsMissing`, `sequenceOvertaken`,
 * `importNotReviewed`, `importStopped`.
 */
export async function applyReviewed<Kind extends LayoutKind>(
  _store: Store,
  _options: ApplyOptions<Kind>,
): Promise<Applied> {
  throw new Error('to come')
}

/** Puts back what was before. Throws `importHasFollowers`, `importCannotBeUndone`. */
export async function undoImport(
  _store: Store,
  _job: ImportJob & { undoneBy: string },
): Promise<{ undone: number }> {
  throw new Error('to come')
}

/** What came of each row of the file, in its order: for the results file. */
export async function* outcomesOf(
  _outcomes: AsyncIterable<Uint8Array>,
  _changes: AsyncIterable<ChangeRow[]>,
): AsyncIterable<RowResult> {
  yield* []
}
