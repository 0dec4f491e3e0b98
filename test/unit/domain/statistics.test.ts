/** Proves: when a release closes, and what of the exact counts each area shows. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, daysBetween, plainDate, weekdayOf } from '../../../domain/calendar.ts'
import { firstDayOfWeek, lastClosingDay, makeRelease } from '../../../domain/statistics.ts'

const never = () => false

describe('a week', () => {
  test('closes with the last Sunday that is over', () => {
    expect(lastClosingDay(plainDate('2021-06-14'))).toBe('2021-06-13')
    expect(lastClosingDay(plainDate('2021-06-13'))).toBe('2021-06-06')
    fc.assert(
      fc.property(fc.nat(5_000), (days) => {
        const today = addDays(plainDate('2019-12-30'), days)
        const closing = lastClosingDay(today)
        expect(weekdayOf(closing)).toBe(0)
        expect(daysBetween(closing, today)).toBeGreaterThan(0)
        expect(daysBetween(closing, today)).toBeLessThanOrEqual(7)
        expect(daysBetween(firstDayOfWeek(closing), closing)).toBe(6)
      }),
    )
  })
})

describe('a release', () => {
  const towns = ['131016', '131024', '131032', '202029']
  const count = (municipalityCode: string, doses: number, doseGroup: 1 | 2 | 3 = 1) =>
    ({ municipalityCode, doseGroup, ageBand: '65-', doses }) as const

  test('shows every area, every dose and every age, also where nothing was counted', () => {
    const areas = makeRelease(towns, [count('131016', 40)], never)
    expect(areas.map(({ code }) => code).sort()).toEqual([
      '00',
      '13',
      ...towns.slice(0, 3),
      '20',
      '202029',
    ])
    for (const { figures } of areas) expect(figures).toHaveLength(3 * 4)
  })

  test('keeps first, second and later doses apart', () => {
    const areas = makeRelease(towns, [count('131016', 40), count('131016', 20, 2)], never)
    const town = areas.find(({ code }) => code === '131016')!
    const total = (group: number) =>
      town.figures.find((f) => f.doseGroup === group && f.ageBand === 'all')!.shown
    expect([total(1), total(2), total(3)]).toEqual([40, 20, 0])
  })

  test('refuses doses of a town that takes no part: its prefecture would be audited without it', () => {
    expect(() => makeRelease(towns, [count('999999', 1)], never)).toThrow('takes no part')
  })
})
