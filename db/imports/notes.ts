/** The cells that need a look: the first of them are kept for the page, under seal; all stand in the change set. */
import { DomainError } from '../../domain/errors.ts'
import type { RowNote, RowOutcome } from '../../domain/import.ts'
import { look, type Tx, withPurpose } from '../client.ts'
import { hexOf } from '../people/blind.ts'
import {
  type ImportOf,
  keysForReading,
  keysForWriting,
  openCell,
  sealCell,
} from '../people/import-cells.ts'
import type { Store } from '../store.ts'

/**
 * More than a page shows and a clerk works through. Of each sort apart, so that many flags leave room for
 * the rows that ask something, and for those that were refused.
 */
export const notedRowsMost = 1_000

export type NoteSort = 'asked' | 'refused' | 'flagged'

export function noteSortOf(outcome: RowOutcome): NoteSort {
  if (outcome === 'needsDecision') return 'asked'
  return outcome === 'rejected' ? 'refused' : 'flagged'
}

export type NoteToKeep = RowNote & { residentId?: string | undefined }

/** Replaces what an earlier review kept, and what was decided of it; under `runImport`. */
export async function keepNotes(
  tx: Tx,
  { vault }: Store,
  of: ImportOf,
  notes: NoteToKeep[],
): Promise<void> {
  const { municipalityCode, importId } = of
  await tx`
    delete from import_note
     where municipality_code = ${municipalityCode} and import_id = ${importId}`
  // The same row may ask another thing now: nobody has decided that.
  await tx`
    delete from import_decision
     where municipality_code = ${municipalityCode} and import_id = ${importId}`
  await tx`
    update import_run set rest_kept = false
     where municipality_code = ${municipalityCode} and import_id = ${importId} and rest_kept`
  if (notes.length === 0) return
  const keys = await keysForWriting(tx, vault, of)
  const rows = notes.flatMap(({ rowNumber, outcome, cells, residentId }) =>
    cells.map(({ column, code, header, value }, ordinal) => {
      const isEmpty = header === '' && value === ''
      const at = `${rowNumber}/${ordinal}`
      const cell = !keys || isEmpty ? null : hexOf(sealCell(keys, at, { header, value }))
      return { row: rowNumber, ordinal, outcome, column, code, cell, resident: residentId ?? null }
    }),
  )
  await tx`
    insert into import_note (municipality_code, import_id, row_number, ordinal, outcome, column_name,
                             code, cell, resident_id)
    select ${municipalityCode}, ${importId}, n."row", n.ordinal, n.outcome, n."column", n.code,
           decode(n.cell, 'hex'), n.resident
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as n("row" int, ordinal smallint, outcome text, "column" text, code text, cell text,
             resident uuid)`
}

type Kept = {
  rowNumber: number
  ordinal: number
  outcome: RowOutcome
  column: string
  code: string
  cell: Uint8Array | null
  residentId: string | null
}

/**
 * For the town's clerk: by outcome, in the order of the file. A look at the import for its cells, and one
 * at each person of ours whom a row is about.
 */
export async function readNotes(
  { sql, vault }: Store,
  of: ImportOf,
  page: {
    outcomes: readonly RowOutcome[]
    after?: number
    /** Rows that are not asked for again. */
    without?: readonly number[]
    atMost?: number
  },
): Promise<NoteToKeep[]> {
  const { municipalityCode, importId } = of
  return withPurpose(sql, { municipalityCode, purpose: 'reviewImport' }, async (tx) => {
    const kept = await tx<Kept[]>`
      select row_number as "rowNumber", ordinal, outcome, column_name as "column", code, cell,
             resident_id as "residentId"
        from import_note
       where municipality_code = ${municipalityCode} and import_id = ${importId}
         and outcome = any(${page.outcomes as RowOutcome[]}) and row_number > ${page.after ?? -1}
         and row_number <> all(${(page.without ?? []) as number[]}::int[])
       order by row_number, ordinal limit ${page.atMost ?? 200}`
    const people = new Set(kept.flatMap(({ residentId }) => residentId ?? []))
    await look(
      tx,
      [...people].map((residentId) => ({
        ...{ municipalityCode, residentId, fields: ['registerEvents'] },
      })),
    )
    const isSealed = kept.some(({ cell }) => cell !== null)
    const keys = isSealed ? await keysForReading(tx, vault, of) : undefined
    const notes = new Map<number, NoteToKeep>()
    for (const { rowNumber, ordinal, outcome, residentId, column, code, cell } of kept) {
      const note = notes.get(rowNumber) ?? { rowNumber, outcome, cells: [] }
      const words = keys && cell ? openCell(keys, `${rowNumber}/${ordinal}`, cell) : nothing
      note.cells.push({ column, code, ...words })
      notes.set(rowNumber, residentId ? { ...note, residentId } : note)
    }
    return [...notes.values()]
  })
}

const nothing = { header: '', value: '' }

/** What a clerk may say of a row, by the code that asks. Whatever else is asked keeps what is ours. */
const mayTakeTheirs: readonly string[] = ['listedButGone']

/** Under `runImport`. Throws `decisionNotPossible`. */
export async function decideRow(
  { sql }: Store,
  { municipalityCode, importId }: ImportOf,
  decided: {
    rowNumber: number
    codes: readonly string[]
    decision: 'keepOurs' | 'takeTheirs'
    by: string
  },
): Promise<void> {
  const { rowNumber, codes, decision, by } = decided
  if (decision === 'takeTheirs' && !canTakeTheirs(codes)) {
    throw new DomainError('decisionNotPossible', 'What stands here cannot be replaced by a file')
  }
  await withPurpose(
    sql,
    { municipalityCode, purpose: 'runImport' },
    (tx) => tx`
    insert into import_decision (municipality_code, import_id, row_number, decision, decided_by)
    values (${municipalityCode}, ${importId}, ${rowNumber}, ${decision}, ${by})
    on conflict (municipality_code, import_id, row_number) do update
      set decision = excluded.decision, decided_by = excluded.decided_by,
          decided_at = clock_timestamp()`,
  )
}

/** What a row asks; its other notes are flags, which ask nothing. */
const questions: readonly string[] = [
  ...mayTakeTheirs,
  ...['birthDateDiffers', 'myNumberTaken', 'ticketNumberTaken', 'doseWithoutTicket', 'twiceInFile'],
  ...['doseDiffers', 'doseWasVoided', 'doseOfAnotherTown'],
]

export function canTakeTheirs(codes: readonly string[]): boolean {
  const asked = codes.filter((code) => questions.includes(code))
  return asked.length > 0 && asked.every((code) => mayTakeTheirs.includes(code))
}
