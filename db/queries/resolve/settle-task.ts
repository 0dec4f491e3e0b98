/** What a person was asked to do by hand, done: by whom, and what came of it. */
import type { TaskOutcome } from '../../../domain/unattached.ts'
import { look, type Sql, withPurpose } from '../../client.ts'

/** False when the municipality has no such open task. */
export async function settleTask(
  sql: Sql,
  task: { municipalityCode: string; id: string; outcome: TaskOutcome; by: string },
): Promise<boolean> {
  const { municipalityCode, id, outcome, by } = task
  return withPurpose(sql, { municipalityCode, purpose: 'resolve' }, async (tx) => {
    const done = await tx<{ residentId: string | null; courseId: string | null }[]>`
      update task set done_at = now(), done_by = ${by}, outcome = ${outcome}
       where municipality_code = ${municipalityCode} and id = ${id} and done_at is null
      returning resident_id as "residentId", course_id as "courseId"`
    await look(
      tx,
      done.flatMap(({ residentId, courseId }) => {
        if (!residentId) return []
        return [{ municipalityCode, residentId, ...(courseId && { courseId }), fields: ['tasks'] }]
      }),
    )
    return done.length > 0
  })
}
