// T4: what becomes of 100,000 scans of which each is misread by one digit or by two neighbours swapped, in
// the town in which that is worst: its numbers were given out one after the other, so that many a wrong
// one is somebody's. And that nothing but a neighbour can be misread as a ticket.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PlainDate } from '../../../domain/course.ts'
import { municipalitiesNear, numbersNear, oneEditAway } from '../../../domain/misread.ts'
import { isMunicipalityCode, isOrdinanceCityWard } from '../../../domain/municipality-code.ts'
import { judgeScan, type ReadRoute, type ScanFacts } from '../../../domain/scan.ts'
import { formatTicketLine, parseTicketLine, type TicketLine } from '../../../domain/ticket.ts'
import { randomOf } from '../../../simulator/random.ts'

const people = 100_000
const oldest = 1921
/** Years of birth among those who are vaccinated; evenly spread is worse than any real town. */
const years = 80

const random = randomOf(20_210_412)
const yearOf = Uint16Array.from(
  { length: people },
  () => oldest + Math.floor(random.next() * years),
)
const scan: Omit<ScanFacts, 'readBy'> = {
  scanId: '00000000-0000-4000-8000-000000000001',
  issuingMunicipalityCode: '131041',
  slipKind: 'vaccination',
  claimedDoseNumber: 1,
  givenOn: '2021-06-09' as PlainDate,
  venueCode: '1310400018',
  productCode: 'pfizer',
  lotNumber: 'TEST01',
  source: 'tablet',
}

const numberOf = (person: number) => String(person).padStart(10, '0')

/** One digit in half of the cases, else two neighbours that differ. */
function misread(number: string): string {
  for (;;) {
    const at = random.below(10)
    const [before, digit, after] = [number.slice(0, at), number[at]!, number.slice(at + 1)]
    if (random.below(2) === 0) return before + ((Number(digit) + 1 + random.below(9)) % 10) + after
    if (after !== '' && after[0] !== digit) return before + after[0] + digit + after.slice(1)
  }
}

/** What whoever judges knows of neighbours; the control knows nothing and claims that there are none. */
const rule = (number: string, holder: number, year: number) =>
  numbersNear({ number }).some((near) => {
    return Number(near) < people && Number(near) !== holder && yearOf[Number(near)] === year
  })
const control = () => false

/** How the misread scans of everybody end, with what was stated beside the number. */
function outcomes(
  readBy: ReadRoute,
  stated: (year: number) => number | undefined,
  hasAlikeNeighbour: typeof rule,
) {
  const counts = { waiting: 0, held: 0, others: 0 }
  for (let person = 0; person < people; person++) {
    const number = misread(numberOf(person))
    const holder = Number(number)
    const year = stated(yearOf[person]!)
    const matches = year === undefined ? undefined : yearOf[holder] === year
    const { verdict } = judgeScan(
      { ...scan, readBy },
      {
        ...(holder < people && {
          ticket: {
            slipIsUsed: false,
            ...(matches !== undefined && { birthYearMatches: matches }),
            ...(matches && { hasAlikeNeighbour: hasAlikeNeighbour(number, holder, year!) }),
          },
        }),
        doses: [],
        lot: {},
      },
    )
    counts[verdict === 'waiting' || verdict === 'held' ? verdict : 'others'] += 1
  }
  return counts
}

test('T4: no misread number reaches anybody else, of whatever year, and none at all without a year', () => {
  for (const readBy of ['ocr', 'typed'] as const) {
    const withYear = outcomes(readBy, (year) => year, rule)
    expect(withYear).toMatchObject({ others: 0 })
    expect(withYear.held / people).toBeGreaterThan(0.3)
    expect(outcomes(readBy, () => undefined, rule)).toMatchObject({ others: 0 })
  }
})

test('T4: the control: without the rule hundreds of misread numbers reach a neighbour', () => {
  const { others } = outcomes('typed', (year) => year, control)
  // Half of the digits lead to a neighbour, one of eighty of whom was born in the same year.
  expect(others).toBeGreaterThan(300)
  expect(others / people).toBeLessThan(0.008)
})

describe('whatever one misread digit or one swap makes of a line', () => {
  const codes = ['131041', '011002', '472018', '132012', '401307', '282014']
  const line: fc.Arbitrary<TicketLine> = fc.record({
    slipKind: fc.constantFrom('vaccination', 'screenedOnly'),
    claimedDoseNumber: fc.integer({ min: 1, max: 9 }),
    municipalityCode: fc
      .tuple(fc.constantFrom(...codes), fc.nat(99_999))
      .map(([code, n]) => codeFrom(n) ?? code),
    number: fc.integer({ min: 1, max: 9_999_999_999 }).map(numberOf),
  })

  test('is refused, is the same ticket, or has the right one among its neighbours', () => {
    fc.assert(
      fc.property(line, fc.nat(), (right, pick) => {
        const near = oneEditAway(formatTicketLine(right))
        const read = parsed(near[pick % near.length]!)
        if (!read) return
        const isSameTown = read.municipalityCode === right.municipalityCode
        const isSameNumber = read.number === right.number
        if (isSameTown && isSameNumber) return
        if (isSameTown) expect(numbersNear(read)).toContain(right.number)
        else {
          expect(isSameNumber).toBe(true)
          expect(municipalitiesNear(read)).toContain(right.municipalityCode)
        }
      }),
      { numRuns: 5_000 },
    )
  })

  function codeFrom(n: number): string | undefined {
    const first = String(n).padStart(5, '0')
    const code = Array.from({ length: 10 }, (_, d) => first + d).find(isMunicipalityCode)
    return code && !isOrdinanceCityWard(code) ? code : undefined
  }

  function parsed(digits: string): TicketLine | undefined {
    try {
      return parseTicketLine(digits)
    } catch {
      return undefined
    }
  }
})

test('a code has few neighbours that are codes, and is none of its own', () => {
  const near = municipalitiesNear({ municipalityCode: '131041' })
  expect(near.length).toBeLessThan(6)
  expect(near).not.toContain('131041')
  expect(near.every(isMunicipalityCode)).toBe(true)
})

test('a number has 90 neighbours by a digit and 9 by a swap, never 0000000000', () => {
  expect(numbersNear({ number: '0123456789' })).toHaveLength(99)
  expect(numbersNear({ number: '0000000001' })).not.toContain('0000000000')
})
