// T4: what becomes of 100,000 scans of which each has one digit of ten misread, in the town in which that
// is worst: its numbers were given out one after the other, so that many a wrong one is somebody's.
import { expect, test } from 'vitest'
import type { PlainDate } from '../../../domain/course.ts'
import { judgeScan, type ScanFacts } from '../../../domain/scan.ts'
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

function misread(number: string): string {
  const at = Math.floor(random.next() * 10)
  const digit = (Number(number[at]) + 1 + Math.floor(random.next() * 9)) % 10
  return number.slice(0, at) + digit + number.slice(at + 1)
}

/** How the misread scans of everybody end, with what was stated beside the number. */
function outcomes(readBy: 'ocr' | 'typed', stated: (year: number) => number | undefined) {
  const counts = { waiting: 0, held: 0, others: 0, othersOfAnotherYear: 0 }
  for (let person = 0; person < people; person++) {
    const holder = Number(misread(String(person).padStart(10, '0')))
    const year = stated(yearOf[person]!)
    const isSomebodys = holder < people
    const { verdict } = judgeScan(
      { ...scan, readBy },
      {
        ...(isSomebodys && {
          ticket: {
            slipIsUsed: false,
            ...(year !== undefined && { birthYearMatches: yearOf[holder] === year }),
          },
        }),
        doses: [],
        lot: {},
      },
    )
    if (verdict === 'waiting') counts.waiting += 1
    else if (verdict === 'held') counts.held += 1
    else {
      counts.others += 1
      if (yearOf[holder] !== yearOf[person]) counts.othersOfAnotherYear += 1
    }
  }
  return counts
}

test('T4: no misread number reaches anybody born in another year, and none at all without a year', () => {
  for (const readBy of ['ocr', 'typed'] as const) {
    const withYear = outcomes(readBy, (year) => year)
    expect(withYear.othersOfAnotherYear).toBe(0)
    // Half of the digits lead to a neighbour, one of eighty of whom was born in the same year.
    expect(withYear.others / people).toBeLessThan(0.008)
    expect(withYear.held / people).toBeGreaterThan(0.45)
    expect(withYear.held + withYear.waiting + withYear.others).toBe(people)
    const without = outcomes(readBy, () => undefined)
    expect(without.others).toBe(0)
  }
})
