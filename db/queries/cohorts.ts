/**
 * Cohorts: all of a town whose notice is not a course's to wait for. Found once a day from rows alone; each
 * one found is looked at again, under the lock of its course, before anything is queued.
 */
import type { PlainDate } from '../../domain/course.ts'
import { isQuietDay } from '../../domain/sending-hours.ts'
import type { Sql, Tx } from '../client.ts'
import { couldComeSince } from './notice-input.ts'

export type CohortTown = { municipalityCode: string; noticeMinute: number; jitterMinutes: number }

type Quietness = { weekdays: number[]; holidays: boolean; isDeclared: boolean }

/** Towns that send on the day, whose day has begun, and that have not been looked through on it. */
export async function townsToLookThrough(
  tx: Tx | Sql,
  day: PlainDate,
  minute: number,
): Promise<CohortTown[]> {
  const towns = await tx<(CohortTown & { quiet: Quietness })[]>`
    select s.municipality_code as "municipalityCode", s.notice_minute as "noticeMinute",
           s.jitter_minutes as "jitterMinutes",
           jsonb_build_object(
             'weekdays', s.quiet_weekdays, 'holidays', s.holidays_are_quiet,
             'isDeclared', exists (select from quiet_day q
                                    where q.municipality_code = s.municipality_code
                                      and q.day = ${day})) as quiet
      from municipality_setting s
     where s.notice_minute <= ${minute}
       and not exists (select from cohort_run r
                        where r.municipality_code = s.municipality_code and r.day = ${day}
                          and r.ended_at is not null)
     order by s.municipality_code`
  return towns
    .filter(({ quiet }) => !quiet.isDeclared && !isQuietDay(day, { ...quiet, days: [] }))
    .map(({ quiet, ...town }) => town)
}

/**
 * The town's turn on a day, for as long as the lease: false when another worker has it or it is over. A
 * run that broke off is taken up again; what it queued is found and left.
 */
export async function takeTurn(
  tx: Tx,
  town: string,
  day: PlainDate,
  leaseMs: number,
): Promise<boolean> {
  const lease = tx`clock_timestamp() + ${`${leaseMs} milliseconds`}::interval`
  const turn = await tx`
    insert into cohort_run as r (municipality_code, day, leased_until)
    values (${town}, ${day}, ${lease})
    on conflict (municipality_code, day) do update set leased_until = ${lease}
      where r.ended_at is null and (r.leased_until is null or r.leased_until < clock_timestamp())
    returning day`
  return turn.length > 0
}

export async function keepTurn(
  tx: Tx,
  town: string,
  day: PlainDate,
  leaseMs: number,
): Promise<void> {
  await tx`
    update cohort_run
       set leased_until = clock_timestamp() + ${`${leaseMs} milliseconds`}::interval
     where municipality_code = ${town} and day = ${day} and ended_at is null`
}

export async function endTurn(
  tx: Tx,
  town: string,
  day: PlainDate,
  done: { candidates: number; queued: number },
): Promise<void> {
  await tx`
    update cohort_run
       set candidates = ${done.candidates}, queued = ${done.queued}, leased_until = null,
           ended_at = clock_timestamp()
     where municipality_code = ${town} and day = ${day}`
}

export type CohortKind = 'preDue' | 'invitation' | 'lotRecall'

/** Courses of the town named by the scope that may be owed such a notice: ids, in their order. */
export async function cohortOf(
  tx: Tx,
  kind: CohortKind,
  town: string,
  today: PlainDate,
): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`${candidates(tx, kind, town, today)}`
  return rows.map(({ id }) => id)
}

function candidates(tx: Tx, kind: CohortKind, town: string, today: PlainDate) {
  switch (kind) {
    case 'preDue':
      return tx`
        select c.id from course c
          join municipality_setting s on s.municipality_code = c.home_municipality_code
          join person p on (p.municipality_code, p.resident_id)
                         = (c.home_municipality_code, c.home_resident_id)
          join mail_address m on (m.municipality_code, m.resident_id)
                               = (c.home_municipality_code, c.home_resident_id)
         where c.home_municipality_code = ${town} and c.stage = 'awaitingSecondDose'
           and s.pre_due_days > 0 and c.due_on - s.pre_due_days <= ${today} and c.due_on >= ${today}
           and m.state = 'verified' and coalesce(m.own_address, p.mail) is not null
           and not ${decided(tx, 'reminder', 'preDue')}
         order by c.id`
    case 'invitation':
      return tx`
        select c.id from course c
          join municipality_setting s on s.municipality_code = c.home_municipality_code
         where c.home_municipality_code = ${town} and c.stage = 'awaitingFirstDose'
           and c.doses_given = 0 and s.invitation_after_days > 0
           and ${couldComeSince(tx)} + s.invitation_after_days <= ${today}
           and not ${decided(tx, 'invitation', '')}
         order by c.id`
    case 'lotRecall':
      return tx`
        select c.id from recalled_courses(${town}, ${today}) r(id)
          join course c on c.id = r.id
          join municipality_setting s on s.municipality_code = c.home_municipality_code
         where s.lot_recall_notices
           and exists (select from recalled_dose(c.id, ${today}) d
                        where not exists (select from notice n
                                           where n.course_id = c.id and n.kind = 'lotRecall'
                                             and n.occasion = d.recall_id and n.state <> 'held'))
         order by c.id`
    default:
      return assertNever(kind)
  }
}

/** Only the own town's rows are seen here; what another one decided, the check of the course finds. */
function decided(tx: Tx, kind: string, phase: string) {
  return tx`
    exists (select from notice n
             where n.course_id = c.id and n.kind = ${kind} and n.phase = ${phase}
               and n.dose_number = c.doses_given + 1 and n.state <> 'held')`
}

/** Courses whose first reminder waited for paper: of the town that the scope names. */
export async function heldForPaper(tx: Tx, town: string): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    select course_id as id from notice
     where municipality_code = ${town} and state = 'held' and reason = 'unkeyedPaper'
     order by course_id`
  return rows.map(({ id }) => id)
}

function assertNever(value: never): never {
  throw new Error(`unexpected ${String(value)}`)
}
