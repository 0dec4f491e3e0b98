/**
 * Moves, births, removals, deaths and protections as a register tells them: each one transaction, idempotent by its
 * event id. What follows for the person is settled from everything told (`residency.ts`), so an
 * older report that comes late changes only what it still has to say.
 */
import { compareDates } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Vault } from '../../vault/vault.ts'
import { look, type Tx } from '../client.ts'
import { isBeforeBirth } from '../people/birth.ts'
import { indexesInHex, orUnknownTown, toldValue } from '../people/blind.ts'
import { erasedNumbers } from '../people/erased.ts'
import { endHousehold, housematesOf, tellHouseholds } from '../people/households.ts'
import type { PersonName } from '../people/names.ts'
import { addResidence } from '../people/residences.ts'
import { type Identity, identityUnder, namesAgree, readIdentity } from '../people/same-person.ts'
import { writePeople } from '../people/write.ts'
import { endLetterCodes } from '../residents/letter-codes.ts'
import { inTowns } from '../scope.ts'
import type { Store } from '../store.ts'
import type { CourseHome } from './plan-input.ts'
import {
  assertMunicipality,
  findResident,
  inRegister,
  insertEvent,
  priorAnswer,
  type RegisterEvent,
  type RegisterKey,
  takeTurns,
} from './register-events.ts'
import { settlePerson } from './residency.ts'

type Report = RegisterKey & { eventId: string }
type Address = { postcode: string; address: string }

/**
 * What a move-in says of where the person was. Without a number there, the former town is asked by My
 * Number (`match-on-move.ts`), for which consent may have to be recorded.
 */
export type FormerTown = {
  municipalityCode: string
  registerNumber?: string | undefined
  consent?: { givenOn: PlainDate } | undefined
}

export type MovedIn = Report & {
  kind: 'movedIn'
  effectiveOn: PlainDate
  previous?: FormerTown | undefined
  name: PersonName
  bornOn: PlainDate
  mail?: string | undefined
  householdNumber?: string | undefined
} & Address

/** A resident from `effectiveOn` on, whom no other town knew. */
export type Born = Report & {
  kind: 'born'
  effectiveOn: PlainDate
  name: PersonName
  bornOn: PlainDate
  mail?: string | undefined
  householdNumber?: string | undefined
} & Address

export type RegisterReport =
  | (Report & {
      kind: 'moveOutNotified'
      plannedOn: PlainDate
      notifiedOn?: PlainDate | undefined
    })
  | (Report & { kind: 'moveCancelled'; notifiedOn?: PlainDate | undefined })
  | MovedIn
  | Born
  | (Report & { kind: 'addressChanged'; effectiveOn: PlainDate } & Address)
  | (Report & {
      kind: 'movedAbroad'
      effectiveOn: PlainDate
      notifiedOn?: PlainDate | undefined
    })
  /** Taken off the register ex officio (職権消除), until the row is restored (職権回復). */
  | (Report & { kind: 'removed' | 'restored'; effectiveOn: PlainDate })
  /** `notifiedOn` matters to a restoration alone: left out, it is the day of death. */
  | (Report & { kind: 'deceased'; on: PlainDate; notifiedOn?: PlainDate | undefined })
  | (Report & { kind: 'protected'; from: PlainDate; to?: PlainDate | undefined })

export type ReportAnswer = { eventId: string; status: 'recorded' }
export type Reported = { answer: ReportAnswer; hasNews: boolean }

/**
 * Records one report. Throws DomainError: `unknownMunicipality`, `unknownResident`,
 * `dateInFuture`, `dateBeforeBirth`, `birthDateDiffers`, `residentErased`,
 * `previousBirthDateDiffers`, `previousNameDiffers`, `previousIsSelf`, `periodEndsBeforeStart`,
 * `idUsedForAnotherBody`; then nothing was written.
 */
export async function recordReport(
  { sql, vault }: Store,
  report: RegisterReport,
  today: PlainDate,
): Promise<Reported> {
  const told = await blindly(vault, report)
  return inRegister(sql, report.municipalityCode, async (tx) => {
    const { previous } = report.kind === 'movedIn' ? report : {}
    const former = rowOf(previous)
    await takeTurns(tx, former ? [report, former] : [report])
    const prior = await priorAnswer(tx, report.eventId, told.bodyDigest)
    if (prior) {
      await look(tx, [])
      return { answer: prior as ReportAnswer, hasNews: false }
    }
    const known = await knownResident(tx, report)
    const effectiveOn = effectiveDay(report, today)
    await refuseImpossible({ tx, vault, report, known, told, effectiveOn, today })
    const resident = await writeDetails({ tx, vault, report, known, today })
    const answer: ReportAnswer = { eventId: report.eventId, status: 'recorded' }
    await insertEvent(tx, {
      ...{ eventId: report.eventId, kind: report.kind, resident, effectiveOn, previous, ...told },
      ...{ notifiedOn: notifiedDay(report, today), answer, recordedOn: today },
    } satisfies RegisterEvent)
    const { hasNews } = await settlePerson(tx, resident, today)
    return { answer, hasNews }
  })
}

/** The former register row, where its number was told. */
export function rowOf(former: FormerTown | undefined): RegisterKey | undefined {
  if (former?.registerNumber === undefined) return undefined
  const { municipalityCode, registerNumber } = former
  return { municipalityCode, registerNumber }
}

type Blind = { bodyDigest: string; previousIdentity?: Identity }

/** What is compared with what is kept, under the keys of the towns that it concerns. */
async function blindly(vault: Vault, report: RegisterReport): Promise<Blind> {
  const previous = report.kind === 'movedIn' ? rowOf(report.previous) : undefined
  const body = indexesInHex(vault, report.municipalityCode, 'body', [toldValue('report', report)])
  const identity = previous && identityUnder(vault, previous, report as MovedIn)
  const [[bodyDigest], previousIdentity] = await Promise.all([
    orUnknownTown(body, 'municipalityCode'),
    identity && orUnknownTown(identity, 'previous.municipalityCode'),
  ])
  return { bodyDigest: bodyDigest!, ...(previousIdentity ? { previousIdentity } : {}) }
}

/** Somebody who may have no row before. */
function isArrival(report: RegisterReport): report is MovedIn | Born {
  return report.kind === 'movedIn' || report.kind === 'born'
}

/** Undefined only for somebody who moves in or is born. */
async function knownResident(tx: Tx, report: RegisterReport): Promise<CourseHome | undefined> {
  await assertMunicipality(tx, report.municipalityCode, 'municipalityCode')
  const known = await findResident(tx, report)
  await look(tx, known ? [{ ...known, fields: ['registerEvents'] }] : [])
  if (!known && !isArrival(report)) {
    const erased = await erasedNumbers(tx, report.municipalityCode, [report.registerNumber])
    if (erased.size > 0) refuse('residentErased', 'registerNumber')
    throw new DomainError('unknownResident', 'The register has no such number', 'registerNumber')
  }
  return known
}

function effectiveDay(report: RegisterReport, today: PlainDate): PlainDate {
  switch (report.kind) {
    case 'moveOutNotified':
      return report.plannedOn
    case 'moveCancelled':
      return report.notifiedOn ?? today
    case 'movedIn':
    case 'born':
    case 'addressChanged':
    case 'movedAbroad':
    case 'removed':
    case 'restored':
      return report.effectiveOn
    case 'deceased':
      return report.on
    case 'protected':
      return report.from
  }
}

const dayFields = {
  moveOutNotified: 'plannedOn',
  moveCancelled: 'notifiedOn',
  movedIn: 'effectiveOn',
  born: 'effectiveOn',
  addressChanged: 'effectiveOn',
  movedAbroad: 'effectiveOn',
  removed: 'effectiveOn',
  restored: 'effectiveOn',
  deceased: 'on',
  protected: 'from',
} as const

function notifiedDay(report: RegisterReport, today: PlainDate): PlainDate {
  const told = 'notifiedOn' in report ? report.notifiedOn : undefined
  return told ?? (report.kind === 'deceased' ? report.on : today)
}

/** What may not lie ahead. */
const facts: readonly RegisterReport['kind'][] = [
  ...(['movedIn', 'born', 'addressChanged', 'removed', 'restored', 'deceased'] as const),
]

type Recording = {
  tx: Tx
  vault: Vault
  report: RegisterReport
  known: CourseHome | undefined
  today: PlainDate
}

/** Whatever is known of the person. */
function refuseDays(report: RegisterReport, today: PlainDate): void {
  const effectiveOn = effectiveDay(report, today)
  if (facts.includes(report.kind) && compareDates(effectiveOn, today) > 0) {
    refuse('dateInFuture', dayFields[report.kind])
  }
  if (compareDates(notifiedDay(report, today), today) > 0) refuse('dateInFuture', 'notifiedOn')
  if (report.kind === 'protected' && report.to && report.to < report.from) {
    refuse('periodEndsBeforeStart', 'to')
  }
}

/**
 * What the register would refuse of a report about somebody whom an earlier report brings, before either
 * is recorded: throws as `recordReport` then would. `before` is who that earlier report says they are.
 */
export function refuseOfNewcomer(
  report: RegisterReport,
  before: { bornOn: PlainDate },
  today: PlainDate,
): void {
  refuseDays(report, today)
  if (isArrival(report)) {
    if (report.bornOn !== before.bornOn) refuse('birthDateDiffers', 'bornOn')
  } else if (compareDates(effectiveDay(report, today), before.bornOn) < 0) {
    refuse('dateBeforeBirth', dayFields[report.kind])
  }
}

/** A plan, a move abroad and a protection may lie ahead; what is told as a fact may not. */
async function refuseImpossible({
  tx,
  vault,
  report,
  known,
  told,
  effectiveOn,
  today,
}: Recording & { told: Blind; effectiveOn: PlainDate }): Promise<void> {
  const field = dayFields[report.kind]
  refuseDays(report, today)
  if (isArrival(report)) {
    if (compareDates(effectiveOn, report.bornOn) < 0) refuse('dateBeforeBirth', field)
    if (report.kind === 'movedIn') {
      await refuseWrongPrevious(tx, report, told.previousIdentity, today)
    }
  } else if (await isBeforeBirth(tx, vault, known!, effectiveOn)) {
    refuse('dateBeforeBirth', field)
  }
}

/**
 * A wrong number on a certificate would give somebody else's doses to this person. A birth date alone
 * is shared by many: the name must agree as well, see `same-person.ts`.
 */
async function refuseWrongPrevious(
  tx: Tx,
  { previous, ...here }: MovedIn,
  told: Identity | undefined,
  today: PlainDate,
): Promise<void> {
  if (!previous) return
  const { municipalityCode, registerNumber, consent } = previous
  await assertMunicipality(tx, municipalityCode, 'previous.municipalityCode')
  // A town is not asked by My Number about its own people.
  const isSelf =
    municipalityCode === here.municipalityCode &&
    (registerNumber ?? here.registerNumber) === here.registerNumber
  if (isSelf) refuse('previousIsSelf', 'previous')
  if (consent && consent.givenOn > today) refuse('dateInFuture', 'previous.consent.givenOn')
  const former = rowOf(previous)
  if (!former || !told) return
  const towns = { municipalityCode: [municipalityCode], purpose: 'settleMove' } as const
  const kept = await inTowns(tx, towns, () => identityAt(tx, former))
  if (!kept) return
  if (kept.born !== told.born) refuse('previousBirthDateDiffers', 'previous.registerNumber')
  if (!namesAgree(kept, told)) refuse('previousNameDiffers', 'previous.registerNumber')
}

/** Another town's person: a question is a look, whether or not it is refused then. */
async function identityAt(tx: Tx, key: RegisterKey): Promise<Identity | undefined> {
  const row = await findResident(tx, key)
  if (!row) return undefined
  await look(tx, [{ ...row, fields: ['registerEvents'] }])
  return readIdentity(tx, row)
}

function refuse(code: string, field: string): never {
  throw new DomainError(code, 'The report cannot be as told', field)
}

/** The register row that the report is about; somebody who moves in or is born may have none before. */
async function writeDetails({ tx, vault, report, known, today }: Recording): Promise<CourseHome> {
  switch (report.kind) {
    case 'movedIn':
    case 'born':
      return writeArrival(tx, vault, report, today)
    case 'addressChanged': {
      const { effectiveOn, postcode, address } = report
      await addResidence(tx, vault, known!, { fromOn: effectiveOn, postcode, address })
      return known!
    }
    case 'protected':
      await protect(tx, known!, report.from, report.to)
      return known!
    case 'moveOutNotified':
    case 'moveCancelled':
    case 'movedAbroad':
    case 'removed':
    case 'restored':
    case 'deceased':
      return known!
  }
}

async function writeArrival(
  tx: Tx,
  vault: Vault,
  report: MovedIn | Born,
  today: PlainDate,
): Promise<CourseHome> {
  const { municipalityCode, registerNumber, name, bornOn, mail } = report
  const { effectiveOn: fromOn, postcode, address } = report
  const person = { registerNumber, name, bornOn, mail, residence: { fromOn, postcode, address } }
  const [written] = await writePeople(tx, vault, municipalityCode, [person], today)
  const { residentId, outcome } = written!
  if (outcome === 'birthDateDiffers') refuse(outcome, 'bornOn')
  if (outcome === 'residentErased') refuse(outcome, 'registerNumber')
  const { householdNumber } = report
  const row = { municipalityCode, residentId }
  if (householdNumber === undefined) await endHousehold(tx, row, fromOn)
  else {
    const told = [{ residentId, since: fromOn, householdNumber }]
    await tellHouseholds(tx, vault, municipalityCode, told, today)
  }
  return row
}

/** Told again for the same first day, the longer period holds: too long harms nobody. */
async function protect(tx: Tx, resident: CourseHome, from: PlainDate, to: PlainDate | undefined) {
  await tx`
    insert into protection as p (municipality_code, resident_id, from_on, to_on)
    values (${resident.municipalityCode}, ${resident.residentId}, ${from}, ${to ?? null})
    on conflict (municipality_code, resident_id, from_on) do update
      set to_on = case when p.to_on is null or excluded.to_on is null then null
                       else greatest(p.to_on, excluded.to_on) end`
  // Whatever day it begins: a letter that somebody else has taken shows nothing from now on, theirs or
  // that of somebody they live with.
  await endLetterCodes(tx, [resident, ...(await housematesOf(tx, resident))], 'protected')
}
