/** Imports as pages and programs are shown them. Counts, codes and words of clerks: nobody is named. */

import type { PlainDate } from '../../../domain/course.ts'
import type { ImportSummary } from '../../../domain/import.ts'
import type { ImportWish } from '../../../domain/import-run.ts'
import type { FileEncoding, LayoutKind } from '../../../domain/municipal-file.ts'
import { type Sql, type Tx, withPurpose } from '../../client.ts'
import { type ImportPhase, type ImportRef, type LayoutState, runScope } from './run.ts'
import type { RowDecision } from './wishes.ts'

export type ImportShown = Omit<ImportSummary, 'layout' | 'encoding'> & {
  layout: LayoutKind | null
  encoding: FileEncoding | null
  layoutState: LayoutState
  layoutName: string | null
  bytes: number
  wish: ImportWish | null
  isPaused: boolean
  /** Nothing more comes of them: they are written, or lost. */
  hasResults: boolean
  resultsLost: boolean
  undecided: number
  /** Of these, without a note: too many to be listed, or about somebody who was erased. */
  unlisted: number
  noteCounts: Record<string, number>
  fileNotes: string[]
  refusedBecause: string | null
  trouble: string | null
  tries: number
  receivedAt: Date
  receivedBy: string
  reviewedAt: Date | null
  appliedAt: Date | null
  appliedBy: string | null
  appliedOn: PlainDate | null
  undoneAt: Date | null
  undoneBy: string | null
  progress: ImportProgress | null
}

export type ImportProgress = {
  phase: ImportPhase
  done: number
  total: number
  rows: number
  beganAt: Date
  toldAt: Date
}

type Row = Omit<ImportShown, 'progress' | 'sequence'> & {
  sequence: number | null
  phase: ImportPhase | null
  done: number
  total: number
  rowsDone: number
  phaseBeganAt: Date | null
  progressAt: Date | null
}

const listedAtMost = 50

/** What waits for somebody first, however long ago it came; then the newest. */
export async function listImports(sql: Sql, municipalityCode: string): Promise<ImportShown[]> {
  return withPurpose(sql, runScope(municipalityCode), async (tx) => {
    const rows = await select(tx, municipalityCode, null)
    return rows.map(shownOf)
  })
}

/** Undefined for what is not there. */
export async function findImport(sql: Sql, ref: ImportRef): Promise<ImportShown | undefined> {
  return withPurpose(sql, runScope(ref.municipalityCode), async (tx) => {
    const [row] = await select(tx, ref.municipalityCode, ref.importId)
    return row && shownOf(row)
  })
}

/** By row number. */
export async function decisionsOf(sql: Sql, ref: ImportRef): Promise<Map<number, RowDecision>> {
  return withPurpose(sql, runScope(ref.municipalityCode), async (tx) => {
    const rows = await tx<{ rowNumber: number; decision: RowDecision }[]>`
      select row_number as "rowNumber", decision from import_decision
       where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId})`
    return new Map(rows.map(({ rowNumber, decision }) => [rowNumber, decision]))
  })
}

/** How many rows of `f`, whose run is `r`, ask something that nobody has decided; not all are noted. */
export function undecidedRows(tx: Tx) {
  return tx`
    (select case when r.rest_kept then 0 else greatest(0, f.needs_decision - count(*))::int end
       from import_decision d
      where (d.municipality_code, d.import_id) = (f.municipality_code, f.id))`
}

function select(tx: Tx, town: string, importId: string | null) {
  return tx<Row[]>`
    select f.id as "importId", f.municipality_code as "municipalityCode", f.file_name as file, f.layout,
           f.encoding, f.mode, f.state, f.sha256, f.sequence::float8 as sequence,
           json_build_object('rows', f.rows_read, 'new', f.rows_new, 'changed', f.rows_changed,
             'same', f.rows_same, 'needsDecision', f.needs_decision, 'rejected', f.rejected) as counts,
           f.missing_from_file as "missingFromFile", f.rows_applied as applied,
           r.layout_state as "layoutState", p.name as "layoutName", f.bytes::float8 as bytes, r.wish,
           r.is_paused as "isPaused", coalesce(r.results_for = f.state, false) as "hasResults",
           r.results_lost as "resultsLost",
           ${undecidedRows(tx)} as undecided,
           case when r.rest_kept then 0 else greatest(0, f.needs_decision - (
             select count(distinct n.row_number) from import_note n
              where (n.municipality_code, n.import_id) = (f.municipality_code, f.id)
                and n.outcome = 'needsDecision'))::int end as unlisted,
           f.note_counts as "noteCounts", f.file_notes as "fileNotes",
           f.refused_because as "refusedBecause", r.trouble, r.tries,
           f.received_at as "receivedAt", f.received_by as "receivedBy", f.reviewed_at as "reviewedAt",
           f.applied_at as "appliedAt", f.applied_by as "appliedBy", f.applied_on as "appliedOn",
           f.undone_at as "undoneAt", f.undone_by as "undoneBy",
           r.phase, r.done::float8 as done, r.total::float8 as total, r.rows_done::float8 as "rowsDone",
           r.phase_began_at as "phaseBeganAt", r.progress_at as "progressAt"
      from import_file f
      join import_run r on (r.municipality_code, r.import_id) = (f.municipality_code, f.id)
      left join file_profile p on (p.municipality_code, p.id) = (r.municipality_code, r.profile_id)
     where f.municipality_code = ${town}
       and (${importId}::uuid is null or f.id = ${importId}::uuid)
     order by f.state in ('received', 'reading', 'reviewed', 'applying') desc, f.received_at desc
     limit ${listedAtMost}`
}

function shownOf(row: Row): ImportShown {
  const { phase, done, total, rowsDone, phaseBeganAt, progressAt, sequence, ...rest } = row
  const progress =
    phase && phaseBeganAt && progressAt
      ? { phase, done, total, rows: rowsDone, beganAt: phaseBeganAt, toldAt: progressAt }
      : null
  return { ...rest, ...(sequence !== null && { sequence }), progress }
}
