import { and, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { addDays } from '../../../domain/calendar.ts'
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

export const lateAfterDays = 1

/** The next step should have been taken by now: its day lies more than a day in the past. */
export function isLate(today: PlainDate): SQL {
  return sql`${course.stage} not in ('complete', 'closed')
    and ${course.steps}->0->>'on' < ${addDays(today, -lateAfterDays)}`
}
