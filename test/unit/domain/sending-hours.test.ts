import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, compareDates, weekdayOf } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { isQuietDay, sendingDayFrom, sendingDayOf } from '../../../domain/sending-hours.ts'

const on = (day: string) => day as PlainDate
const aDay = fc.integer({ min: 0, max: 2_000 }).map((n) => addDays(on('2021-04-12'), n))
const quiet = fc.record({
  weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 5 }),
  holidays: fc.boolean(),
  days: fc.array(aDay, { maxLength: 5 }),
})

describe('the day on which something leaves', () => {
  test('law: it is never earlier than due, never quiet, and within a month', () => {
    fc.assert(
      fc.property(aDay, aDay, quiet, (due, today, days) => {
        const day = sendingDayOf(due, today, days)
        const isLate = compareDates(due, today) < 0
        expect(compareDates(day, due)).toBeGreaterThanOrEqual(0)
        if (!isLate || isQuietDay(today, days)) expect(isQuietDay(day, days)).toBe(false)
        if (isLate && !isQuietDay(today, days)) expect(day).toBe(due)
        // Asked again on that day, it stays.
        if (!isQuietDay(day, days)) expect(sendingDayOf(day, day, days)).toBe(day)
      }),
    )
  })

  test('a Sunday before a holiday waits for Tuesday', () => {
    const days = { weekdays: [0], holidays: true, days: [] }
    expect(weekdayOf(on('2021-08-08'))).toBe(0)
    expect(sendingDayFrom(on('2021-08-08'), days)).toBe('2021-08-10')
  })

  test('a town that declared a whole season quiet sends all the same', () => {
    const days = Array.from({ length: 60 }, (_, n) => addDays(on('2021-06-01'), n))
    const day = sendingDayFrom(on('2021-06-01'), { weekdays: [], holidays: false, days })
    expect(day).toBe('2021-06-01')
  })
})
