/**
 * What the start page and the list of towns count, across all towns: functions of the database's own
 * give the counts, so that no row of anybody is read for them.
 */
import { sql } from 'drizzle-orm'
import type { PlainDate } from '../../../domain/course.ts'
import type { OrmTx } from '../../orm.ts'

export type LiveCounts = {
  firstDoses: number
  secondDoses: number
  overdue: number
  held: number
  waiting: number
  left: number
  suppressed: number
  heldNotices: number
}

/** All towns together, so that issuer, residence and venue agree. */
export async function liveCounts(tx: OrmTx, today: PlainDate): Promise<LiveCounts> {
  const [row] = await tx.execute<LiveCounts>(sql`
    select first_doses as "firstDoses", second_doses as "secondDoses", overdue, held, waiting,
           notices_left as "left", notices_suppressed as suppressed, notices_held as "heldNotices"
      from count_live(${today})`)
  return row!
}

export type TownLine = {
  code: string
  prefecture: string
  name: string
  firstDoses: number
  secondDoses: number
  overdue: number
  unresolved: number
}

/** Every town that takes part, exactly. Doses and scans by issuer, overdue by residence today. */
export async function townLines(tx: OrmTx, today: PlainDate): Promise<TownLine[]> {
  const rows = await tx.execute<TownLine>(sql`
    select m.code, m.prefecture, m.name, t.first_doses as "firstDoses",
           t.second_doses as "secondDoses", t.overdue, t.unresolved
      from count_towns(${today}) t join municipality m on m.code = t.municipality_code
     order by m.code`)
  return [...rows]
}
