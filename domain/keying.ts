/**
 * Paper slips as a clerk keys them: the number twice, because ten digits have no check digit; the birth date
 * or year, because by paper every scan needs it; and the totals that a pile is checked by, how many slips
 * and the sum of their numbers, as they stand on an adding machine's strip.
 */
import { isPlainDate, partsOf } from './calendar.ts'
import type { PlainDate } from './course.ts'
import { parseEraDate } from './era.ts'
import { DomainError } from './errors.ts'
import { parseTicketLine, parseTicketNumber, type TicketLine } from './ticket.ts'

export const slipsMax = 500

export type TypedSlip = {
  /** 18 digits, or the ten of the number. */
  number: string
  numberAgain: string
  born: string
  /** Of ten digits alone: the line says it otherwise. */
  doseNumber: string
  slipKind: string
}

export type KeyedSlip = TicketLine & { birthYear: number; bornOn?: PlainDate }

const lineDigits = 18

/**
 * Throws DomainError with the field: `keyedTwiceDiffers`, `doseNumberMissing`, `birthDateForm`, and what a
 * ticket line or number may be refused with.
 */
export function parseTypedSlip(typed: TypedSlip, municipalityCode: string): KeyedSlip {
  const digits = digitsTyped(typed.number)
  if (digits !== digitsTyped(typed.numberAgain)) {
    throw new DomainError('keyedTwiceDiffers', 'Not the same number twice', 'numberAgain')
  }
  return { ...sheetOf(digits, typed, municipalityCode), ...parseTypedBirth(typed.born) }
}

function sheetOf(digits: string, typed: TypedSlip, municipalityCode: string): TicketLine {
  if (digits.length === lineDigits) return parseTicketLine(digits)
  const number = parseTicketNumber(digits)
  const claimedDoseNumber = Number(typed.doseNumber.normalize('NFKC').trim())
  if (!Number.isInteger(claimedDoseNumber) || claimedDoseNumber < 1 || claimedDoseNumber > 9) {
    throw new DomainError('doseNumberMissing', 'Ten digits need the dose number', 'doseNumber')
  }
  const slipKind = typed.slipKind === 'screenedOnly' ? 'screenedOnly' : 'vaccination'
  return { municipalityCode, number, slipKind, claimedDoseNumber }
}

/** `1950`, `19500505`, `1950-05-05`, `昭和25年5月5日`, `S25.5.5`. Throws `birthDateForm`. */
export function parseTypedBirth(typed: string): { birthYear: number; bornOn?: PlainDate } {
  const text = typed.normalize('NFKC').trim()
  if (/^(18[89]|19\d|20\d)\d$/.test(text)) return { birthYear: Number(text) }
  const bornOn = birthDateOf(text)
  return { birthYear: partsOf(bornOn).year, bornOn }
}

function birthDateOf(text: string): PlainDate {
  const dashed = text.replace(/^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})$/, '$1-$2-$3')
  if (isPlainDate(dashed)) return dashed
  try {
    return parseEraDate(text)
  } catch {
    throw new DomainError('birthDateForm', 'Neither a date nor a year', 'born')
  }
}

/** As it was typed, without what people put between digits. */
export function digitsTyped(text: string): string {
  return text.normalize('NFKC').replace(/[\s\u002d\u2010-\u2015\u2212\u30fc]/g, '')
}

/** The places, from 0, at which two typings differ; of unequal lengths the rest counts too. */
export function placesThatDiffer(first: string, second: string): number[] {
  const [a, b] = [digitsTyped(first), digitsTyped(second)]
  const longest = Math.max(a.length, b.length)
  return Array.from({ length: longest }, (_, i) => i).filter((i) => a[i] !== b[i])
}

export type Totals = { slips: number; sum: number }

/** The sum of the ten digits of each slip: exact, 500 slips being far below 2^53. */
export function totalsOf(slips: Pick<KeyedSlip, 'number'>[]): Totals {
  return {
    slips: slips.length,
    sum: slips.reduce((sum, { number }) => sum + Number(number), 0),
  }
}

/** Whether the same slip lies in the pile twice. */
export function isSameSlip(a: KeyedSlip, b: KeyedSlip): boolean {
  return (
    a.municipalityCode === b.municipalityCode &&
    a.number === b.number &&
    a.slipKind === b.slipKind &&
    a.claimedDoseNumber === b.claimedDoseNumber
  )
}
