/**
 * A letter of theirs came back, and nobody knows a better address yet: no further letter leaves to them.
 * A mail may.
 */
import type { Tx } from '../db/client.ts'
import type { CourseHome } from '../db/queries/plan-input.ts'
import { standingStop } from '../db/queries/returned/stop.ts'
import { openTask } from '../db/queries/tasks.ts'
import type { PlainDate } from '../domain/course.ts'
import type { Stopped } from './notice-recheck.ts'

/** Undefined where letters reach their person. Otherwise somebody looks for the address, once. */
export async function stoppedByAddress(
  tx: Tx,
  { municipalityCode, residentId, id: courseId }: CourseHome & { id: string },
  today: PlainDate,
): Promise<Stopped | undefined> {
  const stop = await standingStop(tx, { municipalityCode, residentId })
  if (!stop) return undefined
  await openTask(tx, {
    ...{ municipalityCode, residentId, courseId, kind: 'addressReturned' },
    ...{ occasion: stop.id, round: 0, openedOn: today },
  })
  return { maySend: false, state: 'held', reason: 'addressReturned' }
}
