/**
 * A report of errors in giving doses as a document, after the forms 4-10-2 (serious) and 4-10-3 (the month's
 * minor ones). The official layout is not in our sources: what the records know is filled in, what they
 * cannot know is an empty field with its name. Nobody is named.
 */
import type { ErrorLine, ErrorReport } from '../db/queries/findings/reports.ts'
import { Sheet } from '../evidence/sheet.ts'
import { csvForPeople } from '../files/csv.ts'
import { findingName } from './components/findings.tsx'
import { productName } from './components/product.ts'
import { dayWords, numberWords } from './format.ts'
import type { Page } from './page.ts'

/** Whom to call about it. */
export type Office = { municipalityName: string; officeJa: string; officeEn: string; phone: string }

type Given = { page: Page; report: ErrorReport; office: Office | undefined; code: string }

const fieldHeight = 18

export async function reportPdf({ page, report, office, code }: Given): Promise<Uint8Array> {
  const { lang } = page
  const words = page.words.findings.document
  const title = words.titles[report.form]
  const sheet = new Sheet({
    title,
    subject: title,
    lang,
    at: new Date(page.clock.now()),
    footer: (at, of) => words.footer(String(at), String(of)),
  })
  sheet.title(title)
  sheet.paragraph({ text: words.note, ink: 'soft' })
  const officeName = lang === 'ja' ? office?.officeJa : office?.officeEn
  sheet.table(
    [
      { head: words.municipality, width: 45 },
      { head: `${office?.municipalityName ?? ''} ${code}`, width: 125 },
    ],
    [
      [words.office, `${officeName ?? ''} ${office?.phone ?? ''}`],
      [words.madeOn, dayWords(page.clock.today(), lang)],
      [words.number, report.id.slice(0, 8)],
      [page.words.findings.of, whenOf(page, report)],
    ],
  )
  if (report.form === '4-10-2') serious(sheet, page, report)
  else monthly(sheet, page, report)
  sheet.heading(words.fillTitle)
  for (const field of words.fill[report.form]) emptyField(sheet, field)
  return await sheet.finish()
}

function whenOf(page: Page, { month, openedOn }: ErrorReport): string {
  if (!month) return dayWords(openedOn, page.lang)
  const [year, of] = month.split('-') as [string, string]
  return page.words.findings.month(year, String(Number(of)))
}

/** One dose, and each rule that it broke. */
function serious(sheet: Sheet, page: Page, { lines }: ErrorReport): void {
  const words = page.words.findings
  const [first] = lines
  sheet.heading(words.document.factsTitle)
  if (!first) return
  sheet.table(
    [
      { head: words.document.kind, width: 45 },
      { head: lines.map(({ code }) => findingName(code, page)).join('、'), width: 125 },
    ],
    [
      [words.givenOn, dayWords(first.givenOn, page.lang)],
      [words.venue, venueOf(page, first)],
      [words.product, productName(first.productCode, page.lang)],
      [words.lot, first.lotNumber],
      [words.document.expiry, first.lotExpiresOn ? dayWords(first.lotExpiresOn, page.lang) : '–'],
      [words.document.doseNumber, words.doseOf(String(first.doseNumber))],
      [words.document.ageBand, page.words.ageBands[first.ageBand]],
      [words.recordedOn, dayWords(first.recordedOn, page.lang)],
      [words.document.decidedOn, dayWords(first.decidedOn, page.lang)],
      [words.document.checkedBy, words.reasons[first.reason] ?? first.reason],
    ],
  )
}

function monthly(sheet: Sheet, page: Page, { lines }: ErrorReport): void {
  const words = page.words.findings
  const byKind = new Map<string, number>()
  for (const { code } of lines) byKind.set(code, (byKind.get(code) ?? 0) + 1)
  sheet.heading(words.document.byKindTitle)
  sheet.table(
    [
      { head: words.document.kind, width: 120 },
      { head: words.document.count, width: 50 },
    ],
    [...byKind].map(([code, n]) => [findingName(code, page), numberWords(n)]),
  )
  sheet.heading(words.document.listTitle)
  sheet.table(
    [
      { head: words.givenOn, width: 34 },
      { head: words.document.kind, width: 46 },
      { head: words.venue, width: 40 },
      { head: words.product, width: 30 },
      { head: words.lot, width: 20 },
    ],
    lines.map((line) => [
      dayWords(line.givenOn, page.lang),
      findingName(line.code, page),
      venueOf(page, line),
      `${productName(line.productCode, page.lang)} ${words.doseOf(String(line.doseNumber))}`,
      line.lotNumber,
    ]),
  )
}

/** Nobody reads why it is left to a pen. */
function venueOf(page: Page, { venueCode, venueName }: ErrorLine): string {
  return venueCode === null
    ? page.words.findings.document.venueByHand
    : `${venueName ?? ''} ${venueCode}`
}

/** A name with room to write below it. */
function emptyField(sheet: Sheet, name: string): void {
  sheet.keepTogether(fieldHeight + 6)
  sheet.table([{ head: name, width: 170 }], [['']])
  sheet.space(fieldHeight - 8)
}

export function reportCsv({ page, report }: Pick<Given, 'page' | 'report'>): string {
  const { document } = page.words.findings
  return csvForPeople(
    document.header,
    report.lines.map((line) => csvLine(page, report, line)),
  )
}

function csvLine(page: Page, report: ErrorReport, line: ErrorLine) {
  const { document } = page.words.findings
  return [
    report.id.slice(0, 8),
    report.form,
    findingName(line.code, page),
    ...[line.decidedOn, line.givenOn, line.recordedOn],
    line.doseNumber,
    ...[line.venueCode ?? '', line.venueCode === null ? document.venueByHand : line.venueName],
    productName(line.productCode, page.lang),
    ...[line.lotNumber, line.lotExpiresOn],
    page.words.ageBands[line.ageBand],
    page.words.findings.reasons[line.reason] ?? line.reason,
  ]
}
