/**
 * A vaccination register without a header: the official layout leaves no choice of columns, so that their
 * places say what they are, and what stands in them whether it is one.
 */
import type { RawRow } from './cells.ts'
import { isDay, isNumber } from './content-columns.ts'
import type { Found } from './guess-content-kinds.ts'
import { type DosePart, doseFields } from './layouts/doses-by-person.ts'
import { readProduct, readTicketNumber } from './readings/values.ts'

/** Columns of one dose. */
const blockWidth = 8
/** Of a block, by place: what is read there. The moment of recording and the physician are not. */
const parts: readonly (DosePart | undefined)[] = [
  ...([undefined, 'givenOn', 'ticketNumber', 'ticketMunicipalityCode', 'venueName'] as const),
  ...([undefined, 'productCode', 'lotNumber'] as const),
]
const shareNeeded = 0.95

export function dosesByPlace(rows: readonly RawRow[]): Found | undefined {
  const width = Math.max(0, ...rows.map(({ cells }) => cells.length))
  const places = (width - 1) / blockWidth
  if (!Number.isInteger(places) || places < 1 || places > doseFields.length) return undefined
  const blocksOf = ({ cells }: RawRow) =>
    Array.from({ length: places }, (_, at) => {
      const from = 1 + at * blockWidth
      return cells.slice(from, from + blockWidth).map((cell) => cell.trim())
    })
  const isOne = (row: RawRow) =>
    isNumber(row.cells[0]!.trim()) &&
    blocksOf(row).every((block) => isEmpty(block) || isDose(block))
  const hasDose = (row: RawRow) => blocksOf(row).some((block) => !isEmpty(block))
  const sound = rows.filter(isOne)
  if (sound.length < rows.length * shareNeeded || !sound.some(hasDose)) return undefined
  const fields = new Map([['registerNumber', 0]])
  for (const [at, ofDose] of doseFields.slice(0, places).entries()) {
    for (const [offset, part] of parts.entries()) {
      if (part) fields.set(ofDose[part], 1 + at * blockWidth + offset)
    }
  }
  return { kind: 'doses', fields }
}

function isEmpty(block: readonly string[]): boolean {
  return block.every((cell) => cell === '')
}

function isDose(block: readonly string[]): boolean {
  const at = (part: DosePart) => block[parts.indexOf(part)] ?? ''
  const ticket = at('ticketNumber')
  const isTicket = ticket === '' || typeof readTicketNumber(ticket) === 'string'
  return isTicket && isDay(at('givenOn')) && typeof readProduct(at('productCode')) === 'string'
}
