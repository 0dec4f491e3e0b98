/** Proves: dates that cannot be are found, lots are judged by what is known, and what is grave is due soon. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import {
  checkDueOn,
  findingSeverities,
  reportDueOn,
  reportFormOf,
} from '../../../domain/finding-severity.ts'
import { type FindingCode, findingCodes, judgeDose, lotFindings } from '../../../domain/findings.ts'
import { type LotStatement, lotFactsOn } from '../../../domain/lot.ts'

const day = (text: string) => text as PlainDate
const firstDay = day('2021-05-01')

test.each<[string, object, FindingCode[]]>([
  ['before the approval', { givenOn: day('2021-02-13') }, ['beforeProductApproved']],
  ['on the day of the approval', { givenOn: day('2021-02-14') }, []],
  ['before the venue opened', { venueOpenedOn: day('2021-06-10') }, ['beforeVenueOpened']],
  ['on the venue’s first day', { venueOpenedOn: day('2021-06-09') }, []],
  ['before the ticket was issued', { ticketIssuedOn: day('2021-06-10') }, ['beforeTicketIssued']],
  ['on the day of issue', { ticketIssuedOn: day('2021-06-09') }, []],
])('a date that cannot be: %s', (_, more, codes) => {
  const dose = { claimedDoseNumber: 1, givenOn: day('2021-06-09'), productCode: 'pfizer' }
  const facts = { lot: {}, slipIsUsed: false, ...more }
  expect(judgeDose({ ...dose, ...more }, facts, [])).toEqual(codes)
})

describe('a lot', () => {
  const expiry = (onDay: string, knownFrom: string): LotStatement => {
    return { kind: 'expiry', onDay: day(onDay), knownFrom: day(knownFrom) }
  }
  // The lots of the guide: printed 2022-01-31, extended to 2022-04-30 by a list.
  const fj5929 = [expiry('2022-01-31', '2021-07-01'), expiry('2022-04-30', '2022-01-21')]

  test('has expired by what is known on the day of judging, not on the day of the dose', () => {
    const given = day('2022-02-10')
    expect(lotFindings(given, lotFactsOn(fj5929, day('2022-01-20')))).toEqual(['lotExpired'])
    expect(lotFindings(given, lotFactsOn(fj5929, day('2022-01-21')))).toEqual([])
    expect(lotFindings(day('2022-05-01'), lotFactsOn(fj5929, day('2022-05-01')))).toEqual([
      'lotExpired',
    ])
  })

  test('is recalled from its day on, until that is lifted; an unknown one is unknown', () => {
    const recall = (onDay: string | null, knownFrom: string): LotStatement => {
      return {
        kind: 'recall',
        onDay: onDay && day(onDay),
        knownFrom: day(knownFrom),
      } as LotStatement
    }
    // Moderna's 3004667 was suspended on 2021-08-26.
    const moderna = [recall('2021-08-26', '2021-08-26'), recall(null, '2021-10-01')]
    const facts = lotFactsOn(moderna, day('2021-08-27'))
    expect(lotFindings(day('2021-08-25'), facts)).toEqual([])
    expect(lotFindings(day('2021-08-26'), facts)).toEqual(['lotRecalled'])
    expect(lotFindings(day('2021-08-26'), lotFactsOn(moderna, day('2021-10-01')))).toEqual([])
    expect(lotFindings(day('2021-08-26'), undefined)).toEqual(['lotUnknown'])
  })

  test('the statement known last holds, whatever the order in which they were told', () => {
    const days = fc.integer({ min: 0, max: 20 }).map((n) => addDays(firstDay, n))
    const statement = fc.record({ onDay: days, knownFrom: days })
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 6 }), days, (told, today) => {
        const known = told.filter(({ knownFrom }) => knownFrom <= today)
        const last = known.reduce<(typeof told)[number] | undefined>(
          (best, one) => (!best || one.knownFrom >= best.knownFrom ? one : best),
          undefined,
        )
        const statements = told.map((one) => ({ kind: 'expiry' as const, ...one }))
        expect(lotFactsOn(statements, today).expiresOn).toBe(last?.onDay)
      }),
    )
  })
})

describe('how grave it is', () => {
  test('every code stands in the table; an error of a kind about the record is never reported', () => {
    expect(Object.keys(findingSeverities).sort()).toEqual([...findingCodes].sort())
    expect(reportFormOf('lotExpired')).toBe('4-10-2')
    expect(reportFormOf('productMismatch')).toBe('4-10-2')
    expect(reportFormOf('intervalTooShort')).toBe('4-10-3')
    expect(reportFormOf('doseOrder')).toBeUndefined()
    expect(reportFormOf('aCodeOfLongAgo')).toBeUndefined()
  })

  test('a serious error is reported on the day, a minor one by the 15th of the next month', () => {
    expect(reportDueOn('4-10-2', day('2021-06-30'))).toBe('2021-06-30')
    expect(reportDueOn('4-10-3', day('2021-06-30'))).toBe('2021-07-15')
    expect(reportDueOn('4-10-3', day('2021-12-01'))).toBe('2022-01-15')
    expect(checkDueOn('lotExpired', day('2021-06-30'))).toBe('2021-07-01')
  })
})
