/** What the watch writes down: debts, alarms, the day's lines, what reminders brought. */
import { randomUUID } from 'node:crypto'
import type { Tx } from '../../client.ts'

export type DebtRow = {
  courseId: string
  town: string
  kind: string
  phase: string
  doseNumber: number
  occasion: string
  round: number
  sinceOn: string
}

export async function debtsOf(tx: Tx, courseIds: string[]): Promise<DebtRow[]> {
  return tx<DebtRow[]>`
    select course_id as "courseId", municipality_code as town, kind, phase, dose_number as "doseNumber",
           occasion, round, since_on as "sinceOn"
      from notice_debt where course_id = any(${courseIds}::uuid[])`
}

/** The debts of these courses are these from now on; a break in one begins it anew. */
export async function keepDebts(
  tx: Tx,
  courseIds: string[],
  debts: DebtRow[],
  day: string,
): Promise<void> {
  const column = <K extends keyof DebtRow>(key: K) => debts.map((one) => one[key])
  if (debts.length > 0) {
    await tx`
      insert into notice_debt (course_id, kind, phase, dose_number, occasion, round, municipality_code,
                               since_on, seen_on)
      select u.*, ${day}::date
        from unnest(${column('courseId')}::uuid[], ${column('kind')}::text[],
                    ${column('phase')}::text[], ${column('doseNumber')}::int[],
                    ${column('occasion')}::uuid[], ${column('round')}::int[],
                    ${column('town')}::text[], ${column('sinceOn')}::date[]) as u
      on conflict (course_id, kind, phase, dose_number, occasion, round) do update
        set municipality_code = excluded.municipality_code, since_on = excluded.since_on,
            seen_on = excluded.seen_on`
  }
  await tx`
    delete from notice_debt where course_id = any(${courseIds}::uuid[]) and seen_on <> ${day}`
}

export type AlarmRow = {
  town: string
  kind: string
  courseId: string | null
  noticeKind: string | null
  occasion: string | null
  round: number | null
  about: string | null
  detail: string | null
}

/** Answers how many are new; one that was closed because it had ended opens again. */
export async function raise(tx: Tx, alarms: AlarmRow[], day: string): Promise<number> {
  let raised = 0
  for (const alarm of alarms) {
    const { town, kind, courseId, noticeKind, occasion, round, about, detail } = alarm
    const done = await tx`
      insert into monitor_alarm as a (municipality_code, id, kind, course_id, notice_kind, occasion,
                                      round, about, detail, raised_on)
      values (${town}, ${randomUUID()}, ${kind}, ${courseId}, ${noticeKind}, ${occasion}, ${round},
              ${about}, ${detail}, ${day})
      on conflict (kind, course_id, notice_kind, occasion, round, about) do update
        set closed_on = null, closed_because = null, raised_on = excluded.raised_on,
            raised_at = clock_timestamp(), mailed_at = null, detail = excluded.detail
      where a.closed_because = 'ended'`
    raised += done.count
  }
  return raised
}

/** Alarms that last as long as their cause: closed by themselves when it is gone. */
const lasting = ['missed', 'suppressedWithoutReason', 'byHandMissing']

export async function closeEnded(
  tx: Tx,
  courseIds: string[],
  standing: AlarmRow[],
  day: string,
): Promise<void> {
  const text = ({ kind, courseId, noticeKind, occasion, round }: AlarmRow) =>
    [kind, courseId, noticeKind, occasion, round].join('|')
  await tx`
    update monitor_alarm set closed_on = ${day}, closed_because = 'ended'
     where closed_on is null and kind = any(${lasting}) and course_id = any(${courseIds}::uuid[])
       and not concat_ws('|', kind, course_id, notice_kind, occasion, round)
               = any(${standing.map(text)}::text[])`
}

export type CountRow = { town: string; what: string; count: number }

/** What left on days that were looked at together: by evidence, each notice once. */
export async function countLeft(tx: Tx, from: string, to: string): Promise<void> {
  await tx`delete from monitor_count where day between ${from} and ${to} and what like 'left.%'`
  await tx`
    insert into monitor_count (municipality_code, day, what, count)
    select d.municipality_code, d.left_on, 'left.' || d.channel, count(distinct d.notice_id)
      from notice_departure d join municipality m on m.code = d.municipality_code
     where d.left_on between ${from} and ${to} and not ${cameBack(tx)}
     group by 1, 2, 3`
}

/** Of a departure `d`: returned by the post or a mail server, or void before it was posted. */
function cameBack(tx: Tx) {
  return tx`
    (exists (select from mail_bounce b where b.attempt_id = d.attempt_id)
     or exists (select from returned_letter l
                 where l.letter_id = d.attempt_id
                   and l.ended_because is distinct from 'enteredByMistake'
                   and (l.stops or l.ended_because in ('registerTold', 'leftRegister',
                                                       'forwardingAddress', 'sameAddressAgain')))
     or exists (select from notice_attempt a
                 where a.id = d.attempt_id
                   and (a.state = 'bounced'
                        or (a.state = 'withdrawn' and a.reason in ('reprinted', 'batchAborted')))))`
}

export async function keepCounts(tx: Tx, day: string, counts: CountRow[]): Promise<void> {
  await tx`delete from monitor_count where day = ${day} and what not like 'left.%'`
  if (counts.length === 0) return
  await tx`
    insert into monitor_count (municipality_code, day, what, count)
    select u.town, ${day}::date, u.what, u.n
      from unnest(${counts.map(({ town }) => town)}::text[], ${counts.map(({ what }) => what)}::text[],
                  ${counts.map(({ count }) => count)}::int[]) as u (town, what, n)
      join municipality m on m.code = u.town`
}

export type Run = { day: string; mailsKnownBy: 'journal' | 'sender' }

export async function beginRun(tx: Tx, { day, mailsKnownBy }: Run): Promise<void> {
  await tx`
    insert into monitor_run (day, began_at, mails_known_by)
    values (${day}, clock_timestamp(), ${mailsKnownBy})
    on conflict (day) do update set began_at = excluded.began_at, ended_at = null`
}

export async function endRun(
  tx: Tx,
  day: string,
  did: { courses: number; departures: number; alarms: number },
): Promise<void> {
  await tx`
    update monitor_run
       set ended_at = clock_timestamp(), courses = ${did.courses}, departures = ${did.departures},
           alarms = ${did.alarms}
     where day = ${day}`
}

/** The first day that was looked at, and the last one that was looked at to its end. */
export async function runDays(tx: Tx): Promise<{ first: string | null; last: string | null }> {
  const [row] = await tx<{ first: string | null; last: string | null }[]>`
    select min(day) as first, max(day) filter (where ended_at is not null) as last from monitor_run`
  return row!
}

/**
 * What reminders brought, all months anew. A second dose within 28 days of the day on which the reminder
 * left; and somebody who had had it by then, recorded on that day or later.
 */
export async function reckonEffect(tx: Tx, day: string): Promise<void> {
  await tx`delete from reminder_effect`
  await tx`
    insert into reminder_effect (municipality_code, month, round, channel, sent, watched, came, had_it)
    with one as (
      select distinct on (d.notice_id) d.municipality_code as town, d.left_on, d.round, d.channel,
             d.course_id, d.occasion
        from notice_departure d
       where d.kind = 'reminder' and d.phase = 'overdue' and d.course_id is not null
         and not ${cameBack(tx)}
       order by d.notice_id, d.left_at
    ),
    seen as (
      select o.*, o.left_on + 28 < ${day}::date as is_over,
             exists (select from dose x where x.course_id = o.course_id and x.id <> o.occasion
                        and x.voided_at is null and x.given_on > o.left_on
                        and x.given_on <= o.left_on + 28) as came,
             exists (select from dose x where x.course_id = o.course_id and x.id <> o.occasion
                        and x.voided_at is null and x.given_on <= o.left_on
                        and x.recorded_on >= o.left_on) as had_it
        from one o join municipality_setting g on g.municipality_code = o.town
    )
    select town, date_trunc('month', left_on)::date, round, channel, count(*),
           count(*) filter (where is_over), count(*) filter (where is_over and came),
           count(*) filter (where had_it)
      from seen group by 1, 2, 3, 4`
}

export type AlarmToMail = { id: string; town: string; kind: string; raisedOn: string }

export async function unmailedAlarms(tx: Tx): Promise<AlarmToMail[]> {
  return tx<AlarmToMail[]>`
    select id, municipality_code as town, kind, raised_on as "raisedOn"
      from monitor_alarm where mailed_at is null order by raised_at, id`
}

export async function markMailed(tx: Tx, ids: string[]): Promise<void> {
  await tx`
    update monitor_alarm set mailed_at = clock_timestamp() where id = any(${ids}::uuid[])`
}

export async function alarmAddresses(
  tx: Tx,
): Promise<{ town: string; name: string; mail: string | null }[]> {
  return tx<{ town: string; name: string; mail: string | null }[]>`
    select m.code as town, m.name, s.alarm_mail as mail
      from municipality m left join monitor_setting s on s.municipality_code = m.code
     where s.alarm_mail is not null
        or exists (select from monitor_alarm a where a.municipality_code = m.code and a.mailed_at is null)`
}
