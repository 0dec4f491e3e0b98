/** Proves: no published table, alone or beside its sums, tells a count of one to seven people. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  countsBehind,
  type TownCounts,
  treat,
  treatTable,
} from '../../../domain/disclosure-control.ts'
import { type Possibility, possibilities, possibleCounts } from '../../support/pencil-and-paper.ts'

const columns = ['-64', '65-']
/** Nothing is withheld by lot: what is published is then all that protects. */
const never = () => false
const smallCounts = [1, 2, 3, 4, 5, 6, 7]

function townsOf(prefecture: string, ...counts: [number, number][]): TownCounts[] {
  return counts.map(([younger, older], i) => ({
    code: `${prefecture}${i + 1}`,
    prefecture,
    counts: { '-64': younger, '65-': older },
  }))
}

function exactCounts(towns: TownCounts[]): Map<string, number> {
  return new Map(
    towns.flatMap(({ code, counts }) => [
      ...columns.map((column): [string, number] => [`${code} ${column}`, counts[column]!]),
      [`${code} total`, counts['-64']! + counts['65-']!] as [string, number],
    ]),
  )
}

/** More than the threat asks: it may be nobody, or any of five numbers; never just "not certain". */
function isTooSure(possible: Set<number>): boolean {
  return !possible.has(0) && possible.size < 5
}

/** Every small count of a town that a reader can tell, by trying all possibilities. */
function betrayed(towns: TownCounts[], published = treatTable(columns, towns, never)): string[] {
  const small = [...exactCounts(towns)].filter(([, count]) => smallCounts.includes(count))
  const possible = possibleCounts(possibilities(published, towns, columns, 40), (seen) =>
    small.every(([key]) => !isTooSure(seen.get(key)!)),
  )
  return small.filter(([key]) => isTooSure(possible.get(key)!)).map(([key]) => key)
}

function* atMost<T>(all: Iterable<T>, most: number): Generator<T> {
  let n = 0
  for (const one of all) {
    if (n++ === most) return
    yield one
  }
}

function townsAs(towns: TownCounts[], possibility: Possibility): TownCounts[] {
  return towns.map((town) => ({ ...town, counts: possibility[town.code]! }))
}

describe('one figure', () => {
  test('up to 7 reads 0, the rest is the nearest multiple of 5', () => {
    expect([0, 1, 7, 8, 12, 13, 17, 18, 1_002, 1_003].map(treat)).toEqual([
      0, 0, 0, 10, 10, 15, 15, 20, 1_000, 1_005,
    ])
    expect([-3, -7, -8, -13].map((count) => treat(count) + 0)).toEqual([0, 0, -10, -15])
  })

  test('stands for exactly the counts that are published so', () => {
    fc.assert(
      fc.property(fc.integer({ min: -60, max: 60 }), (count) => {
        const { low, high } = countsBehind(treat(count))
        for (let other = -70; other <= 70; other++) {
          expect(other >= low && other <= high).toBe(treat(other) === treat(count))
        }
      }),
    )
  })
})

describe('T21: small counts', () => {
  const count = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 8 }) },
    { weight: 2, arbitrary: fc.constantFrom(0, 7, 8, 12, 13, 17) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 18 }) },
  )
  const pair = fc.tuple(count, count)
  const prefecture = (code: string, most: number) =>
    fc.array(pair, { minLength: 1, maxLength: most }).map((rows) => townsOf(code, ...rows))

  test('of one prefecture cannot be worked out from all published sums', () => {
    fc.assert(
      fc.property(prefecture('13', 4), (towns) => {
        expect(betrayed(towns)).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  test('of several prefectures, some with a single town, cannot be worked out', () => {
    const few = fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 3 }))
    const state = fc
      .tuple(few, few, few, few)
      .map(([a, b, c, d]) => [...townsOf('13', a), ...townsOf('20', b), ...townsOf('47', c, d)])
    fc.assert(
      fc.property(state, (towns) => {
        expect(betrayed(towns)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  // Whoever knows how lines come to be withheld could rule out tables that would have withheld others.
  test('stay in doubt for a reader who knows the method: each possible table is published alike', () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 3, maxLength: 4 }), fc.nat(15), (rows, lots) => {
        const towns = townsOf('13', ...rows)
        const published = treatTable(
          columns,
          towns,
          ([area]) => (lots >> Number(area![2])) % 2 === 1,
        )
        const isWithheld = ([area]: string[]) => published.towns.get(area!)!.total === 'withheld'
        for (const other of atMost(possibilities(published, towns, columns, 40), 20)) {
          const alike = treatTable(columns, townsAs(towns, other), isWithheld)
          expect(alike).toEqual(published)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('of any state whatever can be protected, whoever takes part and whatever the lots', () => {
    const anyCount = fc.oneof(count, fc.integer({ min: -20, max: 400 }))
    const rows = fc.array(fc.tuple(anyCount, anyCount), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(fc.array(rows, { minLength: 1, maxLength: 5 }), fc.boolean(), (all, lot) => {
        const towns = all.flatMap((some, i) => townsOf(`${10 + i}`, ...some))
        const { state, towns: lines } = treatTable(columns, towns, ([area]) => lot && area! > '12')
        expect(lines.size).toBe(towns.length)
        expect(state.isExact).toBe(towns.length >= 3)
      }),
    )
  })

  test('could be worked out here if no line were withheld', () => {
    // 31 in all, published 15, 0 and 0: at most 17 are in the first, so the others are full.
    const towns = townsOf('13', [17, 0], [7, 0], [7, 0])
    const published = treatTable(columns, towns, never)
    const lines = [...published.towns].filter(([, { total }]) => total === 'withheld')
    expect(lines.map(([code]) => code)).toEqual(['131', '132', '133'])
    expect(betrayed(towns, published)).toEqual([])

    for (const { code, counts } of towns) {
      const figures = published.towns.get(code)!
      figures.total = treat(counts['-64']! + counts['65-']!)
      for (const column of columns) figures.columns[column] = treat(counts[column]!)
    }
    expect(betrayed(towns, published)).toEqual(['132 -64', '132 total', '133 -64', '133 total'])
  })
})

describe('sums', () => {
  test('are of exact counts, and exact by prefecture and for the state', () => {
    const table = treatTable(
      columns,
      [...townsOf('13', [3, 4], [6, 2], [1, 1]), ...townsOf('20', [30, 1], [12, 0], [5, 9])],
      never,
    )
    expect(table.state).toMatchObject({
      isExact: true,
      total: 74,
      columns: { '-64': 57, '65-': 17 },
    })
    expect(table.prefectures.get('13')).toMatchObject({ isExact: true, total: 17, towns: 3 })
    expect(table.towns.get('131')).toMatchObject({ columns: { '-64': 0, '65-': 0 } })
  })

  test('of a prefecture with one town are treated as that town is', () => {
    const table = treatTable(
      columns,
      [
        ...townsOf('13', [3, 40], [60, 20], [11, 10], [20, 20]),
        ...townsOf('20', [6, 23]),
        ...townsOf('47', [22, 31], [11, 5]),
      ],
      never,
    )
    expect(table.prefectures.get('20')).toMatchObject({ isExact: false, total: 30 })
    expect(table.prefectures.get('20')!.columns['-64']).not.toBe(6)
    expect(table.prefectures.get('13')!.isExact).toBe(true)
    expect(table.state.isExact).toBe(true)
  })

  test('of all prefectures but one never tell that one', () => {
    const table = treatTable(
      columns,
      [
        ...townsOf('13', [3, 40], [60, 20], [11, 10], [20, 20]),
        ...townsOf('14', [3, 40], [60, 20], [11, 10]),
        ...townsOf('20', [6, 23]),
      ],
      never,
    )
    expect([...table.prefectures].map(([code, { isExact }]) => [code, isExact])).toEqual([
      ['13', true],
      ['14', false],
      ['20', false],
    ])
  })

  test('of a state of two towns are treated too', () => {
    const table = treatTable(columns, townsOf('13', [3, 40], [60, 21]), never)
    expect(table.state).toMatchObject({ isExact: false, total: 125 })
    expect(betrayed(townsOf('13', [3, 4], [6, 11]))).toEqual([])
  })
})

describe('what was taken back', () => {
  test('is treated like what was added', () => {
    const table = treatTable(columns, townsOf('13', [-3, 40], [60, -22], [11, 10]), never)
    expect(table.prefectures.get('13')!.total).toBe(96)
    expect(table.towns.get('131')!.columns['-64']).not.toBe(-3)
    expect(table.towns.get('132')!.columns['65-']).toBe(-20)
  })
})
