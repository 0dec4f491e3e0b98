/**
 * Where a person lived, and in what state each register holds them: from everything that registers
 * told, in the order of effective days. The order in which it was told makes no difference, so late,
 * repeated and contradictory reports all end in the same state.
 *
 * A move-in is a fact; a move-out notice is a plan and moves nobody (domain rule: 住民基本台帳法 22-24条).
 */
import { compareDates } from './calendar.ts'
import type { PlainDate } from './course.ts'
import type { PlanHome } from './plan.ts'

export type RegisterFactKind =
  | 'moveOutNotified'
  | 'movedIn'
  | 'moveCancelled'
  | 'movedAbroad'
  | 'deceased'

export type RegisterFact = {
  eventId: string
  kind: RegisterFactKind
  /** The register row that told it. */
  residentId: string
  /** The planned day of a move-out, the day of everything else. */
  effectiveOn: PlainDate
  /** The day it was handed in; of two plans the one handed in later holds. */
  notifiedOn: PlainDate
  /** Settles two notices of the same day, by the order in which they were told. */
  arrival: number
  /** Of a move-in: the register row in the former town. */
  previousResidentId?: string
}

export type ResidentState = PlanHome & { statusOn?: PlainDate }

/** One row's time as the home. `from` is unknown for the first, `until` for the last. */
export type Stay = {
  residentId: string
  from?: PlainDate
  until?: PlainDate
  /** The move-ins that tell of it: several when a town told it twice. */
  movedInBy: string[]
  abroadOn?: PlainDate
}

export type Residency = {
  stays: Stay[]
  home: Stay
  states: Map<string, ResidentState>
}

/**
 * `residentIds` are all register rows of one person, joined by the move-ins among `facts`; at least
 * one. Newest effective day wins; a register speaks of a move abroad only for the time in which the
 * person lived there; the earliest day of death told is kept.
 */
export function residencyOf(residentIds: string[], facts: RegisterFact[]): Residency {
  const stays = staysOf(residentIds, facts)
  markAbroad(stays, facts)
  const home = stays.at(-1)!
  const states = new Map<string, ResidentState>()
  for (const id of residentIds) {
    const state = id === home.residentId ? homeState(home, facts) : formerState(id, stays, facts)
    states.set(id, state)
  }
  return { stays, home, states }
}

function staysOf(residentIds: string[], facts: RegisterFact[]): Stay[] {
  const stays: Stay[] = []
  const arrive = (residentId: string, movedIn?: RegisterFact) => {
    const last = stays.at(-1)
    if (last?.residentId === residentId && !wasAbroadBetween(last, movedIn, facts)) {
      if (movedIn) last.movedInBy.push(movedIn.eventId)
      return
    }
    const from = movedIn ? { from: movedIn.effectiveOn } : {}
    stays.push({ residentId, ...from, movedInBy: movedIn ? [movedIn.eventId] : [] })
  }
  const movedIns = facts.filter((fact) => fact.kind === 'movedIn').sort(byDayThenId)
  for (const id of [...residentIds].sort()) if (wasThereBefore(id, movedIns)) arrive(id)
  while (movedIns.length > 0) {
    const next = takeNext(movedIns, stays.at(-1))
    arrive(next.residentId, next)
  }
  stays.forEach((stay, i) => {
    const until = stays.slice(i + 1).find((later) => later.from)?.from
    if (until) stay.until = until
  })
  return stays
}

/** A move-in told twice is one stay; one after a time abroad begins another. */
function wasAbroadBetween(stay: Stay, movedIn: RegisterFact | undefined, facts: RegisterFact[]) {
  return facts.some(
    (fact) =>
      fact.kind === 'movedAbroad' &&
      fact.residentId === stay.residentId &&
      (!stay.from || fact.effectiveOn >= stay.from) &&
      movedIn !== undefined &&
      fact.effectiveOn < movedIn.effectiveOn &&
      !wasCancelled(fact, facts),
  )
}

/** Of move-ins of one day, the one that leaves from where the person is then comes first. */
function takeNext(movedIns: RegisterFact[], current: Stay | undefined): RegisterFact {
  const [first] = movedIns
  const fits = movedIns.findIndex(
    (fact) =>
      fact.effectiveOn === first!.effectiveOn && fact.previousResidentId === current?.residentId,
  )
  const [taken] = movedIns.splice(Math.max(fits, 0), 1)
  return taken!
}

/** Known before any move-in told of them: never moved in, or left before they first moved in. */
function wasThereBefore(residentId: string, movedIns: RegisterFact[]): boolean {
  const firstArrival = movedIns.find((fact) => fact.residentId === residentId)
  if (!firstArrival) return true
  const firstLeaving = movedIns.find((fact) => fact.previousResidentId === residentId)
  if (!firstLeaving || firstLeaving.residentId === residentId) return false
  return compareDates(firstLeaving.effectiveOn, firstArrival.effectiveOn) < 0
}

function markAbroad(stays: Stay[], facts: RegisterFact[]): void {
  for (const fact of facts) {
    if (fact.kind !== 'movedAbroad' || wasCancelled(fact, facts)) continue
    const then = stays.findLast((stay) => !stay.from || stay.from <= fact.effectiveOn)
    if (then?.residentId !== fact.residentId) continue
    then.abroadOn = earliest(then.abroadOn, fact.effectiveOn)
  }
}

function homeState(home: Stay, facts: RegisterFact[]): ResidentState {
  const diedOn = dayOfDeath(facts)
  if (diedOn) return { status: 'deceased', statusOn: diedOn }
  if (home.abroadOn) return { status: 'movedAbroad', statusOn: home.abroadOn }
  const plan = standingPlan(home, facts)
  if (!plan) return { status: 'registered' }
  return {
    status: 'registered',
    moveOut: { plannedOn: plan.effectiveOn, eventId: plan.eventId },
  }
}

/** A former town keeps what it told itself; else it learns that the person left, not where to. */
function formerState(residentId: string, stays: Stay[], facts: RegisterFact[]): ResidentState {
  const diedOn = dayOfDeath(facts.filter((fact) => fact.residentId === residentId))
  if (diedOn) return { status: 'deceased', statusOn: diedOn }
  const last = stays.findLast((stay) => stay.residentId === residentId)!
  if (last.abroadOn) return { status: 'movedAbroad', statusOn: last.abroadOn }
  return { status: 'movedOut', statusOn: last.until! }
}

function dayOfDeath(facts: RegisterFact[]): PlainDate | undefined {
  return facts
    .filter((fact) => fact.kind === 'deceased')
    .reduce<PlainDate | undefined>((on, fact) => earliest(on, fact.effectiveOn), undefined)
}

/** The plan handed in last, unless cancelled since; plans of an earlier stay are spent. */
function standingPlan(home: Stay, facts: RegisterFact[]): RegisterFact | undefined {
  const since = (on: PlainDate) => !home.from || on >= home.from
  const newest = facts
    .filter((fact) => fact.kind === 'moveOutNotified' && fact.residentId === home.residentId)
    .filter((fact) => since(fact.effectiveOn) && since(fact.notifiedOn))
    .sort(byNotice)
    .at(-1)
  return newest && !wasCancelled(newest, facts) ? newest : undefined
}

function wasCancelled(plan: RegisterFact, facts: RegisterFact[]): boolean {
  return facts.some(
    (fact) =>
      fact.kind === 'moveCancelled' &&
      fact.residentId === plan.residentId &&
      byNotice(plan, fact) < 0 &&
      // Whoever has left cannot cancel leaving; a planned move may be cancelled late.
      (plan.kind === 'moveOutNotified' || fact.notifiedOn <= plan.effectiveOn),
  )
}

function byNotice(a: RegisterFact, b: RegisterFact): number {
  return compareDates(a.notifiedOn, b.notifiedOn) || a.arrival - b.arrival
}

function byDayThenId(a: RegisterFact, b: RegisterFact): number {
  return compareDates(a.effectiveOn, b.effectiveOn) || (a.eventId < b.eventId ? -1 : 1)
}

function earliest(a: PlainDate | undefined, b: PlainDate): PlainDate {
  return a && a <= b ? a : b
}

/**
 * From when a sheet issued to a register row is void because its person left; undefined while it
 * holds. A sheet issued before a day of leaving falls with it, even when the person comes back.
 */
export function ticketVoidOn(
  { stays, home }: Residency,
  residentId: string,
  issuedOn: PlainDate,
): PlainDate | undefined {
  const leavings = stays
    .filter((stay) => stay.residentId === residentId && stay.until)
    .map((stay) => stay.until!)
  const after = leavings.find((on) => on >= issuedOn)
  return after ?? (home.residentId === residentId ? undefined : leavings.at(-1))
}

/** For the residences of one register row, given by their first days: the last day of each. */
export function residenceEnds(
  { stays }: Residency,
  residentId: string,
  begins: PlainDate[],
): Map<PlainDate, PlainDate | undefined> {
  const own = stays.filter((stay) => stay.residentId === residentId)
  const sorted = [...begins].sort(compareDates)
  return new Map(
    sorted.map((from, i) => {
      const stay = own.findLast((s) => !s.from || s.from <= from)
      const leftOn = stay?.abroadOn ?? stay?.until
      const next = sorted[i + 1]
      const end = leftOn && next ? earliest(leftOn, next) : (leftOn ?? next)
      return [from, end && end < from ? from : end]
    }),
  )
}

/**
 * On what ground the new town reads the doses of the former: consent, recorded by the asking town,
 * until the Digital Agency ruled in mid-December 2021 that it cannot practicably be asked for
 * (My Number Act Art. 19, protection of life, body or property).
 */
export function linkBasisOn(day: PlainDate): string {
  const consentEndedOn = '2021-12-15' as PlainDate
  return compareDates(day, consentEndedOn) < 0
    ? 'lifeBodyProperty.consent'
    : 'lifeBodyProperty.consentImpracticable'
}
