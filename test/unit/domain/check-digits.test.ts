// Check digits: published vectors, and what their mathematics promises to catch and not to catch.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isMunicipalityCode,
  isOrdinanceCityWard,
  municipalityCodeCheckDigit,
  municipalityCodeFault,
  ordinanceCities,
  prefectureOf,
} from '../../../domain/municipality-code.ts'
import { isMyNumber, myNumberCheckDigit } from '../../../domain/my-number.ts'

const municipalitiesFile = new URL('../../../data/municipalities-2021-02-02.csv', import.meta.url)

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
const weighted = (numbers: number[], weights: number[]) =>
  numbers.reduce((sum, digit, i) => sum + digit * weights[i]!, 0) % 11

/** One digit replaced by another, or two neighbours that differ exchanged. */
const slipOf = (length: number) =>
  fc
    .tuple(digits(length), fc.nat(length - 1), fc.integer({ min: 1, max: 9 }), fc.boolean())
    .map(([right, at, by, isExchange]) => {
      const wrong = [...right]
      if (isExchange && at > 0) [wrong[at - 1], wrong[at]] = [right[at]!, right[at - 1]!]
      else wrong[at] = (right[at]! + by) % 10
      return { right, wrong }
    })
    .filter(({ right, wrong }) => right.join('') !== wrong.join(''))

describe('municipality code', () => {
  it.each(['131041', '011002', '141003', '271403', '401307', '473821', '431001', '016951'])(
    '%s is well formed',
    (code) => {
      expect(municipalityCodeCheckDigit(code.slice(0, 5))).toBe(code[5])
      expect(isMunicipalityCode(code)).toBe(true)
    },
  )

  it.each([
    ['131042', 'municipalityCodeCheckDigit'],
    ['13104', 'municipalityCodeLength'],
    ['1310411', 'municipalityCodeLength'],
    ['１３１０４１', 'municipalityCodeLength'],
    ['', 'municipalityCodeLength'],
    ['481009', 'municipalityCodePrefecture'],
    ['001007', 'municipalityCodePrefecture'],
  ])('%s fails as %s', (code, fault) => {
    expect(municipalityCodeFault(code)).toBe(fault)
    expect(isMunicipalityCode(code)).toBe(false)
  })

  it('catches every slip of one digit or two neighbours, but between the two remainders that share a digit', () => {
    const weights = [6, 5, 4, 3, 2]
    fc.assert(
      fc.property(slipOf(5), ({ right, wrong }) => {
        const isCaught =
          municipalityCodeCheckDigit(right.join('')) !== municipalityCodeCheckDigit(wrong.join(''))
        const remainders = [weighted(right, weights), weighted(wrong, weights)]
        const shareADigit = remainders.every((remainder) => remainder === 0 || remainder === 10)
        expect(isCaught).toBe(!shareADigit)
      }),
      { numRuns: 500 },
    )
  })

  it('holds for every municipality of 2021, none of which is a ward', () => {
    const rows = readFileSync(municipalitiesFile, 'utf8').trim().split('\n').slice(1)
    const codes = rows.map((row) => row.slice(0, 6))
    expect(codes).toHaveLength(1_747)
    expect(codes.filter((code) => !isMunicipalityCode(code) || isOrdinanceCityWard(code))).toEqual(
      [],
    )
    expect(ordinanceCities.filter((city) => !codes.includes(city))).toEqual([])
  })

  it('tells the wards of ordinance cities from cities and from the wards of Tokyo', () => {
    // A ward of Osaka, of Sapporo, of Yokohama, of Sakai, of Kumamoto.
    for (const ward of ['271276', '011011', '141011', '271411', '431010']) {
      expect([ward, isMunicipalityCode(ward), isOrdinanceCityWard(ward)]).toEqual([
        ward,
        true,
        true,
      ])
    }
    for (const code of [...ordinanceCities, '131016', '131237', '132012', '012025', '472018']) {
      expect([code, isMunicipalityCode(code), isOrdinanceCityWard(code)]).toEqual([
        code,
        true,
        false,
      ])
    }
    expect(new Set(ordinanceCities).size).toBe(20)
    expect(prefectureOf('131041')).toBe('13')
  })
})

describe('My Number', () => {
  it.each(['123456789018', '023456789013', '548836529885'])('%s is well formed', (number) => {
    expect(isMyNumber(number)).toBe(true)
  })

  it.each([
    ['12345678901', '8'],
    ['54883652988', '5'],
  ])('of %s the check digit is %s', (eleven, digit) => {
    expect(myNumberCheckDigit(eleven)).toBe(digit)
  })

  it.each(['123456789019', '1234567890181', '12345678901', '1234-5678-9018', ''])(
    '%j is none',
    (text) => {
      expect(isMyNumber(text)).toBe(false)
    },
  )

  it('catches every slip but between remainders 0 and 1, which share the digit 0', () => {
    const weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
    fc.assert(
      fc.property(slipOf(11), ({ right, wrong }) => {
        const isCaught = myNumberCheckDigit(right.join('')) !== myNumberCheckDigit(wrong.join(''))
        const remainders = [weighted(right, weights), weighted(wrong, weights)]
        expect(isCaught).toBe(!remainders.every((remainder) => remainder <= 1))
      }),
      { numRuns: 500 },
    )
  })

  it('never repeats the digits in its error', () => {
    expect(() => myNumberCheckDigit('123')).toThrow(
      expect.objectContaining({
        code: 'myNumberLength',
        message: expect.not.stringContaining('123'),
      }),
    )
  })
})
