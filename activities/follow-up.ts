import { loadPlanInput } from '../db/queries/plan-input.ts'
import { openTask } from '../db/queries/tasks.ts'
import type { CourseActivities } from '../domain/activity-contract.ts'
import { compareDates } from '../domain/calendar.ts'
import type { CourseFacts } from '../domain/course.ts'
import { isStepOf } from '../domain/notice-check.ts'
import { planCourse } from '../domain/plan.ts'
import { type ActivityDeps, businessNow } from './deps.ts'
import { inCourse } from './in-course.ts'
import { replanIfChanged } from './replan-if-changed.ts'
import { factsOf, isBeforeItsDay } from './send-notice.ts'

type Ask = Parameters<CourseActivities['openFollowUp']>[0]

/**
 * Opens what a person at the municipality does by hand: after the last reminder, or when nobody has
 * moved in anywhere since a notified move-out (at the old town, where the course still is at home).
 */
export async function openFollowUp(deps: ActivityDeps, ask: Ask): Promise<CourseFacts> {
  const { today } = businessNow(deps.clock, ask.workflowNowMs)
  return inCourse(deps.sql, ask.courseId, async (tx, course) => {
    if (await isBeforeItsDay(tx, course.id, ask.step, today)) {
      return factsOf(tx, course.id, deps)
    }
    const input = await loadPlanInput(tx, course, today)
    const step = planCourse(input).steps.find((each) => isStepOf(each, ask.step))
    if (step && compareDates(step.on, today) <= 0) {
      const isMoveWatch = input.home.moveOut?.eventId === step.occasion
      await openTask(tx, {
        municipalityCode: course.municipalityCode,
        kind: isMoveWatch ? 'moveInMissing' : 'followUp',
        courseId: course.id,
        residentId: course.residentId,
        occasion: step.occasion,
        round: step.round,
        openedOn: today,
      })
    }
    await replanIfChanged(tx, course, today, { tell: false })
    return factsOf(tx, course.id, deps)
  })
}

/** What the database knows now, for a run that was revived or asked about. */
export async function newestFacts(
  deps: ActivityDeps,
  { courseId }: { courseId: string },
): Promise<CourseFacts> {
  return inCourse(deps.sql, courseId, (tx) => factsOf(tx, courseId, deps), ['course'])
}
