/** Proves: a letter's code survives every way of typing it, names its sender, and is hard to guess. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  groupedLetterCode,
  letterCodeAlphabet,
  newLetterCode,
  randomCharacters,
  readLetterCode,
} from '../../../domain/letter-code.ts'
import { municipalityCodeCheckDigit } from '../../../domain/municipality-code.ts'

const aTown = fc.integer({ min: 1_000, max: 47_999 }).map((n) => {
  const digits = String(n).padStart(5, '0')
  return digits + municipalityCodeCheckDigit(digits)
})
const picks = fc.infiniteStream(fc.nat({ max: letterCodeAlphabet.length - 1 }))

const aCode = fc.tuple(aTown, picks).map(([town, stream]) => {
  const code = newLetterCode(town, () => stream.next().value as number)
  return { town, code }
})

describe('a code', () => {
  test('is read back whatever the case, the width and the dashes', () => {
    const separators = fc.constantFrom('', ' ', '-', '－', '　', '‐', '.', 'ー')
    fc.assert(
      fc.property(
        aCode,
        separators,
        fc.boolean(),
        fc.boolean(),
        ({ town, code }, by, small, wide) => {
          const typed = groupedLetterCode(code)
            .replaceAll('-', by)
            .replace(/[0-9A-Z]/g, (c) => (wide ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c))
          expect(readLetterCode(small ? typed.toLowerCase() : typed)).toEqual({
            code,
            municipalityCode: town,
          })
        },
      ),
    )
  })

  test('stands on paper in four groups of four', () => {
    fc.assert(
      fc.property(aCode, ({ code }) => {
        expect(groupedLetterCode(code)).toMatch(/^[3-9A-Y]{4}(-[3-9A-Y]{4}){3}$/)
      }),
    )
  })

  test('has no character that is taken for another', () => {
    expect(new Set(letterCodeAlphabet).size).toBe(letterCodeAlphabet.length)
    for (const confusable of '0O1IL2Z5SBGQUV') expect(letterCodeAlphabet).not.toContain(confusable)
  })

  test('has more than fifty random bits beside its town', () => {
    expect(randomCharacters * Math.log2(letterCodeAlphabet.length)).toBeGreaterThan(50)
  })
})

describe('what was typed', () => {
  test('is read without fault, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const { code } = readLetterCode(text)
        expect(code === undefined || code.length === 16).toBe(true)
      }),
    )
  })

  test('names its town even when the rest is missing', () => {
    const code = newLetterCode('131041', () => 0)
    expect(readLetterCode(code.slice(0, 9))).toEqual({ municipalityCode: '131041' })
  })

  test('of a code that no letter bears names nobody', () => {
    expect(readLetterCode('')).toEqual({})
    expect(readLetterCode('YYYY-YYYY-YYYY-YYYY')).toEqual({})
  })
})
