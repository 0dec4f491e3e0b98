/**
 * Notices of a course whose doses have changed: what is queued and owed no more is withdrawn before it
 * is sealed or handed over; what was left out because of the record as it was is owed again.
 */
import { compareDates } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { checkOwed, isCohortNotice } from '../../../domain/notice-check.ts'
import type { PlanInput } from '../../../domain/plan.ts'
import type { StopReason } from '../../../domain/stop-reasons.ts'
import type { Tx } from '../../client.ts'
import { identityOf, type Notice, noticeStopped } from '../notices.ts'
import { type CourseRow, loadPlanInput } from '../plan-input.ts'

/** Why a notice was left out, where a change of the record can make it owed after all. */
const reasonsOfRecord = ['dosed', 'superseded', 'recordCorrected']

type Undecided = Notice & {
  reason: string | null
  /** A mail may have left, or a letter has: nothing may be sent a second time. */
  mayHaveLeft: boolean
}

/** The course is locked, so that nothing of it is being sealed or sent. Its towns are in scope. */
export async function settleNotices(tx: Tx, course: CourseRow, today: PlainDate): Promise<void> {
  const input = await loadPlanInput(tx, course, today)
  for (const notice of await undecidedOf(tx, course.id)) {
    const now = stateNow(notice, input, today)
    if (!now) continue
    await noticeStopped(tx, notice, now)
    if (notice.state === 'queued') await withdrawAttempts(tx, notice, now.reason, today)
  }
}

type Stopped = { state: 'held' | 'suppressed'; reason: StopReason }

/** Undefined: it stays as it is. A notice that is held is owed and decided on again on its day. */
function stateNow(notice: Undecided, input: PlanInput, today: PlainDate): Stopped | undefined {
  const again = { state: 'held', reason: 'recordCorrected' } as const
  if (isCohortNotice(identityOf(notice))) {
    // What is queued is checked once more before it leaves; the rest is its cohort's to look at again.
    const isLost = notice.state === 'suppressed' && notice.kind !== 'reminder'
    return isLost && !notice.mayHaveLeft ? again : undefined
  }
  const owed = checkOwed(input, identityOf(notice))
  switch (notice.state) {
    case 'queued':
      if (!owed.isOwed) return { state: owed.state, reason: owed.reason }
      if (compareDates(owed.on, today) <= 0) return undefined
      return notice.mayHaveLeft ? { ...again, state: 'suppressed' } : again
    case 'held':
      if (owed.isOwed || owed.state === 'held') return undefined
      return { state: 'suppressed', reason: owed.reason }
    case 'suppressed':
      return owed.isOwed && !notice.mayHaveLeft ? again : undefined
    case 'left':
    case 'failed':
      return undefined
  }
}

function undecidedOf(tx: Tx, courseId: string): Promise<Undecided[]> {
  return tx<Undecided[]>`
    select n.municipality_code as "municipalityCode", n.id, n.resident_id as "residentId",
           n.course_id as "courseId", n.kind, n.phase, n.dose_number as "doseNumber", n.occasion,
           n.round, n.state, n.queued_on as "queuedOn", n.reason,
           exists (select from notice_attempt a
                    where a.municipality_code = n.municipality_code and a.notice_id = n.id
                      and a.state not in ('queued', 'withdrawn', 'refused', 'bounced')) as "mayHaveLeft"
      from notice n
     where n.course_id = ${courseId}
       and (n.state in ('queued', 'held')
            or n.state = 'suppressed' and n.reason = any(${reasonsOfRecord}))
     order by n.kind, n.round`
}

/** One whose outcome nobody knows ends as that; the sender finds neither again. */
async function withdrawAttempts(
  tx: Tx,
  { municipalityCode, id }: Notice,
  reason: string,
  today: PlainDate,
): Promise<void> {
  await tx`
    update notice_attempt
       set state = case when state = 'queued' then 'withdrawn' else 'unknown' end,
           reason = ${reason}, settled_at = now(), settled_on = ${today}, leased_until = null
     where municipality_code = ${municipalityCode} and notice_id = ${id}
       and state in ('queued', 'attempting', 'unknown')`
}
