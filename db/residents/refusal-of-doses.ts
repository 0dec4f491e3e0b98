import type { ClosedBecause, PlainDate } from '../../domain/course.ts'
import type { Plan } from '../../domain/plan.ts'
import type { Tx } from '../client.ts'

/**
 * What somebody said not to wish ends where a new plan of their course says so, and holds again where
 * the dose that contradicted it is gone. For everybody else it asks nothing. The plan is written before.
 */
export async function settleRefusal(
  tx: Tx,
  course: { id: string; closedBecause: ClosedBecause | null },
  plan: Pick<Plan, 'closedBecause'>,
  today: PlainDate,
): Promise<void> {
  const [was, is] = [course.closedBecause, plan.closedBecause ?? null]
  if (was === 'declined' && is === null) await tx`select settle_refusal(${course.id}, ${today})`
  if (was === null && is === 'declined') await tx`select settle_refusal(${course.id}, null)`
}
