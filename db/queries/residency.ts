/**
 * Brings everything kept about a person into the state that follows from what registers told: each
 * row's status, the residences, the sheets, the one course and its home. Safe to repeat.
 */
import type { PlainDate } from '../../domain/course.ts'
import {
  linkBasisOn,
  type Residency,
  residenceEnds,
  residencyOf,
  type Stay,
  ticketVoidOn,
} from '../../domain/residency.ts'
import { look, type Tx } from '../client.ts'
import { dropArrangements } from '../people/delivery.ts'
import { endResidence, readResidenceSpans } from '../people/residences.ts'
import { planFields } from '../purposes.ts'
import { endLetterCodes } from '../residents/letter-codes.ts'
import { inTowns, inTownsOf } from '../scope.ts'
import { lockCoursesOf, mergeCourses, type OwnCourse, relocateCourse } from './course-home.ts'
import { settleLookAlikes } from './links/look-alikes.ts'
import { settleFormerRecordTasks, settleMoveTasks } from './move-tasks.ts'
import type { CourseHome } from './plan-input.ts'
import { carryProtection, lockUnderProtection } from './protection.ts'
import { lockPerson, readFactsOfPerson, rowList, type ToldFact } from './register-events.ts'
import { replan } from './replan.ts'

/**
 * Whether a course has news for its workflow. The course is locked before anything is changed. Under
 * the purpose `settleMove`, in all towns of the person; one look for each register row.
 */
export function settlePerson(
  tx: Tx,
  start: CourseHome,
  today: PlainDate,
): Promise<{ hasNews: boolean }> {
  return inTownsOf(tx, 'settleMove', start, () => settle(tx, start, today))
}

async function settle(tx: Tx, start: CourseHome, today: PlainDate): Promise<{ hasNews: boolean }> {
  const rows = await lockPerson(tx, start)
  await lockUnderProtection(tx, rows)
  const courses = await lockCoursesOf(tx, rows)
  await look(
    tx,
    rows.map((row) => ({ ...row, ...courseOf(courses), fields: planFields })),
  )
  const facts = await readFactsOfPerson(tx, rows)
  const residency = residencyOf(
    rows.map((row) => row.residentId),
    facts,
  )

  const statesChanged = await writeStates(tx, rows, residency)
  await writeResidences(tx, rows, residency)
  await carryProtection(tx, rows, homeRow(rows, residency), residency.home.from)
  const ticketsChanged = await voidTickets(tx, rows, residency)
  if (statesChanged) await endDeliveries(tx, rows, residency, facts)
  await settleFormerRecordTasks(tx, rows)
  await settleLookAlikes(tx, rows, today, { areOne: true })

  const [course, ...others] = courses
  if (!course) return { hasNews: false }
  await mergeCourses(tx, course, others, today)
  const move = moveThatBroughtHome(residency, facts, course)
  const home = homeRow(rows, residency)
  const homeChanged = await relocateCourse(tx, course, home, move)
  await endCodesOfLeavers(tx, rows, home, residency)
  await writeLinks(tx, course, rows, residency, today)

  const hasNews = statesChanged || ticketsChanged || homeChanged || others.length > 0
  const replanned =
    hasNews && (await replan(tx, course.id, { cause: 'relocated', today, tell: true }))
  await settleMoveTasks(tx, course.id, today)
  return { hasNews: Boolean(replanned) }
}

function courseOf([course]: OwnCourse[]): { courseId?: string } {
  return course ? { courseId: course.id } : {}
}

/**
 * A letter's code opens the record in the register that sent it. When the course leaves that register,
 * or the person dies, it opens nothing any more.
 */
async function endCodesOfLeavers(
  tx: Tx,
  rows: CourseHome[],
  home: CourseHome,
  { states }: Residency,
): Promise<void> {
  const left = rows.filter((row) => row.residentId !== home.residentId)
  await endLetterCodes(tx, left, 'moved')
  const gone = rows.filter((row) => states.get(row.residentId)?.status === 'deceased')
  await endLetterCodes(tx, gone, 'deceased')
}

/**
 * Where somebody could be reached in a town that they have left, or left for good, is kept no longer
 * than they were there. Nothing is opened for it: the purpose is the one that may delete. It cannot be put
 * back, so that it stays where a link alone, which can be undone, says that they are gone.
 */
async function endDeliveries(
  tx: Tx,
  rows: CourseHome[],
  { states }: Residency,
  facts: ToldFact[],
): Promise<void> {
  const gone = rows.filter((row) => states.get(row.residentId)!.status !== 'registered')
  const isLinked = facts.some((fact) => fact.isByLink)
  const left = isLinked ? gone.filter((row) => isGoneByRegisters(row, facts)) : gone
  if (left.length === 0) return
  const municipalityCode = left.map((row) => row.municipalityCode)
  await inTowns(tx, { municipalityCode, purpose: 'byHandDelivery' }, () =>
    dropArrangements(tx, left),
  )
}

/** By what registers told of this very row: dead or gone there, or arrived elsewhere from there. */
function isGoneByRegisters({ residentId }: CourseHome, facts: ToldFact[]): boolean {
  const told = facts.filter((fact) => !fact.isByLink)
  const own = told.filter((fact) => fact.residentId === residentId)
  if (residencyOf([residentId], own).states.get(residentId)!.status !== 'registered') return true
  const cameLast = own.filter((fact) => fact.kind === 'movedIn').map((fact) => fact.effectiveOn)
  return told.some(
    (fact) =>
      fact.previousResidentId === residentId && !cameLast.some((day) => day > fact.effectiveOn),
  )
}

function homeRow(rows: CourseHome[], { home }: Residency): CourseHome {
  return rows.find((row) => row.residentId === home.residentId)!
}

/** Told twice, a move keeps the event that was known first: its notice may have left already. */
function moveThatBroughtHome(
  { stays, home }: Residency,
  facts: ToldFact[],
  course: OwnCourse,
): { eventId: string; recordedOn: PlainDate } | undefined {
  if (stays.length === 1) return undefined
  const known = home.movedInBy.find((eventId) => eventId === course.relocationEventId)
  const fact = facts.find((f) => f.eventId === (known ?? home.movedInBy[0]))
  return fact && { eventId: fact.eventId, recordedOn: fact.recordedOn }
}

async function writeStates(tx: Tx, rows: CourseHome[], { states }: Residency): Promise<boolean> {
  let isChanged = false
  for (const { municipalityCode, residentId } of rows) {
    const state = states.get(residentId)!
    const plannedOn = state.moveOut?.plannedOn ?? null
    const eventId = state.moveOut?.eventId ?? null
    const statusOn = state.statusOn ?? null
    const written = await tx`
      update resident
         set status = ${state.status}, status_on = ${statusOn},
             move_out_planned_on = ${plannedOn}, move_out_event_id = ${eventId}
       where municipality_code = ${municipalityCode} and id = ${residentId}
         and (status, status_on, move_out_planned_on, move_out_event_id)
             is distinct from (${state.status}, ${statusOn}::date, ${plannedOn}::date, ${eventId}::uuid)`
    isChanged ||= written.count > 0
  }
  return isChanged
}

async function writeResidences(tx: Tx, rows: CourseHome[], residency: Residency): Promise<void> {
  for (const row of rows) {
    const spans = await readResidenceSpans(tx, row)
    const begins = spans.map((span) => span.fromOn)
    const ends = residenceEnds(residency, row.residentId, begins)
    for (const { fromOn, toOn } of spans) {
      const end = ends.get(fromOn) ?? null
      if (end !== toOn) await endResidence(tx, row, { fromOn, toOn: end })
    }
  }
}

type Sheet = {
  municipalityCode: string
  numberIndex: Uint8Array
  residentId: string
  issuedOn: PlainDate
  revokedOn: PlainDate | null
}

async function voidTickets(tx: Tx, rows: CourseHome[], residency: Residency): Promise<boolean> {
  const sheets = await tx<Sheet[]>`
    select municipality_code as "municipalityCode", number_index as "numberIndex",
           resident_id as "residentId",
           issued_on as "issuedOn", revoked_on as "revokedOn"
      from ticket
     where (municipality_code, resident_id) in (select * from ${rowList(tx, rows)})
       and (revoked_because is null or revoked_because = 'moved')`
  let isChanged = false
  for (const sheet of sheets) {
    const voidOn = ticketVoidOn(residency, sheet.residentId, sheet.issuedOn) ?? null
    if (voidOn === sheet.revokedOn) continue
    isChanged = true
    await tx`
      update ticket set revoked_on = ${voidOn}, revoked_because = ${voidOn && 'moved'}
       where municipality_code = ${sheet.municipalityCode} and number_index = ${sheet.numberIndex}`
  }
  return isChanged
}

/** Every row of the person is joined to the course, for the time in which it was the home. */
async function writeLinks(
  tx: Tx,
  course: OwnCourse,
  rows: CourseHome[],
  residency: Residency,
  today: PlainDate,
): Promise<void> {
  for (const { municipalityCode, residentId } of rows) {
    const stay = residency.stays.findLast((s) => s.residentId === residentId)!
    const untilOn = stay === residency.home ? null : (stay.until ?? null)
    const from = stay.from ?? null
    await tx`
      insert into course_link as l (municipality_code, resident_id, course_id, effective_on, until_on,
                                    legal_basis, linked_by)
      values (${municipalityCode}, ${residentId}, ${course.id}, ${from ?? untilOn ?? today}, ${untilOn},
              ${basisOf(stay, residency, today)}, ${linkedBy(stay)})
      on conflict (municipality_code, resident_id, course_id) do update
        set effective_on = coalesce(${from}::date, l.effective_on), until_on = excluded.until_on
        where (l.effective_on, l.until_on)
           is distinct from (coalesce(${from}::date, l.effective_on), excluded.until_on)`
  }
}

function basisOf(stay: Stay, { stays }: Residency, today: PlainDate): string {
  return stay === stays[0] ? 'ownRegister' : linkBasisOn(today)
}

function linkedBy(stay: Stay): string {
  return stay.movedInBy[0] ? `movedIn/${stay.movedInBy[0]}` : 'register'
}
