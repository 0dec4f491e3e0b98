/** The cost statement's quantities, counted once a day from the same facts and evidence as the watch. */
import { type Sql, withPurpose } from '../db/client.ts'
import {
  countQuantities,
  keepTotals,
  prefectureNames,
  pricesOf,
  quantitiesOf,
} from '../db/queries/cost.ts'
import {
  type CostItem,
  type Month,
  monthBefore,
  monthOf,
  type Statement,
  statementOf,
  stateTotals,
} from '../domain/cost.ts'
import type { PlainDate } from '../domain/course.ts'
import type { Day } from './days.ts'

/** Late records and corrections change months that are over; older ones stay as they were counted. */
const monthsCountedAgain = 6

const everywhere = { municipalityCode: [], purpose: 'watchNotices' } as const

export async function reckonCosts(sql: Sql, day: Day): Promise<void> {
  const today = day as PlainDate
  const from = Array.from({ length: monthsCountedAgain - 1 }).reduce<Month>(
    monthBefore,
    monthOf(today),
  )
  await withPurpose(sql, everywhere, async (tx) => {
    await countQuantities(tx, from, today)
    const [quantities, prices, places] = [
      await quantitiesOf(tx),
      await pricesOf(tx),
      await prefectureNames(tx),
    ]
    const months = [...new Set(quantities.map(({ month }) => month))].sort()
    const totals = months.flatMap((month) => {
      const byArea = new Map<string, Statement[]>()
      for (const { town, area } of places) {
        const own = quantities.filter((one) => one.town === town && one.month === month)
        if (own.length === 0) continue
        const amounts = Object.fromEntries(own.map(({ item, quantity }) => [item, quantity]))
        const statement = statementOf(
          month,
          amounts as Partial<Record<CostItem, number>>,
          prices.filter((price) => price.town === town),
        )
        byArea.set(area, [...(byArea.get(area) ?? []), statement])
      }
      return stateTotals(byArea).map((total) => ({ month, total }))
    })
    await keepTotals(tx, totals)
  })
}
