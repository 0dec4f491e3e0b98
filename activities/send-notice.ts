import type { Tx } from '../db/client.ts'
import { readFacts } from '../db/queries/facts.ts'
import { ensureGrace } from '../db/queries/grace.ts'
import { PersonNotVisible } from '../db/queries/plan-input.ts'
import { plannedSteps } from '../db/queries/planned-steps.ts'
import type { CourseActivities } from '../domain/activity-contract.ts'
import { compareDates } from '../domain/calendar.ts'
import type { CourseFacts, PlainDate } from '../domain/course.ts'
import { isStepOf } from '../domain/notice-check.ts'
import { decideOwed } from './decide-notice.ts'
import { type ActivityDeps, businessNow } from './deps.ts'
import { inCourse } from './in-course.ts'
import { replanIfChanged } from './replan-if-changed.ts'

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
    const queued = isEarly ? undefined : await decideOwed(tx, course, ask.step, today)
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
