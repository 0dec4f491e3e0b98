import type { PlainDate } from '../../domain/course.ts'
import type {
  PlanDose,
  PlanHome,
  PlanInput,
  PlanNotice,
  PlanRelocation,
} from '../../domain/plan.ts'
import type { Tx } from '../client.ts'

/** Used until a municipality has decided for itself; the same defaults as `municipality_setting`. */
export const defaultSettings = {
  minimumGraceDays: 21,
  roundGapDays: 14,
  followUpAfterDays: 14,
  relocationTicketWaitDays: 7,
  noticeMinute: 540,
  eveningMinute: 1140,
}

export type CourseHome = { municipalityCode: string; residentId: string }

/** The row of a course as its own plan needs it. */
export type CourseRow = {
  id: string
  version: number
  municipalityCode: string
  residentId: string
  stage: string
  closedBecause: 'declined' | 'merged' | null
  graceDays: number | null
  relocationEventId: string | null
  relocationRecordedOn: PlainDate | null
}

type PlanInputRow = {
  status: PlanHome['status']
  moveOutPlannedOn: PlainDate | null
  moveOutEventId: string | null
  doses: PlanDose[] | null
  notices: PlanNotice[] | null
  followUps: string[] | null
  ticketRegisteredOn: PlainDate | null
  roundGapDays: number | null
  followUpAfterDays: number | null
  relocationTicketWaitDays: number | null
  minimumGraceDays: number | null
  graceToday: number | null
}

/**
 * Locks a course for the rest of the transaction: whoever raises its version, or decides by it that
 * a notice may leave, holds this lock. Undefined when there is no such course.
 */
export async function lockCourse(tx: Tx, courseId: string): Promise<CourseRow | undefined> {
  const [row] = await tx<CourseRow[]>`
    select id, version, home_municipality_code as "municipalityCode",
           home_resident_id as "residentId", stage, closed_because as "closedBecause",
           grace_days as "graceDays", relocation_event_id as "relocationEventId",
           relocation_recorded_on as "relocationRecordedOn"
      from course where id = ${courseId} for update`
  return row
}

/** Everything `planCourse` needs about a locked course, in one statement. */
export async function loadPlanInput(
  tx: Tx,
  course: CourseRow,
  today: PlainDate,
): Promise<PlanInput> {
  const [row] = await tx<PlanInputRow[]>`
    select r.status, r.move_out_planned_on as "moveOutPlannedOn",
           r.move_out_event_id as "moveOutEventId",
           (select json_agg(json_build_object('id', d.id, 'claimedDoseNumber', d.claimed_dose_number,
                                              'givenOn', d.given_on, 'productCode', d.product_code))
              from dose d where d.course_id = ${course.id} and d.voided_at is null) as doses,
           (select json_agg(json_build_object('kind', n.kind, 'doseNumber', n.dose_number,
                                              'occasion', n.occasion, 'round', n.round, 'state', n.state,
                                              'on', coalesce(n.left_on, n.queued_on, n.due_on)))
              from notice n where n.course_id = ${course.id}) as notices,
           (select array_agg(t.occasion) from task t
             where t.course_id = ${course.id} and t.kind in ('followUp', 'moveInMissing')) as "followUps",
           (select min(k.recorded_on) from ticket k
             where k.municipality_code = r.municipality_code and k.resident_id = r.id
               and k.revoked_on is null) as "ticketRegisteredOn",
           s.round_gap_days as "roundGapDays", s.follow_up_after_days as "followUpAfterDays",
           s.relocation_ticket_wait_days as "relocationTicketWaitDays",
           s.minimum_grace_days as "minimumGraceDays",
           (select g.days from municipality_grace g
             where g.municipality_code = r.municipality_code and g.day <= ${today}
             order by g.day desc limit 1) as "graceToday"
      from resident r
      left join municipality_setting s on s.municipality_code = r.municipality_code
     where r.municipality_code = ${course.municipalityCode} and r.id = ${course.residentId}`
  if (!row) throw new PersonNotVisible(course.id)
  return toPlanInput(course, row, today)
}

/** A row that must exist is not to be seen: retried and alarmed, never taken for "no longer owed". */
export class PersonNotVisible extends Error {
  readonly code = 'personNotVisible'
  constructor(courseId: string) {
    super(`The resident of course ${courseId} is not visible under the municipality named.`)
    this.name = 'PersonNotVisible'
  }
}

function toPlanInput(course: CourseRow, row: PlanInputRow, today: PlainDate): PlanInput {
  return {
    today,
    doses: row.doses ?? [],
    home: {
      status: row.status,
      ...(row.moveOutPlannedOn && row.moveOutEventId
        ? { moveOut: { plannedOn: row.moveOutPlannedOn, eventId: row.moveOutEventId } }
        : {}),
    },
    ...(course.closedBecause === 'declined' || course.closedBecause === 'merged'
      ? { closedBecause: course.closedBecause }
      : {}),
    ...relocationOf(course, row.ticketRegisteredOn),
    notices: row.notices ?? [],
    followUps: row.followUps ?? [],
    settings: {
      graceDays: row.graceToday ?? row.minimumGraceDays ?? defaultSettings.minimumGraceDays,
      roundGapDays: row.roundGapDays ?? defaultSettings.roundGapDays,
      followUpAfterDays: row.followUpAfterDays ?? defaultSettings.followUpAfterDays,
      relocationTicketWaitDays:
        row.relocationTicketWaitDays ?? defaultSettings.relocationTicketWaitDays,
    },
  }
}

function relocationOf(
  course: CourseRow,
  ticketRegisteredOn: PlainDate | null,
): { relocation?: PlanRelocation } {
  if (!course.relocationEventId || !course.relocationRecordedOn) return {}
  return {
    relocation: {
      eventId: course.relocationEventId,
      recordedOn: course.relocationRecordedOn,
      ...(ticketRegisteredOn ? { ticketRegisteredOn } : {}),
    },
  }
}
