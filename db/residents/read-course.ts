/** What may be told of somebody's course, to themselves or to a clerk who speaks with them: no place in it. */
import type { ClosedBecause, NoticeKind, PlainDate, Stage } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'

export type ToldCourse = {
  id: string
  stage: Stage
  dosesGiven: number
  closedBecause: ClosedBecause | null
  earliestOn: PlainDate | null
  dueOn: PlainDate | null
  remindersWaitUntil: PlainDate | null
}

export type ToldDose = { doseNumber: number; givenOn: PlainDate; productCode: string }

export type ToldNotice = {
  kind: NoticeKind
  round: number
  channel: 'mail' | 'letter'
  leftOn: PlainDate
}

export const rowsAtMost = 50

/** The course that is at home in this register; one that has left is no more this town's to tell of. */
export async function courseAtHome(tx: Tx, home: CourseHome): Promise<ToldCourse | undefined> {
  const [course] = await tx<ToldCourse[]>`
    select id, stage, doses_given as "dosesGiven", closed_because as "closedBecause",
           earliest_on as "earliestOn", due_on as "dueOn",
           reminders_wait_until as "remindersWaitUntil"
      from course
     where home_municipality_code = ${home.municipalityCode} and home_resident_id = ${home.residentId}
       and closed_because is distinct from 'merged'
     order by opened_at limit 1`
  return course
}

/** Those of the course, and those that the person consented to have told between two towns. */
export async function readDoses(
  tx: Tx,
  { municipalityCode, residentId }: CourseHome,
  courseId: string | undefined,
): Promise<ToldDose[]> {
  return tx<ToldDose[]>`
    select claimed_dose_number as "doseNumber", given_on as "givenOn", product_code as "productCode"
      from (select * from linked_doses(${courseId ?? null}::uuid)
            union all
            select * from shared_doses(${municipalityCode}, ${residentId})) given
     order by given_on, claimed_dose_number limit ${rowsAtMost}`
}

export async function readLeftNotices(tx: Tx, courseId: string | undefined): Promise<ToldNotice[]> {
  if (courseId === undefined) return []
  return tx<ToldNotice[]>`
    select kind, round, channel, left_on as "leftOn" from linked_notices(${courseId})
     where state = 'left' order by left_on, round limit ${rowsAtMost}`
}
