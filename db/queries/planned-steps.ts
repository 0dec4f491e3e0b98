import type { PlannedStep } from '../../domain/plan.ts'
import type { Tx } from '../client.ts'

/** The steps that the workflow of a course goes by: those of its plan as it was last saved. */
export async function plannedSteps(tx: Tx, courseId: string): Promise<PlannedStep[]> {
  const [row] = await tx<{ steps: PlannedStep[] }[]>`
    select steps from course where id = ${courseId}`
  return row?.steps ?? []
}
