/**
 * What is printed on a vaccination ticket (接種券): the 18-digit line, which the QR code holds too, and
 * the ten-digit number, which the NW-7 bar code of some towns holds
 * (domain rule: MHLW, guide to municipalities 13.1, ticket layout).
 *
 * The ten digits have no check digit: one misread digit is somebody else's valid ticket. Nothing here
 * can tell; that is why every route but the QR code is checked against the birth year.
 */
import { DomainError } from './errors.ts'
import { assertTicketMunicipalityCode } from './municipality-code.ts'
import { checkedLineDigits, lineOfChecked } from './ticket-check.ts'

export type SlipKind = 'vaccination' | 'screenedOnly'

export type Ticket = { municipalityCode: string; number: string }

export type TicketLine = Ticket & { slipKind: SlipKind; claimedDoseNumber: number }

/** First digit of the line. No published table names the values: data, to be changed when one does. */
export const slipKindDigits: Readonly<Record<SlipKind, string>> = {
  vaccination: '2',
  screenedOnly: '1',
}

const lineDigits = 18
const numberDigits = 10
/** Room for a hyphen or space after every digit, and then some; longer is not a ticket. */
const typedLengthMax = 64

/**
 * `slip kind (1) + claimed dose number (1) + municipality (6) + number (10)`, as read or typed:
 * full-width digits, spaces and hyphens are allowed. The second code of our own sheets, which has two
 * check digits more, is read as well. Throws a code per fault, with the field: `ticketLineCharacters`,
 * `ticketLineLength`, `checkedLineWrong`, `unknownSlipKind`, `claimedDoseNumberZero`,
 * `municipalityCodeCheckDigit`, `municipalityCodePrefecture`, `ordinanceCityWard`, `ticketNumberZero`.
 */
export function parseTicketLine(text: string): TicketLine {
  const typed = digitsOf(text, 'ticketLineCharacters', 'line')
  const digits = typed.length === checkedLineDigits ? lineOfChecked(typed) : typed
  if (digits.length !== lineDigits) {
    throw new DomainError('ticketLineLength', `A ticket line has ${lineDigits} digits`, 'line')
  }
  const slipKind = slipKindOf(digits[0])
  const claimedDoseNumber = Number(digits[1])
  if (claimedDoseNumber === 0) {
    throw new DomainError(
      'claimedDoseNumberZero',
      'The second digit of the line is the dose number, from 1',
      'line.claimedDoseNumber',
    )
  }
  const municipalityCode = digits.slice(2, 8)
  assertTicketMunicipalityCode(municipalityCode, 'line.municipalityCode')
  const number = digits.slice(8)
  refuseZero(number, 'line.number')
  return { slipKind, claimedDoseNumber, municipalityCode, number }
}

/** The 18 digits of the line and of the QR code. Throws like `parseTicketLine`. */
export function formatTicketLine(line: TicketLine): string {
  const text = [
    slipKindDigits[line.slipKind],
    line.claimedDoseNumber,
    line.municipalityCode,
    line.number,
  ].join('')
  parseTicketLine(text)
  return text
}

/** The ten-digit number alone, as people type it. */
export function parseTicketNumber(text: string, field = 'number'): string {
  const digits = digitsOf(text, 'ticketNumberCharacters', field)
  if (digits.length !== numberDigits) {
    throw new DomainError('ticketNumberLength', `A ticket number has ${numberDigits} digits`, field)
  }
  refuseZero(digits, field)
  return digits
}

/** A ticket typed as issuer and number. Field names follow `prefix`. */
export function parseTicket(typed: Ticket, prefix = 'ticket'): Ticket {
  const municipalityCode = digitsOf(
    typed.municipalityCode,
    'municipalityCodeLength',
    `${prefix}.municipalityCode`,
  )
  assertTicketMunicipalityCode(municipalityCode, `${prefix}.municipalityCode`)
  return { municipalityCode, number: parseTicketNumber(typed.number, `${prefix}.number`) }
}

/**
 * A read of the NW-7 (Codabar) bar code, with or without its start and stop letters A-D. Most towns
 * print the ten digits, whose issuer must come from elsewhere; some the whole line.
 */
export function parseNw7(text: string): { number: string; line?: TicketLine } {
  const bare = text.trim().replace(/^[A-Da-d](.*)[A-Da-d]$/s, '$1')
  const digits = digitsOf(bare, 'nw7Characters', 'nw7')
  if (digits.length === lineDigits) {
    const line = parseTicketLine(digits)
    return { number: line.number, line }
  }
  return { number: parseTicketNumber(digits, 'nw7') }
}

function slipKindOf(digit: string | undefined): SlipKind {
  const kind = (Object.keys(slipKindDigits) as SlipKind[]).find((k) => slipKindDigits[k] === digit)
  if (kind) return kind
  throw new DomainError(
    'unknownSlipKind',
    'The first digit of the line names no kind of slip',
    'line.slipKind',
  )
}

function refuseZero(number: string, field: string): void {
  if (/^0+$/.test(number)) {
    throw new DomainError('ticketNumberZero', 'Number 0000000000 is on no ticket', field)
  }
}

function digitsOf(typed: string, code: string, field: string): string {
  const digits = typed.length <= typedLengthMax ? plainDigits(typed) : ''
  if (/^\d+$/.test(digits)) return digits
  throw new DomainError(code, 'Digits only; spaces and hyphens are allowed', field)
}

/** Full-width digits become plain ones; the spaces and dashes that people type fall away. */
function plainDigits(typed: string): string {
  return typed
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[\s\u002d\u2010-\u2015\u2212\u30fc\uff0d\uff70]/g, '')
}
