import type { Sql, Tx } from '../client.ts'
import { type CourseHome, PersonNotVisible } from './plan-input.ts'

/**
 * Where a course is at home now: two ids, and nothing else can be asked without naming a town first.
 * Throws `PersonNotVisible` when there is no such course.
 */
export async function homeOf(sql: Sql, courseId: string): Promise<CourseHome> {
  const [home] = await sql<CourseHome[]>`
    select municipality_code as "municipalityCode", resident_id as "residentId"
      from course_home(${courseId})`
  if (!home) throw new PersonNotVisible(courseId)
  return home
}

/** The same of many courses, by id; an unknown one is left out. */
export async function homesOf(
  sql: Sql | Tx,
  courseIds: string[],
): Promise<Map<string, CourseHome>> {
  const rows = await sql<(CourseHome & { id: string })[]>`
    select wanted.id, home.municipality_code as "municipalityCode", home.resident_id as "residentId"
      from unnest(${courseIds}::uuid[]) as wanted(id), course_home(wanted.id) home`
  return new Map(rows.map(({ id, ...home }) => [id, home]))
}
