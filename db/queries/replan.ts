import { compareDates } from '../../domain/calendar.ts'
import type { Cause, PlainDate } from '../../domain/course.ts'
import { type Plan, planCourse } from '../../domain/plan.ts'
import type { Tx } from '../client.ts'
import { settleRefusal } from '../residents/refusal-of-doses.ts'
import { type CourseRow, loadPlanInput, lockCourse } from './plan-input.ts'

export type Replanned = { course: CourseRow; plan: Plan; version: number }

/**
 * Plans a course anew from what the database knows and raises its version: the one way in which
 * anything but a scan changes a course. `tell: true` puts the news into the outbox for the workflow;
 * an activity that returns the facts itself passes false. The course stays locked until commit.
 */
export async function replan(
  tx: Tx,
  courseId: string,
  options: { cause: Cause; today: PlainDate; tell: boolean },
): Promise<Replanned | undefined> {
  const course = await lockCourse(tx, courseId)
  if (!course) return undefined
  const input = await loadPlanInput(tx, course, options.today)
  const plan = planCourse(input)
  const version = course.version + 1
  await savePlan(tx, { ...course, version }, plan, options.cause, input.settings.graceDays)
  await settleRefusal(tx, course, plan, options.today)
  if (options.tell) await enqueueNews(tx, courseId, version)
  return { course: { ...course, version }, plan, version }
}

async function savePlan(tx: Tx, course: CourseRow, plan: Plan, cause: Cause, graceDays: number) {
  await tx`
    update course set
      version = ${course.version}, cause = ${plan.stage === 'closed' ? 'closed' : cause},
      stage = ${plan.stage}, doses_given = ${plan.dosesGiven}, product_code = ${plan.product ?? null},
      closed_because = ${plan.closedBecause ?? null}, earliest_on = ${plan.dueWindow?.earliest ?? null},
      due_on = ${plan.dueWindow?.due ?? null}, overdue_on = ${plan.overdueOn ?? null},
      grace_days = ${graceDays}, steps = ${tx.json(plan.steps as never)}, updated_at = now()
    where id = ${course.id}`
}

/** One outbox row per course, upserted in the transaction that raised the version. */
export async function enqueueNews(tx: Tx, courseId: string, version: number): Promise<void> {
  await tx`
    insert into outbox (course_id, version) values (${courseId}, ${version})
    on conflict (course_id) do update
      set version = excluded.version, next_try_at = now(), tries = 0, set_aside_at = null, last_error = null`
}

/** The day a step falls due was moved later by today's grace: a plan may be postponed, never advanced. */
export function isPostponed(step: { on: PlainDate }, replanned: { on: PlainDate }): boolean {
  return compareDates(replanned.on, step.on) > 0
}
