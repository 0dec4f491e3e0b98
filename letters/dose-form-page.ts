/**
 * A dose form: one person, one dose, one A4 page, for a venue that writes on paper. Its QR code is the one of
 * the ticket slip, so that a reader turns the stack into scans; everything else is written by hand.
 */
import type { PlainDate } from '../domain/course.ts'
import { products } from '../domain/product.ts'
import { formatTicketLine, type Ticket } from '../domain/ticket.ts'
import { shownName } from '../i18n/notices-legible.ts'
import type { Named } from '../i18n/notices-words.ts'
import { paperJa } from '../i18n/paper-ja.ts'
import type { Pen } from './pen.ts'
import { qrBars } from './ticket-sheet-codes.ts'

export type DoseForm = {
  ticket: Ticket
  doseNumber: number
  holder: Named
  issuerName: string
  venue: { code: string; name: string }
  givenOn: PlainDate
  /** Of the pile: eight characters, and which page of how many. */
  batch: string
  page: number
  of: number
}

const words = paperJa.form
const left = 20
const width = 170
/** Larger than on a slip: wedge readers and tablets take it from a stack at arm's length. */
export const formQr = { x: 152, y: 34, size: 34 } as const
const ocrAt = { x: left, y: 70, size: 12 }

export function drawDoseForm(pen: Pen, form: DoseForm): void {
  const { ticket, doseNumber, holder, venue } = form
  const claimed = { slipKind: 'vaccination', claimedDoseNumber: doseNumber } as const
  const line = formatTicketLine({ ...claimed, ...ticket })
  const title = { size: 20, weight: 'bold', tag: 'H1' } as const
  let y = pen.write(words.title(doseNumber), { x: left, y: 18, width, ...title })
  const issuer = words.issuer(form.issuerName, ticket.municipalityCode)
  y = pen.write(issuer, { x: left, y: y + 1, width: 125, field: 'issuer' })
  y = pen.write(words.number(ticket.number), { x: left, y: y + 1, width: 125, weight: 'bold' })
  drawPerson(pen, holder, y + 4)
  pen.bars(qrBars(line, formQr, formQr.size), words.qrAlt(line))
  pen.machineLine(line, ocrAt)
  pen.write(words.read, { x: left, y: 77, width: 125 })

  y = box(pen, words.born, 88, 14)
  pen.write(words.bornBlank, { x: left + 74, y: 92, width: 92, size: 13 })
  y = box(pen, words.given, y + 3, 24)
  pen.write(words.thisDay(paperJa.day(form.givenOn)), { ...inBox, y: y - 22, size: 14 })
  pen.write(words.otherDay, { ...inBox, y: y - 11, size: 13 })
  y = box(pen, words.venue, y + 3, 20)
  pen.write(venue.name, { ...inBox, y: y - 18, size: fitted(pen, venue.name), field: 'venue' })
  pen.write(words.venueCode(venue.code), { ...inBox, y: y - 9, size: 13 })
  y = box(pen, words.product, y + 3, 24)
  drawProducts(pen, y - 22)
  y = box(pen, words.lot, y + 3, 36)
  y = box(pen, words.result, y + 3, 14)
  for (const [i, text] of words.results.entries()) {
    pen.write(text, { x: left + 42 + i * 45, y: y - 10, width: 82, size: 13 })
  }
  y = box(pen, words.doctor, y + 3, 13)
  box(pen, words.writer, y + 3, 13)
  drawFoot(pen, form)
}

const inBox = { x: left + 42, width: width - 46 } as const

/** A frame to write in, with its name at the left; gives the y of its lower edge. */
function box(pen: Pen, name: string, y: number, height: number): number {
  pen.rule(left, y, width, height, 0.8)
  pen.write(name, { x: left + 2, y: y + 1.5, width: 70, weight: 'bold' })
  return y + height
}

function drawPerson(pen: Pen, holder: Named, top: number): void {
  const name = shownName(holder, pen.faces.bold)
  pen.note('name', name.missing)
  const label = { x: left, width: 24 }
  const value = { x: left + 26, width: 100 }
  const kana = holder.kana
  pen.write(words.kana, { ...label, y: top })
  pen.write(kana, {
    ...value,
    y: top,
    size: sizeFor(pen, kana, 100, [12, 10, 8, 6.5]),
    field: 'kana',
  })
  const size = sizeFor(pen, name.text, 100, [20, 17, 14, 12, 9], 'bold')
  pen.write(words.name, { ...label, y: top + 9 })
  pen.write(name.text, { ...value, y: top + 6.5, size, weight: 'bold', field: 'name' })
}

/** The largest size in which it stands on one line; the smallest, where it breaks, for the very longest. */
function sizeFor(
  pen: Pen,
  text: string,
  most: number,
  sizes: readonly number[],
  weight: 'regular' | 'bold' = 'regular',
): number {
  return sizes.find((size) => pen.width(text, { size, weight }) <= most) ?? sizes.at(-1)!
}

function fitted(pen: Pen, text: string): number {
  return sizeFor(pen, text, inBox.width, [14, 12, 10, 8, 6.5])
}

function drawProducts(pen: Pen, top: number): void {
  const shown = [...products.slice(0, 4).map(({ nameJa }) => nameJa), words.otherProduct]
  for (const [i, name] of shown.entries()) {
    const [column, row] = [i % 3, Math.floor(i / 3)]
    const at = { x: inBox.x + column * 41, y: top + row * 10, width: row === 1 ? 80 : 41 }
    pen.write(`□ ${name}`, { ...at, size: 12 })
  }
}

function drawFoot(pen: Pen, { batch, page, of }: DoseForm): void {
  pen.write(words.noMyNumber, { x: left, y: 274, width })
  pen.write(words.foot(batch, page, of), { x: left, y: 281, width, align: 'right' })
}
