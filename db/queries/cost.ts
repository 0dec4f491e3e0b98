/** Quantities of what costs something, by month, and the prices that municipalities have decided. */
import { randomUUID } from 'node:crypto'
import {
  type AreaTotal,
  type CostItem,
  costItems,
  type Month,
  type Price,
} from '../../domain/cost.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { Sql, Tx } from '../client.ts'

export type Quantity = { town: string; month: Month; item: CostItem; quantity: number }

/**
 * Counts the months from `from` on anew: letters, pages and mails by the town that they left for, as the
 * watch has seen them leave; doses by the issuer of the ticket; days by the town of the venue.
 */
export async function countQuantities(tx: Tx, from: Month, day: PlainDate): Promise<void> {
  await tx`delete from cost_quantity where month >= ${from}`
  await tx`
    insert into cost_quantity (municipality_code, month, item, quantity, counted_on)
    select m.code, q.month, q.item, q.n, ${day}
      from (
        select coalesce(batch_town, municipality_code) as town, date_trunc('month', left_on)::date as month,
               unnest(case channel when 'letter' then array['letters', 'pages'] else array['mails'] end)
                 as item,
               unnest(case channel when 'letter' then array[count(*), sum(coalesce(pages, 1))]
                                   else array[count(*)] end)::int as n
          from notice_departure where left_on >= ${from} group by 1, 2, channel
        union all
        select d.issuing_municipality_code, date_trunc('month', d.given_on)::date,
               case when v.municipality_code = d.issuing_municipality_code then 'doses'
                    else 'dosesElsewhere' end, count(*)::int
          from dose d join venue v on v.code = d.venue_code
         where d.voided_at is null and d.given_on >= ${from} group by 1, 2, 3
        union all
        select v.municipality_code, date_trunc('month', d.given_on)::date, 'venueDays',
               count(distinct (d.venue_code, d.given_on))::int
          from dose d join venue v on v.code = d.venue_code
         where d.voided_at is null and d.given_on >= ${from} group by 1, 2
      ) q join municipality m on m.code = q.town`
}

/** Of one town, or of all; all months. */
export async function quantitiesOf(tx: Tx | Sql, town?: string): Promise<Quantity[]> {
  return (tx as Sql)<Quantity[]>`
    select municipality_code as town, month, item, quantity from cost_quantity
     where ${town ?? null}::text is null or municipality_code = ${town ?? null}
     order by month, municipality_code, item`
}

export type TownPrice = Price & { town: string; setBy: string }

export async function pricesOf(tx: Tx | Sql, town?: string): Promise<TownPrice[]> {
  return (tx as Sql)<TownPrice[]>`
    select municipality_code as town, item, from_on as "from",
           (yen * 100)::int8::float8 as hundredths,
           (extract(epoch from set_at) * 1000)::float8 as "setMs", set_by as "setBy"
      from unit_price
     where ${town ?? null}::text is null or municipality_code = ${town ?? null}
     order by item, from_on, set_at`
}

/** A row more: what was said before stays. */
export async function setPrice(
  tx: Tx | Sql,
  price: { town: string; item: CostItem; from: Month; hundredths: number | null; by: string },
): Promise<void> {
  const yen = price.hundredths === null ? null : (price.hundredths / 100).toFixed(2)
  await (tx as Sql)`
    insert into unit_price (municipality_code, id, item, from_on, yen, set_by)
    values (${price.town}, ${randomUUID()}, ${price.item}, ${price.from}, ${yen}, ${price.by})`
}

export async function prefectureNames(
  tx: Tx | Sql,
): Promise<{ town: string; name: string; area: string; prefecture: string }[]> {
  return (tx as Sql)<{ town: string; name: string; area: string; prefecture: string }[]>`
    select m.code as town, m.name, prefecture_of(m.code) as area, m.prefecture
      from municipality m join municipality_setting s on s.municipality_code = m.code`
}

/** What the state sees, all of it anew for these months. */
export async function keepTotals(
  tx: Tx,
  totals: { month: Month; total: AreaTotal }[],
): Promise<void> {
  await tx`delete from cost_total where month = any(${totals.map(({ month }) => month)}::date[])`
  for (const { month, total } of totals) {
    for (const item of costItems) {
      const { quantity, hundredths, undecided } = total.items[item]
      await tx`
        insert into cost_total (month, area_code, item, municipalities, quantity, yen, undecided)
        values (${month}, ${total.area}, ${item}, ${total.municipalities}, ${quantity},
                ${(hundredths / 100).toFixed(2)}, ${undecided})`
    }
  }
}
