/** What a person was asked to do by hand, done: by whom, and what came of it. */

import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { TaskOutcome } from '../../../domain/unattached.ts'
import { look, type Sql, type Tx, withPurpose } from '../../client.ts'
import {
  declineCourse,
  endHold,
  findDoseTasks,
  lockBeforeTasks,
} from '../../residents/statements.ts'
import type { TaskKind } from '../../schema/register.ts'

/**
 * False when the municipality has no such open task. With the outcome `declined` the course is closed; throws
 * `noCourse` and `courseIsOver` where there is none to close, and then the task stays open.
 */
export async function settleTask(
  sql: Sql,
  task: { municipalityCode: string; id: string; outcome: TaskOutcome; by: string },
  today: PlainDate,
): Promise<boolean> {
  const { municipalityCode, id, outcome, by } = task
  return withPurpose(sql, { municipalityCode, purpose: 'resolve' }, async (tx) => {
    const open = await tx<{ courseId: string | null }[]>`
      select course_id as "courseId" from task
       where municipality_code = ${municipalityCode} and id = ${id} and done_at is null`
    await lockBeforeTasks(
      tx,
      open.map(({ courseId }) => courseId),
    )
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
      if (outcome === 'declined') await decline(tx, courseId, today)
      else if (courseId && findDoseTasks.includes(kind)) await endHold(tx, courseId, today)
    }
    return done.length > 0
  })
}

/** What the desk does of somebody who says so there. */
async function decline(tx: Tx, courseId: string | null, today: PlainDate): Promise<void> {
  if (!courseId) throw new DomainError('noCourse', 'there is no course to close', 'outcome')
  await declineCourse(tx, courseId, today)
}
