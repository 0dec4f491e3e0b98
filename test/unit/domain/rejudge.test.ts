// Findings judged again: laws over random courses, and what a reason may not hold.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import {
  correctedContent,
  type DoseContent,
  doseChangeReasons,
} from '../../../domain/dose-change.ts'
import type { FindingCode } from '../../../domain/findings.ts'
import { judgeAgain, type RecordedDose } from '../../../domain/rejudge.ts'
import { findingsOf } from '../../../domain/scan.ts'
import { doseChangesEn } from '../../../i18n/pages-doses-en.ts'
import { doseChangesJa } from '../../../i18n/pages-doses-ja.ts'

const start = '2021-06-01' as PlainDate
const ids = ['a', 'b', 'c', 'd', 'e']
const lot = {}

const course = fc
  .array(
    fc.record({
      day: fc.nat({ max: 60 }),
      claimedDoseNumber: fc.constantFrom(1, 2, 3),
      productCode: fc.constantFrom('pfizer', 'moderna'),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((doses) =>
    doses.map(({ day, ...dose }, i): RecordedDose => {
      const given = { id: ids[i]!, givenOn: addDays(start, day), lotNumber: 'L1', lot }
      return { ...dose, ...given, ticket: { slipIsUsed: false } }
    }),
  )

/** As scans judge, one after the other. */
function judgedAsTheyCame(doses: RecordedDose[]): Map<string, FindingCode[]> {
  return new Map(
    doses.map((dose, i) => [
      dose.id,
      findingsOf(dose, dose.ticket, { doses: doses.slice(0, i), lot }),
    ]),
  )
}

describe('a course judged again', () => {
  test('keeps its findings, but for an order that was odd until the first dose came', () => {
    fc.assert(
      fc.property(course, (doses) => {
        const before = judgedAsTheyCame(doses)
        for (const [id, codes] of judgeAgain(doses)) {
          const gone = before.get(id)!.filter((code) => !codes.includes(code))
          expect(codes.filter((code) => !before.get(id)!.includes(code))).toEqual([])
          expect(gone.filter((code) => code !== 'doseOrder')).toEqual([])
        }
      }),
    )
  })

  test('finds a second dose in order once the first is known', () => {
    const dose = { productCode: 'pfizer', lotNumber: 'L1', lot, ticket: { slipIsUsed: false } }
    const second = { ...dose, id: 'b', claimedDoseNumber: 2, givenOn: addDays(start, 21) }
    const first = { ...dose, id: 'a', claimedDoseNumber: 1, givenOn: start }
    expect(judgeAgain([second]).get('b')).toEqual(['doseOrder'])
    expect([...judgeAgain([second, first]).values()]).toEqual([[], []])
    const odd = { ...first, givenOn: addDays(start, 30) }
    expect(judgeAgain([second, odd]).get('b')).toContain('doseOrder')
  })

  test('knows what another town tells by consent', () => {
    const dose = {
      ...{ id: 'own', claimedDoseNumber: 2, givenOn: addDays(start, 21), productCode: 'pfizer' },
      ...{ lotNumber: 'L1', lot, ticket: { slipIsUsed: false } },
    }
    const first = { id: 'other', claimedDoseNumber: 1, givenOn: start, productCode: 'pfizer' }
    expect(judgeAgain([dose]).get('own')).toEqual(['doseOrder'])
    expect(judgeAgain([dose], [first]).get('own')).toEqual([])
  })
})

describe('a change', () => {
  const content: DoseContent = {
    ...{ claimedDoseNumber: 1, givenOn: start, productCode: 'pfizer', lotNumber: 'L1' },
    venueCode: '1310400018',
  }

  test('of nothing is none', () => {
    expect(correctedContent(content, {})).toBeUndefined()
    expect(correctedContent(content, { lotNumber: 'L1' })).toBeUndefined()
    expect(correctedContent(content, { lotNumber: 'L2' })).toEqual({ ...content, lotNumber: 'L2' })
  })

  test('has words for each reason in both languages', () => {
    for (const words of [doseChangesJa, doseChangesEn]) {
      expect(Object.keys(words.reasons).sort()).toEqual([...doseChangeReasons].sort())
    }
  })
})
