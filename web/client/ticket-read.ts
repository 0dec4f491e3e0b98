/**
 * One parser for every way a ticket is read. What it answers says how far the read may be trusted: a QR
 * code corrects itself, everything else is checked against the birth year.
 */
import {
  parseNw7,
  parseTicketLine,
  parseTicketNumber,
  type TicketLine,
} from '../../domain/ticket.ts'

/** As told by the reader: a code seen by the camera or in an image, a scanner like a keyboard, fingers. */
export type ReadWay = 'qr' | 'nw7' | 'wedge' | 'typed'

/** What a camera or a picture shows. */
export type SeenCode = { text: string; way: Extract<ReadWay, 'qr' | 'nw7'> }

export type TicketRead = {
  /** What the interface calls the way (`readBy`). */
  readBy: 'qr' | 'nw7' | 'typed'
  number: string
  /** All 18 digits; without them issuer, kind of slip and dose number must be chosen. */
  line?: TicketLine
}

const lineDigits = 18
/** What a scanner puts before a code when it is told to name the kind (ISO/IEC 15424). */
const symbology = /^[[\]]([QF])\d/

/** Throws `DomainError` with the code of the first fault, as `domain/ticket.ts` names it. */
export function ticketReadOf(text: string, way: ReadWay): TicketRead {
  if (way === 'wedge') return wedgeRead(text)
  if (way === 'nw7') return { readBy: 'nw7', ...parseNw7(text) }
  if (way === 'qr') return lineRead(text, 'qr')
  return digitsIn(text) > lineDigits - 4 ? lineRead(text, 'typed') : numberRead(text)
}

/**
 * A scanner that names the kind of code is believed. Without that, digits could come from a bar code or
 * from printed figures, where one wrong digit is somebody else's ticket.
 */
function wedgeRead(text: string): TicketRead {
  const kind = text.match(symbology)?.[1]
  const bare = text.replace(symbology, '')
  if (kind === 'Q') return lineRead(bare, 'qr')
  return { readBy: 'nw7', ...parseNw7(bare) }
}

function lineRead(text: string, readBy: 'qr' | 'typed'): TicketRead {
  const line = parseTicketLine(text)
  return { readBy, number: line.number, line }
}

function numberRead(text: string): TicketRead {
  return { readBy: 'typed', number: parseTicketNumber(text) }
}

function digitsIn(text: string): number {
  return text.normalize('NFKC').replace(/\D/g, '').length
}
