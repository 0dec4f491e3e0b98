/**
 * Notices and the attempts to bring them to their person. Whoever changes one holds the lock of its
 * course (`lockCourse`), so that no acknowledged fact slips between a check and what follows it.
 */
import { randomUUID } from 'node:crypto'
import type { NoticeKind, NoticePhase, PlainDate } from '../../domain/course.ts'
import type { NoticeIdentity } from '../../domain/notice-check.ts'
import type { Tx } from '../client.ts'
import { noticeIdOf } from './notice-id.ts'
import type { CourseHome } from './plan-input.ts'

export type Channel = 'mail' | 'letter'
export type NoticeState = 'queued' | 'held' | 'suppressed' | 'left' | 'failed'

export type Notice = {
  municipalityCode: string
  id: string
  residentId: string
  courseId: string
  kind: NoticeKind
  phase: '' | NoticePhase
  doseNumber: number
  occasion: string
  round: number
  state: NoticeState
  queuedOn: PlainDate | null
}

export function identityOf(notice: Notice): NoticeIdentity {
  const { kind, phase, doseNumber, occasion, round } = notice
  return { kind, ...(phase === '' ? {} : { phase }), doseNumber, occasion, round }
}

const noticeColumns = (tx: Tx) => tx`
  n.municipality_code as "municipalityCode", n.id, n.resident_id as "residentId",
  n.course_id as "courseId", n.kind, n.phase, n.dose_number as "doseNumber", n.occasion, n.round,
  n.state, n.queued_on as "queuedOn"`

/** What was decided about a notice, by whatever town was the course's home then. */
export async function findDecision(
  tx: Tx,
  courseId: string,
  { kind, phase, doseNumber, occasion, round }: NoticeIdentity,
): Promise<{ municipalityCode: string; state: NoticeState } | undefined> {
  const [decided] = await tx<{ municipalityCode: string; state: NoticeState }[]>`
    select n.municipality_code as "municipalityCode", n.state from linked_notices(${courseId}) n
     where n.kind = ${kind} and n.phase = ${phase ?? ''}
       and n.dose_number = ${doseNumber} and n.occasion = ${occasion} and n.round = ${round}`
  return decided
}

export type Decision = {
  state: 'queued' | 'held' | 'suppressed'
  reason?: string
  dueOn: PlainDate
  decidedOn: PlainDate
}

/**
 * Records what was decided about a notice, at home where its course is at home now. Only a new
 * notice or a held one takes a decision; of any other the answer is undefined and nothing changes.
 * A held one's own town must be in scope.
 */
export async function decideNotice(
  tx: Tx,
  course: { id: string } & CourseHome,
  identity: NoticeIdentity,
  { state, reason, dueOn, decidedOn }: Decision,
): Promise<Notice | undefined> {
  const { kind, phase, doseNumber, occasion, round } = identity
  const queuedOn = state === 'held' ? null : decidedOn
  const id = noticeIdOf(course.id, identity)
  const [notice] = await tx<Notice[]>`
    insert into notice as n (municipality_code, id, resident_id, course_id, kind, phase, dose_number,
                             occasion, round, due_on, state, reason, queued_on)
    values (${course.municipalityCode}, ${id}, ${course.residentId}, ${course.id}, ${kind},
            ${phase ?? ''}, ${doseNumber}, ${occasion}, ${round}, ${dueOn}, ${state},
            ${reason ?? null}, ${queuedOn})
    on conflict on constraint notice_once do update
      set municipality_code = excluded.municipality_code, resident_id = excluded.resident_id,
          state = excluded.state, reason = excluded.reason, queued_on = excluded.queued_on,
          updated_at = now()
    where n.state = 'held'
    returning ${noticeColumns(tx)}`
  return notice
}

/** A further attempt of a notice; its number follows the last one's. `notBefore`: it waits until then. */
export async function queueAttempt(
  tx: Tx,
  notice: Notice,
  channel: Channel,
  notBefore?: Date,
): Promise<void> {
  await tx`
    insert into notice_attempt (municipality_code, id, notice_id, attempt, channel, state,
                                leased_until)
    select ${notice.municipalityCode}, ${randomUUID()}, ${notice.id},
           coalesce(max(attempt), 0) + 1, ${channel}, 'queued', ${notBefore?.toISOString() ?? null}
      from notice_attempt
     where municipality_code = ${notice.municipalityCode} and notice_id = ${notice.id}`
}

export type AttemptKey = { municipalityCode: string; id: string }

/** Fixes what became of an attempt. `on` is the campaign day. */
export async function settleAttempt(
  tx: Tx,
  attempt: AttemptKey,
  end: {
    state: 'accepted' | 'refused' | 'unknown' | 'sealed' | 'withdrawn'
    on: PlainDate
    reason?: string
    batchOn?: PlainDate
  },
): Promise<void> {
  await tx`
    update notice_attempt
       set state = ${end.state}, settled_at = now(), settled_on = ${end.on}, leased_until = null,
           reason = ${end.reason ?? null}, batch_on = ${end.batchOn ?? null}
     where municipality_code = ${attempt.municipalityCode} and id = ${attempt.id}`
}

export async function noticeLeft(
  tx: Tx,
  notice: Notice,
  left: { channel: Channel; on: PlainDate; at: Date },
): Promise<void> {
  await tx`
    update notice
       set state = 'left', reason = null, channel = ${left.channel}, left_on = ${left.on},
           left_at = ${left.at.toISOString()}, updated_at = now()
     where municipality_code = ${notice.municipalityCode} and id = ${notice.id}`
}

export async function noticeStopped(
  tx: Tx,
  notice: Notice,
  why: { state: 'held' | 'suppressed'; reason: string },
): Promise<void> {
  await tx`
    update notice set state = ${why.state}, reason = ${why.reason}, updated_at = now()
     where municipality_code = ${notice.municipalityCode} and id = ${notice.id}`
}

/** Its person lives elsewhere since it was queued: the notice goes along, its attempts with it. */
export async function rehomeNotice(tx: Tx, notice: Notice, home: CourseHome): Promise<Notice> {
  await tx`
    update notice
       set municipality_code = ${home.municipalityCode}, resident_id = ${home.residentId},
           updated_at = now()
     where municipality_code = ${notice.municipalityCode} and id = ${notice.id}`
  return { ...notice, municipalityCode: home.municipalityCode, residentId: home.residentId }
}

export type MailAttempt = AttemptKey & { tries: number; notice: Notice }

/**
 * A mail set apart for one sender, and the town that it was queued for. `until`, to the microsecond,
 * tells this claim from any other.
 */
export type MailClaim = { id: string; courseId: string; municipalityCode: string; until: string }

/** A mail about to be handed over: `tries` counts this time and tells it from any other. */
export type MailTry = { id: string; courseId: string; tries: number }

/** Business time; the minute is one of the day in Tokyo. */
export type SendingMoment = { day: PlainDate; minute: number; isHoliday: boolean }

/**
 * Sets mails apart that wait to be sent, oldest first; nothing of them is tried yet. Those of a town whose
 * hours are over, or whose day is quiet, go on waiting.
 */
export async function claimMails(
  tx: Tx,
  { atMost, leaseMs }: { atMost: number; leaseMs: number },
  now: SendingMoment,
): Promise<MailClaim[]> {
  return tx<MailClaim[]>`
    with next as (
      select municipality_code, id from notice_attempt
       where channel = 'mail' and state in ('queued', 'attempting', 'unknown')
         and settled_at is null and (leased_until is null or leased_until <= now())
         and municipality_code not in
             (select towns_that_rest(${now.day}, ${now.minute}, ${now.isHoliday}))
       order by queued_at, id
       limit ${atMost} for update skip locked
    )
    update notice_attempt a set leased_until = now() + ${`${leaseMs} milliseconds`}::interval
      from next
     where (a.municipality_code, a.id) = (next.municipality_code, next.id)
    returning a.id, notice_course(a.municipality_code, a.notice_id) as "courseId",
              a.municipality_code as "municipalityCode", a.leased_until::text as until`
}

/**
 * Marks a claimed mail as under way, to be committed before its server is spoken to: from here on
 * nobody can tell without the mail server whether it left. Undefined when another claim followed. The
 * course's lock must be held, by another transaction, so that waiting for it counts as no try.
 */
export async function beginTry(
  tx: Tx,
  claim: MailClaim,
  leaseMs: number,
): Promise<MailTry | undefined> {
  const [begun] = await tx<{ tries: number }[]>`
    update notice_attempt
       set state = 'attempting', tries = tries + 1,
           leased_until = clock_timestamp() + ${`${leaseMs} milliseconds`}::interval
     where id = ${claim.id} and settled_at is null and leased_until::text = ${claim.until}
    returning tries`
  return begun && { id: claim.id, courseId: claim.courseId, tries: begun.tries }
}

/**
 * A mail under way and its notice, wherever its person's home is by now, locked until commit;
 * undefined when it is no longer this try's. The course's lock must be held.
 */
export async function lockTried(tx: Tx, begun: MailTry): Promise<MailAttempt | undefined> {
  const [row] = await tx<(Notice & { attemptId: string })[]>`
    select a.id as "attemptId", ${noticeColumns(tx)}
      from notice_attempt a
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
     where a.id = ${begun.id} and n.course_id = ${begun.courseId} and a.state = 'attempting'
       and a.tries = ${begun.tries}
       for update of a`
  if (!row) return undefined
  const { attemptId, ...notice } = row
  return {
    municipalityCode: notice.municipalityCode,
    id: attemptId,
    tries: begun.tries,
    notice,
  }
}

/** Waits as long again as it has waited, within bounds: an outage is not hammered at. */
const waitAgain = (tx: Tx) => tx`
  clock_timestamp() + least(greatest(clock_timestamp() - queued_at, interval '250 milliseconds'),
                            interval '10 seconds')`

/** Back in the queue: surely not sent (`counts: false`), or sent with an unknown outcome. */
export async function requeueMail(
  tx: Tx,
  attempt: AttemptKey,
  { counts }: { counts: boolean },
): Promise<void> {
  await tx`
    update notice_attempt
       set state = ${counts ? 'unknown' : 'queued'}, tries = tries - ${counts ? 0 : 1}::int,
           leased_until = ${waitAgain(tx)}
     where municipality_code = ${attempt.municipalityCode} and id = ${attempt.id}`
}

/** A try of which nothing came: the mail was surely not sent. */
export async function takeBackTry(tx: Tx, begun: MailTry): Promise<void> {
  await tx`
    update notice_attempt
       set state = case when tries > 1 then 'unknown' else 'queued' end, tries = tries - 1,
           leased_until = ${waitAgain(tx)}
     where id = ${begun.id} and state = 'attempting' and tries = ${begun.tries}`
}

/** A claim that led to no try: it waits, so that whatever stands in the way is not hammered at. */
export async function releaseClaim(tx: Tx, claim: MailClaim): Promise<void> {
  await tx`
    update notice_attempt set leased_until = ${waitAgain(tx)}
     where id = ${claim.id} and settled_at is null and leased_until::text = ${claim.until}`
}

export type SenderRow = {
  municipalityName: string
  office: string
  phone: string
  postcode: string
  address: string
}

/** Who signs a town's notices; undefined while it has not said. */
export async function senderOf(tx: Tx, municipalityCode: string): Promise<SenderRow | undefined> {
  const [row] = await tx<SenderRow[]>`
    select m.name as "municipalityName", s.office_ja as office, s.phone, s.postcode, s.address
      from municipality m join municipality_setting s on s.municipality_code = m.code
     where m.code = ${municipalityCode}`
  return row
}
