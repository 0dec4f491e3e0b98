/**
 * Keeping statistics: one round counts what is new, and closes a week that is over. Nobody is looked
 * at: the database's own function compares doses with what has been counted, and gives away counts.
 */
import type { PlainDate } from '../../domain/course.ts'
import {
  type CountOfTown,
  firstDayOfWeek,
  lastClosingDay,
  makeRelease,
  prefectureOf,
  type ReleasedArea,
} from '../../domain/statistics.ts'
import type { Sql, Tx } from '../client.ts'

/** One round at a time in the whole system. */
const roundLock = 20_210_412

export type Round = {
  /** Counts that changed. */
  changed: number
  /** The week that was closed in this round. */
  closedOn?: PlainDate
}

/**
 * Brings the statistics up to `today`, and first closes the week that ended before it, if it is not
 * closed. Undefined when another process is at it. `isDrawn`: see `treatTable`.
 */
export async function keepStatistics(
  sql: Sql,
  today: PlainDate,
  isDrawn: () => boolean,
): Promise<Round | undefined> {
  const connection = await sql.reserve()
  try {
    const [lock] = await connection<{ isOurs: boolean }[]>`
      select pg_try_advisory_lock(${roundLock}) as "isOurs"`
    if (!lock?.isOurs) return undefined
    try {
      const towns = await townsTakingPart(sql)
      const closedOn = await closeWeek(sql, towns, today, isDrawn)
      const changed = await countUpTo(sql, towns, today)
      await sql`
        insert into statistics_upkeep (counted_to) values (${today})
        on conflict (only_one) do update
          set counted_to = excluded.counted_to, refreshed_at = clock_timestamp()`
      return { changed, ...(closedOn && { closedOn }) }
    } finally {
      await connection`select pg_advisory_unlock(${roundLock})`
    }
  } finally {
    connection.release()
  }
}

/** A town takes part from the day it says so; a dose of its tickets cannot come before. */
async function townsTakingPart(sql: Sql): Promise<string[]> {
  const rows = await sql<{ code: string }[]>`
    select municipality_code as code from municipality_setting
    union select distinct issuing_municipality_code from statistic order by code`
  return rows.map(({ code }) => code)
}

/** A prefecture at a time, so that no statement holds on to old rows for long. */
async function countUpTo(sql: Sql, towns: string[], day: PlainDate): Promise<number> {
  let changed = 0
  for (const prefecture of new Set(towns.map(prefectureOf))) {
    changed += await bookDifferences(sql, prefecture, day)
  }
  return changed
}

/** Answers how many counts changed. The database refuses a day that a release has closed. */
async function bookDifferences(sql: Sql, prefecture: string, day: PlainDate): Promise<number> {
  const isThere = sql`issuing_municipality_code >= ${prefecture}
                  and issuing_municipality_code < ${`${prefecture}:`}`
  const dimensions = sql`issuing_municipality_code, given_on, recorded_on, home_municipality_code,
                         venue_code, product_code, lot_number, age_band, dose_number`
  const [row] = await sql<{ changed: number }[]>`
    with known as (
      select ${dimensions}, sum(doses)::int as doses from statistic
       where ${isThere} and recorded_on <= ${day} group by ${dimensions}
    ), change as (
      select ${dimensions}, coalesce(found.doses, 0) - coalesce(known.doses, 0) as doses
        from count_doses(${day}, ${prefecture}) found full join known using (${dimensions})
       where coalesce(found.doses, 0) <> coalesce(known.doses, 0)
    ), booked as (
      insert into statistic as s (${dimensions}, counted_on, doses)
      select ${dimensions}, ${day}, doses from change
      on conflict (${dimensions}, counted_on) do update set doses = s.doses + excluded.doses
      returning 1)
    select count(*)::int as changed from booked`
  // Added and taken back on one day.
  await sql`delete from statistic where ${isThere} and counted_on = ${day} and doses = 0`
  return row!.changed
}

/** Answers the day closed; undefined when that week is closed already, or nothing was ever counted. */
async function closeWeek(
  sql: Sql,
  towns: string[],
  today: PlainDate,
  isDrawn: () => boolean,
): Promise<PlainDate | undefined> {
  const closedOn = lastClosingDay(today)
  const [last] = await sql<{ on: PlainDate | null }[]>`
    select max(closed_on) as on from statistics_release`
  const before = last?.on ?? undefined
  if (before !== undefined && before >= closedOn) return undefined
  await countUpTo(sql, towns, closedOn)
  const counts = await countsOf(sql, before, closedOn)
  if (counts.length === 0 && before === undefined) return undefined
  const areas = makeRelease(await townsTakingPart(sql), counts, isDrawn)
  await sql.begin(async (tx) => {
    await tx`
      insert into statistics_release (closed_on, from_on)
      values (${closedOn}, coalesce(${before ?? null}::date + 1, ${firstDayOfWeek(closedOn)}))`
    await writeAreas(tx, closedOn, areas)
  })
  return closedOn
}

/** Axis: issuer. What was counted after the last release and by the day that closes this one. */
function countsOf(
  sql: Sql,
  before: PlainDate | undefined,
  closedOn: PlainDate,
): Promise<CountOfTown[]> {
  return sql<CountOfTown[]>`
    select issuing_municipality_code as "municipalityCode", least(dose_number, 3) as "doseGroup",
           age_band as "ageBand", sum(doses)::int as doses
      from statistic
     where counted_on > coalesce(${before ?? null}::date, '-infinity') and counted_on <= ${closedOn}
     group by 1, 2, 3 having sum(doses) <> 0`
}

async function writeAreas(tx: Tx, closedOn: PlainDate, areas: ReleasedArea[]): Promise<void> {
  const figures = areas.flatMap(({ code, figures: all }) =>
    all.map(({ doseGroup, ageBand, shown }) => ({
      code,
      doseGroup,
      ageBand,
      doses: shown === 'withheld' ? null : shown,
    })),
  )
  await tx`
    insert into statistics_area (closed_on, area_code, is_exact, municipalities)
    select ${closedOn}, a.code, a."isExact", a.municipalities
      from json_to_recordset(${JSON.stringify(areas)}::text::json)
        as a(code text, "isExact" boolean, municipalities int)`
  await tx`
    insert into statistics_figure (closed_on, area_code, dose_group, age_band, doses)
    select ${closedOn}, f.code, f."doseGroup", f."ageBand", f.doses
      from json_to_recordset(${JSON.stringify(figures)}::text::json)
        as f(code text, "doseGroup" int, "ageBand" text, doses int)`
}
