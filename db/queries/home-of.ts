import type { Sql } from '../client.ts'
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
