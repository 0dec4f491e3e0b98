/**
 * What an operator sees of one course, from its home: days, products and states; no name, no ticket,
 * no address. Of doses that other towns recorded: number, date, product and lot.
 */
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'

export type ReportedDose = {
  givenOn: PlainDate
  /** These three are null of another town's dose. */
  recordedOn: PlainDate | null
  venueCode: string | null
  readBy: string | null
  claimedDoseNumber: number
  productCode: string
  lotNumber: string
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
                  where f.municipality_code = d.municipality_code and f.dose_id = d.id and f.hits
                  order by f.code) as findings
      from dose d where d.course_id = ${courseId}
    union all
    select l.given_on, null, l.claimed_dose_number, l.product_code, l.lot_number, null, null, false,
           '{}'
      from linked_doses(${courseId}) l
      join course c on c.id = ${courseId} and c.home_municipality_code <> l.municipality_code
     order by "givenOn", "claimedDoseNumber"`
}

export async function noticesOf(tx: Tx, courseId: string): Promise<ReportedNotice[]> {
  return tx<ReportedNotice[]>`
    select l.due_on as "dueOn", l.kind, l.round, l.state, n.reason, l.left_on as "leftOn", l.channel
      from linked_notices(${courseId}) l
      left join notice n on (n.municipality_code, n.id) = (l.municipality_code, l.id)
     order by l.due_on, l.kind, l.round`
}

/** News that has not reached the course's run; undefined when all of it has. */
export async function newsOf(tx: Tx, courseId: string): Promise<ReportedNews | undefined> {
  const [row] = await tx<ReportedNews[]>`
    select version, tries, to_json(next_try_at) #>> '{}' as "nextTryAt",
           to_json(set_aside_at) #>> '{}' as "setAsideAt", last_error as "lastError"
      from outbox where course_id = ${courseId}`
  return row
}
