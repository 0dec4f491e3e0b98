// Laws of our own check digits: no misread digit and no swap of neighbours passes unseen.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatTicketLine, parseTicketLine } from '../../../domain/ticket.ts'
import {
  checkedLine,
  isOwnTicketNumber,
  lineOfChecked,
  ownNumbersWithin,
  ownTicketNumber,
  ticketCheckDigit,
} from '../../../domain/ticket-check.ts'

const stem = fc.integer({ min: 1, max: 999_999_999 })
const numbers = stem.map(ownTicketNumber)

/** Another digit at one place. */
const misread = (digits: string, at: number, by: number) => {
  const digit = (Number(digits[at]) + by) % 10
  return `${digits.slice(0, at)}${digit}${digits.slice(at + 1)}`
}
const swapped = (digits: string, at: number) =>
  `${digits.slice(0, at)}${digits[at + 1]}${digits[at]}${digits.slice(at + 2)}`

const place = (length: number) => fc.integer({ min: 0, max: length - 1 })
const by = fc.integer({ min: 1, max: 9 })

describe('the check digit of a number of ours', () => {
  test('is the one that the rule’s own example has', () => {
    expect(ticketCheckDigit('572')).toBe('4')
    expect(ticketCheckDigit('000000572')).toBe('4')
    expect(ownTicketNumber(1)).toMatch(/^000000001\d$/)
  })

  test('every one-digit error is caught', () => {
    fc.assert(
      fc.property(numbers, place(10), by, (number, at, step) => {
        expect(isOwnTicketNumber(number)).toBe(true)
        expect(isOwnTicketNumber(misread(number, at, step))).toBe(false)
      }),
    )
  })

  test('every swap of unequal neighbours is caught', () => {
    fc.assert(
      fc.property(numbers, place(9), (number, at) => {
        fc.pre(number[at] !== number[at + 1])
        expect(isOwnTicketNumber(swapped(number, at))).toBe(false)
      }),
    )
  })

  test('a range holds exactly the numbers of ours between its ends', () => {
    const start = fc.integer({ min: 1, max: 9_999_999_000 })
    fc.assert(
      fc.property(start, fc.integer({ min: 0, max: 200 }), (first, length) => {
        const last = first + length
        const ours = Array.from({ length: length + 1 }, (_, i) =>
          String(first + i).padStart(10, '0'),
        ).filter((number) => isOwnTicketNumber(number) && Number(number) > 9)
        const { stems } = ownNumbersWithin(first, last)
        const named = stems
          ? Array.from({ length: stems[1] - stems[0] + 1 }, (_, i) => ownTicketNumber(stems[0] + i))
          : []
        expect(named).toEqual(ours)
      }),
    )
  })
})

const lines = fc.record({ number: numbers, dose: fc.integer({ min: 1, max: 9 }) }).map((one) =>
  formatTicketLine({
    slipKind: 'vaccination',
    claimedDoseNumber: one.dose,
    municipalityCode: '131041',
    number: one.number,
  }),
)

describe('the second code', () => {
  test('is read as the line that it holds', () => {
    fc.assert(
      fc.property(lines, (line) => {
        expect(checkedLine(line)).toMatch(/^\d{20}$/)
        expect(parseTicketLine(checkedLine(line))).toEqual(parseTicketLine(line))
      }),
    )
  })

  test('every one-digit error is caught, wherever it is', () => {
    fc.assert(
      fc.property(lines, place(20), by, (line, at, step) => {
        const read = misread(checkedLine(line), at, step)
        expect(() => lineOfChecked(read)).toThrowError(
          expect.objectContaining({ code: 'checkedLineWrong' }),
        )
        expect(() => parseTicketLine(read)).toThrowError(
          expect.objectContaining({ code: 'checkedLineWrong' }),
        )
      }),
    )
  })

  test('every swap of unequal neighbours is caught', () => {
    fc.assert(
      fc.property(lines, place(19), (line, at) => {
        const read = checkedLine(line)
        fc.pre(read[at] !== read[at + 1])
        expect(() => lineOfChecked(swapped(read, at))).toThrowError(
          expect.objectContaining({ code: 'checkedLineWrong' }),
        )
      }),
    )
  })
})
