import { and, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import type { PlainDate } from '../../../domain/course.ts'
import { course, scan } from '../../schema/index.ts'

/** Overdue is derived from its day here, whatever stage the plan was last saved with. */
export function isOverdueOn(today: PlainDate): SQL {
  return and(
    inArray(course.stage, ['awaitingSecondDose', 'secondDoseOverdue', 'inFollowUp']),
    sql`${course.overdueOn} <= ${today}`,
  )!
}

/** Acknowledged, and attached to nobody until someone decides or the ticket is announced. */
export const isUnresolved: SQL = and(
  inArray(scan.verdict, ['held', 'waiting']),
  isNull(scan.resolvedAt),
)!

/** A course is late when its next step lies more than so many days in the past. */
export const lateAfterDays = 1
