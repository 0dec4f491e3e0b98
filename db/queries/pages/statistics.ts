/**
 * What has been released, for everybody to read. Axis: the issuer of the ticket. Sums over releases are
 * of what was published: exact for an area that was exact each time, of treated figures otherwise.
 */
import { asc, desc, eq, inArray, sql } from 'drizzle-orm'
import type { PlainDate } from '../../../domain/course.ts'
import type { DoseGroup, FigureBand } from '../../../domain/statistics.ts'
import { stateCode } from '../../../domain/statistics.ts'
import type { OrmTx } from '../../orm.ts'
import {
  municipality,
  statisticsArea,
  statisticsFigure,
  statisticsRelease,
} from '../../schema/index.ts'

export type Release = { fromOn: PlainDate; closedOn: PlainDate; releasedAt: Date }

/** Newest first. */
export function releases(tx: OrmTx): Promise<Release[]> {
  return tx.select().from(statisticsRelease).orderBy(desc(statisticsRelease.closedOn))
}

export type ReleasedLine = {
  areaCode: string
  doseGroup: DoseGroup
  ageBand: FigureBand
  /** Of the newest release; null: withheld. */
  newest: number | null
  /** Over all releases, as published. */
  toDate: number
  /** Releases in which it was withheld, and which `toDate` therefore lacks. */
  withheld: number
}

/** The state and its prefectures, or the towns of one prefecture. */
export async function releasedLines(
  tx: OrmTx,
  newest: PlainDate,
  of: 'prefectures' | { townsOf: string },
): Promise<ReleasedLine[]> {
  const areas =
    of === 'prefectures'
      ? sql`length(f.area_code) = 2`
      : sql`length(f.area_code) = 6 and f.area_code like ${`${of.townsOf}%`}`
  const rows = await tx.execute<ReleasedLine>(sql`
    select f.area_code as "areaCode", f.dose_group as "doseGroup", f.age_band as "ageBand",
           coalesce(max(f.doses) filter (where f.closed_on = ${newest}), null) as newest,
           coalesce(sum(f.doses), 0)::int as "toDate",
           (count(*) filter (where f.doses is null))::int as withheld
      from statistics_figure f where ${areas}
     group by 1, 2, 3 order by 1, 2, 3`)
  return [...rows]
}

export type ReleasedArea = {
  code: string
  /** Of a prefecture's code, its name; of the state's, null. */
  prefecture: string | null
  /** Only of a municipality. */
  name: string | null
  isExact: boolean
  municipalities: number
}

/** The areas of one release, by code. */
export async function releasedAreas(tx: OrmTx, closedOn: PlainDate): Promise<ReleasedArea[]> {
  const rows = await tx.execute<ReleasedArea>(sql`
    select a.area_code as code, a.is_exact as "isExact", a.municipalities, m.name,
           coalesce(m.prefecture, (select p.prefecture from municipality p
                                    where p.code >= a.area_code and a.area_code <> ${stateCode}
                                    order by p.code limit 1)) as prefecture
      from statistics_area a left join municipality m on m.code = a.area_code
     where a.closed_on = ${closedOn} order by a.area_code`)
  return [...rows]
}

export type Figure = {
  closedOn: PlainDate
  areaCode: string
  doseGroup: DoseGroup
  ageBand: FigureBand
  doses: number | null
}

/** Every figure of one release, or every release's figures of some areas. */
export function figures(
  tx: OrmTx,
  where: { closedOn: PlainDate } | { areaCodes: string[] },
): Promise<Figure[]> {
  const { closedOn, areaCode, doseGroup, ageBand } = statisticsFigure
  return tx
    .select()
    .from(statisticsFigure)
    .where('closedOn' in where ? eq(closedOn, where.closedOn) : inArray(areaCode, where.areaCodes))
    .orderBy(asc(closedOn), asc(areaCode), asc(doseGroup), asc(ageBand))
}

/** A municipality that has been in a release. */
export async function releasedTown(
  tx: OrmTx,
  code: string,
): Promise<{ prefecture: string; name: string } | undefined> {
  const [row] = await tx
    .select({ prefecture: municipality.prefecture, name: municipality.name })
    .from(municipality)
    .innerJoin(statisticsArea, eq(statisticsArea.areaCode, municipality.code))
    .where(eq(municipality.code, code))
    .limit(1)
  return row
}

export type DayOfArea = {
  areaCode: string
  givenOn: PlainDate
  ageBand: Exclude<FigureBand, 'all'>
  doseGroup: DoseGroup
  doses: number
}

/** By the day of the shot, of areas that were exact, by what all releases together say. */
export async function publishedDays(
  tx: OrmTx,
  of: 'state' | 'prefectures',
  from?: PlainDate,
): Promise<DayOfArea[]> {
  const rows = await tx.execute<DayOfArea>(sql`
    select area_code as "areaCode", given_on::text as "givenOn", age_band as "ageBand",
           dose_group as "doseGroup", sum(doses)::int as doses
      from published_doses_by_day
     where (area_code = ${stateCode}) = ${of === 'state'}
       and given_on >= coalesce(${from ?? null}::date, '-infinity')
     group by 1, 2, 3, 4 having sum(doses) <> 0 order by 1, 2, 4, 3`)
  return [...rows]
}
