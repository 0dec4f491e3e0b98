import type { ClosedBecause, PlainDate } from '../../domain/course.ts'
import type {
  PlanDose,
  PlanHome,
  PlanInput,
  PlanNotice,
  PlanRelocation,
  PlanSettings,
} from '../../domain/plan.ts'
import type { Sql, Tx } from '../client.ts'

/** Used until a municipality has decided for itself; the same defaults as `municipality_setting`. */
export const defaultSettings = {
  minimumGraceDays: 21,
  roundGapDays: 14,
  followUpAfterDays: 14,
  relocationTicketWaitDays: 7,
  noticeMinute: 540,
  eveningMinute: 1140,
  jitterMinutes: 60,
}

export type CourseHome = { municipalityCode: string; residentId: string }

/** The row of a course as its own plan needs it. */
export type CourseRow = {
  id: string
  version: number
  municipalityCode: string
  residentId: string
  stage: string
  closedBecause: ClosedBecause | null
  graceDays: number | null
  relocationEventId: string | null
  relocationRecordedOn: PlainDate | null
}

/** What `planColumns` selects: everything a plan needs of one course, its home and its town. */
export type PlanColumns = {
  closedBecause: ClosedBecause | null
  remindersWaitUntil: PlainDate | null
  declinedFrom: PlainDate | null
  relocationEventId: string | null
  relocationRecordedOn: PlainDate | null
  relocationEffectiveOn: PlainDate | null
  homeStatus: PlanHome['status'] | null
  moveOutPlannedOn: PlainDate | null
  moveOutEventId: string | null
  doses: PlanDose[] | null
  notices: PlanNotice[] | null
  followUps: string[] | null
  lastScreenedOn: PlainDate | null
  ticketRegisteredOn: PlainDate | null
  minimumGraceDays: number | null
  roundGapDays: number | null
  followUpAfterDays: number | null
  relocationTicketWaitDays: number | null
  graceToday: number | null
  preDueDays: number | null
  invitationAfterDays: number | null
  lotRecallNotices: boolean | null
  paperHoldDays: number | null
  quietWeekdays: number[] | null
  holidaysAreQuiet: boolean | null
  quietDays: PlainDate[] | null
  unkeyedPaperUntil: PlainDate | null
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
  const [row] = await tx<PlanColumns[]>`
    select ${planColumns(tx, today, 'links')}
      from course c
      join resident h on h.municipality_code = c.home_municipality_code and h.id = c.home_resident_id
      left join municipality_setting g on g.municipality_code = h.municipality_code
     where c.id = ${course.id}`
  if (!row) throw new PersonNotVisible(course.id)
  return planInputFrom(row, today)
}

/**
 * Columns for a query over a course `c` (perhaps none yet), its home `h` and its town's setting `g`.
 * `links`: only the home is in scope, and what other towns keep of the course comes through its links
 * (`linked_doses` and its like); `scope`: all its towns are, as in a scan.
 */
export function planColumns(sql: Sql | Tx, today: PlainDate, reach: 'links' | 'scope') {
  return (sql as Sql)`
    c.closed_because as "closedBecause", c.reminders_wait_until as "remindersWaitUntil",
    c.declined_from as "declinedFrom",
    c.relocation_event_id as "relocationEventId", c.relocation_recorded_on as "relocationRecordedOn",
    case when c.relocation_event_id is not null then
      (select e.effective_on from register_event e where e.id = c.relocation_event_id) end
      as "relocationEffectiveOn",
    h.status as "homeStatus",
    h.move_out_planned_on as "moveOutPlannedOn", h.move_out_event_id as "moveOutEventId",
    ${reach === 'scope' ? rowsInScope(sql) : rowsByLink(sql, today)},
    case when c.relocation_event_id is not null then
      (select min(k.recorded_on) from ticket k
        where k.municipality_code = h.municipality_code and k.resident_id = h.id
          and k.revoked_on is null) end as "ticketRegisteredOn",
    g.minimum_grace_days as "minimumGraceDays", g.round_gap_days as "roundGapDays",
    g.follow_up_after_days as "followUpAfterDays",
    g.relocation_ticket_wait_days as "relocationTicketWaitDays",
    g.pre_due_days as "preDueDays", g.invitation_after_days as "invitationAfterDays",
    g.lot_recall_notices as "lotRecallNotices", g.paper_hold_days as "paperHoldDays",
    g.quiet_weekdays as "quietWeekdays", g.holidays_are_quiet as "holidaysAreQuiet",
    (select array_agg(q.day::text) from quiet_day q
      where q.municipality_code = h.municipality_code and q.day >= ${today}) as "quietDays",
    (select y.days from municipality_grace y
      where y.municipality_code = h.municipality_code and y.day <= ${today}
      order by y.day desc limit 1) as "graceToday"`
}

function rowsInScope(sql: Sql | Tx) {
  return (sql as Sql)`
    (select json_agg(${doseObject(sql)})
       from (select id, claimed_dose_number, given_on, product_code
               from dose where course_id = c.id and voided_at is null
             ${dosesByConsent(sql)}) d) as doses,
    (select json_agg(${noticeObject(sql)}) from notice n where n.course_id = c.id) as notices,
    -- A scan holds nobody back: the round that waits is checked again before it leaves.
    null::date as "unkeyedPaperUntil",
    (select array_agg(k.occasion) from task k
      where k.course_id = c.id and k.kind in ('followUp', 'moveInMissing')) as "followUps",
    case when c.id is null then
      (select max(s.screened_on) from screening s
        where s.municipality_code = h.municipality_code and s.resident_id = h.id
          and s.voided_at is null)
    else
      (select max(s.screened_on) from course_link k
         join screening s on s.municipality_code = k.municipality_code and s.resident_id = k.resident_id
        where k.course_id = c.id and s.voided_at is null)
    end as "lastScreenedOn"`
}

function rowsByLink(sql: Sql | Tx, today: PlainDate) {
  return (sql as Sql)`
    (select json_agg(${doseObject(sql)})
       from (select id, claimed_dose_number, given_on, product_code from linked_doses(c.id)
             ${dosesByConsent(sql)}) d) as doses,
    (select json_agg(${noticeObject(sql)}) from linked_notices(c.id) n) as notices,
    unkeyed_paper_until(c.id, ${today}) as "unkeyedPaperUntil",
    linked_follow_ups(c.id) as "followUps", linked_last_screening(c.id) as "lastScreenedOn"`
}

/** What a town of stay and one of the register tell each other, of whoever consents. */
function dosesByConsent(sql: Sql | Tx) {
  return (sql as Sql)`
    union all
    select id, claimed_dose_number, given_on, product_code
      from shared_doses(h.municipality_code, h.id)`
}

function doseObject(sql: Sql | Tx) {
  return (sql as Sql)`
    json_build_object('id', d.id, 'claimedDoseNumber', d.claimed_dose_number,
      'givenOn', d.given_on, 'productCode', d.product_code)`
}

function noticeObject(sql: Sql | Tx) {
  return (sql as Sql)`
    json_build_object('kind', n.kind, 'phase', n.phase, 'doseNumber', n.dose_number, 'occasion', n.occasion,
      'round', n.round, 'state', n.state, 'on', coalesce(n.left_on, n.queued_on, n.due_on))`
}

/** A row that must exist is not to be seen: retried and alarmed, never taken for "no longer owed". */
export class PersonNotVisible extends Error {
  readonly code = 'personNotVisible'
  constructor(courseId: string) {
    super(`The resident of course ${courseId} is not visible under the municipality named.`)
    this.name = 'PersonNotVisible'
  }
}

export function planInputFrom(row: PlanColumns, today: PlainDate): PlanInput {
  return {
    today,
    doses: row.doses ?? [],
    home: {
      status: row.homeStatus ?? 'registered',
      ...(row.moveOutPlannedOn && row.moveOutEventId
        ? { moveOut: { plannedOn: row.moveOutPlannedOn, eventId: row.moveOutEventId } }
        : {}),
    },
    ...(isDecided(row.closedBecause) ? { closedBecause: row.closedBecause } : {}),
    ...(row.declinedFrom ? { declinedFrom: row.declinedFrom } : {}),
    ...(row.remindersWaitUntil ? { remindersWaitUntil: row.remindersWaitUntil } : {}),
    ...relocationOf(row),
    ...(row.unkeyedPaperUntil ? { unkeyedPaperUntil: row.unkeyedPaperUntil } : {}),
    notices: row.notices ?? [],
    followUps: row.followUps ?? [],
    ...(row.lastScreenedOn ? { lastScreenedOn: row.lastScreenedOn } : {}),
    settings: {
      graceDays: row.graceToday ?? row.minimumGraceDays ?? defaultSettings.minimumGraceDays,
      roundGapDays: row.roundGapDays ?? defaultSettings.roundGapDays,
      followUpAfterDays: row.followUpAfterDays ?? defaultSettings.followUpAfterDays,
      relocationTicketWaitDays:
        row.relocationTicketWaitDays ?? defaultSettings.relocationTicketWaitDays,
      ...ladderOf(row),
    },
  }
}

/** Nothing of a town that has no settings yet: it sends nothing either. */
function ladderOf(row: PlanColumns): Pick<PlanSettings, 'ladder'> {
  if (row.preDueDays === null) return {}
  return {
    ladder: {
      preDueDays: row.preDueDays,
      invitationAfterDays: row.invitationAfterDays ?? 0,
      lotRecallNotices: row.lotRecallNotices ?? false,
      paperHoldDays: row.paperHoldDays ?? 0,
      quiet: {
        weekdays: row.quietWeekdays ?? [],
        holidays: row.holidaysAreQuiet ?? false,
        days: row.quietDays ?? [],
      },
    },
  }
}

/** By a person, not by what a register told: no news undoes it. That somebody declines is a day. */
function isDecided(because: ClosedBecause | null): because is 'merged' | 'erased' {
  return because === 'merged' || because === 'erased'
}

function relocationOf(row: PlanColumns): { relocation?: PlanRelocation } {
  if (!row.relocationEventId || !row.relocationRecordedOn) return {}
  return {
    relocation: {
      eventId: row.relocationEventId,
      recordedOn: row.relocationRecordedOn,
      effectiveOn: row.relocationEffectiveOn ?? row.relocationRecordedOn,
      ...(row.ticketRegisteredOn ? { ticketRegisteredOn: row.ticketRegisteredOn } : {}),
    },
  }
}
