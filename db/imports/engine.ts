/**
 * Municipal files as change sets: reviewed, applied, undone. This room reads no files and keeps no rows of
 * them; it takes rows, compares them with the register by keyed digests, and gives changes.
 */
export { applyReviewed, undoImport } from './apply.ts'
export { decodeChanges, encodeChanges } from './change-lines.ts'
export {
  type ImportRow,
  moveImport,
  readImport,
  readImports,
} from './files.ts'
export { readLeftOut } from './left-out.ts'
export { canTakeTheirs, decideRow, notedRowsMost, readNotes } from './notes.ts'
export { outcomesOf } from './outcomes.ts'
export { reviewFile } from './review.ts'
export type * from './types.ts'
