import { and, inArray, type SQL, sql } from 'drizzle-orm'
import type { PlainDate } from '../../../domain/course.ts'
import { course } from '../../schema/index.ts'

/** Overdue is derived from its day here, whatever stage the plan was last saved with. */
export function isOverdueOn(today: PlainDate): SQL {
  return and(
    inArray(course.stage, ['awaitingSecondDose', 'secondDoseOverdue', 'inFollowUp']),
    sql`${course.overdueOn} <= ${today}`,
  )!
}

/** A course is late when its next step lies more than so many days in the past. */
export const lateAfterDays = 1
