/** What the system had been told about one person at any moment, from the acknowledgements alone. */
import { type Day, dayOf, laterDay } from './days.ts'
import type { ToldLine } from './told-file.ts'
import type { TruthDose, TruthPerson } from './truth-file.ts'

/** `sinceMs`: the earliest campaign instant at which it can have been written down. */
export type Heard = { sinceMs: number; campaignMs: number; wallMs: number } & (
  | { kind: 'dose'; dose: TruthDose }
  | { kind: 'home'; residence: number; isMove: boolean }
  | { kind: 'moveOut' | 'moveCancelled'; residence: number }
  | { kind: 'ticket'; ticket: number }
  | { kind: 'screening'; on: Day }
  | { kind: 'death' }
  | { kind: 'abroad' }
  | { kind: 'protection'; from: Day; to?: Day }
)

export type Known = {
  doses: TruthDose[]
  /** Index of the residence that counts as today's. */
  home: number
  /** A move-out that was announced and neither called off nor followed by a move-in. */
  leavesOn?: Day
  isDead: boolean
  isAbroad: boolean
  protections: { from: Day; to?: Day }[]
  /** The last visit that ended without a dose. */
  lastScreenedOn?: Day
}

/** In the order in which it was heard. Refused and held facts were not. */
export function heardOf(person: TruthPerson, told: ToldLine[]): Heard[] {
  const heard: Heard[] = []
  for (const line of told) {
    if (line.refused) continue
    const fact = factOf(person, line, told)
    if (fact) heard.push(fact)
  }
  return heard.sort((a, b) => a.campaignMs - b.campaignMs)
}

function factOf(person: TruthPerson, line: ToldLine, told: ToldLine[]): Heard | undefined {
  const at = momentsOf(line)
  const [part, number, more] = line.ref.split('/')
  const index = Number(number)
  switch (line.kind) {
    case 'scan': {
      const dose = person.doses[index]
      const known = dose && recordedAt(person, dose, line, told)
      return known && { kind: 'dose', dose, ...known }
    }
    case 'moveIn':
      return { kind: 'home', residence: index, isMove: true, ...at }
    case 'addressChanged':
      return { kind: 'home', residence: index, isMove: false, ...at }
    case 'moveOut':
    case 'moveCancelled':
      return part === 'residences' && more === line.kind
        ? { kind: line.kind, residence: index, ...at }
        : undefined
    case 'ticket':
      return { kind: 'ticket', ticket: index, ...at }
    case 'screening': {
      const on = person.screenings?.[index]?.givenOn
      return on && line.verdict === 'screenedOnly' ? { kind: 'screening', on, ...at } : undefined
    }
    case 'death':
      return { kind: 'death', ...at }
    case 'abroad':
      return { kind: 'abroad', ...at }
    case 'protection': {
      const { from, to } = person.protection[index] ?? {}
      return from ? { kind: 'protection', from, ...(to && { to }), ...at } : undefined
    }
    default:
      return undefined
  }
}

/** A scan of a ticket that nobody had announced counts from its announcement on. */
function recordedAt(person: TruthPerson, dose: TruthDose, line: ToldLine, told: ToldLine[]) {
  switch (line.verdict) {
    case 'recorded':
    case 'recordedWithFindings':
    case 'alreadyRecorded':
      return momentsOf(line)
    case 'waiting': {
      const ticket = person.tickets.findIndex(
        (one) =>
          one.number === dose.ticket.number &&
          one.municipalityCode === dose.ticket.municipalityCode,
      )
      const announced = told.find(
        (one) => one.kind === 'ticket' && one.ref === `tickets/${ticket}` && !one.refused,
      )
      if (!announced) return undefined
      const [scan, sheet] = [momentsOf(line), momentsOf(announced)]
      return sheet.campaignMs > scan.campaignMs ? sheet : scan
    }
    default:
      return undefined
  }
}

export function knownFrom(person: TruthPerson, heard: Heard[]): Known {
  const known: Known = { doses: [], home: 0, isDead: false, isAbroad: false, protections: [] }
  for (const fact of heard) apply(known, person, fact)
  return known
}

function apply(known: Known, person: TruthPerson, fact: Heard): void {
  switch (fact.kind) {
    case 'dose':
      known.doses.push(fact.dose)
      return
    case 'home':
      if (fact.residence < known.home) return
      known.home = fact.residence
      if (fact.isMove) delete known.leavesOn
      return
    case 'moveOut': {
      const { moveOutPlannedOn, to, municipalityCode } = person.residences[fact.residence]!
      const leavesOn = moveOutPlannedOn ?? to
      // Told after the move-in elsewhere, it says nothing new.
      const isToday =
        fact.residence >= known.home ||
        (municipalityCode === person.residences[known.home]!.municipalityCode &&
          !movedBetween(person, fact.residence, known.home))
      if (leavesOn && isToday) known.leavesOn = leavesOn
      return
    }
    case 'moveCancelled':
      delete known.leavesOn
      return
    case 'ticket':
      return
    case 'screening':
      known.lastScreenedOn = laterDay(known.lastScreenedOn ?? fact.on, fact.on)
      return
    case 'death':
      known.isDead = true
      return
    case 'abroad':
      known.isAbroad = true
      return
    case 'protection':
      known.protections.push({ from: fact.from, ...(fact.to && { to: fact.to }) })
      return
    default:
      assertNever(fact)
  }
}

function movedBetween(person: TruthPerson, from: number, to: number): boolean {
  const town = person.residences[from]!.municipalityCode
  return person.residences.slice(from, to + 1).some((one) => one.municipalityCode !== town)
}

export function isProtectedOn(known: Known, day: Day): boolean {
  return known.protections.some(({ from, to }) => from <= day && (to === undefined || day <= to))
}

/** From the announced day on nobody knows the right address, until the move-in is told. */
export function isBetweenTowns(known: Known, day: Day): boolean {
  return known.leavesOn !== undefined && known.leavesOn <= day
}

/** Two doses, or the second one alone: whoever had a second had a first. */
export function isCompleteAsKnown(known: Known): boolean {
  return known.doses.length >= 2 || known.doses.some((dose) => dose.doseNumber >= 2)
}

export function heardDay(heard: { campaignMs: number }): Day {
  return dayOf(heard.campaignMs)
}

/** The earliest day under which it can have been written down. */
export function earliestDay(heard: { sinceMs: number }): Day {
  return dayOf(heard.sinceMs)
}

function momentsOf(line: ToldLine): { sinceMs: number; campaignMs: number; wallMs: number } {
  const campaignMs = Date.parse(line.campaignAt)
  const sinceMs = line.dueAt ? Math.min(Date.parse(line.dueAt), campaignMs) : campaignMs
  return { sinceMs, campaignMs, wallMs: Date.parse(line.wallAt) }
}

function assertNever(value: never): never {
  throw new Error(`Unknown fact: ${JSON.stringify(value)}`)
}
