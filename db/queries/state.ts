/**
 * What the state's role sees, asked as that role: statistics; and of every table that holds people,
 * how many rows. Nothing here names a municipality or a purpose: the state has none.
 */
import type { DoseCounts, StateAnswer } from '../../config/state-answer.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { Sql } from '../client.ts'

/** What the state may read. Every other table is one that holds people, or might. */
export const openToState = [
  ...['lot', 'municipality', 'product', 'venue'],
  ...['statistics_area', 'statistics_figure', 'statistics_release', 'statistics_upkeep'],
  ...['doses_by_home_prefecture', 'doses_by_issuing_prefecture', 'doses_by_venue'],
  'published_doses_by_day',
  'cost_total',
]
const daysAtMost = 56
const venueLinesAtMost = 200

export async function askAsState(sql: Sql): Promise<Omit<StateAnswer, 'keyTokens'>> {
  const [who] = await sql<{ role: string }[]>`select current_user::text as role`
  return {
    role: who!.role,
    tables: await rowsSeen(sql),
    readable: await readableTables(sql),
    privileged: await privilegedFunctions(sql),
    costs: await costTotals(sql),
    countedTo: await countedTo(sql),
    prefectures: await byPrefecture(sql),
    perDay: await perDay(sql),
    venues: await byVenue(sql),
  }
}

/** The database's own answer to "how many rows?", table by table. */
async function rowsSeen(sql: Sql): Promise<StateAnswer['tables']> {
  const rows = await sql<{ name: string; rows: string | null }[]>`
    select table_name as name, rows from rows_seen()`
  return rows
    .filter(({ name }) => !openToState.includes(name))
    .map(({ name, rows: seen }) => ({ name, rows: seen === null ? null : Number(seen) }))
}

export async function readableTables(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select c.relname::text as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
       and has_any_column_privilege(c.oid, 'select')
     order by name`
  return rows.map(({ name }) => name)
}

/** Functions that run as somebody else could see what their caller must not. */
export async function privilegedFunctions(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select p.oid::regprocedure::text as name from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.prosecdef
       and has_function_privilege(p.oid, 'execute')
     order by name`
  return rows.map(({ name }) => name)
}

/** Sums of prefectures in which enough municipalities take part; no municipality's own. */
async function costTotals(sql: Sql): Promise<StateAnswer['costs']> {
  return sql<StateAnswer['costs']>`
    select month, area_code as area, municipalities,
           json_object_agg(item, json_build_object('quantity', quantity,
             'hundredths', (yen * 100)::bigint, 'undecided', undecided)) as items
      from cost_total group by 1, 2, 3
     order by month, area_code <> '00', area_code`
}

async function countedTo(sql: Sql): Promise<PlainDate | null> {
  const [row] = await sql<{ on: PlainDate }[]>`
    select counted_to as on from statistics_upkeep`
  return row?.on ?? null
}

type PrefectureLine = { code: string; name: string } & Record<
  'issuedFirst' | 'issuedSecond' | 'issuedFurther' | 'homeFirst' | 'homeSecond' | 'homeFurther',
  number
>

/** Two axes side by side, never summed: the issuer of the ticket, and where people live. */
async function byPrefecture(sql: Sql): Promise<StateAnswer['prefectures']> {
  const rows = await sql<PrefectureLine[]>`
    with issued as (
      select prefecture_code, dose_number, sum(doses)::int as doses
        from doses_by_issuing_prefecture group by 1, 2),
    home as (
      select prefecture_code, dose_number, sum(doses)::int as doses
        from doses_by_home_prefecture group by 1, 2),
    area as (
      select prefecture_of(code) as code, min(prefecture) as name from municipality group by 1)
    select area.code, area.name,
           coalesce(sum(i.doses) filter (where dose_number = 1), 0)::int as "issuedFirst",
           coalesce(sum(i.doses) filter (where dose_number = 2), 0)::int as "issuedSecond",
           coalesce(sum(i.doses) filter (where dose_number > 2), 0)::int as "issuedFurther",
           coalesce(sum(h.doses) filter (where dose_number = 1), 0)::int as "homeFirst",
           coalesce(sum(h.doses) filter (where dose_number = 2), 0)::int as "homeSecond",
           coalesce(sum(h.doses) filter (where dose_number > 2), 0)::int as "homeFurther"
      from issued i full join home h using (prefecture_code, dose_number)
      join area on area.code = prefecture_code
     group by area.code, area.name order by area.code`
  return rows.map((row) => ({
    code: row.code,
    name: row.name,
    issued: { first: row.issuedFirst, second: row.issuedSecond, further: row.issuedFurther },
    resident: { first: row.homeFirst, second: row.homeSecond, further: row.homeFurther },
  }))
}

/** The newest days on which doses were given, the whole state. */
async function perDay(sql: Sql): Promise<StateAnswer['perDay']> {
  const rows = await sql<StateAnswer['perDay']>`
    select given_on as on, coalesce(sum(doses) filter (where dose_number = 1), 0)::int as first,
           coalesce(sum(doses) filter (where dose_number > 1), 0)::int as second
      from doses_by_issuing_prefecture group by given_on order by given_on desc limit ${daysAtMost}`
  return [...rows].reverse()
}

type VenueLine = DoseCounts &
  Pick<
    StateAnswer['venues']['shown'][number],
    'venueCode' | 'venueName' | 'productCode' | 'lotNumber'
  >

/** For distribution: venue, product and lot; the largest first. */
async function byVenue(sql: Sql): Promise<StateAnswer['venues']> {
  const rows = await sql<(VenueLine & { lines: number })[]>`
    select s.venue_code as "venueCode", v.name as "venueName", s.product_code as "productCode",
           s.lot_number as "lotNumber",
           coalesce(sum(doses) filter (where dose_number = 1), 0)::int as first,
           coalesce(sum(doses) filter (where dose_number = 2), 0)::int as second,
           coalesce(sum(doses) filter (where dose_number > 2), 0)::int as further,
           (count(*) over ())::int as lines
      from doses_by_venue s join venue v on v.code = s.venue_code
     group by 1, 2, 3, 4
     order by sum(doses) desc, 1, 3, 4 limit ${venueLinesAtMost}`
  return {
    lines: rows[0]?.lines ?? 0,
    shown: rows.map(({ lines: _, first, second, further, ...line }) => ({
      ...line,
      doses: { first, second, further },
    })),
  }
}
