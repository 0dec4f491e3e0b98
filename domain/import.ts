/** What an import is, from the file's arrival to its receipt: the words that all its rooms share. */
import type { CellNote, FileEncoding, LayoutKind } from './municipal-file.ts'

/** A full file names everybody; a difference file only what changed. */
export type ImportMode = 'full' | 'difference'

/**
 * received → reading → reviewed → applying → applied → undone; refused and failed end it, discarded is
 * a clerk's word. Every one of them is a row that stays.
 */
export const importStates = [
  'received',
  'reading',
  'reviewed',
  'applying',
  'applied',
  'undone',
  'refused',
  'failed',
  'discarded',
] as const
export type ImportState = (typeof importStates)[number]

/** What comes of one row. The counts of all five add up to the rows of the file. */
export const rowOutcomes = ['new', 'changed', 'same', 'needsDecision', 'rejected'] as const
export type RowOutcome = (typeof rowOutcomes)[number]

/** `same` + `new` + `changed` + `needsDecision` + `rejected` = `rows`. */
export type ImportCounts = { rows: number } & Record<RowOutcome, number>

/** One row that somebody has to look at, with the cell that says why. */
export type RowNote = { rowNumber: number; outcome: RowOutcome; cells: CellNote[] }

export type ImportSummary = {
  importId: string
  municipalityCode: string
  /** As the clerk named it; never a person's name (refused at the door when it holds digits of a My Number). */
  file: string
  layout: LayoutKind
  encoding: FileEncoding
  mode: ImportMode
  state: ImportState
  /** Lower-case hex of the file's plain bytes. */
  sha256: string
  sequence?: number
  counts: ImportCounts
  /** Rows of ours that a full file did not name. */
  missingFromFile: number
  /** Rows applied; 0 until then. */
  applied: number
}
