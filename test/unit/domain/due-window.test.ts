// The window that a plan uses, per product: earliest, due, end of the window, overdue.
import { describe, expect, it } from 'vitest'
import { plainDate } from '../../../domain/calendar.ts'
import { dueWindowAfter } from '../../../domain/forecast.ts'

const givenOn = plainDate('2021-06-01')

describe('the window after a dose on 1 June 2021', () => {
  it.each([
    ['pfizer', '2021-06-20', '2021-06-22', undefined, '2021-06-23'], // 19, 21, -, 22
    ['novavax', '2021-06-20', '2021-06-22', undefined, '2021-06-23'],
    ['pfizer5to11', '2021-06-20', '2021-06-22', undefined, '2021-06-23'],
    ['moderna', '2021-06-22', '2021-06-29', undefined, '2021-06-30'], // 21, 28, -, 29
    ['astrazeneca', '2021-06-29', '2021-07-27', '2021-08-24', '2021-08-25'], // 28, 56, 84, 85
    ['unheardOf', '2021-06-29', '2021-06-29', undefined, '2021-06-30'], // 28, 28, -, 29
  ])('%s', (productCode, earliest, due, latest, overdueOn) => {
    expect(dueWindowAfter({ productCode, givenOn })).toEqual({
      earliest,
      due,
      ...(latest ? { latest } : {}),
      overdueOn,
    })
  })

  it('of another product follows the rule for pairs', () => {
    expect(dueWindowAfter({ productCode: 'pfizer', givenOn, nextProductCode: 'moderna' })).toEqual({
      earliest: '2021-06-29',
      due: '2021-06-29',
      overdueOn: '2021-06-30',
    })
    expect(dueWindowAfter({ productCode: 'pfizer', givenOn, nextProductCode: 'pfizer' }).due).toBe(
      '2021-06-22',
    )
  })

  it('of a three-dose product depends on the dose', () => {
    const windowOf = (dosesGiven: number) =>
      dueWindowAfter({ productCode: 'pfizer6moTo4y', givenOn, dosesGiven })
    expect(windowOf(1)).toEqual({
      earliest: '2021-06-20',
      due: '2021-06-22',
      overdueOn: '2021-06-23',
    })
    expect(windowOf(2)).toEqual({
      earliest: '2021-07-27',
      due: '2021-07-27',
      overdueOn: '2021-07-28',
    })
  })

  it('counts Thursday to Tuesday, as the ministry’s own example does', () => {
    const thursday = plainDate('2021-05-06')
    expect(dueWindowAfter({ productCode: 'pfizer', givenOn: thursday })).toMatchObject({
      earliest: '2021-05-25', // a Tuesday
      due: '2021-05-27', // three weeks later, the same weekday
    })
  })
})
