/** The list of courses, by id: random, so that its order says nothing about anybody. */
import { and, asc, eq, gt, type SQL } from 'drizzle-orm'
import type { Stage } from '../../../domain/course.ts'
import type { PlannedStep } from '../../../domain/plan.ts'
import { lookAs, type OrmTx, widenToAllTowns } from '../../orm.ts'
import { course } from '../../schema/index.ts'

export const coursesPerPage = 50

export type CourseLine = {
  id: string
  municipalityCode: string
  stage: Stage
  dosesGiven: number
  steps: PlannedStep[]
}

export type CourseFilter = { stage?: Stage; municipalityCode?: string; after?: string }

/** One more than a page when there is another page. Each line is a look at somebody's course. */
export async function courseLines(tx: OrmTx, filter: CourseFilter): Promise<CourseLine[]> {
  if (!filter.municipalityCode) await widenToAllTowns(tx)
  const conditions: (SQL | undefined)[] = [
    filter.stage && eq(course.stage, filter.stage),
    filter.municipalityCode ? eq(course.homeMunicipalityCode, filter.municipalityCode) : undefined,
    filter.after ? gt(course.id, filter.after) : undefined,
  ]
  const lines = await tx
    .select({
      id: course.id,
      municipalityCode: course.homeMunicipalityCode,
      stage: course.stage,
      dosesGiven: course.dosesGiven,
      steps: course.steps,
    })
    .from(course)
    .where(and(...conditions))
    .orderBy(asc(course.id))
    .limit(coursesPerPage + 1)
  await lookAs(
    tx,
    lines.map(({ id, municipalityCode }) => {
      return { municipalityCode, courseId: id, fields: ['course'] }
    }),
  )
  return lines
}
