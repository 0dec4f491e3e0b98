// The calendar against the runtime's own UTC arithmetic, day by day, and its laws.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDays,
  addMonths,
  compareDates,
  daysBetween,
  isPlainDate,
  partsOf,
  plainDate,
  plainDateOf,
  tokyoDateOf,
  tokyoInstant,
  weekdayOf,
} from '../../../domain/calendar.ts'
import { DomainError } from '../../../domain/errors.ts'

const firstDay = Date.UTC(1868, 0, 1)
const msPerDay = 86_400_000
const dayCount = (Date.UTC(2101, 0, 1) - firstDay) / msPerDay
const utcDate = (day: number) => new Date(firstDay + day * msPerDay).toISOString().slice(0, 10)
const aDay = fc.integer({ min: 0, max: dayCount - 1 }).map((day) => plainDate(utcDate(day)))

describe('days', () => {
  it('agree with UTC on every day from 1868 to 2100', () => {
    const start = plainDate('1868-01-01')
    const wrong: string[] = []
    for (let day = 0; day < dayCount; day += 1) {
      const expected = utcDate(day)
      const date = addDays(start, day)
      const weekday = new Date(firstDay + day * msPerDay).getUTCDay()
      if (date !== expected || weekdayOf(date) !== weekday || daysBetween(start, date) !== day) {
        wrong.push(expected)
      }
    }
    expect(dayCount).toBe(85_102)
    expect(wrong).toEqual([])
  })

  it('added and counted are inverse', () => {
    fc.assert(
      fc.property(aDay, aDay, (from, to) => {
        expect(addDays(from, daysBetween(from, to))).toBe(to)
        expect(Math.sign(daysBetween(from, to))).toBe(-compareDates(from, to) + 0)
        expect(daysBetween(from, to) + daysBetween(to, from)).toBe(0)
      }),
    )
  })
})

describe('months', () => {
  it.each([
    ['2021-01-15', 1, '2021-02-15'],
    ['2021-03-31', 6, '2021-10-01'],
    ['2021-08-31', 6, '2022-03-01'],
    ['2023-08-31', 6, '2024-03-01'],
    ['2021-01-29', 1, '2021-03-01'],
    ['2024-01-29', 1, '2024-02-29'],
    ['2024-01-30', 1, '2024-03-01'],
    ['2024-02-29', 12, '2025-03-01'],
    ['2021-11-30', 3, '2022-03-01'],
    ['2021-12-31', 2, '2022-03-01'],
    ['2021-10-31', -1, '2021-10-01'],
    ['2021-01-15', -13, '2019-12-15'],
    ['2021-05-31', 0, '2021-05-31'],
  ])('%s and %i months is %s', (from, months, expected) => {
    expect(addMonths(plainDate(from), months)).toBe(expected)
  })

  it('land on the same day of the month, or on the 1st after a month too short', () => {
    fc.assert(
      fc.property(aDay, fc.integer({ min: -240, max: 240 }), (from, months) => {
        const { year, month, day } = partsOf(from)
        const target = year * 12 + (month - 1) + months
        const exists = isPlainDate(
          `${Math.floor(target / 12)}-${String((target % 12) + 1).padStart(2, '0')}-${from.slice(8)}`,
        )
        const landed = partsOf(addMonths(from, months))
        const landedMonth = landed.year * 12 + landed.month - 1
        expect([landedMonth, landed.day]).toEqual(exists ? [target, day] : [target + 1, 1])
      }),
    )
  })
})

describe('a plain date', () => {
  it.each([
    '2021-02-29',
    '2021-13-01',
    '2021-00-10',
    '2021-04-31',
    '2021-4-1',
    '20210401',
    '2021/04/01',
    ' 2021-04-01',
    '2021-04-01T00:00:00Z',
    '0201-04-01',
    '1900-02-29',
    '２０２１-04-01',
    '',
  ])('is not %j', (text) => {
    expect(isPlainDate(text)).toBe(false)
    expect(() => plainDate(text)).toThrow(expect.objectContaining({ code: 'invalidDate' }))
  })

  it.each([[undefined], [20210401], [null]])('is not the value %j', (value) => {
    expect(isPlainDate(value)).toBe(false)
  })

  it('is made only of a day that exists, within the years that make sense', () => {
    expect(plainDateOf({ year: 2000, month: 2, day: 29 })).toBe('2000-02-29')
    expect(() => plainDateOf({ year: 2021, month: 2, day: 29 })).toThrow(DomainError)
    expect(() => plainDateOf({ year: 2021, month: 2.5, day: 1 })).toThrow(DomainError)
    expect(() => addDays(plainDate('2199-12-31'), 1)).toThrow(DomainError)
    expect(() => addDays(plainDate('2021-01-01'), 0.5)).toThrow(DomainError)
  })

  it('sorts by time', () => {
    const dates = ['2021-10-01', '2020-12-31', '2021-02-03'].map(plainDate)
    expect(dates.sort(compareDates)).toEqual(['2020-12-31', '2021-02-03', '2021-10-01'])
  })
})

describe('Tokyo', () => {
  it.each([
    ['2021-06-01T14:59:59.999Z', '2021-06-01'],
    ['2021-06-01T15:00:00.000Z', '2021-06-02'],
    ['2021-06-02T00:30:00+09:00', '2021-06-02'],
    // Summer time of 1948: the day is that of fixed +09:00, whatever zone tables say.
    ['1948-06-30T14:59:00Z', '1948-06-30'],
    ['1948-06-30T15:00:00Z', '1948-07-01'],
    ['1969-12-31T23:59:59Z', '1970-01-01'],
    ['1900-01-01T00:00:00Z', '1900-01-01'],
  ])('%s falls on %s', (instant, expected) => {
    expect(tokyoDateOf(instant)).toBe(expected)
    expect(tokyoDateOf(new Date(instant))).toBe(expected)
  })

  it.each([
    ['2021-06-01', 0, '2021-05-31T15:00:00.000Z'],
    ['2021-06-01', 539, '2021-05-31T23:59:00.000Z'],
    ['2021-06-01', 540, '2021-06-01T00:00:00.000Z'],
    ['2021-01-01', 1_439, '2021-01-01T14:59:00.000Z'],
    ['1948-07-01', 0, '1948-06-30T15:00:00.000Z'],
  ])('%s at minute %i is %s', (date, minute, expected) => {
    expect(tokyoInstant(plainDate(date), minute)).toBe(expected)
  })

  it('shows a date for each of its instants', () => {
    fc.assert(
      fc.property(aDay, fc.integer({ min: 0, max: 1_439 }), (date, minute) => {
        expect(tokyoDateOf(tokyoInstant(date, minute))).toBe(date)
      }),
    )
  })

  it('refuses a text without an offset, which would be the machine’s own zone', () => {
    for (const text of ['2021-06-01T10:00:00', '2021-06-01', 'soon', '2021-99-01T00:00:00Z']) {
      expect(() => tokyoDateOf(text)).toThrow(expect.objectContaining({ code: 'invalidInstant' }))
    }
    for (const minute of [-1, 1_440, 0.5]) {
      expect(() => tokyoInstant(plainDate('2021-06-01'), minute)).toThrow(DomainError)
    }
  })
})
