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

export const registerFactKinds = [
  'moveOutNotified',
  'movedIn',
  'moveCancelled',
  'movedAbroad',
  'born',
  'removed',
  'restored',
  'deceased',
] as const
export type RegisterFactKind = (typeof registerFactKinds)[number]

export type RegisterFact = {
  eventId: string
  kind: RegisterFactKind
  /** The register row that told it. */
  residentId: string
  /** The planned day of a move-out, the day of everything else. */
  effectiveOn: PlainDate
  /** The day it was handed in; of two plans the one handed in later holds. */
  notifiedOn: PlainDate
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
  /** Gone without another town: abroad, or off the register. */
  gone?: { status: 'movedAbroad' | 'removedFromRegister'; on: PlainDate }
}

export type Residency = {
  stays: Stay[]
  home: Stay
  states: Map<string, ResidentState>
}

/**
 * `residentIds` are all register rows of one person, joined by the move-ins among `told`; at least
 * one. Newest effective day wins; a register speaks of a move abroad or a removal only for the time in
 * which the person lived there; the earliest day of death told is kept. What was called off counts
 * nowhere. See docs/adr/0029-what-registers-tell.md.
 */
export function residencyOf(residentIds: string[], told: RegisterFact[]): Residency {
  const facts = standingFacts(told)
  const stays = staysOf(residentIds, facts)
  markGone(stays, facts)
  const home = stays.at(-1)!
  const states = new Map<string, ResidentState>()
  for (const id of residentIds) {
    const state = id === home.residentId ? homeState(home, facts) : formerState(id, stays, facts)
    states.set(id, state)
  }
  return { stays, home, states }
}

/** Without moves abroad that were cancelled, and without removals and deaths that were restored. */
function standingFacts(told: RegisterFact[]): RegisterFact[] {
  const isLifted = liftedBy(told)
  return told.filter((fact) => {
    if (fact.kind === 'movedAbroad') return !wasCancelled(fact, told)
    return !isLifted.has(fact)
  })
}

/**
 * A restoration (職権回復) lifts the removals of that row until its day; of whoever was not removed it
 * lifts the death that had been told by then, because a row is restored out of one or the other. A death
 * found after a removal thus outlives the restoration that made room for it.
 */
function liftedBy(told: RegisterFact[]): Set<RegisterFact> {
  const lifted = new Set<RegisterFact>()
  const restorations = told.filter((fact) => fact.kind === 'restored').sort(byDayThenId)
  const restoredOn = new Map<string, PlainDate>()
  for (const { residentId, effectiveOn } of distinctDays(restorations)) {
    const own = told.filter((fact) => fact.residentId === residentId && !lifted.has(fact))
    const removals = own.filter(
      (fact) => fact.kind === 'removed' && fact.effectiveOn <= effectiveOn,
    )
    // The same restoration told again under another day must not raise whoever died since the removal.
    const since = restoredOn.get(residentId)
    const deaths = own.filter(
      (fact) =>
        fact.kind === 'deceased' &&
        fact.notifiedOn <= effectiveOn &&
        (since === undefined || fact.notifiedOn > since),
    )
    if (removals.length > 0) restoredOn.set(residentId, effectiveOn)
    for (const fact of removals.length > 0 ? removals : deaths) lifted.add(fact)
  }
  return lifted
}

/** The same restoration told twice is one. */
function distinctDays(facts: RegisterFact[]): RegisterFact[] {
  const key = (fact: RegisterFact) => `${fact.residentId} ${fact.effectiveOn}`
  return [...new Map(facts.map((fact) => [key(fact), fact])).values()]
}

function staysOf(residentIds: string[], facts: RegisterFact[]): Stay[] {
  const stays: Stay[] = []
  const arrive = (residentId: string, movedIn?: RegisterFact) => {
    const last = stays.at(-1)
    if (last?.residentId === residentId && !wasGoneBetween(last, movedIn, facts)) {
      if (movedIn) last.movedInBy.push(movedIn.eventId)
      return
    }
    const from = movedIn ? { from: movedIn.effectiveOn } : {}
    stays.push({ residentId, ...from, movedInBy: movedIn ? [movedIn.eventId] : [] })
  }
  const movedIns = facts.filter((fact) => fact.kind === 'movedIn').sort(byDayThenId)
  for (const id of inOrderLeft(residentIds, movedIns)) {
    if (wasThereBefore(id, movedIns, facts)) arrive(id)
  }
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

/**
 * Whoever left earlier was there earlier; of those who never left, whoever arrived first. The ids of rows
 * are random and say nothing of it.
 */
function inOrderLeft(residentIds: string[], movedIns: RegisterFact[]): string[] {
  const never = movedIns.length
  const order = (id: string) => {
    const left = movedIns.findIndex((fact) => fact.previousResidentId === id)
    const arrived = movedIns.findIndex((fact) => fact.residentId === id)
    return (left < 0 ? never : left) * (never + 1) + (arrived < 0 ? never : arrived)
  }
  return [...residentIds].sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1))
}

const goneAs = { movedAbroad: 'movedAbroad', removed: 'removedFromRegister' } as const

function isGoing(fact: RegisterFact): fact is RegisterFact & { kind: keyof typeof goneAs } {
  return fact.kind in goneAs
}

/** A move-in told twice is one stay; one after a time abroad or off the register begins another. */
function wasGoneBetween(stay: Stay, movedIn: RegisterFact | undefined, facts: RegisterFact[]) {
  return facts.some(
    (fact) =>
      isGoing(fact) &&
      fact.residentId === stay.residentId &&
      (!stay.from || fact.effectiveOn >= stay.from) &&
      movedIn !== undefined &&
      fact.effectiveOn < movedIn.effectiveOn,
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

/** Known before any move-in told of them: never moved in, or there before they first moved in. */
function wasThereBefore(
  residentId: string,
  movedIns: RegisterFact[],
  facts: RegisterFact[],
): boolean {
  const firstArrival = movedIns.find((fact) => fact.residentId === residentId)
  if (!firstArrival) return true
  const { effectiveOn: arrivedOn } = firstArrival
  const toldThere = facts.some(
    (fact) =>
      fact.residentId === residentId &&
      (fact.kind === 'born' || isGoing(fact)) &&
      compareDates(fact.effectiveOn, arrivedOn) < 0,
  )
  if (toldThere) return true
  const firstLeaving = movedIns.find((fact) => fact.previousResidentId === residentId)
  if (!firstLeaving || firstLeaving.residentId === residentId) return false
  return compareDates(firstLeaving.effectiveOn, arrivedOn) < 0
}

function markGone(stays: Stay[], facts: RegisterFact[]): void {
  const going = facts.filter(isGoing).sort(byDayThenId)
  for (const { kind, residentId, effectiveOn } of going) {
    const then = stayOn(stays, residentId, effectiveOn)
    // The first of several days holds; of two words for one day, the register's own.
    const isFirst =
      !then?.gone || (then.gone.on === effectiveOn && goneAs[kind] === 'removedFromRegister')
    if (then && isFirst) then.gone = { status: goneAs[kind], on: effectiveOn }
  }
}

/** The stay of that row on that day; undefined if the person lived elsewhere by then. */
function stayOn(stays: Stay[], residentId: string, on: PlainDate): Stay | undefined {
  const dated = stays.findLast((stay) => stay.from && stay.from <= on)
  if (dated) return dated.residentId === residentId ? dated : undefined
  return stays.find((stay) => !stay.from && stay.residentId === residentId)
}

function homeState(home: Stay, facts: RegisterFact[]): ResidentState {
  const diedOn = dayOfDeath(facts)
  if (diedOn) return { status: 'deceased', statusOn: diedOn }
  if (home.gone) return { status: home.gone.status, statusOn: home.gone.on }
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
  if (last.gone) return { status: last.gone.status, statusOn: last.gone.on }
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

/**
 * Of one day, a cancellation is later than what it cancels, and of two plans the later planned day holds:
 * files tell no hours, and the order in which they arrive must decide nothing.
 */
function byNotice(a: RegisterFact, b: RegisterFact): number {
  const rank = ({ kind }: RegisterFact) => (kind === 'moveCancelled' ? 1 : 0)
  return compareDates(a.notifiedOn, b.notifiedOn) || rank(a) - rank(b) || byDayThenId(a, b)
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
    .filter((stay) => stay.residentId === residentId)
    .flatMap((stay) => stay.gone?.on ?? stay.until ?? [])
  const after = leavings.find((on) => on >= issuedOn)
  const isThere = home.residentId === residentId && !home.gone
  return after ?? (isThere ? undefined : leavings.at(-1))
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
      const leftOn = stay?.gone?.on ?? stay?.until
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
