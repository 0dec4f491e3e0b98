/** The last look before a notice leaves, the same for a mail and for a letter. */
import type { Tx } from '../db/client.ts'
import { hasMail } from '../db/people/read.ts'
import { ageIsInQuestion } from '../db/queries/age-in-question.ts'
import { wasToldByHand } from '../db/queries/manual-notices.ts'
import { loadNoticeInput } from '../db/queries/notice-input.ts'
import {
  type AttemptKey,
  identityOf,
  type Notice,
  noticeStopped,
  type SenderRow,
  senderOf,
  settleAttempt,
} from '../db/queries/notices.ts'
import { type CourseHome, type CourseRow, PersonNotVisible } from '../db/queries/plan-input.ts'
import { protectedBy } from '../db/queries/protection.ts'
import { isToldAtStay } from '../db/queries/stay-consents.ts'
import { openTask } from '../db/queries/tasks.ts'
import { refusesReminder } from '../db/residents/refusals.ts'
import { widenScope } from '../db/scope.ts'
import { compareDates } from '../domain/calendar.ts'
import type { CohortInput } from '../domain/cohort-check.ts'
import type { NoticeKind, PlainDate } from '../domain/course.ts'
import { checkOwed } from '../domain/notice-check.ts'
import { type Plan, type PlanInput, screeningWaitEndsOn } from '../domain/plan.ts'
import type { StopReason } from '../domain/stop-reasons.ts'

/** Sent home by a doctor since it was queued, its person gets the time to come again. */
function waitsAfterScreening(input: PlanInput, { kind, round }: Notice, today: PlainDate): boolean {
  const endsOn = screeningWaitEndsOn(input)
  if (kind !== 'reminder' || round !== 1 || endsOn === undefined) return false
  return compareDates(endsOn, today) > 0
}

export type Ready = {
  maySend: true
  input: PlanInput & CohortInput
  plan: Plan
  sender: SenderRow
}

export type Stopped = {
  maySend: false
  state: 'held' | 'suppressed'
  reason: StopReason
  /** The register row whose municipality brings the notice by hand instead. */
  byHandAt?: CourseHome
}

/**
 * Still owed, not dosed since, not dead, not moved, not protected, still wanted. Course locked. Opens
 * nobody: a person is looked at only once it is certain that a notice leaves.
 */
export async function recheck(
  tx: Tx,
  course: CourseRow,
  notice: Notice,
  today: PlainDate,
): Promise<Ready | Stopped> {
  const input = await loadNoticeInput(tx, course, notice, today)
  const owed = checkOwed(input, identityOf(notice))
  if (!owed.isOwed) {
    // Whoever wishes for no more doses must still hear of one that was given.
    if (notice.kind === 'lotRecall' && owed.reason === 'declined') return byHand('declined', course)
    return { maySend: false, state: owed.state, reason: owed.reason }
  }
  if (waitsAfterScreening(input, notice, today)) {
    return { maySend: false, state: 'held', reason: 'waitsAfterScreening' }
  }
  const unwanted = await whyUnwanted(tx, course, notice, today)
  if (unwanted) return unwanted
  if (notice.kind === 'reminder' && (await ageIsInQuestion(tx, course.id))) {
    return byHand('ageInQuestion', course)
  }
  const sender = await senderOf(tx, course.municipalityCode)
  if (!sender) return byHand('noSender', course)
  return { maySend: true, input, plan: owed.plan, sender }
}

/**
 * What keeps a notice that is owed from being sent, when it is to be queued and when it is to leave: a
 * protection, or that somebody was told otherwise or wishes for none. Told by hand while it waited, it is
 * told: `queuedOn` is since when it waits.
 */
export async function whyUnwanted(
  tx: Tx,
  course: CourseRow,
  { kind, queuedOn }: { kind: NoticeKind; queuedOn?: PlainDate | null },
  today: PlainDate,
): Promise<Stopped | undefined> {
  const protecting = await protectedBy(tx, course, today)
  if (protecting) return byHand('protected', protecting)
  if (await isToldAtStay(tx, course.id)) return unsent('toldAtStay')
  if (await refusesReminder(tx, course, kind)) return unsent('declinedLetters')
  const waitsSince = queuedOn ?? today
  if (await wasToldByHand(tx, course.id, kind, today, waitsSince)) return unsent('toldByHand')
  return undefined
}

function unsent(reason: StopReason): Stopped {
  return { maySend: false, state: 'suppressed', reason }
}

/** No automatic notice, and a person at the municipality sees to it. */
export function byHand(reason: StopReason, at: CourseHome): Stopped {
  return { maySend: false, state: 'suppressed', reason, byHandAt: at }
}

/**
 * Why a person could not be read: erased, which stops the notice for good, or hidden by a fault, which
 * throws `PersonNotVisible`, because nobody may take it for "no longer owed".
 */
export async function whyNobody(tx: Tx, course: CourseRow): Promise<Stopped> {
  const isThere = (await hasMail(tx, course)) !== undefined
  if (!isThere) throw new PersonNotVisible(course.id)
  return { maySend: false, state: 'suppressed', reason: 'erased' }
}

/**
 * Takes back an attempt that must not leave, with its notice and the reason for both. A mail that may
 * have left before, at a first try, stays `unknown`.
 */
export async function stopNotice(
  tx: Tx,
  { notice, attempt }: { notice: Notice; attempt: AttemptKey },
  { state, reason, byHandAt }: Stopped,
  today: PlainDate,
  attemptState: 'withdrawn' | 'unknown' = 'withdrawn',
): Promise<void> {
  await settleAttempt(tx, attempt, { state: attemptState, reason, on: today })
  await noticeStopped(tx, notice, { state, reason })
  if (byHandAt) await openByHand(tx, byHandAt, { ...notice, today })
}

/** Once per occasion and round, at the municipality of the register row given. */
export async function openByHand(
  tx: Tx,
  at: CourseHome,
  about: { courseId: string; occasion: string; round: number; today: PlainDate },
): Promise<void> {
  // A protection may be another town's, which sees to the notice then.
  await widenScope(tx, [at.municipalityCode])
  await openTask(tx, {
    municipalityCode: at.municipalityCode,
    residentId: at.residentId,
    kind: 'noticeByHand',
    courseId: about.courseId,
    occasion: about.occasion,
    round: about.round,
    openedOn: about.today,
  })
}
