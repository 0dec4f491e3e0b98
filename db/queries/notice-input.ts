/** What a check of one notice needs: a plan's input, and for a cohort's notice what only that one asks for. */
import type { CohortInput, RecalledDose } from '../../domain/cohort-check.ts'
import type { NoticeKind, PlainDate } from '../../domain/course.ts'
import type { PlanInput } from '../../domain/plan.ts'
import type { Tx } from '../client.ts'
import { type CourseRow, loadPlanInput } from './plan-input.ts'

export async function loadNoticeInput(
  tx: Tx,
  course: CourseRow,
  { kind, occasion }: { kind: NoticeKind; occasion: string },
  today: PlainDate,
): Promise<PlanInput & CohortInput> {
  const input = await loadPlanInput(tx, course, today)
  switch (kind) {
    case 'invitation': {
      const couldComeSince = await couldComeSinceOf(tx, course)
      return { ...input, ...(couldComeSince && { couldComeSince }) }
    }
    case 'lotRecall': {
      const recalled = await recalledDoseOf(tx, course.id, today, occasion)
      return { ...input, ...(recalled && { recalled }) }
    }
    default:
      return input
  }
}

/** Called up, and with a ticket of the town where the person lives. */
async function couldComeSinceOf(tx: Tx, course: CourseRow): Promise<PlainDate | undefined> {
  const [row] = await tx<{ since: PlainDate | null }[]>`
    select ${couldComeSince(tx)} as since from course c where c.id = ${course.id}`
  return row?.since ?? undefined
}

/** Of a course `c`; null without a ticket that is valid. */
export function couldComeSince(tx: Tx) {
  return tx`
    greatest((select min(k.issued_on) from ticket k
               where k.municipality_code = c.home_municipality_code
                 and k.resident_id = c.home_resident_id and k.revoked_on is null),
             case when exists (select from ticket k
                                where k.municipality_code = c.home_municipality_code
                                  and k.resident_id = c.home_resident_id and k.revoked_on is null)
                  then coalesce(c.opened_on, (c.opened_at at time zone 'Asia/Tokyo')::date) end)`
}

/**
 * A dose of a course that comes from a lot whose recall is known for a day at least: that of the recall
 * asked for, or the earliest of which nobody was told yet.
 */
export async function recalledDoseOf(
  tx: Tx,
  courseId: string,
  today: PlainDate,
  recallId?: string,
): Promise<RecalledDose | undefined> {
  const [row] = await tx<RecalledDose[]>`
    select recall_id as "recallId", dose_number as "doseNumber", lot_number as "lotNumber",
           given_on as "givenOn", product_code as "productCode", known_on as "knownOn"
      from recalled_dose(${courseId}, ${today}) d
     where ${recallId ? tx`d.recall_id = ${recallId}` : notTold(tx, courseId)}
     order by given_on, dose_number limit 1`
  return row
}

function notTold(tx: Tx, courseId: string) {
  return tx`
    not exists (select from notice n
                 where n.course_id = ${courseId} and n.kind = 'lotRecall'
                   and n.occasion = d.recall_id and n.state <> 'held')`
}
