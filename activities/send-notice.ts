import type { Tx } from '../db/client.ts'
import { hasMail } from '../db/people/read.ts'
import { readFacts } from '../db/queries/facts.ts'
import { ensureGrace } from '../db/queries/grace.ts'
import { type Channel, decideNotice, findDecision, queueAttempt } from '../db/queries/notices.ts'
import { type CourseRow, loadPlanInput, PersonNotVisible } from '../db/queries/plan-input.ts'
import { plannedSteps } from '../db/queries/planned-steps.ts'
import { protectedBy } from '../db/queries/protection.ts'
import { isToldAtStay } from '../db/queries/stay-consents.ts'
import { refusesReminder } from '../db/residents/refusals.ts'
import { widenScope } from '../db/scope.ts'
import { compareDates } from '../domain/calendar.ts'
import type { CourseFacts, PlainDate } from '../domain/course.ts'
import { checkOwed, isStepOf } from '../domain/notice-check.ts'
import { stoppedByAddress } from './address-stop.ts'
import { type ActivityDeps, businessNow } from './deps.ts'
import { inCourse } from './in-course.ts'
import { openByHand } from './notice-recheck.ts'
import { replanIfChanged } from './replan-if-changed.ts'
import type { CourseActivities, NoticeStep } from './types.ts'

type Ask = Parameters<CourseActivities['sendNotice']>[0]

/**
 * Checks everything again, then queues the notice or records why it is not sent; answers with the
 * newest facts. Asked again, it finds its own row and changes nothing.
 */
export async function sendNotice(deps: ActivityDeps, ask: Ask): Promise<CourseFacts> {
  const { today } = businessNow(deps.clock, ask.workflowNowMs)
  const { facts, queued } = await inCourse(deps.sql, ask.courseId, async (tx, course) => {
    await ensureGrace(tx, course.municipalityCode, today)
    const isEarly = await isBeforeItsDay(tx, course.id, ask.step, today)
    // A plan once made is never advanced by a smaller grace, so that an early timer changes nothing.
    const queued = isEarly ? undefined : await decide(tx, course, ask.step, today)
    if (!isEarly) await replanIfChanged(tx, course, today, { tell: false })
    return { facts: await factsOf(tx, course.id, deps), queued }
  })
  if (queued === 'mail') deps.wakeMailSender?.()
  return facts
}

/** The timer came before the campaign day: a hint, or a clock that was held. */
export async function isBeforeItsDay(
  tx: Tx,
  courseId: string,
  asked: Parameters<typeof isStepOf>[1],
  today: PlainDate,
): Promise<boolean> {
  const steps = await plannedSteps(tx, courseId)
  const step = steps.find((each) => isStepOf(each, asked))
  return step !== undefined && compareDates(step.on, today) > 0
}

export async function factsOf(
  tx: Tx,
  courseId: string,
  { clock }: Pick<ActivityDeps, 'clock'>,
): Promise<CourseFacts> {
  const facts = (await readFacts(tx, [courseId], clock)).get(courseId)
  if (!facts) throw new PersonNotVisible(courseId)
  return facts
}

/** The channel it was queued for; undefined when nothing was queued now. */
async function decide(
  tx: Tx,
  course: CourseRow,
  asked: NoticeStep,
  today: PlainDate,
): Promise<Channel | undefined> {
  const decided = await findDecision(tx, course.id, asked)
  if (decided && decided.state !== 'held') return undefined
  // Held by the former home, it comes along.
  if (decided) await widenScope(tx, [decided.municipalityCode])

  const owed = checkOwed(await loadPlanInput(tx, course, today), asked)
  if (!owed.isOwed && owed.state === 'suppressed') return undefined
  // Today's grace is longer than the plan's: the new plan has the later day.
  if (compareDates(owed.step.on, today) > 0) return undefined
  const decision = { dueOn: owed.step.on, decidedOn: today }
  if (!owed.isOwed) {
    await decideNotice(tx, course, asked, { ...decision, state: owed.state, reason: owed.reason })
    return undefined
  }
  const protecting = await protectedBy(tx, course, today)
  if (protecting) {
    await decideNotice(tx, course, asked, {
      ...decision,
      state: 'suppressed',
      reason: 'protected',
    })
    await openByHand(tx, protecting, { ...asked, courseId: course.id, today })
    return undefined
  }
  if (await isToldAtStay(tx, course.id)) {
    const reason = 'toldAtStay'
    await decideNotice(tx, course, asked, { ...decision, state: 'suppressed', reason })
    return undefined
  }
  if (await refusesReminder(tx, course, asked.kind)) {
    const why = { state: 'suppressed', reason: 'declinedLetters' } as const
    await decideNotice(tx, course, asked, { ...decision, ...why })
    return undefined
  }
  return queue(tx, course, asked, decision)
}

async function queue(
  tx: Tx,
  course: CourseRow,
  asked: NoticeStep,
  decision: { dueOn: PlainDate; decidedOn: PlainDate },
): Promise<Channel | undefined> {
  const reachable = await hasMail(tx, course)
  if (reachable === undefined) throw new PersonNotVisible(course.id)
  const channel = reachable ? 'mail' : 'letter'
  const stopped = channel === 'letter' && (await stoppedByAddress(tx, course, decision.decidedOn))
  if (stopped) {
    const { reason } = stopped
    await decideNotice(tx, course, asked, { ...decision, state: 'held', reason })
    return undefined
  }
  const notice = await decideNotice(tx, course, asked, { ...decision, state: 'queued' })
  if (!notice) return undefined
  await queueAttempt(tx, notice, channel)
  return channel
}
