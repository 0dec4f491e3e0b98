import type { Tx } from '../db/client.ts'
import { type CourseRow, loadPlanInput } from '../db/queries/plan-input.ts'
import { plannedSteps } from '../db/queries/planned-steps.ts'
import { replan } from '../db/queries/replan.ts'
import type { PlainDate } from '../domain/course.ts'
import { type PlannedStep, planCourse } from '../domain/plan.ts'

/**
 * Plans a locked course anew if what it waits for is other than its workflow believes. A day that
 * merely passed (the stage) is no news: the workflow saw it pass as well.
 */
export async function replanIfChanged(
  tx: Tx,
  course: CourseRow,
  today: PlainDate,
  { tell }: { tell: boolean },
): Promise<void> {
  const believed = await plannedSteps(tx, course.id)
  const { steps } = planCourse(await loadPlanInput(tx, course, today))
  if (isSame(believed, steps)) return
  await replan(tx, course.id, { cause: 'replanned', today, tell })
}

function isSame(believed: PlannedStep[], planned: PlannedStep[]): boolean {
  return keysOf(believed) === keysOf(planned)
}

function keysOf(steps: PlannedStep[]): string {
  return steps
    .filter(({ kind }) => kind !== 'stage')
    .map((step) =>
      [step.kind, step.phase, step.doseNumber, step.occasion, step.round, step.on].join('/'),
    )
    .sort()
    .join(' ')
}
