/** The locks of many courses at once, wherever their people are at home by now. */
import { look, type Tx } from '../db/client.ts'
import { planFields } from '../db/purposes.ts'
import { homesOf } from '../db/queries/home-of.ts'
import { type CourseRow, lockCourse, PersonNotVisible } from '../db/queries/plan-input.ts'
import { widenScope } from '../db/scope.ts'

/** Locked, and looked at for their plans: a row in the ledger for each, or one that nobody was. */
export async function lockAndLook(tx: Tx, sortedIds: string[]): Promise<Map<string, CourseRow>> {
  const courses = await lockAll(tx, sortedIds)
  await look(
    tx,
    [...courses.values()].map(({ id, municipalityCode, residentId }) => {
      return { municipalityCode, residentId, courseId: id, fields: planFields }
    }),
  )
  return courses
}

/** A course that has moved since its letter was queued is locked in the town where it is by now. */
export async function lockAll(tx: Tx, sortedIds: string[]): Promise<Map<string, CourseRow>> {
  const courses = new Map<string, CourseRow>()
  const homes = await homesOf(tx, sortedIds)
  await widenScope(tx, [...new Set([...homes.values()].map((home) => home.municipalityCode))])
  for (const id of sortedIds) {
    const course = (await lockCourse(tx, id)) ?? (await followAndLock(tx, id))
    courses.set(id, course)
  }
  return courses
}

/** The same locks by one statement, for whoever needs nothing of the rows: thousands in a moment. */
export async function lockEvery(tx: Tx, sortedIds: string[]): Promise<void> {
  const homes = await homesOf(tx, sortedIds)
  await widenScope(tx, [...new Set([...homes.values()].map((home) => home.municipalityCode))])
  const locked = await tx<{ id: string }[]>`
    select id from course where id = any(${sortedIds}) order by id for update`
  const seen = new Set(locked.map(({ id }) => id))
  for (const id of sortedIds) if (!seen.has(id)) await followAndLock(tx, id)
}

/** It moved between the look for its home and the lock. */
async function followAndLock(tx: Tx, courseId: string): Promise<CourseRow> {
  const home = (await homesOf(tx, [courseId])).get(courseId)
  if (home) await widenScope(tx, [home.municipalityCode])
  const course = home && (await lockCourse(tx, courseId))
  // Moved once more meanwhile: the whole batch is tried again.
  if (!course) throw new PersonNotVisible(courseId)
  return course
}
