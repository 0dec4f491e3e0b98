/**
 * What was owed to one person, and since when: the rules of reminding, read again from outside.
 *
 * A second dose is overdue on the day after its recommended date: 22 days after a first dose of
 * Pfizer or Novavax, 85 of AstraZeneca, 29 of anything else (MHLW, Q&A 0036). Round 1 falls due when
 * the reporting grace has passed too, round 2 fourteen days after round 1 left. A relocation notice
 * falls due when the new town's sheet is registered, or seven days after the move-in was told. Whoever came
 * and was sent home without a dose is not reminded for fourteen days.
 */
import { isAgeInQuestion } from './age.ts'
import { addDays, type Day, dayOf, earlierDay, instantOf, laterDay } from './days.ts'
import type { Grace } from './grace.ts'
import {
  earliestDay,
  type Heard,
  heardDay,
  isBetweenTowns,
  isCompleteAsKnown,
  isProtectedOn,
  type Known,
  knownFrom,
} from './known.ts'
import type { NoticeName } from './left-notice.ts'
import { type Quiet, sendingDayFrom } from './quiet.ts'
import type { Truth, TruthDose, TruthPerson } from './truth-file.ts'

export type Owed = {
  kind: NoticeName
  round: number
  /** For a relocation notice the residence moved to; 0 for a reminder. */
  occasion: number
  /** The first day on which it may leave. */
  notBefore: Day
  /** The last moments by which it must have left; none where nothing made it leave in time. */
  deadlineMs?: number
}

const overdueAfterDays: Record<string, number> = { pfizer: 22, novavax: 22, astrazeneca: 85 }
const overdueAfterOtherDays = 29
const roundGapDays = 14
const ticketWaitDays = 7
const screeningWaitDays = 14
const longestGraceDays = 365

export type Course = {
  person: TruthPerson
  heard: Heard[]
  grace: Grace
  endMs: number
  ladder?: Truth['header']['ladder']
  isQuiet: Quiet
  /** Waves that were told, by when they were. */
  waves: { municipalityCode: string; bornOnOrBefore: Day; sinceMs: number; campaignMs: number }[]
  /** The campaign instant from which a person's mail address counts; undefined: it never did. */
  isMailVerified(personId: string): number | undefined
}

export function roundOneOwed(course: Course): Owed | undefined {
  const first = course.heard.find((fact) => fact.kind === 'dose' && fact.dose.doseNumber === 1)
  if (first?.kind !== 'dose') return undefined
  const overdueOn = addDays(dueAfter(first.dose), 1)
  const heardOn = heardDay(first)
  const earliestOn = earliestDay(first)
  const grace = graceSince(course, earliestOn, overdueOn)
  const due = laterDay(addDays(overdueOn, grace.longest), heardOn)
  return {
    kind: 'reminder',
    round: 1,
    occasion: 0,
    notBefore: afterScreenings(course, laterDay(addDays(overdueOn, grace.shortest), earliestOn)),
    ...deadline(course, Math.max(instantOf(due), first.campaignMs), (known, day) => {
      return hasComeBack(known, day) && ageFits(course)(known)
    }),
  }
}

/** The recommended day of the next dose. */
export function dueAfter({ givenOn, productCode }: TruthDose): Day {
  return addDays(givenOn, (overdueAfterDays[productCode] ?? overdueAfterOtherDays) - 1)
}

/** Visits told before the day on which a reminder could leave put that day off. */
function afterScreenings({ heard }: Course, notBefore: Day): Day {
  let day = notBefore
  for (const fact of heard) {
    if (fact.kind !== 'screening' || heardDay(fact) >= day) continue
    day = laterDay(day, addDays(fact.on, screeningWaitDays))
  }
  return day
}

function hasComeBack({ lastScreenedOn }: Known, day: Day): boolean {
  return lastScreenedOn === undefined || addDays(lastScreenedOn, screeningWaitDays) <= day
}

/** `leftOn`: the day on which round 1 left. */
export function roundTwoOwed(course: Course, leftOn: Day): Owed {
  const due = addDays(leftOn, roundGapDays)
  return {
    kind: 'reminder',
    round: 2,
    occasion: 0,
    notBefore: due,
    ...deadline(course, instantOf(due), ageFits(course)),
  }
}

/** Otherwise a person looks first, and no reminder leaves by itself. */
export function ageFits({ person }: Course): (known: Known) => boolean {
  return ({ doses }) => !isAgeInQuestion(person.bornOn, doses)
}

export function relocationNoticesOwed(course: Course): Owed[] {
  return course.heard.flatMap((move) => {
    if (move.kind !== 'home' || !move.isMove) return []
    const toldOn = heardDay(move)
    const patienceEndsOn = addDays(toldOn, ticketWaitDays)
    const sheet = sheetAfter(course, move.residence, move.campaignMs)
    const due = earlierDay(
      sheet ? laterDay(heardDay(sheet), toldOn) : patienceEndsOn,
      patienceEndsOn,
    )
    const earliest = earlierDay(
      sheet ? laterDay(earliestDay(sheet), earliestDay(move)) : patienceEndsOn,
      addDays(earliestDay(move), ticketWaitDays),
    )
    const sinceMs = Math.max(
      due === patienceEndsOn ? instantOf(due) : (sheet?.campaignMs ?? 0),
      move.campaignMs,
    )
    return [
      {
        kind: 'relocationNotice' as const,
        round: 1,
        occasion: move.residence,
        notBefore: hadSheetBefore(course, move) ? earliestDay(move) : earliest,
        // Who was dosed after the move knows the new town: the notice is allowed, nobody waits for it.
        ...(wasDosedBefore(course, move.residence) &&
          deadline(course, sinceMs, (known) => known.home === move.residence)),
      },
    ]
  })
}

/**
 * The end of the day after the first day since which the notice was owed without a break, days on which
 * nothing is sent left out. Anything
 * heard in between that takes the debt away, even for an hour, takes the deadline away with it.
 */
export function deadline(
  { person, heard, endMs, isQuiet }: Course,
  dueMs: number,
  also: (known: Known, day: Day) => boolean = () => true,
  hasDebt: (known: Known) => boolean = waitsForADose,
): { deadlineMs?: number } {
  const marks = [dueMs, ...changesAfter(person, heard, dueMs), endMs]
  let owedSinceMs: number | undefined
  for (const [i, markMs] of marks.entries()) {
    const known = knownFrom(
      person,
      heard.filter((fact) => fact.campaignMs <= markMs),
    )
    const day = dayOf(markMs)
    // A round that fell due under protection was handed over to be done by hand, for good.
    if (isProtectedOn(known, day)) return {}
    const owes = hasDebt(known) && isReachable(known, day) && also(known, day)
    owedSinceMs = owes ? (owedSinceMs ?? markMs) : undefined
    if (owedSinceMs === undefined) continue
    const firstDay = sendingDayFrom(dayOf(owedSinceMs), isQuiet)
    const lastDay = sendingDayFrom(addDays(firstDay, 1), isQuiet)
    const deadlineMs = instantOf(addDays(lastDay, 1))
    if (deadlineMs > endMs) return {}
    if (deadlineMs <= (marks[i + 1] ?? endMs)) return { deadlineMs }
  }
  return {}
}

function waitsForADose(known: Known): boolean {
  return known.doses.length > 0 && !isCompleteAsKnown(known)
}

function isReachable(known: Known, day: Day): boolean {
  return !known.isDead && !known.isAbroad && !isBetweenTowns(known, day)
}

function changesAfter(person: TruthPerson, heard: Heard[], ms: number): number[] {
  const changes = heard.flatMap((fact) => {
    const at = [fact.campaignMs]
    if (fact.kind === 'protection') at.push(instantOf(fact.from))
    if (fact.kind === 'screening') at.push(instantOf(addDays(fact.on, screeningWaitDays)))
    if (fact.kind === 'moveOut') {
      const { moveOutPlannedOn, to } = person.residences[fact.residence]!
      const leavesOn = moveOutPlannedOn ?? to
      if (leavesOn) at.push(instantOf(leavesOn))
    }
    return at
  })
  return changes.filter((change) => change > ms).sort((a, b) => a - b)
}

/** A plan keeps the grace of the day it was made; later days may only postpone, never advance. */
function graceSince(course: Course, heardOn: Day, overdueOn: Day) {
  let shortest = Number.POSITIVE_INFINITY
  let longest = 0
  for (let day = heardOn; ; day = addDays(day, 1)) {
    const bounds = course.grace(townOn(course, day), day)
    shortest = Math.min(shortest, bounds.shortest)
    longest = Math.max(longest, bounds.longest)
    if (day >= addDays(overdueOn, longest) || longest > longestGraceDays) break
  }
  return { shortest, longest }
}

function townOn({ person, heard }: Course, day: Day): string {
  const endMs = instantOf(addDays(day, 1))
  let home = 0
  for (const fact of heard) {
    if (fact.kind === 'home' && fact.campaignMs < endMs) home = Math.max(home, fact.residence)
  }
  return person.residences[home]!.municipalityCode
}

function sheetAfter({ person, heard }: Course, residence: number, ms: number) {
  const town = person.residences[residence]!.municipalityCode
  const since = previousMoveMs(heard, residence)
  return heard
    .filter((fact) => fact.kind === 'ticket')
    .filter((fact) => person.tickets[fact.ticket]?.municipalityCode === town)
    .filter((fact) => fact.campaignMs > Math.min(since, ms))
    .sort((a, b) => a.campaignMs - b.campaignMs)[0]
}

function previousMoveMs(heard: Heard[], residence: number): number {
  const before = heard.filter((fact) => fact.kind === 'home' && fact.residence < residence)
  return Math.max(0, ...before.map((fact) => fact.campaignMs))
}

/** Somebody who comes back still has the former sheet of the town: a town may count that one. */
function hadSheetBefore({ person }: Course, move: Heard & { kind: 'home' }): boolean {
  const town = person.residences[move.residence]!.municipalityCode
  return person.residences.slice(0, move.residence).some((one) => one.municipalityCode === town)
}

function wasDosedBefore({ person, heard }: Course, residence: number): boolean {
  const movedOn = person.residences[residence]!.from
  return heard.some((fact) => fact.kind === 'dose' && fact.dose.givenOn < movedOn)
}
