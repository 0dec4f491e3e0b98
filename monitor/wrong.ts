/** Was it right that this left, by what had been told before it did? */
import { addDays, type Day, dayOf } from './days.ts'
import { dueBy } from './due-by.ts'
import type { Claim, CourseFactsSeen, Departure, EventFact, GraceOf, Settings } from './facts.ts'
import type { NoticeKey } from './notice-id.ts'
import { closedAs, dosesAt, isComplete, overdueOn } from './rule.ts'

export type Fault = {
  kind: 'toDead' | 'toProtected' | 'toDosed' | 'toMoved' | 'toUnwilling' | 'notOwed'
  detail?: string
}

export type Judged = {
  facts: CourseFactsSeen
  key: NoticeKey
  departure: Departure
  settings: Settings
  grace: GraceOf
  /** What left of the same course, by evidence. */
  leftBefore: (key: NoticeKey) => Day | undefined
  /** Business time of a wall instant. */
  toBusinessMs: (wallMs: number) => number
  /** A fact's moment is that of its transaction's start: it may have waited so long for its lock. */
  marginMs: number
}

type Check = (known: CourseFactsSeen, judged: Judged) => Fault | undefined

/** In the order in which they count. */
const checks: Check[] = [toDead, toProtected, toDosed, toMoved, toUnwilling, notOwed]

/**
 * The first fault that counts. What was written down in the very moment may have been known or not: what is
 * right either way is right.
 */
export function faultOf(judged: Judged): Fault | undefined {
  const surelyKnown = asKnownThen(judged)
  for (const check of checks) {
    const fault = check(surelyKnown, judged)
    if (fault && check(asKnownThen(judged, mayBeBefore(judged)), judged)) return fault
  }
  return undefined
}

type Before = (wallMs: number, on?: Day) => boolean

/** Only what had been written down before it left; what was voided or taken back later counted then. */
function asKnownThen(judged: Judged, before: Before = isBefore(judged)): CourseFactsSeen {
  const { facts, departure } = judged
  return {
    ...facts,
    doses: facts.doses
      .filter(({ recordedOn, recordedMs }) => before(recordedMs, recordedOn))
      .map((dose) => ({
        ...dose,
        voidedMs: dose.voidedMs !== null && before(dose.voidedMs) ? dose.voidedMs : null,
      })),
    events: facts.events.filter(({ recordedMs, recordedOn }) => before(recordedMs, recordedOn)),
    protections: facts.protections.filter(({ toldMs }) => before(toldMs)),
    refusals: facts.refusals.filter(
      ({ sinceMs, on, untilMs }) => before(sinceMs, on) && !(untilMs !== null && before(untilMs)),
    ),
    saidDeclines: facts.saidDeclines.filter(({ atMs, on }) => before(atMs, on)),
    screenedOn: facts.screenedOn.filter((on) => on < departure.leftOn),
  }
}

/** Surely before: on an earlier day, or long enough before on the same one. */
function isBefore({ departure, toBusinessMs, marginMs }: Judged): Before {
  return (wallMs, on) => {
    const businessMs = toBusinessMs(wallMs + marginMs)
    const day = on ?? dayOf(toBusinessMs(wallMs))
    return day < departure.leftOn ? businessMs <= departure.leftMs : businessMs < departure.leftMs
  }
}

function mayBeBefore({ departure, toBusinessMs, marginMs }: Judged): Before {
  return (wallMs) => toBusinessMs(wallMs - marginMs) <= departure.leftMs
}

function toDead({ events, status, statusOn }: CourseFactsSeen, { facts, departure }: Judged) {
  const lastOf = (kind: string) => events.filter((event) => event.kind === kind).length
  if (status !== 'deceased') return undefined
  const isTold = facts.events.some(({ kind }) => kind === 'deceased')
  const wasKnown = isTold
    ? lastOf('deceased') > 0
    : statusOn !== null && statusOn < departure.leftOn
  return wasKnown ? ({ kind: 'toDead' } as const) : undefined
}

function toProtected({ protections }: CourseFactsSeen, { departure: { leftOn } }: Judged) {
  const isCovered = protections.some(
    ({ from, to }) => from <= leftOn && (to === null || leftOn <= to),
  )
  return isCovered ? ({ kind: 'toProtected' } as const) : undefined
}

function toDosed(known: CourseFactsSeen, { key }: Judged) {
  // Whom a recalled lot concerns has had it.
  if (key.kind === 'lotRecall') return undefined
  const given = dosesAt(known, Number.POSITIVE_INFINITY)
  const isDosed = isComplete(given) || (given.length > 0 && given.length >= key.doseNumber)
  return isDosed ? ({ kind: 'toDosed' } as const) : undefined
}

function toMoved(known: CourseFactsSeen, { departure: { leftOn, batchTown } }: Judged) {
  const abroad = known.status === 'movedAbroad' && latest(known.events, 'movedAbroad')
  if (abroad && abroad.effectiveOn <= leftOn) return { kind: 'toMoved', detail: 'abroad' } as const
  const plan = latest(known.events, 'moveOutNotified')
  if (plan && plan.effectiveOn <= leftOn && !isLifted(plan, known.events)) {
    return { kind: 'toMoved', detail: 'betweenMunicipalities' } as const
  }
  const moves = known.events.filter(
    ({ kind, effectiveOn }) => kind === 'movedIn' && effectiveOn <= leftOn,
  )
  const last = latestByDay(moves)
  if (batchTown && last && batchTown !== last.town)
    return { kind: 'toMoved', detail: 'formerTown' } as const
  return undefined
}

/** Called off, or followed by a move-in: told later, or of about that time whenever it was told. */
function isLifted(plan: EventFact, events: EventFact[]): boolean {
  const nearEnough = addDays(plan.effectiveOn, -31)
  return events.some(
    ({ kind, recordedMs, effectiveOn }) =>
      (kind === 'moveCancelled' && recordedMs >= plan.recordedMs) ||
      (kind === 'movedIn' && (recordedMs >= plan.recordedMs || effectiveOn >= nearEnough)),
  )
}

function latest(events: EventFact[], kind: string): EventFact | undefined {
  return events
    .filter((event) => event.kind === kind)
    .sort((a, b) => b.recordedMs - a.recordedMs)[0]
}

/** Undefined where two moves of one day contradict each other. */
function latestByDay(moves: EventFact[]): EventFact | undefined {
  const [last, other] = [...moves].sort((a, b) => (a.effectiveOn < b.effectiveOn ? 1 : -1))
  return other && other.effectiveOn === last!.effectiveOn && other.town !== last!.town
    ? undefined
    : last
}

function toUnwilling(known: CourseFactsSeen, { key, departure }: Judged) {
  if (key.kind !== 'reminder') return undefined
  if (known.refusals.length > 0) return { kind: 'toUnwilling', detail: 'declinedLetters' } as const
  const { declinedFrom, saidDeclines } = known
  const isTold = declinedFrom !== null && saidDeclines.some(({ on }) => on < departure.leftOn)
  const given = dosesAt(known, Number.POSITIVE_INFINITY)
  if (isTold && closedAs(known, given) === 'declined') {
    return { kind: 'toUnwilling', detail: 'declined' } as const
  }
  return undefined
}

/** Too early, or about nothing that was owed. */
function notOwed(known: CourseFactsSeen, judged: Judged): Fault | undefined {
  const { key, departure, settings } = judged
  if (key.kind === 'lotRecall' || key.kind === 'invitation') return undefined
  const given = dosesAt(known, Number.POSITIVE_INFINITY)
  const last = given.at(-1)
  if (!last) return { kind: 'notOwed', detail: 'noDose' }
  if (key.kind === 'relocationNotice') {
    const move = known.events.find(({ id }) => id === key.occasion)
    return move || known.relocation?.eventId === key.occasion
      ? undefined
      : { kind: 'notOwed', detail: 'noMove' }
  }
  if (key.kind !== 'reminder') return undefined
  if (last.id !== key.occasion) return { kind: 'notOwed', detail: 'otherDose' }
  if (key.phase === 'preDue') {
    const notBefore = addDays(overdueOn(given), -1 - settings.preDueDays)
    return departure.leftOn < notBefore ? { kind: 'notOwed', detail: 'tooEarly' } : undefined
  }
  const notBefore = earliestOf(known, judged)
  if (notBefore && departure.leftOn < notBefore) return { kind: 'notOwed', detail: 'tooEarly' }
  if (departure.leftOn < overdueOn(given)) return { kind: 'notOwed', detail: 'tooEarly' }
  if (key.round < 2) return undefined
  const first = judged.leftBefore({ ...key, round: 1 }) ?? claimed(known.claims, key)
  if (!first) return { kind: 'notOwed', detail: 'noFirstRound' }
  return departure.leftOn < addDays(first, settings.roundGapDays)
    ? { kind: 'notOwed', detail: 'tooEarly' }
    : undefined
}

function earliestOf(
  known: CourseFactsSeen,
  { settings, grace, key, departure }: Judged,
): Day | undefined {
  const far = addDays(departure.leftOn, 400)
  const asked = { facts: known, settings, grace, papers: [], day: far }
  const due = dueBy({ ...asked, settledOn: () => undefined })
  return due.find(
    ({ kind, phase, round }) => kind === key.kind && phase === key.phase && round === 1,
  )?.notBefore
}

/** Round 1 may have been left out for a reason; its day counts all the same. */
function claimed(claims: Claim[], key: NoticeKey): Day | undefined {
  const one = claims.find(
    ({ kind, occasion, round }) => kind === key.kind && occasion === key.occasion && round === 1,
  )
  return one?.leftOn ?? one?.on
}
