// What is kept of a birth date in the clear: enough for waves, bands and product lines, and no more.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ageBandOf,
  ageFactsOf,
  ageOn,
  ageReachedOn,
  birthDatesOf,
  bornOnOrBefore,
  fiscalYearEnd,
  highestAgeClass,
} from '../../../domain/age.ts'
import { addDays, compareDates, plainDate } from '../../../domain/calendar.ts'

const dates = (from: string, days: number) =>
  fc.integer({ min: 0, max: days }).map((n) => addDays(plainDate(from), n))

const registered = dates('2020-12-01', 1_600)
const people = fc
  .record({ today: registered, daysOld: fc.integer({ min: 0, max: 42_000 }) })
  .map(({ today, daysOld }) => ({ today, bornOn: addDays(today, -daysOld) }))

describe('the fiscal year', () => {
  it.each([
    ['2021-03-31', '2021-03-31'],
    ['2021-04-01', '2022-03-31'],
    ['2021-12-31', '2022-03-31'],
    ['2022-01-01', '2022-03-31'],
  ])('of %s ends on %s', (day, end) => {
    expect(fiscalYearEnd(plainDate(day))).toBe(end)
  })
})

describe('facts', () => {
  it.each([
    // The programme's older people of 2021: born on or before 1957-04-01.
    ['1957-04-01', { ageClass: 65, olderFrom: '2022-03-01', isMinor: false }],
    ['1957-04-02', { ageClass: 60, isMinor: false }],
    ['1956-04-02', { ageClass: 65, olderFrom: '2021-04-01', isMinor: false }],
    ['1956-04-01', { ageClass: 65, isMinor: false }],
    ['1956-06-15', { ageClass: 65, olderFrom: '2021-06-01', isMinor: false }],
    ['1910-01-01', { ageClass: 100, isMinor: false }],
    ['2003-04-02', { ageClass: 15, isMinor: false }],
    ['2003-04-03', { ageClass: 15, isMinor: true }],
    ['2021-06-30', { ageClass: 0, isMinor: true }],
  ])('of %s', (bornOn, facts) => {
    const kept = ageFactsOf(plainDate(bornOn), plainDate('2021-06-30'))
    expect(kept).toEqual({ ageClassOn: '2022-03-31', ...facts })
  })

  it('hold the birth date of everybody they are made of, and of nobody of another class', () => {
    fc.assert(
      fc.property(people, ({ today, bornOn }) => {
        const facts = ageFactsOf(bornOn, today)
        const { from, to } = birthDatesOf(facts)
        expect([compareDates(from, bornOn) <= 0, compareDates(bornOn, to) <= 0]).toEqual([
          true,
          true,
        ])
        const ageAt = (date: typeof from) => ageOn(date, facts.ageClassOn)
        expect(ageAt(to)).toBe(facts.ageClass)
        if (facts.ageClass < highestAgeClass) {
          expect(ageAt(from)).toBe(facts.ageClass + 4)
          expect(ageAt(addDays(from, -1))).toBe(facts.ageClass + 5)
        }
        if (facts.ageClass > 0) expect(ageAt(addDays(to, 1))).toBe(facts.ageClass - 1)
      }),
    )
  })

  it('tell of a birthday no more than a month, and that of one year of age alone', () => {
    fc.assert(
      fc.property(people, ({ today, bornOn }) => {
        const { olderFrom, ...others } = ageFactsOf(bornOn, today)
        expect(Object.keys(others).sort()).toEqual(['ageClass', 'ageClassOn', 'isMinor'])
        if (olderFrom) expect(olderFrom.slice(8)).toBe('01')
        expect(olderFrom !== undefined).toBe(ageOn(bornOn, others.ageClassOn) === 65)
      }),
    )
  })

  it('call nobody grown-up who is under 18 on a day of that year', () => {
    fc.assert(
      fc.property(people, ({ today, bornOn }) => {
        const facts = ageFactsOf(bornOn, today)
        const grownUpOn = ageReachedOn(bornOn, { years: 18 })
        const begin = addDays(fiscalYearEnd(addDays(facts.ageClassOn, -366)), 1)
        expect(facts.isMinor).toBe(compareDates(grownUpOn, begin) > 0)
      }),
    )
  })
})

describe('born on or before a day', () => {
  it('is never answered wrongly, and left open for one class alone', () => {
    fc.assert(
      fc.property(people, fc.integer({ min: -4_000, max: 4_000 }), ({ today, bornOn }, days) => {
        const day = addDays(bornOn, days)
        const facts = ageFactsOf(bornOn, today)
        const answer = bornOnOrBefore(facts, day)
        const isSo = compareDates(bornOn, day) <= 0
        if (answer !== 'perhaps') expect(answer).toBe(isSo ? 'yes' : 'no')
        else {
          const { from, to } = birthDatesOf(facts)
          expect(compareDates(from, day) <= 0 && compareDates(day, to) < 0).toBe(true)
        }
      }),
    )
  })

  it.each(['1957-04-01', '1962-04-01'])(
    'is certain for everybody in a wave of the programme itself: %s',
    (day) => {
      for (let ageClass = 0; ageClass <= highestAgeClass; ageClass += 5) {
        const of = { ageClass, ageClassOn: plainDate('2022-03-31') }
        expect(bornOnOrBefore(of, plainDate(day))).not.toBe('perhaps')
      }
    },
  )
})

describe('the band', () => {
  it.each([
    ['1956-06-10', '2021-06-09', '65-'],
    // Reaches 65 on the 10th: the month counts as a whole.
    ['1956-06-11', '2021-06-09', '65-'],
    ['1956-06-11', '2021-05-31', '-64'],
    ['1957-05-01', '2021-06-09', '-64'],
    ['1957-05-01', '2022-04-01', 'UNK'],
    ['1950-05-05', '2023-06-09', '65-'],
    ['1990-01-01', '2023-06-09', '-64'],
  ])('of %s on %s is %s', (bornOn, on, band) => {
    const facts = ageFactsOf(plainDate(bornOn), plainDate('2021-06-30'))
    expect(ageBandOf(facts, plainDate(on))).toBe(band)
  })

  it('is the exact one, or unknown, on any day but in the month in which 65 is reached', () => {
    fc.assert(
      fc.property(people, fc.integer({ min: 0, max: 3_000 }), ({ today, bornOn }, days) => {
        const facts = ageFactsOf(bornOn, today)
        const on = addDays(today, days - 1_000)
        if (compareDates(on, bornOn) < 0) return
        const exact = ageOn(bornOn, on) >= 65 ? '65-' : '-64'
        const kept = ageBandOf(facts, on)
        const isThatMonth = facts.olderFrom?.slice(0, 7) === on.slice(0, 7)
        if (!isThatMonth) expect([exact, 'UNK']).toContain(kept)
        const isOfThatYear = fiscalYearEnd(on) === facts.ageClassOn
        if (isOfThatYear) expect(kept).not.toBe('UNK')
      }),
      { numRuns: 1_000 },
    )
  })
})
