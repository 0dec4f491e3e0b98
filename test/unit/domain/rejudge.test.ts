// Findings judged again: laws over random courses, and what a reason may not hold.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import {
  assertNamesNobody,
  correctedContent,
  type DoseContent,
  doseChangeReasons,
} from '../../../domain/dose-change.ts'
import { judgeAgain, type RecordedDose } from '../../../domain/rejudge.ts'
import { type FindingCode, findingsOf } from '../../../domain/scan.ts'
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

const byDay = (doses: RecordedDose[]) =>
  [...doses].sort((a, b) =>
    a.givenOn < b.givenOn
      ? -1
      : a.givenOn > b.givenOn
        ? 1
        : a.claimedDoseNumber - b.claimedDoseNumber,
  )

describe('a course judged again', () => {
  test('whose doses came in their order keeps its findings', () => {
    fc.assert(
      fc.property(course, (doses) => {
        const inOrder = byDay(doses)
        expect(judgeAgain(inOrder)).toEqual(judgedAsTheyCame(inOrder))
      }),
    )
  })

  test('has the same findings in whatever order different days became known', () => {
    const shuffled = course
      .filter((doses) => new Set(doses.map((d) => d.givenOn)).size === doses.length)
      .chain((doses) => {
        const whole = { minLength: doses.length }
        return fc.tuple(fc.constant(doses), fc.shuffledSubarray(doses, whole))
      })
    fc.assert(
      fc.property(shuffled, ([doses, otherwise]) => {
        expect(new Map([...judgeAgain(otherwise)].sort())).toEqual(
          new Map([...judgeAgain(doses)].sort()),
        )
      }),
    )
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

  test.each(['4000000012', '４０００ ００００ １２', '03-1234-5678 に電話', 'hanako@example.jp'])(
    'has no reason like %s',
    (reason) => {
      expect(() => assertNamesNobody(reason)).toThrow(
        expect.objectContaining({ code: 'reasonNamesSomebody' }),
      )
    },
  )

  test.each(['misread', '6月9日は誤り、2021-06-08 が正しい', 'ロット FJ5929'])(
    'may have a reason like %s',
    (reason) => expect(() => assertNamesNobody(reason)).not.toThrow(),
  )

  test('has words for each reason in both languages', () => {
    for (const words of [doseChangesJa, doseChangesEn]) {
      expect(Object.keys(words.reasons).sort()).toEqual([...doseChangeReasons].sort())
    }
  })
})
