/** What an operator sees of one course: days, products and states; no name, no ticket, no address. */
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'

export type ReportedDose = {
  givenOn: PlainDate
  recordedOn: PlainDate
  claimedDoseNumber: number
  productCode: string
  lotNumber: string
  venueCode: string
  readBy: string
  isVoided: boolean
  findings: string[]
}

export type ReportedNotice = {
  dueOn: PlainDate
  kind: string
  round: number
  state: string
  reason: string | null
  leftOn: PlainDate | null
  channel: string | null
}

export type ReportedNews = {
  version: number
  tries: number
  nextTryAt: string
  setAsideAt: string | null
  lastError: string | null
}

export async function dosesOf(tx: Tx, courseId: string): Promise<ReportedDose[]> {
  return tx<ReportedDose[]>`
    select d.given_on as "givenOn", d.recorded_on as "recordedOn",
           d.claimed_dose_number as "claimedDoseNumber", d.product_code as "productCode",
           d.lot_number as "lotNumber", d.venue_code as "venueCode", d.read_by as "readBy",
           d.voided_at is not null as "isVoided",
           array(select f.code from finding f
                  where f.municipality_code = d.municipality_code and f.dose_id = d.id
                  order by f.code) as findings
      from dose d where d.course_id = ${courseId} order by d.given_on, d.recorded_at`
}

export async function noticesOf(tx: Tx, courseId: string): Promise<ReportedNotice[]> {
  return tx<ReportedNotice[]>`
    select due_on as "dueOn", kind, round, state, reason, left_on as "leftOn", channel
      from notice where course_id = ${courseId} order by due_on, kind, round`
}

/** News that has not reached the course's run; undefined when all of it has. */
export async function newsOf(tx: Tx, courseId: string): Promise<ReportedNews | undefined> {
  const [row] = await tx<ReportedNews[]>`
    select version, tries, to_json(next_try_at) #>> '{}' as "nextTryAt",
           to_json(set_aside_at) #>> '{}' as "setAsideAt", last_error as "lastError"
      from outbox where course_id = ${courseId}`
  return row
}
