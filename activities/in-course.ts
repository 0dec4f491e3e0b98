import { type Sql, type Tx, withPurpose } from '../db/client.ts'
import { type LookField, planFields } from '../db/purposes.ts'
import { homeOf } from '../db/queries/home-of.ts'
import { type CourseRow, lockCourse, PersonNotVisible } from '../db/queries/plan-input.ts'

/** A course that moves more often than this between two statements is not believed. */
const homesTriedAtMost = 5

/**
 * One transaction about one course, which it locks, under the town where the course is at home at
 * that very moment: what a caller knows of the home is stale exactly when someone moves. It leaves
 * one look in the access ledger, at the register row that is the home.
 */
export async function inCourse<T>(
  sql: Sql,
  courseId: string,
  work: (tx: Tx, course: CourseRow) => Promise<T>,
  fields: LookField[] = planFields,
): Promise<T> {
  for (let tried = 0; tried < homesTriedAtMost; tried += 1) {
    const home = await homeOf(sql, courseId)
    const { municipalityCode } = home
    const look = { ...home, courseId, fields }
    try {
      return await withPurpose(
        sql,
        { municipalityCode, purpose: 'sendNotice', look },
        async (tx) => {
          const course = await lockCourse(tx, courseId)
          if (!course) throw new NotAtHome()
          return work(tx, course)
        },
      )
    } catch (error) {
      if (!(error instanceof NotAtHome)) throw error
    }
  }
  throw new PersonNotVisible(courseId)
}

/** Another town's by now, it is not to be seen from the one named: nothing was read, no look stays. */
class NotAtHome extends Error {}
