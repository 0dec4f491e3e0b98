/**
 * A sheet on one A4 page, so that nobody's slips can come into another's envelope: in the upper third the
 * address where the window shows it, in the middle the cover letter, and below the second fold the slips.
 */
import type { PlainDate } from '../domain/course.ts'
import { shortIdOf } from '../domain/short-id.ts'
import type { Ticket } from '../domain/ticket.ts'
import { type IssueReason, slipsOf } from '../domain/ticket-slips.ts'
import type { Named } from '../i18n/notices-words.ts'
import { ticketSheetEn } from '../i18n/ticket-sheet-en.ts'
import { ticketSheetJa } from '../i18n/ticket-sheet-ja.ts'
import { drawAccess } from './access.ts'
import { drawAddress } from './address.ts'
import type { Access, Recipient, Sender } from './notice.ts'
import { aside, drawSender, foldsAt, page } from './page.ts'
import type { Block, Pen } from './pen.ts'
import { officialSizes } from './ticket-sheet-codes.ts'
import { drawSlip } from './ticket-sheet-slip.ts'

export type TicketSheet = {
  /** Random UUID of the issue. */
  sheetId: string
  printedOn: PlainDate
  reason: IssueReason
  ticket: Ticket
  /** Those that are still needed, at most two. */
  doseNumbers: number[]
  holder: Named
  /** Of the municipality that issues, with its prefecture, as slips name who pays. */
  issuerName: string
  sender: Sender
  access?: Access
  /** Without it the sheet is handed over: no address, and no way to the record for whoever finds it. */
  address?: Pick<Recipient, 'postcode' | 'address'>
}

export const slipsTop = 216
const gap = { x: 8, y: 2.5 } as const
/** Two slips side by side, in the middle of the page. */
const slipsLeft = (210 - 2 * officialSizes.slip.width - gap.x) / 2

/** Where each slip's corner lies, in the order of `slipsOf`: a row for each dose. */
export function slipCorner(index: number): { x: number; y: number } {
  const { width, height } = officialSizes.slip
  const column = index % 2
  const row = Math.floor(index / 2)
  return { x: slipsLeft + column * (width + gap.x), y: slipsTop + row * (height + gap.y) }
}

export function drawTicketSheet(pen: Pen, sheet: TicketSheet): void {
  const { holder, address, sender } = sheet
  if (address) drawAddress(pen, { recipient: { ...holder, ...address } })
  else pen.write(ticketSheetJa.byHand, { x: page.left, y: 51, width: 76, size: 14, weight: 'bold' })
  drawSender(pen, { sender, campaignDate: sheet.printedOn })
  const reference = ticketSheetJa.reference(shortIdOf(sheet.sheetId))
  pen.write(reference, { ...aside, y: 80 })
  drawCover(pen, sheet)
  if (address && sheet.access) drawAccess(pen, sheet.access)
  for (const y of foldsAt) pen.rule(4, y, 4, 0, 0.5)
  const slips = slipsOf(sheet.doseNumbers)
  for (const [i, slip] of slips.entries()) {
    const { ticket, issuerName: municipalityName } = sheet
    drawSlip(pen, { ...slip, ticket, holder, municipalityName }, slipCorner(i))
  }
}

function drawCover(pen: Pen, sheet: TicketSheet): void {
  const { sender, doseNumbers } = sheet
  const at = (y: number, more: Partial<Block> = {}) => ({
    ...{ x: page.left, width: page.width, y, field: 'sender' },
    ...more,
  })
  const heading = { size: 16, weight: 'bold', align: 'center', tag: 'H1' } as const
  let y = pen.write(ticketSheetJa.title, at(108, heading)) + 2
  y = pen.write(ticketSheetJa.opening(doseNumbers), at(y))
  const because = ticketSheetJa.because[sheet.reason]
  if (because) y = pen.write(because, at(y))
  y = drawAction(pen, y + 2.5) + 2.5
  for (const sentence of ticketSheetJa.details) y = pen.write(sentence, at(y))
  const contact = ticketSheetJa.contact(sender.municipalityName, sender.office, sender.phone)
  y = pen.write(contact, at(y + 2.5, { weight: 'bold', tag: 'H2' })) + 2
  y = pen.write(ticketSheetJa.inBrief, at(y, { size: 10, breakAt: 'spaces' })) + 1
  y = pen.write(ticketSheetEn.inBrief(sender.phone), at(y, { size: 10, lang: 'en' }))
  if (y > slipsTop - 6) throw new Error(`sheet ${sheet.sheetId}: the cover letter is too long`)
  const note = { x: slipsLeft, width: 140, y: slipsTop - 5, size: 7, field: 'slip' }
  pen.write(ticketSheetJa.doNotCut, note)
}

function drawAction(pen: Pen, top: number): number {
  const inner = { x: page.left + 5, width: page.width - 10, size: 15 }
  const y = pen.write(ticketSheetJa.action, { ...inner, y: top + 2, weight: 'bold', tag: 'H2' })
  pen.rule(page.left, top, page.width, y + 2 - top, 1.5)
  return y + 2
}
