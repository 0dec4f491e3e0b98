/**
 * A page of the printed vaccination register: A4 across, a row for each person, as a clerk looks somebody up
 * in a binder. What a page says is what its digest is made of; the day it was printed is not part of it.
 */
import type { PlainDate } from '../domain/course.ts'
import { findProduct } from '../domain/product.ts'
import { legible, shownName } from '../i18n/notices-legible.ts'
import type { Named } from '../i18n/notices-words.ts'
import { paperJa } from '../i18n/paper-ja.ts'
import type { Weight } from './fonts.ts'
import type { Pen } from './pen.ts'

export type PrintedDose = {
  givenOn: PlainDate
  productCode: string
  lotNumber: string
  /** Its venue, or the town where another keeps it; empty where places are hidden. */
  place: string
}

export type PrintedPerson = {
  registerNumber: string
  holder: Named
  bornOn: PlainDate
  /** By their places: the first, the second, and whatever follows. */
  doses: readonly (PrintedDose | undefined)[]
}

export type RegisterPage = {
  code: string
  people: readonly PrintedPerson[]
}

export type PrintAbout = { municipality: { code: string; name: string }; date: PlainDate }

const words = paperJa.register
const left = 12
const top = 12
const width = 273
const firstRow = 36
const rowHeight = 10
/** Millimetres from the left edge of the table. */
const columns = [
  { head: words.columns.number, width: 27 },
  { head: words.columns.kana, width: 45 },
  { head: words.columns.name, width: 45 },
  { head: words.columns.born, width: 26 },
  { head: words.columns.dose(1), width: 48 },
  { head: words.columns.dose(2), width: 48 },
  { head: words.columns.later, width: 34 },
] as const
const inset = 1.2

export function drawRegisterPage(pen: Pen, page: RegisterPage, about: PrintAbout): void {
  drawHead(pen, page, about)
  let x = left
  for (const column of columns) {
    pen.rule(x, firstRow - 8, column.width, 8 + rowHeight * page.people.length, 0.4)
    const head = { x: x + inset, y: firstRow - 7, width: column.width, size: 10 }
    pen.write(column.head, { ...head, weight: 'bold' })
    x += column.width
  }
  for (const [i, person] of page.people.entries()) drawPerson(pen, person, firstRow + i * rowHeight)
}

function drawHead(pen: Pen, page: RegisterPage, { municipality, date }: PrintAbout): void {
  const title = { size: 15, weight: 'bold', tag: 'H1' } as const
  pen.write(words.title, { x: left, y: top - 4, width: 60, ...title })
  const name = words.municipality(municipality.name, municipality.code)
  pen.write(name, { x: left + 48, y: top - 2, width: 110, size: 11, field: 'municipality' })
  const right = { x: left + 173, width: 100, align: 'right' as const }
  pen.write(words.page(page.code), { ...right, y: top - 4, size: 15, weight: 'bold' })
  const kanaOf = (person: PrintedPerson | undefined) => person?.holder.kana || words.noKana
  const span = words.span(kanaOf(page.people[0]), kanaOf(page.people.at(-1)))
  oneLine(pen, span, { x: left, y: top + 7, width: 195, weight: 'bold', field: 'kana' }, [11, 9, 7])
  pen.write(words.printed(paperJa.day(date)), { ...right, y: top + 7, size: 10 })
}

function drawPerson(pen: Pen, person: PrintedPerson, y: number): void {
  const { holder, registerNumber, bornOn, doses } = person
  pen.rule(left, y, width, 0, 0.3)
  const name = shownName(holder, pen.faces.regular)
  pen.note('name', name.missing)
  const [first, second, ...later] = doses
  const cells: { text: string[]; field: string }[] = [
    { text: [registerNumber], field: 'registerNumber' },
    { text: [holder.kana], field: 'kana' },
    { text: [name.text], field: 'name' },
    { text: [bornOn], field: 'bornOn' },
    { text: doseLines(first), field: 'dose' },
    { text: doseLines(second), field: 'dose' },
    { text: laterLines(later), field: 'dose' },
  ]
  let x = left
  for (const [i, { text, field }] of cells.entries()) {
    const column = columns[i]!
    const lineHeight = (rowHeight - 1) / Math.max(1, text.length)
    for (const [at, line] of text.entries()) {
      const place = { x: x + inset, y: y + 0.8 + at * lineHeight, field }
      const sizes = text.length > 1 ? [7.5, 6.5, 5.5, 4.5] : [11, 9.5, 8, 6.5, 5]
      oneLine(pen, line, { ...place, width: column.width - 2 * inset }, sizes)
    }
    x += column.width
  }
}

function doseLines(dose: PrintedDose | undefined): string[] {
  if (!dose) return []
  const product = findProduct(dose.productCode)?.nameJa ?? dose.productCode
  return [words.dose(dose.givenOn, product), words.lotAndPlace(dose.lotNumber, dose.place).trim()]
}

/** The newest of them, and how many there are besides: a binder has no room for more. */
function laterLines(doses: readonly (PrintedDose | undefined)[]): string[] {
  const given = doses.filter((dose) => dose !== undefined)
  const newest = given.at(-1)
  if (!newest) return []
  const [line] = doseLines(newest)
  return given.length > 1 ? [line!, words.more(given.length - 1)] : [line!]
}

type Line = { x: number; y: number; width: number; weight?: Weight; field: string }

/** In the largest size that fits; the longest of all is broken in the smallest, and never cut. */
function oneLine(pen: Pen, text: string, at: Line, sizes: readonly number[]): void {
  if (text === '') return
  const weight = at.weight ?? 'regular'
  const shown = legible(text, pen.faces[weight]).text
  const size = sizes.find((each) => pen.width(shown, { size: each, weight }) <= at.width)
  pen.write(text, { ...at, size: size ?? sizes.at(-1)! })
}
