import { type Sql, type Tx, withPurpose } from '../db/client.ts'
import { homeOf } from '../db/queries/home-of.ts'
import { type CourseRow, lockCourse, PersonNotVisible } from '../db/queries/plan-input.ts'

/** A course that moves more often than this between two statements is not believed. */
const homesTriedAtMost = 5

/**
 * One transaction about one course, which it locks, under the town where the course is at home at
 * that very moment: what a caller knows of the home is stale exactly when someone moves.
 */
export async function inCourse<T>(
  sql: Sql,
  courseId: string,
  work: (tx: Tx, course: CourseRow) => Promise<T>,
): Promise<T> {
  for (let tried = 0; tried < homesTriedAtMost; tried += 1) {
    const { municipalityCode } = await homeOf(sql, courseId)
    const answer = await withPurpose(
      sql,
      { municipalityCode, purpose: 'sendNotice' },
      async (tx) => {
        const course = await lockCourse(tx, courseId)
        if (!course) throw new PersonNotVisible(courseId)
        return course.municipalityCode === municipalityCode && { value: await work(tx, course) }
      },
    )
    if (answer) return answer.value
  }
  throw new PersonNotVisible(courseId)
}
