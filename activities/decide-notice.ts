/**
 * What becomes of a notice that may be owed, with its course locked: queued for mail or letter, held, or
 * left out with the reason. The same for a course's step and for a cohort.
 */
import type { Tx } from '../db/client.ts'
import { hasMail } from '../db/people/read.ts'
import { loadNoticeInput } from '../db/queries/notice-input.ts'
import { type Channel, decideNotice, findDecision, queueAttempt } from '../db/queries/notices.ts'
import { type CourseRow, PersonNotVisible } from '../db/queries/plan-input.ts'
import { widenScope } from '../db/scope.ts'
import { compareDates } from '../domain/calendar.ts'
import { isMailOnly, type PlainDate } from '../domain/course.ts'
import { checkOwed, type NoticeIdentity } from '../domain/notice-check.ts'
import { stoppedByAddress } from './address-stop.ts'
import { openByHand, whyUnwanted } from './notice-recheck.ts'

type Decision = { dueOn: PlainDate; decidedOn: PlainDate; heldAt: string | undefined }

/**
 * The channel it was queued for; undefined when nothing was queued now. `notBefore`: a mail waits until
 * then, so that a cohort's mails do not all leave in one second.
 */
export async function decideOwed(
  tx: Tx,
  course: CourseRow,
  asked: NoticeIdentity,
  today: PlainDate,
  notBefore?: Date,
): Promise<Channel | undefined> {
  const decided = await findDecision(tx, course.id, asked)
  if (decided && decided.state !== 'held') return undefined
  // Held by the former home, it comes along.
  if (decided) await widenScope(tx, [decided.municipalityCode])

  const owed = checkOwed(await loadNoticeInput(tx, course, asked, today), asked)
  if (!owed.isOwed && owed.state === 'suppressed') return undefined
  // Today's grace is longer than the plan's, or today is quiet: the new plan has the later day.
  if (compareDates(owed.on, today) > 0) return undefined
  const decision = { dueOn: owed.on, decidedOn: today, heldAt: decided?.municipalityCode }
  if (!owed.isOwed) {
    await decideNotice(tx, course, asked, { ...decision, state: owed.state, reason: owed.reason })
    return undefined
  }
  const unwanted = await whyUnwanted(tx, course, { kind: asked.kind }, today)
  if (unwanted) {
    const { state, reason, byHandAt } = unwanted
    if (byHandAt) await openByHand(tx, byHandAt, { ...asked, courseId: course.id, today })
    await decideNotice(tx, course, asked, { ...decision, state, reason })
    return undefined
  }
  return queue(tx, course, asked, decision, notBefore)
}

async function queue(
  tx: Tx,
  course: CourseRow,
  asked: NoticeIdentity,
  decision: Decision,
  notBefore: Date | undefined,
): Promise<Channel | undefined> {
  const reachable = await hasMail(tx, course)
  if (reachable === undefined) throw new PersonNotVisible(course.id)
  const channel = reachable ? 'mail' : 'letter'
  if (channel === 'letter' && isMailOnly(asked)) return undefined
  const stopped = channel === 'letter' && (await stoppedByAddress(tx, course, decision.decidedOn))
  if (stopped) {
    const { reason } = stopped
    await decideNotice(tx, course, asked, { ...decision, state: 'held', reason })
    return undefined
  }
  const notice = await decideNotice(tx, course, asked, { ...decision, state: 'queued' })
  if (!notice) return undefined
  await queueAttempt(tx, notice, channel, { notBefore: channel === 'mail' ? notBefore : undefined })
  return channel
}
