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
           c.closed_because as "closedBecause", c.steps, s.notice_minute as "noticeMinute"
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
      at: stepInstant(row.id, step, row.noticeMinute ?? defaultSettings.noticeMinute, clock),
    })),
  }
}

/** Deadlines of one day are spread over this long, by course, so that they do not all fire at once. */
const spreadMinutes = 60

/** The wall instant at which the workflow should wake for a step. */
export function stepInstant(
  courseId: string,
  step: PlannedStep,
  noticeMinute: number,
  clock: Clock,
): string {
  const minute = noticeMinute + (Number.parseInt(courseId.slice(0, 6), 16) % spreadMinutes)
  const campaignMs = Date.parse(tokyoInstant(step.on, minute))
  return new Date(clock.wallAt(campaignMs)).toISOString()
}
