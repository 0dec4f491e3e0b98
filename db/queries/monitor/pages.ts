/** What the page of the watch shows, and its metrics: alarms of a town, and counts. */

import type { PlainDate } from '../../../domain/course.ts'
import type { Sql } from '../../client.ts'
import { withPurpose } from '../../client.ts'

export type OpenAlarm = {
  id: string
  kind: string
  courseId: string | null
  noticeKind: string | null
  round: number | null
  detail: string | null
  raisedOn: PlainDate
  isMailed: boolean
}

const alarmsAtMost = 100

/** Newest first; the courses are random ids, and a page that shows one leaves its look. */
export function openAlarms(sql: Sql, town: string): Promise<OpenAlarm[]> {
  return withPurpose(
    sql,
    { municipalityCode: town, purpose: 'showTown' },
    (tx) => tx<OpenAlarm[]>`
      select id, kind, course_id as "courseId", notice_kind as "noticeKind", round, detail,
             raised_on as "raisedOn", mailed_at is not null as "isMailed"
        from monitor_alarm where municipality_code = ${town} and closed_on is null
       order by raised_at desc, id limit ${alarmsAtMost}`,
  )
}

/** Seen to by a person. False when there is no such open alarm of the town. */
export async function closeAlarm(
  sql: Sql,
  alarm: { town: string; id: string; by: string; on: PlainDate },
): Promise<boolean> {
  const { town, id, by, on } = alarm
  const closed = await withPurpose(
    sql,
    { municipalityCode: town, purpose: 'showTown' },
    (tx) => tx`
      update monitor_alarm set closed_on = ${on}, closed_because = 'settled', closed_by = ${by}
       where municipality_code = ${town} and id = ${id} and closed_on is null`,
  )
  return closed.count > 0
}

export type TownAlarms = { town: string; name: string | null; kind: string; count: number }

/** Of all towns, and of none: for whoever runs the system. */
export function alarmCounts(sql: Sql): Promise<TownAlarms[]> {
  return withPurpose(
    sql,
    { municipalityCode: [], purpose: 'operate' },
    (tx) => tx<TownAlarms[]>`
      select a.municipality_code as town, m.name, a.kind, count(*)::int as count
        from monitor_alarm a left join municipality m on m.code = a.municipality_code
       where a.closed_on is null group by 1, 2, 3 order by 1, 3`,
  )
}

export function unmailedCount(sql: Sql): Promise<number> {
  return withPurpose(sql, { municipalityCode: [], purpose: 'operate' }, async (tx) => {
    const [row] = await tx<{ count: number }[]>`
      select count(*)::int as count from monitor_alarm where mailed_at is null and closed_on is null`
    return row!.count
  })
}

export type DayLine = { day: PlainDate; what: string; count: number }

/** Of one town, or of all together; the days up to the last one that was looked at. */
export function dayLines(sql: Sql, from: PlainDate, town?: string): Promise<DayLine[]> {
  return sql<DayLine[]>`
    select day, what, sum(count)::int as count from monitor_count
     where day >= ${from} and (${town ?? null}::text is null or municipality_code = ${town ?? null})
     group by 1, 2 order by 1, 2`
}

export type LastRun = {
  day: PlainDate
  endedAt: Date
  courses: number
  mailsKnownBy: 'journal' | 'sender'
  tookMs: number
}

/** The last look that came to its end. */
export async function lastRun(sql: Sql): Promise<LastRun | undefined> {
  const [run] = await sql<LastRun[]>`
    select day, ended_at as "endedAt", courses, mails_known_by as "mailsKnownBy",
           (extract(epoch from ended_at - began_at) * 1000)::int as "tookMs"
      from monitor_run where ended_at is not null order by day desc limit 1`
  return run
}

export type EffectLine = {
  round: number
  channel: 'mail' | 'letter'
  sent: number
  watched: number
  came: number
  hadIt: number
}

export function effects(sql: Sql, town?: string): Promise<EffectLine[]> {
  return sql<EffectLine[]>`
    select round, channel, sum(sent)::int as sent, sum(watched)::int as watched,
           sum(came)::int as came, sum(had_it)::int as "hadIt"
      from reminder_effect
     where ${town ?? null}::text is null or municipality_code = ${town ?? null}
     group by 1, 2 order by 1, 2 desc`
}

export async function alarmMailOf(sql: Sql, town: string): Promise<string | undefined> {
  const [row] = await sql<{ mail: string | null }[]>`
    select alarm_mail as mail from monitor_setting where municipality_code = ${town}`
  return row?.mail ?? undefined
}

export async function setAlarmMail(
  sql: Sql,
  { town, mail, by }: { town: string; mail: string | null; by: string },
): Promise<void> {
  await sql`
    insert into monitor_setting (municipality_code, alarm_mail, set_by) values (${town}, ${mail}, ${by})
    on conflict (municipality_code) do update
      set alarm_mail = excluded.alarm_mail, set_by = excluded.set_by, set_at = now()`
}
