/**
 * One course's page. Read under the municipality that is its home now; the joined registers are named
 * by code, never a person. A course holds a handful of each row; the limits only bound a fault.
 */
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { PlainDate } from '../../../domain/course.ts'
import type { OrmTx } from '../../orm.ts'
import {
  course,
  courseLink,
  dose,
  finding,
  municipality,
  notice,
  outbox,
  product,
  registerEvent,
  screening,
  task,
  ticket,
} from '../../schema/index.ts'

const rowsAtMost = 200

export type CourseHead = {
  id: string
  municipalityCode: string
  municipalityName: string | null
  openedBecause: 'wave' | 'scan'
  version: number
  earliestOn: PlainDate | null
  dueOn: PlainDate | null
  overdueOn: PlainDate | null
  graceDays: number | null
}

export async function courseHead(tx: OrmTx, id: string): Promise<CourseHead | undefined> {
  const [row] = await tx
    .select({
      id: course.id,
      municipalityCode: course.homeMunicipalityCode,
      municipalityName: municipality.name,
      openedBecause: course.openedBecause,
      version: course.version,
      earliestOn: course.earliestOn,
      dueOn: course.dueOn,
      overdueOn: course.overdueOn,
      graceDays: course.graceDays,
    })
    .from(course)
    .leftJoin(municipality, eq(municipality.code, course.homeMunicipalityCode))
    .where(eq(course.id, id))
  return row
}

export type CourseDose = {
  id: string
  claimedDoseNumber: number
  givenOn: PlainDate
  recordedOn: PlainDate
  productJa: string
  productEn: string
  lotNumber: string
  venueCode: string
  issuerCode: string
  isVoided: boolean
  findings: string[]
}

export function dosesOf(tx: OrmTx, courseId: string): Promise<CourseDose[]> {
  return tx
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
      findings: sql<string[]>`array(select f.code from ${finding} f
        where f.municipality_code = ${dose.municipalityCode} and f.dose_id = ${dose.id}
        order by f.code)`,
    })
    .from(dose)
    .innerJoin(product, eq(product.code, dose.productCode))
    .where(eq(dose.courseId, courseId))
    .orderBy(asc(dose.givenOn), asc(dose.claimedDoseNumber))
    .limit(rowsAtMost)
}

export type CourseEvent = {
  kind: string
  municipalityCode: string
  effectiveOn: PlainDate
  recordedOn: PlainDate
}

/** What the registers of a course told: moves, deaths, protections. */
export function registerEventsOf(tx: OrmTx, courseId: string): Promise<CourseEvent[]> {
  return tx
    .select({
      kind: registerEvent.kind,
      municipalityCode: registerEvent.municipalityCode,
      effectiveOn: registerEvent.effectiveOn,
      recordedOn: registerEvent.recordedOn,
    })
    .from(registerEvent)
    .innerJoin(
      courseLink,
      and(
        eq(courseLink.municipalityCode, registerEvent.municipalityCode),
        eq(courseLink.residentId, registerEvent.residentId),
      ),
    )
    .where(eq(courseLink.courseId, courseId))
    .orderBy(asc(registerEvent.recordedAt))
    .limit(rowsAtMost)
}

export type CourseNotice = {
  id: string
  kind: 'reminder' | 'relocationNotice'
  round: number
  municipalityCode: string
  dueOn: PlainDate
  queuedOn: PlainDate | null
  leftOn: PlainDate | null
  state: 'queued' | 'held' | 'suppressed' | 'left' | 'failed'
  reason: string | null
  channel: 'mail' | 'letter' | null
}

export function noticesOf(tx: OrmTx, courseId: string): Promise<CourseNotice[]> {
  return tx
    .select({
      id: notice.id,
      kind: notice.kind,
      round: notice.round,
      municipalityCode: notice.municipalityCode,
      dueOn: notice.dueOn,
      queuedOn: notice.queuedOn,
      leftOn: notice.leftOn,
      state: notice.state,
      reason: notice.reason,
      channel: notice.channel,
    })
    .from(notice)
    .where(eq(notice.courseId, courseId))
    .orderBy(asc(notice.dueOn), asc(notice.round))
    .limit(rowsAtMost)
}

export type CourseTask = {
  kind: string
  municipalityCode: string
  round: number
  openedOn: PlainDate
  isDone: boolean
}

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
    .where(and(inArray(task.municipalityCode, homesOf(tx, courseId)), eq(task.courseId, courseId)))
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
        inArray(screening.municipalityCode, homesOf(tx, courseId)),
        eq(screening.courseId, courseId),
      ),
    )
    .orderBy(asc(screening.screenedOn))
    .limit(rowsAtMost)
}

/** Keys begin with the municipality: naming the few of this course spares a look at all others. */
function homesOf(tx: OrmTx, courseId: string) {
  return tx
    .select({ code: courseLink.municipalityCode })
    .from(courseLink)
    .where(eq(courseLink.courseId, courseId))
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
  return row?.courseId
}
