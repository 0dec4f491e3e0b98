/** The cells that somebody has to look at, with what stood there: personal data, opened for the clerk. */
import { readNotes, type ShownNote } from '../../db/imports/notes.ts'
import type { ImportRef } from '../../db/queries/imports/run.ts'
import { decisionsOf } from '../../db/queries/imports/read.ts'
import type { Page } from '../page.ts'

/** More than anybody reads on a screen; the rest stands in the file of results. */
export const notesShown = 100

export type NoteLines = { toLook: ShownNote[]; toDecide: ShownNote[] }

export async function noteLines(page: Page, ref: ImportRef): Promise<NoteLines> {
  const decided = await decisionsOf(page.sql, ref)
  const toLook = await readNotes(page, { ...ref, atMost: notesShown })
  const toDecide = await readNotes(page, {
    ...ref,
    outcome: 'needsDecision',
    atMost: notesShown,
  })
  return { toLook, toDecide: toDecide.filter(({ rowNumber }) => !decided.has(rowNumber)) }
}
