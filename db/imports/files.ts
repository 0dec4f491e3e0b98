/** The rows of `import_file`: what came of a file that arrived; who pressed which button. */
import { DomainError } from '../../domain/errors.ts'
import type { ImportState, ImportSummary } from '../../domain/import.ts'
import type { FileEncoding, LayoutKind } from '../../domain/municipal-file.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'
import type { Reviewed } from './types.ts'

/** Asked when a file arrives, and again under the lock when it is applied. */
export async function assertSequence(
  tx: Tx,
  file: { municipalityCode: string; importId: string; sequence: number | null },
): Promise<void> {
  if (file.sequence === null) return
  const [row] = await tx<{ highest: string | null }[]>`
    select max(sequence)::text as highest from import_file
     where municipality_code = ${file.municipalityCode} and id <> ${file.importId}
       and state = 'applied'`
  if (row?.highest && Number(row.highest) > file.sequence) {
    throw new DomainError('sequenceTooLow', 'A newer stick of this town was applied', 'sequence')
  }
}

export type ImportRow = ImportSummary & {
  fileNotes: string[]
  noteCounts: Record<string, number>
  refusedBecause: string | null
  receivedBy: string
  receivedAt: Date
  appliedAt: Date | null
  undoneAt: Date | null
}

type Flat = Omit<ImportRow, 'counts' | 'sequence'> & {
  sequence: string | null
  rows: number
  new: number
  changed: number
  same: number
  needsDecision: number
  rejected: number
}

function columns(sql: Sql | Tx) {
  return (sql as Sql)`
    id as "importId", municipality_code as "municipalityCode", file_name as file, layout, encoding,
    mode, state, sha256, sequence::text, rows_read as rows, rows_new as new, rows_changed as changed,
    rows_same as same, needs_decision as "needsDecision", rejected,
    missing_from_file as "missingFromFile", rows_applied as applied, file_notes as "fileNotes",
    note_counts as "noteCounts", refused_because as "refusedBecause", received_by as "receivedBy",
    received_at as "receivedAt", applied_at as "appliedAt", undone_at as "undoneAt"`
}

function rowOf({ sequence, ...flat }: Flat): ImportRow {
  const { rows, new: fresh, changed, same, needsDecision, rejected, ...rest } = flat
  return {
    ...rest,
    counts: { rows, new: fresh, changed, same, needsDecision, rejected },
    ...(sequence !== null && { sequence: Number(sequence) }),
  }
}

/** Under `runImport`. Until a file is read its layout and encoding are null. */
export async function readImport(
  sql: Sql,
  municipalityCode: string,
  importId: string,
): Promise<ImportRow | undefined> {
  const scope = { municipalityCode, purpose: 'runImport' } as const
  const [row] = await withPurpose(
    sql,
    scope,
    (tx) => tx<Flat[]>`
    select ${columns(tx)} from import_file
     where municipality_code = ${municipalityCode} and id = ${importId}`,
  )
  return row && rowOf(row)
}

/** The newest first. */
export async function readImports(
  sql: Sql,
  municipalityCode: string,
  atMost = 100,
): Promise<ImportRow[]> {
  const scope = { municipalityCode, purpose: 'runImport' } as const
  const rows = await withPurpose(
    sql,
    scope,
    (tx) => tx<Flat[]>`
    select ${columns(tx)} from import_file where municipality_code = ${municipalityCode}
     order by received_at desc limit ${atMost}`,
  )
  return rows.map(rowOf)
}

/** What the import is once its file has been guessed. */
export type FileFound = { layout: LayoutKind; encoding: FileEncoding }

/** Under `runImport`: from one state to the next; false when it was not in one of those any more. */
export async function moveImport(
  sql: Sql,
  { municipalityCode, importId }: { municipalityCode: string; importId: string },
  step: {
    from: readonly ImportState[]
    to: Exclude<ImportState, 'applied' | 'undone'>
    found?: FileFound
    refusedBecause?: string
  },
): Promise<boolean> {
  const scope = { municipalityCode, purpose: 'runImport' } as const
  const moved = await withPurpose(
    sql,
    scope,
    (tx) => tx`
    update import_file
       set state = ${step.to}, layout = coalesce(${step.found?.layout ?? null}, layout),
           encoding = coalesce(${step.found?.encoding ?? null}, encoding),
           refused_because = ${step.refusedBecause ?? null}
     where municipality_code = ${municipalityCode} and id = ${importId}
       and state = any(${step.from as ImportState[]})`,
  )
  return moved.count > 0
}

/** In the transaction that keeps the notes. */
export async function saveReview(
  tx: Tx,
  { municipalityCode, importId }: { municipalityCode: string; importId: string },
  reviewed: Reviewed,
): Promise<void> {
  const { counts } = reviewed
  const saved = await tx`
    update import_file
       set state = 'reviewed', reviewed_at = clock_timestamp(), rows_read = ${counts.rows},
           rows_new = ${counts.new}, rows_changed = ${counts.changed}, rows_same = ${counts.same},
           needs_decision = ${counts.needsDecision}, rejected = ${counts.rejected},
           missing_from_file = ${reviewed.missingFromFile}, rows_kept = rows_applied,
           note_counts = ${tx.json(reviewed.noteCounts)}, file_notes = ${reviewed.fileNotes}
     where municipality_code = ${municipalityCode} and id = ${importId}
       and state in ('received', 'reading', 'reviewed')`
  if (saved.count === 0) {
    throw new DomainError('importNotReviewed', 'The import is not being reviewed any more')
  }
}
