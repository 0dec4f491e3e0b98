/** The cells that somebody has to look at, with what stood there: personal data, opened for the clerk. */
import { canTakeTheirs, readNotes } from '../../db/imports/notes.ts'
import { decisionsOf } from '../../db/queries/imports/read.ts'
import type { ImportRef } from '../../db/queries/imports/run.ts'
import type { CellNote } from '../../domain/municipal-file.ts'
import type { Page } from '../page.ts'

/** More than anybody reads on a screen; the rest stands in the file of results. */
export const notesShown = 100
/** Of cells, so that the rows shown come whole. */
const askedCellsMost = 2_000

export type PlaceNote = CellNote & { rowNumber: number }
export type AskedRow = { rowNumber: number; cells: CellNote[]; mayTakeTheirs: boolean }
export type NoteLines = { toLook: PlaceNote[]; toDecide: AskedRow[] }

export async function noteLines(page: Page, ref: ImportRef): Promise<NoteLines> {
  const found = await readNotes(page, ref, {
    outcomes: ['rejected', 'new', 'changed', 'same'],
    atMost: notesShown,
  })
  const toLook = found.flatMap(({ rowNumber, cells }) =>
    cells.map((cell) => ({ rowNumber, ...cell })),
  )
  const decided = await decisionsOf(page.sql, ref)
  const asked = await readNotes(page, ref, {
    outcomes: ['needsDecision'],
    without: [...decided.keys()],
    atMost: askedCellsMost,
  })
  const toDecide = asked.slice(0, notesShown).map(({ rowNumber, cells }) => ({
    rowNumber,
    cells,
    mayTakeTheirs: canTakeTheirs(cells.map(({ code }) => code)),
  }))
  return { toLook: toLook.slice(0, notesShown), toDecide }
}
