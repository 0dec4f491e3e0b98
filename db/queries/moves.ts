/**
 * Moves, deaths and protections as a register tells them: each one transaction, idempotent by its
 * event id. What follows for the person is settled from everything told (`residency.ts`), so an
 * older report that comes late changes only what it still has to say.
 */
import { randomUUID } from 'node:crypto'
import { compareDates } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { look, type Sql, type Tx } from '../client.ts'
import { canBeOnePerson, type Identity, readIdentities } from '../people/same-person.ts'
import { addResidence, birthDateOf, type PersonName, writePeople } from '../people/write.ts'
import { inTowns } from '../scope.ts'
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

export type MovedIn = Report & {
  kind: 'movedIn'
  effectiveOn: PlainDate
  previous?: RegisterKey | undefined
  name: PersonName
  bornOn: PlainDate
  mail?: string | undefined
} & Address

export type RegisterReport =
  | (Report & {
      kind: 'moveOutNotified'
      plannedOn: PlainDate
      notifiedOn?: PlainDate | undefined
    })
  | (Report & { kind: 'moveCancelled'; notifiedOn?: PlainDate | undefined })
  | MovedIn
  | (Report & { kind: 'addressChanged'; effectiveOn: PlainDate } & Address)
  | (Report & {
      kind: 'movedAbroad'
      effectiveOn: PlainDate
      notifiedOn?: PlainDate | undefined
    })
  | (Report & { kind: 'deceased'; on: PlainDate })
  | (Report & { kind: 'protected'; from: PlainDate; to?: PlainDate | undefined })

export type ReportAnswer = { eventId: string; status: 'recorded' }
export type Reported = { answer: ReportAnswer; hasNews: boolean }

/**
 * Records one report. Throws DomainError: `unknownMunicipality`, `unknownResident`,
 * `dateInFuture`, `dateBeforeBirth`, `birthDateDiffers`,
 * `previousBirthDateDiffers`, `previousNameDiffers`, `previousIsSelf`, `periodEndsBeforeStart`,
 * `idUsedForAnotherBody`; then nothing was written.
 */
export async function recordReport(
  sql: Sql,
  report: RegisterReport,
  bodySha256: string,
  today: PlainDate,
): Promise<Reported> {
  return inRegister(sql, report.municipalityCode, async (tx) => {
    const previous = report.kind === 'movedIn' ? report.previous : undefined
    await takeTurns(tx, previous ? [report, previous] : [report])
    const prior = await priorAnswer(tx, report.eventId, bodySha256)
    if (prior) {
      await look(tx, [])
      return { answer: prior as ReportAnswer, hasNews: false }
    }
    const resident = await residentOf(tx, report)
    const effectiveOn = effectiveDay(report, today)
    await refuseImpossible(tx, report, resident, effectiveOn, today)
    await writeDetails(tx, report, resident)
    const answer: ReportAnswer = { eventId: report.eventId, status: 'recorded' }
    await insertEvent(tx, {
      ...{ eventId: report.eventId, kind: report.kind, resident, effectiveOn, previous },
      ...{ notifiedOn: notifiedDay(report, today), bodySha256, answer, recordedOn: today },
    } satisfies RegisterEvent)
    const { hasNews } = await settlePerson(tx, resident, today)
    return { answer, hasNews }
  })
}

async function residentOf(tx: Tx, report: RegisterReport): Promise<CourseHome> {
  await assertMunicipality(tx, report.municipalityCode, 'municipalityCode')
  const known = await findResident(tx, report)
  await look(tx, known ? [{ ...known, fields: ['registerEvents'] }] : [])
  if (known) return known
  if (report.kind !== 'movedIn') {
    throw new DomainError('unknownResident', 'The register has no such number', 'registerNumber')
  }
  return insertResident(tx, report)
}

async function insertResident(tx: Tx, movedIn: MovedIn): Promise<CourseHome> {
  const residentId = randomUUID()
  const { municipalityCode, registerNumber, bornOn } = movedIn
  await tx`
    insert into resident (municipality_code, id, register_number, birth_year)
    values (${municipalityCode}, ${residentId}, ${registerNumber}, ${Number(bornOn.slice(0, 4))})`
  return { municipalityCode, residentId }
}

function effectiveDay(report: RegisterReport, today: PlainDate): PlainDate {
  switch (report.kind) {
    case 'moveOutNotified':
      return report.plannedOn
    case 'moveCancelled':
      return report.notifiedOn ?? today
    case 'movedIn':
    case 'addressChanged':
    case 'movedAbroad':
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
  addressChanged: 'effectiveOn',
  movedAbroad: 'effectiveOn',
  deceased: 'on',
  protected: 'from',
} as const

function notifiedDay(report: RegisterReport, today: PlainDate): PlainDate {
  return ('notifiedOn' in report ? report.notifiedOn : undefined) ?? today
}

/** A plan, a move abroad and a protection may lie ahead; what is told as a fact may not. */
async function refuseImpossible(
  tx: Tx,
  report: RegisterReport,
  resident: CourseHome,
  effectiveOn: PlainDate,
  today: PlainDate,
): Promise<void> {
  const field = dayFields[report.kind]
  const isFact = ['movedIn', 'addressChanged', 'deceased'].includes(report.kind)
  if (isFact && compareDates(effectiveOn, today) > 0) refuse('dateInFuture', field)
  if (compareDates(notifiedDay(report, today), today) > 0) refuse('dateInFuture', 'notifiedOn')
  if (report.kind === 'protected' && report.to && report.to < report.from) {
    refuse('periodEndsBeforeStart', 'to')
  }
  const bornOn = report.kind === 'movedIn' ? report.bornOn : await birthDateOf(tx, resident)
  if (bornOn && compareDates(effectiveOn, bornOn) < 0) refuse('dateBeforeBirth', field)
  if (report.kind === 'movedIn' && report.previous) await refuseWrongPrevious(tx, report)
}

/**
 * A wrong number on a certificate would give somebody else's doses to this person. A birth date alone
 * is shared by many: the name must agree as well, see `canBeOnePerson`.
 */
async function refuseWrongPrevious(tx: Tx, { previous, ...here }: MovedIn): Promise<void> {
  if (!previous) return
  await assertMunicipality(tx, previous.municipalityCode, 'previous.municipalityCode')
  const isSelf =
    previous.municipalityCode === here.municipalityCode &&
    previous.registerNumber === here.registerNumber
  if (isSelf) refuse('previousIsSelf', 'previous')
  const towns = { municipalityCode: [previous.municipalityCode], purpose: 'settleMove' } as const
  const told = await inTowns(tx, towns, () => identityAt(tx, previous))
  if (!told) return
  if (told.bornOn !== here.bornOn) refuse('previousBirthDateDiffers', 'previous.registerNumber')
  if (!canBeOnePerson(told.name, here.name))
    refuse('previousNameDiffers', 'previous.registerNumber')
}

/** Another town's person: a question is a look, whether or not it is refused then. */
async function identityAt(tx: Tx, key: RegisterKey): Promise<Identity | undefined> {
  const row = await findResident(tx, key)
  if (!row) return undefined
  await look(tx, [{ ...row, fields: ['bornOn', 'name'] }])
  return (await readIdentities(tx, [row])).get(row.residentId)
}

function refuse(code: string, field: string): never {
  throw new DomainError(code, 'The report cannot be as told', field)
}

async function writeDetails(tx: Tx, report: RegisterReport, resident: CourseHome): Promise<void> {
  switch (report.kind) {
    case 'movedIn':
      return writeMovedIn(tx, report, resident)
    case 'addressChanged': {
      const { effectiveOn, postcode, address } = report
      return addResidence(tx, resident, { fromOn: effectiveOn, postcode, address })
    }
    case 'protected':
      return protect(tx, resident, report.from, report.to)
    case 'moveOutNotified':
    case 'moveCancelled':
    case 'movedAbroad':
    case 'deceased':
      return
  }
}

async function writeMovedIn(tx: Tx, report: MovedIn, resident: CourseHome): Promise<void> {
  const { name, bornOn, mail, effectiveOn, postcode, address } = report
  const outcomes = await writePeople(tx, resident.municipalityCode, [
    {
      residentId: resident.residentId,
      person: { name, bornOn, mail },
      residence: { fromOn: effectiveOn, postcode, address },
    },
  ])
  if (outcomes.get(resident.residentId) === 'birthDateDiffers') refuse('birthDateDiffers', 'bornOn')
}

/** Told again for the same first day, the longer period holds: too long harms nobody. */
async function protect(tx: Tx, resident: CourseHome, from: PlainDate, to: PlainDate | undefined) {
  await tx`
    insert into protection as p (municipality_code, resident_id, from_on, to_on)
    values (${resident.municipalityCode}, ${resident.residentId}, ${from}, ${to ?? null})
    on conflict (municipality_code, resident_id, from_on) do update
      set to_on = case when p.to_on is null or excluded.to_on is null then null
                       else greatest(p.to_on, excluded.to_on) end`
}
