// Civil age: the new age counts from the day before the birthday.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ageOn, ageReachedOn, isWithinAges } from '../../../domain/age.ts'
import { addDays, compareDates, plainDate } from '../../../domain/calendar.ts'

const birthDates = fc
  .integer({ min: 0, max: 40_000 })
  .map((days) => addDays(plainDate('1910-01-01'), days))

describe('civil age', () => {
  it.each([
    ['2009-06-15', '2021-06-13', 11],
    ['2009-06-15', '2021-06-14', 12],
    ['2009-06-15', '2021-06-15', 12],
    ['1957-04-01', '2022-03-31', 65],
    ['1957-04-02', '2022-03-31', 64],
    ['2008-02-29', '2021-02-27', 12],
    ['2008-02-29', '2021-02-28', 13],
    ['2008-02-29', '2024-02-27', 15],
    ['2008-02-29', '2024-02-28', 16],
    ['2009-03-01', '2024-02-28', 14],
    ['2009-03-01', '2024-02-29', 15],
    ['2021-01-01', '2021-01-01', 0],
    ['2021-01-01', '2021-12-30', 0],
    ['2021-01-01', '2021-12-31', 1],
  ])('born %s is on %s aged %i', (bornOn, on, expected) => {
    expect(ageOn(plainDate(bornOn), plainDate(on))).toBe(expected)
  })

  it('grows by one exactly on the day on which the next age is reached', () => {
    fc.assert(
      fc.property(birthDates, fc.integer({ min: 1, max: 110 }), (bornOn, years) => {
        const reachedOn = ageReachedOn(bornOn, { years })
        expect(ageOn(bornOn, reachedOn)).toBe(years)
        expect(ageOn(bornOn, addDays(reachedOn, -1))).toBe(years - 1)
        expect(compareDates(reachedOn, bornOn)).toBe(1)
      }),
    )
  })

  it('does not exist before birth', () => {
    expect(() => ageOn(plainDate('2021-06-02'), plainDate('2021-06-01'))).toThrow(
      expect.objectContaining({ code: 'dateBeforeBirth' }),
    )
  })

  it.each([
    ['2022-04-20', 6, '2022-10-19'],
    ['2022-08-31', 6, '2023-02-28'],
    ['2023-08-31', 6, '2024-02-29'],
  ])('born %s is %i months old from %s', (bornOn, months, expected) => {
    expect(ageReachedOn(plainDate(bornOn), { months })).toBe(expected)
  })

  it('leaves the child line on the eve of the twelfth birthday', () => {
    const bornOn = plainDate('2010-05-05')
    const isChild = (on: string) => isWithinAges(bornOn, plainDate(on), { years: 5 }, { years: 12 })
    expect(['2015-05-03', '2015-05-04', '2022-05-03', '2022-05-04'].map(isChild)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })
})
