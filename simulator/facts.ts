/** From the truth to what is told of it, in order: one HTTP call each, with ids that never change. */
import { type Day, dayOf, instantOf } from './days.ts'
import { numberFrom, uuidFrom } from './random.ts'
import type { Residence, Truth, TruthDose, TruthPerson } from './truth.ts'

export type FactKind =
  | 'scan'
  | 'scanAgain'
  | 'screening'
  | 'ticket'
  | 'moveOut'
  | 'moveIn'
  | 'moveCancelled'
  | 'addressChanged'
  | 'abroad'
  | 'death'
  | 'protection'
  | 'delivery'
  | 'wave'

export type Fact = {
  id: string
  kind: FactKind
  /** Empty for a wave. */
  personId: string
  /** The part of the truth that it tells, as in `told.jsonl`. */
  ref: string
  /** Campaign instant (epoch ms) at which it becomes known. */
  atMs: number
  method?: 'PUT'
  path: string
  body: object
}

/** Sheets issued before the first day are part of the set-up, everything else is told on its day. */
export function factsOf({ header, people }: Truth): Fact[] {
  const facts = people.flatMap((person) => factsOfPerson(person, header.epoch))
  header.waves.forEach((wave, i) => {
    const id = uuidFrom('wave', header.epoch, wave.municipalityCode, i)
    const { municipalityCode, bornOnOrBefore } = wave
    facts.push({
      id,
      kind: 'wave',
      personId: '',
      ref: `waves/${i}`,
      atMs: instantOf(wave.on, wave.on === header.epoch ? 0 : 480),
      path: '/waves',
      body: { waveId: id, municipalityCode, bornOnOrBefore },
    })
  })
  return facts.sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1))
}

export function isBeforeCampaign(issuedOn: Day, epoch: Day): boolean {
  return issuedOn <= epoch
}

export function registerNumberOf(person: TruthPerson, residence: Residence): string {
  return residence.registerNumber ?? person.id
}

function factsOfPerson(person: TruthPerson, epoch: Day): Fact[] {
  const facts: Fact[] = []
  const add = (kind: FactKind, ref: string, atMs: number, path: string, body: object) => {
    const id = uuidFrom(person.id, kind, ref)
    facts.push({ id, kind, personId: person.id, ref, atMs, path, body: withId(kind, id, body) })
  }
  person.doses.forEach((dose, i) => {
    const body = scanBody(person, dose, 'vaccination')
    add('scan', `doses/${i}`, Date.parse(dose.recordedAt), '/scans', body)
    dose.scannedAgainAt?.forEach((at, n) => {
      add('scanAgain', `doses/${i}/again/${n}`, Date.parse(at), '/scans', body)
    })
  })
  person.screenings?.forEach((screening, i) => {
    const body = scanBody(person, screening, 'screenedOnly')
    add('screening', `screenings/${i}`, Date.parse(screening.recordedAt), '/scans', body)
  })
  person.tickets.forEach((ticket, i) => {
    if (isBeforeCampaign(ticket.issuedOn, epoch)) return
    const atMs = momentOf(ticket.registeredAt, ticket.issuedOn, person.id, `tickets/${i}`)
    const { municipalityCode, number, issuedOn } = ticket
    const registerNumber = registerNumberIn(person, municipalityCode)
    const sheet = { municipalityCode, number, registerNumber, issuedOn }
    add('ticket', `tickets/${i}`, atMs, '/tickets', { tickets: [sheet] })
  })
  person.residences.forEach((residence, i) => {
    addMoves(person, residence, i, add)
  })
  if (person.death) {
    const { on, reportedOn, reportedAt } = person.death
    const atMs = momentOf(reportedAt, reportedOn, person.id, 'death')
    add('death', 'death', atMs, '/deaths', { ...registeredAt(person, atMs), on })
  }
  if (person.abroad) {
    const { on, reportedOn, reportedAt } = person.abroad
    const atMs = momentOf(reportedAt, reportedOn, person.id, 'abroad')
    const where = registeredAt(person, atMs)
    add('abroad', 'abroad', atMs, '/moves', { kind: 'movedAbroad', ...where, effectiveOn: on })
  }
  person.protection.forEach(({ from, to, reportedOn, reportedAt }, i) => {
    const atMs = momentOf(reportedAt, reportedOn, person.id, `protection/${i}`)
    const body = { ...registeredAt(person, atMs), from, ...(to && { to }) }
    add('protection', `protection/${i}`, atMs, '/protections', body)
  })
  const delivery = deliveryOf(person)
  if (delivery) facts.push(delivery)
  return facts
}

const aMinuteMs = 60_000
const tenOClock = 600

/** A clerk writes it down when the first protection is known and has begun. */
function deliveryOf(person: TruthPerson): Fact | undefined {
  const [first] = person.protection
  if (!person.delivery || !first) return undefined
  const told = momentOf(first.reportedAt, first.reportedOn, person.id, 'protection/0')
  const atMs = Math.max(told + aMinuteMs, instantOf(first.from, tenOClock))
  const arrangement = { kind: 'safeAddress', ...person.delivery }
  return {
    ...{ id: uuidFrom(person.id, 'delivery'), kind: 'delivery', personId: person.id },
    ...{ ref: 'delivery', atMs, method: 'PUT', path: '/delivery-arrangements' },
    body: { ...registeredAt(person, atMs), arrangement },
  }
}

type Add = (kind: FactKind, ref: string, atMs: number, path: string, body: object) => void

function addMoves(person: TruthPerson, residence: Residence, i: number, add: Add): void {
  const { municipalityCode, postcode, address } = residence
  const here = { municipalityCode, registerNumber: registerNumberOf(person, residence) }
  const { moveOutNotifiedOn, moveOutNotifiedAt, moveOutCancelledAt } = residence
  const plannedOn = residence.moveOutPlannedOn ?? residence.to
  if (moveOutNotifiedOn && plannedOn) {
    const atMs = momentOf(moveOutNotifiedAt, moveOutNotifiedOn, person.id, `moveOut/${i}`)
    const body = { kind: 'moveOutNotified', ...here, plannedOn }
    add('moveOut', `residences/${i}/moveOut`, atMs, '/moves', body)
  }
  if (moveOutCancelledAt) {
    const body = { kind: 'moveCancelled', ...here }
    const atMs = Date.parse(moveOutCancelledAt)
    add('moveCancelled', `residences/${i}/moveCancelled`, atMs, '/moves', body)
  }
  const before = person.residences[i - 1]
  if (before === undefined || residence.reportedOn === undefined) return
  const ref = `residences/${i}`
  const atMs = momentOf(residence.reportedAt, residence.reportedOn, person.id, ref)
  const effective = { ...here, effectiveOn: residence.from, postcode, address }
  if (before.municipalityCode === municipalityCode) {
    add('addressChanged', ref, atMs, '/moves', { kind: 'addressChanged', ...effective })
    return
  }
  add('moveIn', ref, atMs, '/moves', {
    kind: 'movedIn',
    ...effective,
    previous: {
      municipalityCode: before.municipalityCode,
      registerNumber: registerNumberOf(person, before),
    },
    name: person.name,
    bornOn: person.bornOn,
    ...(person.mail && { mail: person.mail }),
  })
}

/** The 18 digits of the printed line: kind (2 = vaccination, 1 = screened only), dose, town, number. */
export function ticketLine(dose: Pick<TruthDose, 'doseNumber' | 'ticket'>, slip: string): string {
  const kind = slip === 'vaccination' ? '2' : '1'
  return `${kind}${dose.doseNumber}${dose.ticket.municipalityCode}${dose.ticket.number}`
}

function scanBody(
  person: TruthPerson,
  dose: Omit<TruthDose, 'scannedAgainAt'>,
  slipKind: 'vaccination' | 'screenedOnly',
): object {
  const isQr = dose.readBy === 'qr'
  const bornYear = Number(person.bornOn.slice(0, 4))
  return {
    ...(isQr ? { line: ticketLine(dose, slipKind) } : { ticket: dose.ticket }),
    readBy: dose.readBy,
    ...(!isQr && { birthYear: dose.birthYearTyped ?? bornYear }),
    slipKind,
    claimedDoseNumber: dose.doseNumber,
    givenOn: dose.givenOn,
    venueCode: dose.venueCode,
    productCode: dose.productCode,
    lotNumber: dose.lotNumber,
    source: 'simulator',
  }
}

function withId(kind: FactKind, id: string, body: object): object {
  switch (kind) {
    case 'scan':
    case 'scanAgain':
    case 'screening':
      return { scanId: id, ...body }
    case 'ticket':
    case 'wave':
      return body
    default:
      return { eventId: id, ...body }
  }
}

/** Where the person is registered by then: the last town that was told. */
function registeredAt(person: TruthPerson, atMs: number) {
  const residence = person.residences.findLast((one, i) => {
    if (i === 0) return true
    if (one.reportedOn === undefined) return false
    return momentOf(one.reportedAt, one.reportedOn, person.id, `residences/${i}`) <= atMs
  })!
  return {
    municipalityCode: residence.municipalityCode,
    registerNumber: registerNumberOf(person, residence),
  }
}

function registerNumberIn(person: TruthPerson, municipalityCode: string): string {
  const residence = person.residences.find((one) => one.municipalityCode === municipalityCode)
  return residence ? registerNumberOf(person, residence) : person.id
}

/** The given instant, or some minute between 9:10 and 17:00, always the same one. */
function momentOf(at: string | undefined, on: Day, ...words: string[]): number {
  return at ? Date.parse(at) : instantOf(on, 550 + numberFrom(470, on, ...words))
}

export function endOfCampaignMs({ epoch, days }: { epoch: Day; days: number }): number {
  return instantOf(epoch, days * 1_440)
}

export function campaignDayOf(epochMs: number, atMs: number): number {
  return Math.floor((instantOf(dayOf(atMs)) - epochMs) / 86_400_000)
}
