/**
 * Sheets of ticket slips as one PDF, a page for each person. Data in, bytes out: the same input gives the
 * same bytes. A page begins with the address as a letter's does, and its slips' OCR lines are text of 18
 * digits, in the order of `slipsOf`.
 */
import type { PlainDate } from '../domain/course.ts'
import { DomainError } from '../domain/errors.ts'
import { ticketSheetJa } from '../i18n/ticket-sheet-ja.ts'
import { documentOptions } from './batch.ts'
import { type LetterProblem, problemsOfTexts } from './limits.ts'
import { renderPages } from './pages.ts'
import { drawTicketSheet, type TicketSheet } from './ticket-sheet-page.ts'

export type { TicketSheet } from './ticket-sheet-page.ts'

export type SheetRun = { municipalityCode: string; date: PlainDate; sheets: TicketSheet[] }

export type RenderedSheets = {
  pdf: Uint8Array
  /** `page` counts from 1. */
  index: { sheetId: string; page: number }[]
  /** Characters that the font lacks, by sheet and field; the page shows kana or `〓` instead. */
  missingGlyphs: { sheetId: string; field: string; characters: string[] }[]
}

export const sheetsPerRunAtMost = 2_000
const dosesOnOnePage = 2

/** What keeps a sheet from being printed; empty when it can be. */
export function problemsOfSheet(sheet: TicketSheet): LetterProblem[] {
  const { sheetId: letterId, holder, sender, address, doseNumbers } = sheet
  const recipient = { ...holder, ...(address ?? { postcode: '0000000', address: '-' }) }
  const problems = problemsOfTexts({ letterId, recipient, sender })
  if (doseNumbers.length === 0) problems.push({ letterId, field: 'doseNumbers', code: 'missing' })
  if (doseNumbers.length > dosesOnOnePage) {
    problems.push({ letterId, field: 'doseNumbers', code: 'tooLong' })
  }
  return problems
}

/** Throws `batchTooLarge`, and `letterNotPrintable` with the field, never its content. */
export async function renderTicketSheets(run: SheetRun): Promise<RenderedSheets> {
  const { municipalityCode, date, sheets } = run
  if (sheets.length === 0 || sheets.length > sheetsPerRunAtMost) {
    throw new DomainError('batchTooLarge', `a run has 1 to ${sheetsPerRunAtMost} sheets`)
  }
  for (const [problem] of sheets.map(problemsOfSheet)) {
    if (!problem) continue
    const { letterId, field, code } = problem
    throw new DomainError('letterNotPrintable', `sheet ${letterId}: ${code}`, field)
  }
  const title = ticketSheetJa.documentTitle(date)
  const options = documentOptions({ code: municipalityCode, title, date })
  const rendered: Omit<RenderedSheets, 'pdf'> = { index: [], missingGlyphs: [] }
  const pdf = await renderPages(options, sheets, drawTicketSheet, (pen, { sheetId }, at) => {
    rendered.missingGlyphs.push(...pen.missing.map((entry) => ({ sheetId, ...entry })))
    rendered.index.push({ sheetId, page: at + 1 })
  })
  return { pdf, ...rendered }
}
