// Costs: what nobody has decided is never a nought, and no sum that the state sees gives a town away.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  costItems,
  type Month,
  municipalitiesAtLeast,
  type Price,
  priceIn,
  statementOf,
  stateTotals,
  yenWords,
} from '../../../domain/cost.ts'
import { reachOf, roundScale } from '../../../web/monitor/charts.tsx'

const june = '2021-06-01' as Month
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

const price = (from: string, hundredths: number | null, setMs = 0): Price => ({
  ...{ item: 'letters' as const, from: from as Month, hundredths, setMs },
})

describe('a price', () => {
  test('is undefined until somebody decides, and holds from its month on', () => {
    expect(priceIn(june, 'letters', [])).toBeUndefined()
    expect(priceIn(june, 'letters', [price('2021-07-01', 8_400)])).toBeUndefined()
    expect(priceIn(june, 'letters', [price('2021-06-01', 8_400)])).toBe(8_400)
    expect(priceIn(june, 'letters', [price('2021-04-01', 8_400), price('2021-06-01', 9_400)])).toBe(
      9_400,
    )
  })

  test('mended later replaces the one of the same month; taken back, it is undecided, not free', () => {
    const mended = [price('2021-06-01', 8_400, 1), price('2021-06-01', 9_400, 2)]
    expect(priceIn(june, 'letters', mended)).toBe(9_400)
    expect(priceIn(june, 'letters', [...mended, price('2021-06-01', null, 3)])).toBeUndefined()
    expect(priceIn(june, 'letters', [price('2021-06-01', 0)])).toBe(0)
  })
})

describe('a statement', () => {
  test('adds up what is decided and names what is not', () => {
    const { lines, decided, undecided } = statementOf(june, { letters: 3, mails: 2 }, [
      price('2021-06-01', 8_450),
    ])
    expect(lines.find(({ item }) => item === 'letters')).toEqual({
      ...{ item: 'letters', quantity: 3, unit: 8_450, amount: 25_350 },
    })
    // No amount at all: a page cannot print a nought by mistake.
    expect(lines.find(({ item }) => item === 'mails')).toEqual({ item: 'mails', quantity: 2 })
    expect([decided, undecided]).toEqual([25_350, ['mails']])
    expect(yenWords(decided)).toBe('253.50')
    expect(yenWords(123_456_700)).toBe('1,234,567')
  })
})

describe('what the state sees', () => {
  const prefectures = fc.dictionary(
    fc.constantFrom('01', '02', '13', '27', '40', '47'),
    fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 6 }),
  )

  test(`is sums of enough municipalities, which together are the whole (seed ${seed})`, () => {
    fc.assert(
      fc.property(prefectures, (byArea) => {
        const statements = new Map(
          Object.entries(byArea).map(([area, towns]) => [
            area,
            towns.map((letters) => statementOf(june, { letters }, [])),
          ]),
        )
        const totals = stateTotals(statements)
        for (const { municipalities } of totals) {
          expect(municipalities).toBeGreaterThanOrEqual(municipalitiesAtLeast)
        }
        const [whole, ...parts] = totals
        if (parts.length === 0) return
        expect(whole!.area).toBe('00')
        for (const item of costItems) {
          const sum = parts.reduce((all, { items }) => all + items[item].quantity, 0)
          expect(sum).toBe(whole!.items[item].quantity)
        }
        // Whoever takes all shown parts but one from the whole gets that one, and it is large enough.
        expect(parts.reduce((all, { municipalities }) => all + municipalities, 0)).toBe(
          whole!.municipalities,
        )
      }),
      { seed, numRuns: 300 },
    )
  })

  test('is nothing while fewer than three take part', () => {
    const one = statementOf(june, { letters: 1 }, [])
    expect(stateTotals(new Map([['13', [one, one]]]))).toEqual([])
  })
})

describe('figures', () => {
  test('a share of few reaches far, a share of many does not', () => {
    const width = ([low, high]: [number, number]) => high - low
    expect(width(reachOf(3, 6))).toBeGreaterThan(0.5)
    expect(width(reachOf(300, 600))).toBeLessThan(0.1)
    expect(reachOf(0, 0)).toEqual([0, 0])
  })

  test('a scale is a round number that halves, and never too small', () => {
    for (const n of [4, 5, 7, 9, 11, 19, 21, 99, 101, 85_000]) {
      expect(roundScale(n)).toBeGreaterThanOrEqual(n)
      expect(roundScale(n) % 2).toBe(0)
    }
  })
})
