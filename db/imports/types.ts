/** What the rooms of an import say to each other: rows in, changes out, and what came of them. */
import type { PlainDate } from '../../domain/course.ts'
import type { ImportCounts, ImportMode, RowOutcome } from '../../domain/import.ts'
import type { CellNote, LayoutKind, ReadRow, RecordOf } from '../../domain/municipal-file.ts'

/** One file on its way into one town. */
export type ImportJob<Kind extends LayoutKind = LayoutKind> = {
  importId: string
  municipalityCode: string
  kind: Kind
  mode: ImportMode
  today: PlainDate
}

/**
 * One row that is not simply the same. `base` says what the review saw of ours; a row whose base is
 * another one by the time it is applied has been overtaken.
 */
export type FileChange<Kind extends LayoutKind = LayoutKind> = {
  rowNumber: number
  outcome: Exclude<RowOutcome, 'same'>
  /** Left out of what was rejected. */
  record?: RecordOf[Kind]
  /** Whom of ours the row is about, where there is somebody. */
  residentId?: string
  base?: string
  notes: CellNote[]
}

/** Somebody of ours whom a full file does not name. Nothing follows by itself: a clerk is told. */
export type MissingFromFile = { outcome: 'missing'; residentId: string }

export type ChangeRow<Kind extends LayoutKind = LayoutKind> = FileChange<Kind> | MissingFromFile

/**
 * Takes what a review finds, in the order of the file: everything but `same` as a change, and one byte a
 * row, its place in `rowOutcomes`. Whoever owns the sink seals both.
 */
export type ChangeSink = { write(changes: ChangeRow[], outcomes: Uint8Array): Promise<void> }

export type FileNote =
  /** Most numbers that both know have another birth date there: it is some other town's. */
  | 'looksLikeAnotherTown'
  /** A full file that leaves out more than a tenth of the register. */
  | 'leavesManyOut'

export type Reviewed = {
  counts: ImportCounts
  missingFromFile: number
  /** By code, how many cells. */
  noteCounts: Record<string, number>
  fileNotes: FileNote[]
}

export type Applied = {
  applied: number
  /** Whether a course has news for its workflow. */
  hasNews: boolean
  /** The same import had been applied before: this is its first receipt. */
  wasApplied: boolean
}

export type Progress = { rows: number }

export type ReviewOptions<Kind extends LayoutKind = LayoutKind> = ImportJob<Kind> & {
  rows: AsyncIterable<ReadRow<Kind>[]>
  changes: ChangeSink
  onProgress?: (progress: Progress) => void
  signal?: AbortSignal
}

export type ApplyOptions<Kind extends LayoutKind = LayoutKind> = ImportJob<Kind> & {
  changes: AsyncIterable<ChangeRow<Kind>[]>
  /** The account that pressed the button. */
  appliedBy: string
  /** Rows that nobody decided on stay as they are here; without it, they hold up the file. */
  leaveUndecided?: boolean
  onProgress?: (progress: Progress) => void
  signal?: AbortSignal
}

/** What the results file says of one row. */
export type RowResult = { outcome: RowOutcome; notes: CellNote[] }
