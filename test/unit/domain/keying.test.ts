/** Proves: two typings are compared digit by digit, and a pile's totals catch every slip that is wrong. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DomainError } from '../../../domain/errors.ts'
import {
  isSameSlip,
  parseTypedSlip,
  placesThatDiffer,
  type TypedSlip,
  totalsOf,
} from '../../../domain/keying.ts'

const town = '131041'
const typed = (changes: Partial<TypedSlip> = {}): TypedSlip => ({
  number: '211310414000000001',
  numberAgain: '２１１３１０４１ 4000000001',
  born: '1950',
  doseNumber: '',
  slipKind: 'vaccination',
  ...changes,
})
const refusal = (changes: Partial<TypedSlip>) => {
  try {
    parseTypedSlip(typed(changes), town)
  } catch (error) {
    if (error instanceof DomainError) return [error.code, error.field]
    throw error
  }
  return undefined
}

describe('a slip that is typed', () => {
  test('is the whole line, full-width or not', () => {
    expect(parseTypedSlip(typed(), town)).toEqual({
      ...{ slipKind: 'vaccination', claimedDoseNumber: 1, municipalityCode: town },
      ...{ number: '4000000001', birthYear: 1950 },
    })
  })

  test('is ten digits of the own town with a dose number', () => {
    const ten = { number: '4000-000-001', numberAgain: '4000000001', doseNumber: '２' }
    expect(parseTypedSlip(typed({ ...ten, slipKind: 'screenedOnly' }), town)).toMatchObject({
      ...{ slipKind: 'screenedOnly', claimedDoseNumber: 2, municipalityCode: town },
    })
  })

  test.each([
    ['1950', 1950, undefined],
    ['19500505', 1950, '1950-05-05'],
    ['1950-05-05', 1950, '1950-05-05'],
    ['Ｓ25.5.5', 1950, '1950-05-05'],
    ['昭和25年5月5日', 1950, '1950-05-05'],
  ])('was born %s', (born, birthYear, bornOn) => {
    const slip = parseTypedSlip(typed({ born }), town)
    expect([slip.birthYear, slip.bornOn]).toEqual([birthYear, bornOn])
  })

  test.each<[string, Partial<TypedSlip>, [string, string]]>([
    ['two numbers', { numberAgain: '211310414000000002' }, ['keyedTwiceDiffers', 'numberAgain']],
    ['one number once', { numberAgain: '' }, ['keyedTwiceDiffers', 'numberAgain']],
    ['no birth date', { born: '' }, ['birthDateForm', 'born']],
    ['a day that is none', { born: '19500230' }, ['birthDateForm', 'born']],
    [
      'no dose number',
      { number: '4000000001', numberAgain: '4000000001' },
      ['doseNumberMissing', 'doseNumber'],
    ],
    [
      'nine digits',
      { number: '400000000', numberAgain: '400000000' },
      ['ticketNumberLength', 'number'],
    ],
  ])('is refused with %s', (_name, changes, expected) => {
    expect(refusal(changes)).toEqual(expected)
  })
})

const digits = fc.stringMatching(/^\d{10}$/)

test('law: the places that differ are the ones that were changed', () => {
  fc.assert(
    fc.property(digits, fc.nat(9), fc.integer({ min: 1, max: 9 }), (number, place, by) => {
      const wrong = [...number].map((digit, i) => (i === place ? (Number(digit) + by) % 10 : digit))
      expect(placesThatDiffer(number, wrong.join(''))).toEqual([place])
      expect(placesThatDiffer(number, number)).toEqual([])
    }),
  )
})

test('law: one wrong digit in one slip changes the sum of its pile', () => {
  const pile = fc.array(digits, { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(
      pile,
      fc.nat(),
      fc.nat(9),
      fc.integer({ min: 1, max: 9 }),
      (numbers, at, place, by) => {
        const right = numbers.map((number) => ({ number }))
        const changed = right[at % right.length]!.number
        const wrong = [...changed].map((d, i) => (i === place ? (Number(d) + by) % 10 : d)).join('')
        const other = right.with(at % right.length, { number: wrong })
        expect(totalsOf(other).slips).toBe(totalsOf(right).slips)
        expect(totalsOf(other).sum).not.toBe(totalsOf(right).sum)
      },
    ),
  )
})

test('the same slip is told from another dose of the same sheet', () => {
  const first = parseTypedSlip(typed(), town)
  expect(isSameSlip(first, { ...first, birthYear: 1951 })).toBe(true)
  expect(isSameSlip(first, { ...first, claimedDoseNumber: 2 })).toBe(false)
})
