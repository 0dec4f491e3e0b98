/**
 * One slip of a ticket in the official layout: who pays, number and name, the QR code and the OCR line of
 * the same 18 digits, the bar code of the ten, and our own second code.
 */
import { formatTicketLine, type Ticket } from '../domain/ticket.ts'
import { checkedLine } from '../domain/ticket-check.ts'
import type { Slip } from '../domain/ticket-slips.ts'
import { shownName } from '../i18n/notices-legible.ts'
import type { Named } from '../i18n/notices-words.ts'
import { ticketSheetJa } from '../i18n/ticket-sheet-ja.ts'
import type { Block, Pen } from './pen.ts'
import {
  checkedBars,
  checkedCodeSize,
  nw7Bars,
  officialSizes,
  qrBars,
} from './ticket-sheet-codes.ts'

export type SlipToDraw = Slip & {
  ticket: Ticket
  holder: Named
  municipalityName: string
}

const inset = 2.5
const { slip: slipSize, qr, qrMargin } = officialSizes

/** Millimetres from the corner of the slip. Around each code nothing is printed. */
export const places = {
  qr: { x: slipSize.width - inset - qr, y: inset },
  name: { x: inset, y: 13.6 },
  nw7: { x: 4, y: 18.6 },
  checked: { x: slipSize.width - inset - checkedCodeSize - 0.4, y: 18.2 },
  ocr: { x: 4, y: 27.3 },
} as const

/** Beside the QR code, with its margin and as much again. */
const besideQr = places.qr.x - 4 * qrMargin - inset

/** The length of a name that fits one line in full size (the official rule: 20 characters). */
export const nameOnOneLine = 20
const nameWidth = 50.5

export function drawSlip(pen: Pen, slip: SlipToDraw, corner: { x: number; y: number }): void {
  const { ticket, slipKind, claimedDoseNumber: dose, municipalityName } = slip
  const line = formatTicketLine({ slipKind, claimedDoseNumber: dose, ...ticket })
  const at = (place: { x: number; y: number }) => ({ x: corner.x + place.x, y: corner.y + place.y })
  const small = (y: number, more: Partial<Block> = {}) => ({
    ...{ ...at({ x: inset, y }), width: besideQr, size: 6.5, field: 'slip' },
    ...more,
  })
  pen.rule(corner.x, corner.y, slipSize.width, slipSize.height, 0.5)
  pen.write(ticketSheetJa[slipKind](dose), small(0.9, { size: 9, weight: 'bold' }))
  pen.write(ticketSheetJa.billedTo(municipalityName, ticket.municipalityCode), small(6))
  pen.write(
    ticketSheetJa.number(ticket.number),
    small(9.4, { size: 8, weight: 'bold', lang: 'en' }),
  )
  drawName(pen, slip.holder, at(places.name))
  pen.bars(qrBars(line, at(places.qr)), ticketSheetJa.qrAlt(line))
  pen.bars(nw7Bars(ticket.number, at(places.nw7)), ticketSheetJa.barsAlt(ticket.number))
  pen.bars(checkedBars(checkedLine(line), at(places.checked)), ticketSheetJa.checkedAlt)
  pen.machineLine(line, { ...at(places.ocr), size: officialSizes.ocrPoints })
}

/** The kana where the font lacks a character; a long name is set smaller on two lines, never cut. */
function drawName(pen: Pen, holder: Named, at: { x: number; y: number }): void {
  const name = shownName(holder, pen.faces.regular)
  pen.note('name', name.missing)
  pen.write(ticketSheetJa.name, { x: at.x, y: at.y + 0.4, width: 7, size: 5.5, field: 'slip' })
  const block = { x: at.x + 7, width: nameWidth, field: 'slip' }
  const oneLine = [9, 8.5, 8, 7.5, 7].find((size) => pen.width(name.text, { size }) <= nameWidth)
  if (oneLine) pen.write(name.text, { ...block, y: at.y - (oneLine - 7) * 0.2, size: oneLine })
  else pen.write(name.text, { ...block, y: at.y - 0.4, size: 4.2 })
}
