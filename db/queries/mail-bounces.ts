/** Mails that came back: noted once each, and settled under the lock of their course. */
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'
import { type Notice, noticeColumns } from './notices.ts'

export type BounceVia = 'page' | 'http' | 'folder'

export type BounceToTake = {
  municipalityCode: string
  token: string
  status: string
  attemptId?: string
}

/** `known`: noted before. `noSuchMail`: no mail bears the token, or another one than is quoted. */
export type TakenBounce = 'taken' | 'known' | 'noSuchMail'

/** Names nobody; what follows, the worker does. */
export async function takeBounce(
  sql: Sql,
  report: BounceToTake,
  { via, on }: { via: BounceVia; on: PlainDate },
): Promise<TakenBounce> {
  const { municipalityCode, token, status, attemptId } = report
  return withPurpose(sql, { municipalityCode, purpose: 'takeBounce' }, async (tx) => {
    const [mail] = await tx<{ attemptId: string; courseId: string }[]>`
      select attempt_id as "attemptId", course_id as "courseId"
        from mail_of_token(${municipalityCode}, ${token})`
    if (!mail || (attemptId !== undefined && attemptId !== mail.attemptId)) return 'noSuchMail'
    const noted = await tx`
      insert into mail_bounce (municipality_code, attempt_id, course_id, status, received_on, via,
                               received_by)
      values (${municipalityCode}, ${mail.attemptId}, ${mail.courseId}, ${status}, ${on}, ${via},
              ${currentActor().id})
      on conflict (municipality_code, attempt_id) do nothing`
    return noted.count > 0 ? 'taken' : 'known'
  })
}

export type BounceClaim = { municipalityCode: string; attemptId: string; courseId: string }

/** Sets one apart that is not settled yet, the oldest first. */
export async function claimBounce(tx: Tx, leaseMs: number): Promise<BounceClaim | undefined> {
  const [claim] = await tx<BounceClaim[]>`
    update mail_bounce b
       set leased_until = clock_timestamp() + ${`${leaseMs} milliseconds`}::interval
      from (select municipality_code, attempt_id from mail_bounce
             where settled_on is null and (leased_until is null or leased_until <= now())
             order by received_at limit 1 for update skip locked) next
     where (b.municipality_code, b.attempt_id) = (next.municipality_code, next.attempt_id)
    returning b.municipality_code as "municipalityCode", b.attempt_id as "attemptId",
              b.course_id as "courseId"`
  return claim
}

export type BouncedMail = {
  status: string
  attemptState: string
  /** Its sender does not know yet, or will repeat it. */
  isUnderWay: boolean
  notice: Notice
}

/** The course's lock must be held, and the mail's town in scope. Undefined once it is settled. */
export async function lockBounced(
  tx: Tx,
  { municipalityCode, attemptId }: BounceClaim,
): Promise<BouncedMail | undefined> {
  const [row] = await tx<(Notice & Omit<BouncedMail, 'notice'>)[]>`
    select b.status, a.state as "attemptState", a.settled_at is null as "isUnderWay",
           ${noticeColumns(tx)}
      from mail_bounce b
      join notice_attempt a on (a.municipality_code, a.id) = (b.municipality_code, b.attempt_id)
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
     where b.municipality_code = ${municipalityCode} and b.attempt_id = ${attemptId}
       and b.settled_on is null
       for update of a`
  if (!row) return undefined
  const { status, attemptState, isUnderWay, ...notice } = row
  return { status, attemptState, isUnderWay, notice }
}

/** It had left by that mail, and did not arrive: it waits to leave once more, as a letter. */
export async function noticeCameBack(tx: Tx, notice: Notice): Promise<boolean> {
  const changed = await tx`
    update notice
       set state = 'queued', channel = null, left_on = null, left_at = null, updated_at = now()
     where municipality_code = ${notice.municipalityCode} and id = ${notice.id}
       and state = 'left' and channel = 'mail'
       and not later_notice_followed(${notice.courseId}, ${notice.municipalityCode}, ${notice.id})`
  return changed.count > 0
}

export async function bounceSettled(
  tx: Tx,
  { municipalityCode, attemptId }: BounceClaim,
  { outcome, on }: { outcome: 'letter' | 'tooLate'; on: PlainDate },
): Promise<void> {
  await tx`
    update mail_bounce set outcome = ${outcome}, settled_on = ${on}, leased_until = null
     where municipality_code = ${municipalityCode} and attempt_id = ${attemptId}`
}
