/** What the start page and the list of towns count. Counts only: nobody is named. */
import { count, eq, sql } from 'drizzle-orm'
import type { PlainDate } from '../../../domain/course.ts'
import { type OrmTx, widenToAllTowns } from '../../orm.ts'
import {
  course,
  dose,
  municipality,
  municipalitySetting,
  notice,
  scan,
} from '../../schema/index.ts'
import { isOverdueOn, isUnresolved } from './conditions.ts'

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
  await widenToAllTowns(tx)
  const [doses] = await tx
    .select({
      firstDoses: sql<number>`(count(*) filter (where ${dose.claimedDoseNumber} = 1))::int`,
      secondDoses: sql<number>`(count(*) filter (where ${dose.claimedDoseNumber} = 2))::int`,
    })
    .from(dose)
    .where(sql`${dose.voidedAt} is null`)
  const [overdue] = await tx.select({ n: count() }).from(course).where(isOverdueOn(today))
  const [scans] = await tx
    .select({
      held: sql<number>`(count(*) filter (where ${scan.verdict} = 'held'))::int`,
      waiting: sql<number>`(count(*) filter (where ${scan.verdict} = 'waiting'))::int`,
    })
    .from(scan)
    .where(isUnresolved)
  const [notices] = await tx
    .select({
      left: sql<number>`(count(*) filter (where ${notice.state} = 'left'))::int`,
      suppressed: sql<number>`(count(*) filter (where ${notice.state} = 'suppressed'))::int`,
      heldNotices: sql<number>`(count(*) filter (where ${notice.state} = 'held'))::int`,
    })
    .from(notice)
  return { ...doses!, overdue: overdue!.n, ...scans!, ...notices! }
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

/** Every town that takes part. Doses and scans by issuer, overdue by residence today. */
export async function townLines(tx: OrmTx, today: PlainDate): Promise<TownLine[]> {
  await widenToAllTowns(tx)
  const doses = tx
    .select({
      code: dose.issuingMunicipalityCode,
      first: sql<number>`(count(*) filter (where ${dose.claimedDoseNumber} = 1))::int`.as('first'),
      second: sql<number>`(count(*) filter (where ${dose.claimedDoseNumber} = 2))::int`.as(
        'second',
      ),
    })
    .from(dose)
    .where(sql`${dose.voidedAt} is null`)
    .groupBy(dose.issuingMunicipalityCode)
    .as('doses')
  const overdue = tx
    .select({ code: course.homeMunicipalityCode, n: count().as('overdue') })
    .from(course)
    .where(isOverdueOn(today))
    .groupBy(course.homeMunicipalityCode)
    .as('overdue')
  const unresolved = tx
    .select({ code: scan.issuingMunicipalityCode, n: count().as('unresolved') })
    .from(scan)
    .where(isUnresolved)
    .groupBy(scan.issuingMunicipalityCode)
    .as('unresolved')
  return tx
    .select({
      code: municipality.code,
      prefecture: municipality.prefecture,
      name: municipality.name,
      firstDoses: sql<number>`coalesce(${doses.first}, 0)::int`,
      secondDoses: sql<number>`coalesce(${doses.second}, 0)::int`,
      overdue: sql<number>`coalesce(${overdue.n}, 0)::int`,
      unresolved: sql<number>`coalesce(${unresolved.n}, 0)::int`,
    })
    .from(municipalitySetting)
    .innerJoin(municipality, eq(municipality.code, municipalitySetting.municipalityCode))
    .leftJoin(doses, eq(doses.code, municipality.code))
    .leftJoin(overdue, eq(overdue.code, municipality.code))
    .leftJoin(unresolved, eq(unresolved.code, municipality.code))
    .orderBy(municipality.code)
}
