/** Proves: a scan lands on the person it names, or on nobody; a broken rule is a finding, not a no. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PlainDate } from '../../../domain/course.ts'
import {
  judgeScan,
  type KnownTicket,
  readRoutes,
  type Scan,
  type ScanKnowledge,
} from '../../../domain/scan.ts'

const day = (text: string) => text as PlainDate

function aScan(changes: Partial<Scan> = {}): Scan {
  return {
    scanId: '00000000-0000-4000-8000-000000000001',
    issuingMunicipalityCode: '131041',
    ticketNumber: '0000000017',
    readBy: 'qr',
    slipKind: 'vaccination',
    claimedDoseNumber: 1,
    givenOn: day('2021-06-09'),
    venueCode: '1310400018',
    productCode: 'pfizer',
    lotNumber: 'TEST01',
    source: 'tablet',
    ...changes,
  }
}

function known(changes: Partial<ScanKnowledge> = {}): ScanKnowledge {
  const ticket = { slipIsUsed: false }
  return { ticket, doses: [], lot: {}, ...changes }
}

const first = { id: 'd1', claimedDoseNumber: 1, givenOn: day('2021-05-19'), productCode: 'pfizer' }

describe('findings', () => {
  const second = aScan({ claimedDoseNumber: 2 })
  test.each<[string, Scan, ScanKnowledge, string[]]>([
    ['nothing odd', aScan(), known(), []],
    [
      'the second on the earliest day',
      aScan({ claimedDoseNumber: 2, givenOn: day('2021-06-07') }),
      known({ doses: [first] }),
      [],
    ],
    [
      'a day too early',
      aScan({ claimedDoseNumber: 2, givenOn: day('2021-06-06') }),
      known({ doses: [first] }),
      ['intervalTooShort'],
    ],
    [
      'mixed products before 28 days',
      aScan({ claimedDoseNumber: 2, productCode: 'moderna' }),
      known({ doses: [first] }),
      ['intervalTooShort', 'productMismatch'],
    ],
    [
      'mixed products after 28 days',
      aScan({ claimedDoseNumber: 2, productCode: 'moderna', givenOn: day('2021-06-16') }),
      known({ doses: [first] }),
      ['productMismatch'],
    ],
    ['an unknown lot', aScan(), { ticket: known().ticket!, doses: [] }, ['lotUnknown']],
    ['an expired lot', aScan(), known({ lot: { expiresOn: day('2021-06-08') } }), ['lotExpired']],
    ['on the last day of a lot', aScan(), known({ lot: { expiresOn: day('2021-06-09') } }), []],
    ['a recalled lot', aScan(), known({ lot: { recalledOn: day('2021-06-01') } }), ['lotRecalled']],
    ['the second first', second, known(), ['doseOrder']],
    [
      'a third dose',
      aScan({ claimedDoseNumber: 3, givenOn: day('2021-07-20') }),
      known({
        doses: [first, { ...first, id: 'd2', claimedDoseNumber: 2, givenOn: day('2021-06-09') }],
      }),
      ['extraDose'],
    ],
    [
      'a child on the adult product',
      aScan(),
      known({ ticket: { bornOn: day('2012-06-11'), slipIsUsed: false } }),
      ['ageOutsideProduct'],
    ],
    [
      'twelve on the eve of the birthday',
      aScan(),
      known({ ticket: { bornOn: day('2009-06-10'), slipIsUsed: false } }),
      [],
    ],
    [
      'a grown-up on a child’s product',
      aScan({ productCode: 'pfizer5to11', givenOn: day('2022-03-01') }),
      known(),
      ['ageOutsideProduct'],
    ],
    [
      'after the ticket was revoked',
      aScan(),
      known({ ticket: { ...known().ticket!, revokedOn: day('2021-06-09') } }),
      ['ticketRevoked'],
    ],
    [
      'before the ticket was revoked',
      aScan(),
      known({ ticket: { ...known().ticket!, revokedOn: day('2021-06-10') } }),
      [],
    ],
  ])('%s', (_, scan, knowledge, findings) => {
    expect(judgeScan(scan, knowledge)).toEqual({
      verdict: findings.length > 0 ? 'recordedWithFindings' : 'recorded',
      findings,
    })
  })
})

test('by any route but QR a dose is attached only when the birth year is there, right, and no neighbour’s', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...readRoutes),
      fc.option(fc.integer({ min: 1900, max: 2020 }), { nil: undefined }),
      fc.integer({ min: 1900, max: 2020 }),
      fc.constantFrom<Scan['slipKind']>('vaccination', 'screenedOnly'),
      fc.constantFrom(true, false, undefined),
      (readBy, stated, birthYear, slipKind, hasAlikeNeighbour) => {
        const scan = aScan({
          readBy,
          slipKind,
          ...(stated === undefined ? {} : { birthYear: stated }),
        })
        const birthYearMatches =
          stated === undefined ? {} : { birthYearMatches: stated === birthYear }
        const neighbours = hasAlikeNeighbour === undefined ? {} : { hasAlikeNeighbour }
        const ticket = { ...birthYearMatches, ...neighbours, slipIsUsed: false }
        const { verdict } = judgeScan(scan, known({ ticket }))
        // Nobody has looked at the neighbours: not certain either.
        const isCertain = readBy === 'qr' || (stated === birthYear && hasAlikeNeighbour === false)
        expect(verdict === 'held').toBe(!isCertain)
      },
    ),
  )
})

test('a stated date is held to the date, whatever is true of the year', () => {
  const typed = aScan({ readBy: 'typed' })
  const judged = (ticket: Partial<KnownTicket>) =>
    judgeScan(typed, known({ ticket: { slipIsUsed: false, ...ticket } }))
  const alone = { hasAlikeNeighbour: false }
  expect(judged({ bornOnMatches: false, birthYearMatches: true, ...alone })).toEqual({
    verdict: 'held',
    because: 'birthDateDiffers',
  })
  expect(judged({ bornOnMatches: true, hasAlikeNeighbour: true })).toEqual({
    verdict: 'held',
    because: 'neighbourAlike',
  })
  expect(judged({ bornOnMatches: true, ...alone }).verdict).toBe('recorded')
})

test('the same slip, day and product is one dose, whatever the number of reads', () => {
  const dose = { ...first, givenOn: day('2021-06-09') }
  expect(judgeScan(aScan(), known({ doses: [dose] }))).toEqual({
    verdict: 'alreadyRecorded',
    doseId: 'd1',
  })
})

test('a ticket that nobody announced waits, by whatever route it was read', () => {
  for (const readBy of readRoutes) {
    expect(judgeScan(aScan({ readBy }), { doses: [] })).toEqual({ verdict: 'waiting' })
  }
})
