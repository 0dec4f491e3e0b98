/**
 * Notices and the attempts to bring them to their person. Whoever changes one holds the lock of its
 * course (`lockCourse`), so that no acknowledged fact slips between a check and what follows it.
 */
import { randomUUID } from 'node:crypto'
import type { NoticeKind, NoticePhase, PlainDate } from '../../domain/course.ts'
import type { NoticeIdentity } from '../../domain/notice-check.ts'
import type { StopReason } from '../../domain/stop-reasons.ts'
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

/** Columns of `notice` as `n`. */
export const noticeColumns = (tx: Tx) => tx`
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
  reason?: StopReason
  dueOn: PlainDate
  decidedOn: PlainDate
  /** The town that has held it until now, where one has. */
  heldAt?: string | undefined
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
  { state, reason, dueOn, decidedOn, heldAt }: Decision,
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
  if (notice && heldAt !== undefined && heldAt !== course.municipalityCode) {
    await leaveBatches(tx, notice)
  }
  return notice
}

/**
 * Its attempts have come along from another town, and a day's batch here is another one than there: a letter
 * that came back would be a sheet that nobody here can ever find.
 */
async function leaveBatches(
  tx: Tx,
  { municipalityCode, id }: Pick<Notice, 'municipalityCode' | 'id'>,
): Promise<void> {
  await tx`
    update notice_attempt set batch_on = null
     where municipality_code = ${municipalityCode} and notice_id = ${id} and batch_on is not null`
}

/**
 * A further attempt of a notice; its number follows the last one's. A mail knows its provider, who must
 * not be hurried, without anybody's address being opened. `notBefore`: it waits until
 * then; `replaces`: a letter that is void. Answers its id.
 */
export async function queueAttempt(
  tx: Tx,
  notice: Notice,
  channel: Channel,
  { notBefore, replaces }: { notBefore?: Date | undefined; replaces?: string } = {},
): Promise<string> {
  const id = randomUUID()
  await tx`
    insert into notice_attempt (municipality_code, id, notice_id, attempt, channel, state,
                                mail_provider, leased_until, replaces)
    select ${notice.municipalityCode}, ${id}, ${notice.id},
           coalesce(max(attempt), 0) + 1, ${channel}, 'queued',
           (select provider from mail_address
             where ${channel} = 'mail' and municipality_code = ${notice.municipalityCode}
               and resident_id = ${notice.residentId}),
           ${notBefore?.toISOString() ?? null}, ${replaces ?? null}
      from notice_attempt
     where municipality_code = ${notice.municipalityCode} and notice_id = ${notice.id}`
  return id
}

export type AttemptKey = { municipalityCode: string; id: string }

/** No other attempt of the notice has followed this one. */
export async function isNewestAttempt(
  tx: Tx,
  notice: Notice,
  { id }: Pick<AttemptKey, 'id'>,
): Promise<boolean> {
  const [newest] = await tx<{ id: string }[]>`
    select id from notice_attempt
     where municipality_code = ${notice.municipalityCode} and notice_id = ${notice.id}
     order by attempt desc limit 1`
  return newest?.id === id
}

/** Fixes what became of an attempt. `on` is the campaign day. */
export async function settleAttempt(
  tx: Tx,
  attempt: AttemptKey,
  end: {
    state: 'accepted' | 'refused' | 'unknown' | 'sealed' | 'withdrawn' | 'bounced'
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

/** By the rows it had left, and nobody got it: it waits again, from that day on. */
export async function requeueNotice(tx: Tx, notice: Notice, today: PlainDate): Promise<void> {
  await tx`
    update notice
       set state = 'queued', reason = null, channel = null, left_on = null, left_at = null,
           queued_on = ${today}, updated_at = now()
     where municipality_code = ${notice.municipalityCode} and id = ${notice.id} and state = 'left'`
}

export async function noticeStopped(
  tx: Tx,
  notice: Notice,
  why: { state: 'held' | 'suppressed'; reason: StopReason },
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
  const { municipalityCode, residentId } = home
  await leaveBatches(tx, { municipalityCode, id: notice.id })
  return { ...notice, municipalityCode, residentId }
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
