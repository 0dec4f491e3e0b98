/**
 * What was owed before a dose was overdue: a mail a few days before the due date, to whoever has an
 * address, and an invitation to whoever was called up, had a ticket and never came.
 */
import { addDays, type Day, earlierDay, instantOf, laterDay } from './days.ts'
import { earliestDay, type Heard, heardDay } from './known.ts'
import { ageFits, type Course, deadline, dueAfter, type Owed } from './owed.ts'

/** Once the first dose is known; nobody waits for a mail of whoever moved, whose address is told anew. */
export function preDueOwed(course: Course): Owed | undefined {
  const days = course.ladder?.preDueDays ?? 0
  const { person, heard } = course
  const first = heard.find((fact) => fact.kind === 'dose' && fact.dose.doseNumber === 1)
  if (days === 0 || !person.mail || first?.kind !== 'dose') return undefined
  const due = dueAfter(first.dose)
  const notBefore = laterDay(addDays(due, -days), earliestDay(first))
  const verified = course.isMailVerified(person.id)
  const sinceMs = Math.max(
    instantOf(addDays(due, -days)),
    first.campaignMs,
    verified ?? Number.POSITIVE_INFINITY,
  )
  const waits = verified !== undefined && !heard.some((fact) => fact.kind === 'home')
  return {
    ...{ kind: 'preDue', round: 1, occasion: 0, notBefore },
    // The cohort of the due date's own day is the last one.
    ...(waits && lastsUntil(due, deadline(course, sinceMs, ageFits(course)))),
  }
}

/** After the due date nothing is owed any more that had not left by then. */
function lastsUntil(due: Day, { deadlineMs }: { deadlineMs?: number }) {
  return deadlineMs !== undefined && deadlineMs <= instantOf(addDays(due, 1)) ? { deadlineMs } : {}
}

export function invitationOwed(course: Course): Owed | undefined {
  const days = course.ladder?.invitationAfterDays ?? 0
  if (days === 0) return undefined
  const calledUp = course.waves.filter((wave) => calls(course, wave))
  if (calledUp.length === 0) return undefined
  const ticketOn = ticketDay(course)
  if (ticketOn === undefined) return undefined
  const since = (dayOf: (wave: Wave) => Day) =>
    addDays(laterDay(calledUp.map(dayOf).reduce(earlierDay), ticketOn), days)
  const { person, heard } = course
  const isPlain = person.residences.length === 1 && !heard.some(isComplicated)
  return {
    ...{ kind: 'invitation', round: 1, occasion: 0, notBefore: since(earliestDay) },
    ...(isPlain && deadline(course, instantOf(since(heardDay)), undefined, hasNoDose)),
  }
}

type Wave = Course['waves'][number]

/** By any of the towns where the person lives: which one had the course then is not asked. */
function calls({ person }: Course, wave: Wave): boolean {
  return (
    person.bornOn <= wave.bornOnOrBefore &&
    person.residences.some((one) => one.municipalityCode === wave.municipalityCode)
  )
}

function ticketDay({ person }: Course): Day | undefined {
  return person.tickets
    .flatMap(({ issuedOn }) => (issuedOn ? [issuedOn] : []))
    .reduce<Day | undefined>((first, day) => (first ? earlierDay(first, day) : day), undefined)
}

/** A visit without a dose begins the wait anew. */
function isComplicated(fact: Heard): boolean {
  return fact.kind === 'screening' || fact.kind === 'ticket'
}

function hasNoDose(known: { doses: unknown[] }): boolean {
  return known.doses.length === 0
}
