// Two reckonings of the same days that share nothing: the judge's rules of the law and the sender's list.
import { describe, expect, test } from 'vitest'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { holidaysKnownUntil, isHoliday as isListed } from '../../../domain/holidays.ts'
import { isHoliday, quietOf, sendingDayFrom } from '../../../judge/quiet.ts'

describe('public holidays', () => {
  test('the law and the published list agree on every day from 2021', () => {
    const differ: string[] = []
    for (let day = '2021-01-01' as PlainDate; day <= holidaysKnownUntil; day = addDays(day, 1)) {
      if (isHoliday(day) !== isListed(day)) differ.push(day)
    }
    expect(differ).toEqual([])
  })

  test.each([
    ['2021-07-19', false],
    ['2021-07-22', true],
    ['2021-08-09', true],
    ['2021-08-11', false],
    ['2026-09-22', true],
  ])('%s: %s', (day, is) => expect(isHoliday(day)).toBe(is))
})

test('what falls due on the last day before a run of quiet ones waits for their end', () => {
  const isQuiet = quietOf({ quietWeekdays: [0, 6], holidaysAreQuiet: true })
  // Showa Day is a Thursday, then a Friday; three holidays follow a weekend.
  expect(sendingDayFrom('2021-04-29', isQuiet)).toBe('2021-04-30')
  expect(sendingDayFrom('2021-05-01', isQuiet)).toBe('2021-05-06')
})
