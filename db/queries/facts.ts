import type { Clock } from '../../config/clock.ts'
import { tokyoInstant } from '../../domain/calendar.ts'
import type { Cause, ClosedBecause, CourseFacts, Stage } from '../../domain/course.ts'
import type { PlannedStep } from '../../domain/plan.ts'
import type { Sql, Tx } from '../client.ts'
import { defaultSettings } from './plan-input.ts'

/** What facts are made of. */
export type FactsRow = {
  id: string
  version: number
  cause: Cause
  stage: Stage
  dosesGiven: number
  municipalityCode: string
  productCode: string | null
  closedBecause: ClosedBecause | null
  steps: PlannedStep[]
  noticeMinute: number | null
  jitterMinutes: number | null
}

/** The newest facts of many courses, by course id: those that the scope shows. Names nobody. */
export async function readFacts(
  sql: Sql | Tx,
  courseIds: string[],
  clock: Clock,
): Promise<Map<string, CourseFacts>> {
  const rows = await sql<FactsRow[]>`
    select c.id, c.version, c.cause, c.stage, c.doses_given as "dosesGiven",
           c.home_municipality_code as "municipalityCode", c.product_code as "productCode",
           c.closed_because as "closedBecause", c.steps, s.notice_minute as "noticeMinute",
           s.jitter_minutes as "jitterMinutes"
      from course c
      left join municipality_setting s on s.municipality_code = c.home_municipality_code
     where c.id = any(${courseIds})`
  return new Map(rows.map((row) => [row.id, factsFrom(row, clock)]))
}

export function factsFrom(row: FactsRow, clock: Clock): CourseFacts {
  return {
    version: row.version,
    cause: row.cause,
    stage: row.stage,
    dosesGiven: row.dosesGiven,
    municipalityCode: row.municipalityCode,
    ...(row.productCode ? { product: row.productCode } : {}),
    ...(row.closedBecause ? { closedBecause: row.closedBecause } : {}),
    steps: row.steps.map((step) => ({
      ...step,
      at: stepInstant(row.id, step, hoursOf(row), clock),
    })),
  }
}

export type NoticeHours = { noticeMinute: number; jitterMinutes: number }

function hoursOf({ noticeMinute, jitterMinutes }: Pick<FactsRow, keyof NoticeHours>): NoticeHours {
  return {
    noticeMinute: noticeMinute ?? defaultSettings.noticeMinute,
    jitterMinutes: jitterMinutes ?? defaultSettings.jitterMinutes,
  }
}

const lastMinute = 1_439

/** Deadlines of one day are spread by course, so that they do not all fire at once. A minute of the day. */
export function minuteOfCourse(courseId: string, hours: NoticeHours): number {
  const spread = Math.max(1, hours.jitterMinutes)
  const minute = hours.noticeMinute + (Number.parseInt(courseId.slice(0, 6), 16) % spread)
  return Math.min(minute, lastMinute)
}

/** The wall instant at which the workflow should wake for a step. */
export function stepInstant(
  courseId: string,
  step: PlannedStep,
  hours: NoticeHours,
  clock: Clock,
): string {
  const campaignMs = Date.parse(tokyoInstant(step.on, minuteOfCourse(courseId, hours)))
  return new Date(clock.wallAt(campaignMs)).toISOString()
}
