/**
 * What notices and vaccinations cost: quantities by month, and prices that somebody has decided. A price
 * that nobody has decided is no zero: an amount without one is undecided, and so is a sum that lacks it.
 * Money is counted in hundredths of a yen, whole numbers, as prices have two decimals.
 */
import { addDays } from './calendar.ts'
import type { PlainDate } from './course.ts'

export const costItems = [
  'letters',
  'pages',
  'mails',
  /** Given to the issuer's own people, at a venue in the issuer's municipality. */
  'doses',
  /** Given to them at a venue elsewhere (住所地外接種): billed by another way. */
  'dosesElsewhere',
  'venueDays',
] as const
export type CostItem = (typeof costItems)[number]

/** The first of a month. */
export type Month = PlainDate

export function monthOf(day: PlainDate): Month {
  return `${day.slice(0, 7)}-01` as Month
}

export function monthBefore(month: Month): Month {
  return monthOf(addDays(month, -1))
}

/** Decided for months from `from` on; `hundredths` null takes an earlier one back. */
export type Price = {
  item: CostItem
  from: Month
  hundredths: number | null
  /** Of two for the same month the one set later holds (epoch ms). */
  setMs: number
}

export type CostLine = {
  item: CostItem
  quantity: number
  /** Undefined: not decided yet. */
  unit?: number
  amount?: number
}

export type Statement = {
  lines: CostLine[]
  /** Of the lines that have a price. */
  decided: number
  /** Lines with a quantity and no price: the sum lacks them. */
  undecided: CostItem[]
}

export function priceIn(month: Month, item: CostItem, prices: Price[]): number | undefined {
  const [newest] = prices
    .filter((price) => price.item === item && price.from <= month)
    .sort((a, b) => (a.from === b.from ? b.setMs - a.setMs : a.from < b.from ? 1 : -1))
  return newest?.hundredths ?? undefined
}

export function statementOf(
  month: Month,
  quantities: Partial<Record<CostItem, number>>,
  prices: Price[],
): Statement {
  const lines = costItems.map((item): CostLine => {
    const quantity = quantities[item] ?? 0
    const unit = priceIn(month, item, prices)
    return unit === undefined
      ? { item, quantity }
      : { item, quantity, unit, amount: quantity * unit }
  })
  return {
    lines,
    decided: lines.reduce((sum, { amount = 0 }) => sum + amount, 0),
    undecided: lines
      .filter(({ quantity, unit }) => quantity > 0 && unit === undefined)
      .map(({ item }) => item),
  }
}

export type AreaLine = {
  quantity: number
  /** Of the municipalities whose price is decided. */
  hundredths: number
  /** Municipalities with a quantity and no price. */
  undecided: number
}

export type AreaTotal = {
  /** Two digits of a prefecture, `00` for the whole state, `other` for several prefectures together. */
  area: string
  municipalities: number
  items: Record<CostItem, AreaLine>
}

export function totalOf(area: string, statements: Statement[]): AreaTotal {
  const items = Object.fromEntries(
    costItems.map((item) => {
      const lines = statements.map((one) => one.lines.find((line) => line.item === item)!)
      return [
        item,
        {
          quantity: lines.reduce((sum, { quantity }) => sum + quantity, 0),
          hundredths: lines.reduce((sum, { amount = 0 }) => sum + amount, 0),
          undecided: lines.filter(({ quantity, unit }) => quantity > 0 && unit === undefined)
            .length,
        },
      ]
    }),
  ) as AreaTotal['items']
  return { area, municipalities: statements.length, items }
}

/** A sum of fewer gives a single municipality away to whoever knows the others. */
export const municipalitiesAtLeast = 3

/**
 * What the state gets to see: sums of prefectures, and of all. Prefectures in which too few municipalities
 * take part stand together; so does the next smallest with them, while those are still too few, for what is
 * left out of a total can be had by taking the rest from it.
 */
export function stateTotals(byPrefecture: Map<string, Statement[]>): AreaTotal[] {
  const areas = [...byPrefecture].sort(
    ([a, some], [b, others]) => some.length - others.length || (a < b ? -1 : 1),
  )
  const together: Statement[] = []
  const shown: AreaTotal[] = []
  for (const [area, statements] of areas) {
    const isSmall = statements.length < municipalitiesAtLeast
    const needsMore = together.length > 0 && together.length < municipalitiesAtLeast
    if (isSmall || needsMore) together.push(...statements)
    else shown.push(totalOf(area, statements))
  }
  const all = [...byPrefecture.values()].flat()
  if (all.length < municipalitiesAtLeast) return []
  // Too few to stand for themselves, and nobody left to stand with: only the sum of all is told.
  if (together.length > 0 && together.length < municipalitiesAtLeast) return [totalOf('00', all)]
  return [
    totalOf('00', all),
    ...shown.sort((a, b) => (a.area < b.area ? -1 : 1)),
    ...(together.length > 0 ? [totalOf('other', together)] : []),
  ]
}

/** `1,234` or `1,234.50`. */
export function yenWords(hundredths: number): string {
  const whole = Math.floor(hundredths / 100).toLocaleString('en-US')
  const rest = hundredths % 100
  return rest === 0 ? whole : `${whole}.${String(rest).padStart(2, '0')}`
}
