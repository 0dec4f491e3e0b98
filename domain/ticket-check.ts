/**
 * Check digits of our own. The official ticket number has none, so that one misread digit is somebody
 * else's valid ticket; numbers that we give out ourselves end in a digit after Damm (H. M. Damm, 2004),
 * by which no misread digit and no swap of neighbours leads from one of them to another. A second code on
 * the sheet holds the whole 18-digit line with two check digits more (ISO 7064, MOD 97-10), for readers
 * of ours; the official QR code holds the 18 digits and nothing else.
 */
import { DomainError } from './errors.ts'

/** Rows of a quasigroup in which `(c*x)*y = (c*y)*x` holds for equal `x` and `y` alone, and `x*x = 0`. */
const damm = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
] as const

const stemDigits = 9
const lineDigits = 18
/** Digits of the second code. */
export const checkedLineDigits = lineDigits + 2

/** The last digit of a ticket number of ours, from the nine before it. */
export function ticketCheckDigit(stem: string): string {
  return String([...stem].reduce((interim, digit) => Number(damm[interim]![Number(digit)]), 0))
}

/** The ten-digit number of a stem from 1 to 999,999,999. */
export function ownTicketNumber(stem: number): string {
  const digits = String(stem).padStart(stemDigits, '0')
  return digits + ticketCheckDigit(digits)
}

/** Whether ten digits could be a number of ours; one in ten of all numbers could. */
export function isOwnTicketNumber(number: string): boolean {
  return /^\d{10}$/.test(number) && ticketCheckDigit(number.slice(0, stemDigits)) === number[9]
}

/** What the second code holds: the line and its check digits. */
export function checkedLine(line: string): string {
  const rest = Number((BigInt(line) * 100n) % 97n)
  return line + String(98 - rest).padStart(2, '0')
}

/** The 18 digits of a second code as read. Throws `checkedLineWrong`. */
export function lineOfChecked(digits: string): string {
  if (BigInt(digits) % 97n === 1n) return digits.slice(0, lineDigits)
  throw new DomainError('checkedLineWrong', 'The check digits do not fit the line', 'line')
}

/** How many numbers of ours lie from `first` to `last`, both ends included. */
export function ownNumbersWithin(
  first: number,
  last: number,
): { stems: [number, number] | undefined } {
  const from = firstStemFrom(first)
  let to = Math.floor(last / 10)
  while (to >= from && Number(ownTicketNumber(to)) > last) to -= 1
  return { stems: to < from ? undefined : [from, to] }
}

function firstStemFrom(first: number): number {
  const stem = Math.max(1, Math.floor(first / 10))
  return Number(ownTicketNumber(stem)) >= first ? stem : stem + 1
}
