/**
 * One course's page. Read under the municipality that is its home now; what other towns keep of it
 * comes through its links (`linked_doses` and its like), and no person is named. A course holds a
 * handful of each row; the limits only bound a fault.
 */
import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { compareDates } from '../../../domain/calendar.ts'
import type { NoticeKind, PlainDate } from '../../../domain/course.ts'
import { lookAs, type OrmTx } from '../../orm.ts'
import type { LookField } from '../../purposes.ts'
import {
  course,
  courseLink,
  dose,
  doseChange,
  finding,
  municipality,
  municipalitySetting,
  outbox,
  product,
  screening,
  task,
  ticket,
} from '../../schema/index.ts'
import type { DoseChangeSeen } from '../dose-changes/read.ts'
import type { FactsRow } from '../facts.ts'

const rowsAtMost = 200

export type CourseHead = {
  id: string
  municipalityCode: string
  municipalityName: string | null
  openedBecause: 'wave' | 'scan' | 'stay'
  earliestOn: PlainDate | null
  dueOn: PlainDate | null
  overdueOn: PlainDate | null
  graceDays: number | null
} & FactsRow

export async function courseHead(tx: OrmTx, id: string): Promise<CourseHead | undefined> {
  const [row] = await tx
    .select({
      id: course.id,
      municipalityCode: course.homeMunicipalityCode,
      municipalityName: municipality.name,
      openedBecause: course.openedBecause,
      version: course.version,
      cause: course.cause,
      stage: course.stage,
      dosesGiven: course.dosesGiven,
      productCode: course.productCode,
      closedBecause: course.closedBecause,
      steps: course.steps,
      noticeMinute: municipalitySetting.noticeMinute,
      jitterMinutes: municipalitySetting.jitterMinutes,
      earliestOn: course.earliestOn,
      dueOn: course.dueOn,
      overdueOn: course.overdueOn,
      graceDays: course.graceDays,
    })
    .from(course)
    .leftJoin(municipality, eq(municipality.code, course.homeMunicipalityCode))
    .leftJoin(
      municipalitySetting,
      eq(municipalitySetting.municipalityCode, course.homeMunicipalityCode),
    )
    .where(eq(course.id, id))
  return row
}

export type CourseDose = {
  id: string
  claimedDoseNumber: number
  givenOn: PlainDate
  productJa: string
  productEn: string
  lotNumber: string
  /** Left out of a dose that another town recorded before the person came. */
  here?: { recordedOn: PlainDate; venueCode: string; issuerCode: string }
  isVoided: boolean
  /** Against paper; said by the register that keeps the dose. */
  isConfirmed: boolean
  findings: string[]
}

/** The home's own doses, and what it is told of earlier ones. */
export async function dosesOf(tx: OrmTx, courseId: string): Promise<CourseDose[]> {
  const doses = [...(await dosesHere(tx, courseId)), ...(await dosesElsewhere(tx, courseId))]
  return doses.sort((a, b) =>
    a.givenOn === b.givenOn
      ? a.claimedDoseNumber - b.claimedDoseNumber
      : compareDates(a.givenOn, b.givenOn),
  )
}

async function dosesHere(tx: OrmTx, courseId: string): Promise<CourseDose[]> {
  const rows = await tx
    .select({
      id: dose.id,
      claimedDoseNumber: dose.claimedDoseNumber,
      givenOn: dose.givenOn,
      recordedOn: dose.recordedOn,
      productJa: product.nameJa,
      productEn: product.nameEn,
      lotNumber: dose.lotNumber,
      venueCode: dose.venueCode,
      issuerCode: dose.issuingMunicipalityCode,
      isVoided: sql<boolean>`${dose.voidedAt} is not null`,
      isConfirmed: sql<boolean>`${dose.confirmedOnPaperAt} is not null`,
      findings: sql<string[]>`array(select f.code from ${finding} f
        where f.municipality_code = ${dose.municipalityCode} and f.dose_id = ${dose.id} and f.hits
        order by f.code)`,
    })
    .from(dose)
    .innerJoin(product, eq(product.code, dose.productCode))
    .where(eq(dose.courseId, courseId))
    .limit(rowsAtMost)
  return rows.map(({ recordedOn, venueCode, issuerCode, ...row }) => {
    return { ...row, here: { recordedOn, venueCode, issuerCode } }
  })
}

type DoseElsewhere = Omit<CourseDose, 'here' | 'isVoided' | 'isConfirmed' | 'findings'>

/** Number, date, product and lot, by the course's links alone. */
async function dosesElsewhere(tx: OrmTx, courseId: string): Promise<CourseDose[]> {
  const rows = await tx.execute<DoseElsewhere>(sql`
    select d.id, d.claimed_dose_number as "claimedDoseNumber", d.given_on as "givenOn",
           p.name_ja as "productJa", p.name_en as "productEn", d.lot_number as "lotNumber"
      from linked_doses(${courseId}) d
      join product p on p.code = d.product_code
     where d.municipality_code not in ${homeOf(courseId)} limit ${rowsAtMost}`)
  return rows.map((row) => ({ ...row, isVoided: false, isConfirmed: false, findings: [] }))
}

/** What the home's register changed of doses of this course, those that have left it included. */
export async function doseChangesOf(tx: OrmTx, courseId: string): Promise<DoseChangeSeen[]> {
  const rows = await tx
    .select({
      kind: doseChange.kind,
      on: doseChange.changedOn,
      reason: doseChange.reason,
      changedAs: doseChange.changedAs,
      revision: doseChange.revision,
      before: doseChange.before,
      after: doseChange.after,
    })
    .from(doseChange)
    .innerJoin(
      courseLink,
      and(
        eq(courseLink.municipalityCode, doseChange.municipalityCode),
        eq(courseLink.residentId, doseChange.residentId),
      ),
    )
    .where(eq(courseLink.courseId, courseId))
    .orderBy(asc(doseChange.changedAt))
    .limit(rowsAtMost)
  return rows.map(({ before, after, ...row }) => {
    return { ...row, ...(before && { before }), ...(after && { after }) }
  })
}

function homeOf(courseId: string): SQL {
  return sql`(select home_municipality_code from course where id = ${courseId})`
}

export type CourseEvent = {
  kind: string
  municipalityCode: string
  effectiveOn: PlainDate
  recordedOn: PlainDate
}

/** What the home's register told, and the moves that other registers of the course told. */
export async function registerEventsOf(tx: OrmTx, courseId: string): Promise<CourseEvent[]> {
  return tx.execute<CourseEvent>(sql`
    select kind, municipality_code as "municipalityCode", effective_on as "effectiveOn",
           recorded_on as "recordedOn"
      from (select e.kind, e.municipality_code, e.effective_on, e.recorded_on, e.recorded_at
              from register_event e
              join course_link l on (l.municipality_code, l.resident_id)
                                  = (e.municipality_code, e.resident_id)
             where l.course_id = ${courseId}
            union all
            select e.kind, e.municipality_code, e.effective_on, e.recorded_on, e.recorded_at
              from linked_events(${courseId}) e
             where e.municipality_code not in ${homeOf(courseId)}) told
     order by recorded_at limit ${rowsAtMost}`)
}

export type CourseNotice = {
  id: string
  kind: NoticeKind
  round: number
  municipalityCode: string
  dueOn: PlainDate
  queuedOn: PlainDate | null
  leftOn: PlainDate | null
  state: 'queued' | 'held' | 'suppressed' | 'left' | 'failed'
  /** Told to the town that decided alone. */
  reason: string | null
  channel: 'mail' | 'letter' | null
}

export async function noticesOf(tx: OrmTx, courseId: string): Promise<CourseNotice[]> {
  return tx.execute<CourseNotice>(sql`
    select l.id, l.kind, l.round, l.municipality_code as "municipalityCode", l.due_on as "dueOn",
           l.queued_on as "queuedOn", l.left_on as "leftOn", l.state, n.reason, l.channel
      from linked_notices(${courseId}) l
      left join notice n on (n.municipality_code, n.id) = (l.municipality_code, l.id)
     order by l.due_on, l.round limit ${rowsAtMost}`)
}

export type CourseTask = {
  kind: string
  municipalityCode: string
  round: number
  openedOn: PlainDate
  isDone: boolean
}

/** Those of the towns in scope: what another one does by hand is its own. */
export async function tasksOf(tx: OrmTx, courseId: string): Promise<CourseTask[]> {
  return tx
    .select({
      kind: task.kind,
      municipalityCode: task.municipalityCode,
      round: task.round,
      openedOn: task.openedOn,
      isDone: sql<boolean>`${task.doneAt} is not null`,
    })
    .from(task)
    .where(eq(task.courseId, courseId))
    .orderBy(asc(task.openedAt))
    .limit(rowsAtMost)
}

export type CourseScreening = { screenedOn: PlainDate; venueCode: string }

export function screeningsOf(tx: OrmTx, courseId: string): Promise<CourseScreening[]> {
  return tx
    .select({ screenedOn: screening.screenedOn, venueCode: screening.venueCode })
    .from(screening)
    .where(
      and(
        eq(screening.municipalityCode, sql`${homeOf(courseId)}`),
        eq(screening.courseId, courseId),
        isNull(screening.voidedAt),
      ),
    )
    .orderBy(asc(screening.screenedOn))
    .limit(rowsAtMost)
}

export type CourseNews = {
  version: number
  tries: number
  isSetAside: boolean
  error: string | null
}

/** News that the course's workflow has not heard yet; undefined when it has heard all. */
export async function newsOf(tx: OrmTx, courseId: string): Promise<CourseNews | undefined> {
  const [row] = await tx
    .select({
      version: outbox.version,
      tries: outbox.tries,
      isSetAside: sql<boolean>`${outbox.setAsideAt} is not null`,
      error: outbox.lastError,
    })
    .from(outbox)
    .where(eq(outbox.courseId, courseId))
  return row
}

/** The course of whoever was given this ticket, named by the index of its number. */
export async function courseOfTicket(
  tx: OrmTx,
  { municipalityCode, numberIndex }: { municipalityCode: string; numberIndex: Uint8Array },
): Promise<string | undefined> {
  const [row] = await tx
    .select({ courseId: courseLink.courseId })
    .from(ticket)
    .innerJoin(
      courseLink,
      and(
        eq(courseLink.municipalityCode, ticket.municipalityCode),
        eq(courseLink.residentId, ticket.residentId),
      ),
    )
    .where(and(eq(ticket.municipalityCode, municipalityCode), eq(ticket.numberIndex, numberIndex)))
  const fields: LookField[] = ['ticket']
  await lookAs(tx, row ? [{ municipalityCode, courseId: row.courseId, fields }] : [])
  return row?.courseId
}
