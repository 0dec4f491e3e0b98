/** What a person was asked to do by hand, done: by whom, and what came of it. */

import type { PlainDate } from '../../../domain/course.ts'
import type { TaskOutcome } from '../../../domain/unattached.ts'
import { look, type Sql, withPurpose } from '../../client.ts'
import { endHold, findDoseTasks } from '../../residents/statements.ts'
import type { TaskKind } from '../../schema/register.ts'

/** False when the municipality has no such open task. */
export async function settleTask(
  sql: Sql,
  task: { municipalityCode: string; id: string; outcome: TaskOutcome; by: string },
  today: PlainDate,
): Promise<boolean> {
  const { municipalityCode, id, outcome, by } = task
  return withPurpose(sql, { municipalityCode, purpose: 'resolve' }, async (tx) => {
    const done = await tx<{ residentId: string | null; courseId: string | null; kind: TaskKind }[]>`
      update task set done_at = now(), done_by = ${by}, outcome = ${outcome}
       where municipality_code = ${municipalityCode} and id = ${id} and done_at is null
      returning resident_id as "residentId", course_id as "courseId", kind`
    await look(
      tx,
      done.flatMap(({ residentId, courseId }) => {
        if (!residentId) return []
        return [{ municipalityCode, residentId, ...(courseId && { courseId }), fields: ['tasks'] }]
      }),
    )
    for (const { courseId, kind } of done) {
      if (courseId && findDoseTasks.includes(kind)) await endHold(tx, courseId, today)
    }
    return done.length > 0
  })
}
