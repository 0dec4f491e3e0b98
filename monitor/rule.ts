/**
 * What is owed to one person: the rules of reminding, written a second time from the words of the
 * design and of the sources, by nothing that the sender uses.
 *
 * A second dose is overdue on the day after its recommended date: 22 days after a first dose of Pfizer
 * or Novavax, 85 of AstraZeneca, 29 of anything else (MHLW, Q&A 0036). Round 1 falls due when the
 * reporting grace has passed too, and not before somebody sent home by a doctor has had 14 days to come
 * again; round 2 a while after round 1. A relocation notice falls due when the new town's sheet is
 * registered, or seven days after the move-in was told. What a town may add to these is in `courtesies.ts`.
 */
import type { PlainDate } from '../domain/course.ts'
import { isHoliday } from '../domain/holidays.ts'
import { addDays, type Day, daysFrom, earlierDay, laterDay, weekdayOf } from './days.ts'
import type { CourseFactsSeen, DoseFact, GraceOf, Settings, UnkeyedPaper } from './facts.ts'
import type { NoticeKey } from './notice-id.ts'
import { type WhyNot, whyNot } from './why-not.ts'

const overdueAfterDays: Record<string, number> = {
  pfizer: 22,
  novavax: 22,
  pfizer5to11: 22,
  pfizer6moTo4y: 22,
  astrazeneca: 85,
}
const overdueAfterOtherDays = 29
/** The third dose of the smallest: eight weeks after the second. */
const overdueAfterSecondOfThreeDays = 57
const dosesInSeries: Record<string, number> = { pfizer6moTo4y: 3 }
const screeningWaitDays = 14
const longestGraceDays = 365

/** Doses that count at a moment (wall ms), in the order in which they were given. */
export function dosesAt({ doses }: CourseFactsSeen, atMs: number): DoseFact[] {
  return doses
    .filter(
      ({ recordedMs, voidedMs }) => recordedMs < atMs && (voidedMs === null || voidedMs > atMs),
    )
    .sort((a, b) =>
      a.givenOn === b.givenOn ? (a.id < b.id ? -1 : 1) : a.givenOn < b.givenOn ? -1 : 1,
    )
}

/** All that are needed; or a second one alone: whoever had a second had a first. */
export function isComplete(given: DoseFact[]): boolean {
  const [first] = given
  if (!first) return false
  if (given.length === 1 && first.number > 1) return true
  return given.length >= (dosesInSeries[first.product] ?? 2)
}

export function overdueOn(given: DoseFact[]): Day {
  const last = given.at(-1)!
  if (given.length > 1) return addDays(last.givenOn, overdueAfterSecondOfThreeDays)
  return addDays(last.givenOn, overdueAfterDays[last.product] ?? overdueAfterOtherDays)
}

/** Why nothing at all is owed to somebody: their course is over, whatever was given. */
export function closedAs(facts: CourseFactsSeen, given: DoseFact[]): string | undefined {
  const { status, closedBecause, declinedFrom } = facts
  if (status === 'deceased' || status === 'movedAbroad' || status === 'removedFromRegister')
    return status
  if (closedBecause === 'merged' || closedBecause === 'erased') return closedBecause
  // Whoever comes for a dose after all has changed their mind.
  const hasCome = given.some(({ givenOn }) => declinedFrom !== null && givenOn >= declinedFrom)
  return declinedFrom !== null && !hasCome ? 'declined' : undefined
}

/** One notice that is owed by facts, and from which day; `isSettledOn` is filled in by what left. */
export type Due = NoticeKey &
  WhyNot & {
    /** It must leave by the end of the day after this one. */
    on: Day
    /** It may not leave before. */
    notBefore: Day
    /** It comes by this day or not at all. */
    lastOn?: Day
  }

export type Asked = {
  facts: CourseFactsSeen
  settings: Settings
  papers: UnkeyedPaper[]
  grace: GraceOf
  /** The day that is looked at; facts are those known by its end. */
  day: Day
  /** The day on which a round is known to be settled, by evidence or by a reason that holds. */
  settledOn: (key: NoticeKey) => Day | undefined
}

const overdueRound = { kind: 'reminder', phase: 'overdue' } as const

export function reminders(asked: Asked, given: DoseFact[]): Due[] {
  const { facts, settings } = asked
  const last = given.at(-1)!
  const key = (round: number): NoticeKey => ({
    ...overdueRound,
    doseNumber: given.length + 1,
    occasion: last.id,
    round,
  })
  const overdue = overdueOn(given)
  const { shortest, longest } = graceSince(asked, last, overdue)
  const cameAgain = afterScreening(facts)
  const firstOn = laterDay(laterDay(addDays(overdue, longest), last.recordedOn), cameAgain)
  const one: Due = {
    ...key(1),
    on: firstOn,
    notBefore: laterDay(addDays(overdue, shortest), cameAgain),
    ...(waitsForPaper(asked, given, firstOn)
      ? { held: 'unkeyedPaper' }
      : whyNot(asked, overdueRound)),
  }
  const settled = asked.settledOn(key(1))
  if (!settled) return [one]
  const on = addDays(settled, settings.roundGapDays)
  return [one, { ...key(2), on, notBefore: on, ...whyNot(asked, overdueRound) }]
}

/**
 * A first reminder waits for paper that lies where the next dose may have been written down: so many days from
 * when it falls due, however often paper is declared.
 */
function waitsForPaper(
  { facts, papers, settings, day }: Asked,
  given: DoseFact[],
  on: Day,
): boolean {
  if (day >= addDays(sendingDay(on, settings), settings.paperHoldDays)) return false
  const venues = given.map(({ venue }) => venue)
  return papers.some(
    ({ town, venue, declaredOn }) =>
      (venue === null ? town === facts.town : venues.includes(venue)) &&
      day < addDays(declaredOn, settings.paperHoldDays),
  )
}

/** Of visits without a dose: the last day on which somebody is still given time to come again. */
export function afterScreening({ screenedOn }: CourseFactsSeen): Day | undefined {
  const last = [...screenedOn].sort().at(-1)
  return last && addDays(last, screeningWaitDays)
}

export function relocationNotice({ facts, settings, ...asked }: Asked, given: DoseFact[]): Due[] {
  const move = facts.relocation
  if (!move || !given.some(({ givenOn }) => givenOn < move.effectiveOn)) return []
  const patienceEndsOn = addDays(move.recordedOn, settings.relocationTicketWaitDays)
  const ticketOn = facts.ticketOn && laterDay(facts.ticketOn, move.recordedOn)
  return [
    {
      kind: 'relocationNotice',
      phase: '',
      doseNumber: given.length + 1,
      occasion: move.eventId,
      round: 1,
      on: earlierDay(patienceEndsOn, ticketOn),
      notBefore: move.recordedOn,
      ...whyNot({ facts, ...asked }, { kind: 'relocationNotice', phase: '' }),
    },
  ]
}

/** The day itself, or the first after it on which the town sends anything. */
export function sendingDay(day: Day, settings: Settings): Day {
  for (let each = day; ; each = addDays(each, 1)) {
    // A town that never sends would wait for ever.
    if (!isQuiet(each, settings) || each >= addDays(day, 60)) return each
  }
}

export function isQuiet(
  day: Day,
  { quietWeekdays, holidaysAreQuiet, quietDays }: Settings,
): boolean {
  return (
    quietWeekdays.includes(weekdayOf(day)) ||
    quietDays.includes(day) ||
    (holidaysAreQuiet && isHoliday(day as PlainDate))
  )
}

/**
 * A plan keeps the grace of the day on which it was made; later ones may only postpone. Bounds over
 * every day on which one can have been made, in the home's town and in the one that recorded the dose.
 */
function graceSince({ facts, grace }: Asked, last: DoseFact, overdue: Day) {
  let shortest = longestGraceDays
  let longest = 0
  const towns = [...new Set([facts.town, last.town])]
  const lastDay = addDays(overdue, longestGraceDays)
  for (const day of daysFrom(earlierDay(last.recordedOn, overdue), lastDay)) {
    for (const town of towns) {
      const bounds = grace(town, day)
      shortest = Math.min(shortest, bounds.shortest)
      longest = Math.max(longest, bounds.longest)
    }
    if (day >= addDays(overdue, longest)) break
  }
  return { shortest, longest }
}
