/** What the watch reads of towns: settings, unkeyed paper, how late doses are recorded; and merged courses. */
import type { Tx } from '../../client.ts'

export type TownSetting = {
  town: string
  roundGapDays: number
  relocationTicketWaitDays: number
  minimumGraceDays: number
  paperHoldDays: number
  preDueDays: number
  invitationAfterDays: number
  lotRecallNotices: boolean
  /** Minutes of the day within which mails leave. */
  sendFromMinute: number
  sendUntilMinute: number
  quietWeekdays: number[]
  holidaysAreQuiet: boolean
  quietDays: string[]
}

export async function townSettings(tx: Tx): Promise<TownSetting[]> {
  return tx<TownSetting[]>`
    select municipality_code as town, round_gap_days as "roundGapDays",
           relocation_ticket_wait_days as "relocationTicketWaitDays",
           minimum_grace_days as "minimumGraceDays", paper_hold_days as "paperHoldDays",
           pre_due_days as "preDueDays", invitation_after_days as "invitationAfterDays",
           lot_recall_notices as "lotRecallNotices",
           send_from_minute as "sendFromMinute", send_until_minute as "sendUntilMinute",
           quiet_weekdays as "quietWeekdays", holidays_are_quiet as "holidaysAreQuiet",
           array(select q.day::text from quiet_day q
                  where q.municipality_code = s.municipality_code) as "quietDays"
      from municipality_setting s`
}

export type PaperRow = { town: string; venue: string | null; declaredOn: string }

/** What lies unkeyed by the end of a day. */
export async function unkeyedPaper(tx: Tx, day: string): Promise<PaperRow[]> {
  return tx<PaperRow[]>`
    select municipality_code as town, venue_code as venue, declared_on as "declaredOn"
      from unkeyed_paper where keyed_on is null or keyed_on > ${day}`
}

export type LagRow = {
  town: string
  day: string
  doses: number
  standing: number
  all: number | null
  counted: number | null
}

/**
 * How late doses were recorded in the days before each day that is not kept yet, as known now and as if
 * none had been voided.
 */
export async function lagsNotKept(
  tx: Tx,
  { from, to, windowDays }: { from: string; to: string; windowDays: number },
): Promise<LagRow[]> {
  return tx<LagRow[]>`
    select g.municipality_code as town, t.day::date as day, l.doses, l.standing, l.all, l.counted
      from municipality_setting g
      cross join generate_series(${from}::date, ${to}::date, interval '1 day') as t(day)
      left join monitor_grace k on k.municipality_code = g.municipality_code and k.day = t.day::date
      cross join lateral (
        select count(*)::int as doses, (count(*) filter (where voided_at is null))::int as standing,
               percentile_disc(0.95) within group (order by recorded_on - given_on) as all,
               percentile_disc(0.95) within group (order by recorded_on - given_on)
                 filter (where voided_at is null) as counted
          from dose d
         where d.municipality_code = g.municipality_code
           and d.recorded_on >= t.day::date - ${windowDays}::int and d.recorded_on < t.day::date) l
     where k.day is null`
}

export type KeptGrace = { town: string; day: string; shortest: number; longest: number }

export async function keptGraces(tx: Tx): Promise<KeptGrace[]> {
  return tx<KeptGrace[]>`
    select municipality_code as town, day, shortest, longest from monitor_grace`
}

export async function keepGraces(tx: Tx, graces: KeptGrace[]): Promise<void> {
  if (graces.length === 0) return
  await tx`
    insert into monitor_grace (municipality_code, day, shortest, longest)
    select * from unnest(${graces.map(({ town }) => town)}::text[],
                         ${graces.map(({ day }) => day)}::date[],
                         ${graces.map(({ shortest }) => shortest)}::int[],
                         ${graces.map(({ longest }) => longest)}::int[])
    on conflict do nothing`
}

/** What the sender goes by: compared with the watch's own reckoning. */
export async function sendersGraces(
  tx: Tx,
  since: string,
): Promise<{ town: string; day: string; days: number }[]> {
  return tx<{ town: string; day: string; days: number }[]>`
    select municipality_code as town, day, days from municipality_grace where day >= ${since}`
}

/** Courses that were merged into another one, by that one. */
export async function mergedCourses(tx: Tx): Promise<Map<string, string[]>> {
  const rows = await tx<{ into: string; ids: string[] }[]>`
    select substring(series from '/mergedInto/([0-9a-f-]{36})') as into, array_agg(id) as ids
      from course where closed_because = 'merged' and series like '%/mergedInto/%' group by 1`
  return new Map(rows.map(({ into, ids }) => [into, ids]))
}
