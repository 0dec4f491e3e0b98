/** From the values of a row's fields to its record: what belongs together is put together here. */
import { isPlainDate, type PlainDate } from '../domain/calendar.ts'
import type {
  DoseRecord,
  FileProfile,
  LayoutKind,
  MoveKind,
  MoveRecord,
  PersonDoses,
  PlacedDose,
  RecordOf,
  ResidentRecord,
} from '../domain/municipal-file.ts'
import { type DosePart, doseFields, dosesByPerson } from './layouts/doses-by-person.ts'
import { readDate } from './readings/dates.ts'

/** By field; empty cells are not there. */
export type Values = { [field: string]: string | undefined }
/** Says that a field's cell is at fault, or worth a look. */
export type Sayer = {
  fault(field: string, code: string): unknown
  flag(field: string, code: string): unknown
}
export type RecordContext = { municipalityCode: string; today: PlainDate }

type Maker<Kind extends LayoutKind> = (
  values: Values,
  say: Sayer,
  context: RecordContext,
) => RecordOf[Kind]

const blank = /[ \u3000]+/

const date = (text: string | undefined) => text as PlainDate

/** By the form that the profile's columns are of. */
export function recordMaker<Kind extends LayoutKind>({
  kind,
  columns,
}: FileProfile & { kind: Kind }): Maker<Kind> {
  const isByPerson = columns.some(({ field }) => dosesByPerson.own.has(field))
  return isByPerson ? (personDosesOf as unknown as Maker<Kind>) : recordMakers[kind]
}

const recordMakers: { [Kind in LayoutKind]: Maker<Kind> } = {
  residentRegister(values, say, { today }) {
    joinEra(values, say)
    if (values.rowStatus === 'gone') say.fault('rowStatus', 'rowNotCurrent')
    notAfter(values, 'bornOn', today, say)
    notAfter(values, 'residentSince', today, say)
    if (values.residentSince! < values.bornOn!) say.flag('residentSince', 'residentBeforeBirth')
    return { registerNumber: values.registerNumber!, ...personOf(values, say) } as ResidentRecord
  },
  ticketNumbers: (values) => ({
    registerNumber: values.registerNumber!,
    number: values.number!,
    issuedOn: date(values.issuedOn),
  }),
  myNumberLinks: (values) => ({
    registerNumber: values.registerNumber!,
    myNumber: values.myNumber!,
  }),
  moves: moveOf,
  deaths(values, say, { today }) {
    notAfter(values, 'on', today, say)
    return { ...numberOf(values, say), on: date(values.on) }
  },
  protections(values, say) {
    if (values.to !== undefined && values.to < values.from!)
      say.fault('to', 'periodEndsBeforeStart')
    return {
      ...numberOf(values, say),
      from: date(values.from),
      ...(values.to === undefined ? {} : { to: date(values.to) }),
    }
  },
  doses: doseOf,
}

/** Whom a row is about, where it names nobody. */
function numberOf(values: Values, say: Sayer): { registerNumber: string; bornOn?: PlainDate } {
  joinEra(values, say)
  const { registerNumber, bornOn } = values
  return { registerNumber: registerNumber!, ...(bornOn !== undefined && { bornOn: date(bornOn) }) }
}

function moveOf(values: Values, say: Sayer, context: RecordContext): MoveRecord {
  const kind = values.kind as MoveKind
  const { formerMunicipalityCode, formerRegisterNumber, notifiedOn } = values
  notAfter(values, 'notifiedOn', context.today, say)
  // A notice may name a day to come: it is a plan. Everything else has happened.
  if (kind !== 'moveOutNotified' && kind !== 'movedAbroad' && kind !== 'moveCancelled') {
    notAfter(values, 'effectiveOn', context.today, say)
  }
  if (formerRegisterNumber !== undefined && formerMunicipalityCode === undefined) {
    say.fault('formerMunicipalityCode', 'formerTownMissing')
  }
  joinEra(values, say)
  const resident = personOf(values, say)
  return {
    kind,
    registerNumber: values.registerNumber!,
    effectiveOn: date(values.effectiveOn),
    ...(notifiedOn === undefined ? {} : { notifiedOn: date(notifiedOn) }),
    ...(formerMunicipalityCode === undefined
      ? {}
      : {
          former: {
            municipalityCode: formerMunicipalityCode,
            ...(formerRegisterNumber === undefined ? {} : { registerNumber: formerRegisterNumber }),
          },
        }),
    ...(Object.keys(resident).length === 0 ? {} : { resident }),
  }
}

function doseOf(values: Values, say: Sayer, context: RecordContext): DoseRecord {
  const { ticketNumber, registerNumber, bornOn } = values
  notAfter(values, 'givenOn', context.today, say)
  if (ticketNumber === undefined && registerNumber === undefined) {
    say.fault('ticketNumber', 'ticketOrNumberMissing')
  }
  if (bornOn !== undefined && values.givenOn! < bornOn) say.fault('givenOn', 'doseBeforeBirth')
  return {
    ...(ticketNumber === undefined
      ? {}
      : {
          ticket: {
            municipalityCode: values.ticketMunicipalityCode ?? context.municipalityCode,
            number: ticketNumber,
          },
        }),
    ...(registerNumber === undefined ? {} : { registerNumber }),
    ...(bornOn === undefined ? {} : { bornOn: date(bornOn) }),
    doseNumber: Number(values.doseNumber),
    givenOn: date(values.givenOn),
    venueCode: values.venueCode!,
    productCode: values.productCode!,
    lotNumber: values.lotNumber!,
  }
}

function personDosesOf(values: Values, say: Sayer, context: RecordContext): PersonDoses {
  const { registerNumber, bornOn } = values
  if (registerNumber === undefined) say.fault('registerNumber', 'cellEmpty')
  const doses = doseFields.flatMap((fields, at) => placedDose(values, say, context, fields, at + 1))
  return {
    registerNumber: registerNumber!,
    ...(bornOn === undefined ? {} : { bornOn: date(bornOn) }),
    doses,
  }
}

type DoseFields = Readonly<Record<DosePart, string>>

/** What says that somebody was vaccinated; a ticket's number stands there before. */
const given: readonly DosePart[] = ['givenOn', 'productCode', 'lotNumber', 'venueName', 'venueCode']
/** What every dose has. */
const always: readonly DosePart[] = ['givenOn', 'productCode', 'lotNumber']

function placedDose(
  values: Values,
  say: Sayer,
  { today }: RecordContext,
  fields: DoseFields,
  doseNumber: number,
): PlacedDose[] {
  if (given.every((part) => values[fields[part]] === undefined)) return []
  for (const part of always) {
    if (values[fields[part]] === undefined) say.fault(fields[part], 'cellEmpty')
  }
  notAfter(values, fields.givenOn, today, say)
  const givenOn = values[fields.givenOn]
  if (values.bornOn !== undefined && givenOn !== undefined && givenOn < values.bornOn) {
    say.fault(fields.givenOn, 'doseBeforeBirth')
  }
  const ticketNumber = values[fields.ticketNumber] ?? values.ticketNumber
  const issuer = values[fields.ticketMunicipalityCode] ?? values.ticketMunicipalityCode
  const venueName = values[fields.venueName]
  const venueCode = values[fields.venueCode]
  return [
    {
      doseNumber,
      givenOn: date(givenOn),
      productCode: values[fields.productCode]!,
      lotNumber: values[fields.lotNumber]!,
      ...(ticketNumber === undefined ? {} : { ticketNumber }),
      ...(issuer === undefined ? {} : { ticketMunicipalityCode: issuer }),
      ...(venueName === undefined ? {} : { venueName }),
      ...(venueCode === undefined ? {} : { venueCode }),
    },
  ]
}

const kept = [
  'postcode',
  'residentSince',
  'householdNumber',
  'mail',
  'myNumber',
  'facilityCode',
  'priorityGroup',
] as const

/** Names, address and what is kept with a person, of whatever is there. */
function personOf(values: Values, say: Sayer): Partial<Omit<ResidentRecord, 'registerNumber'>> {
  const person: { [field: string]: string } = {}
  nameInto(person, values, say)
  const kana = values.kana ?? joined(values.kanaFamily, values.kanaGiven)
  if (kana !== undefined) person.kana = kana
  else if (person.family !== undefined) {
    // Many a foreign resident has none; the name itself stays, so the record does.
    person.kana = ''
    say.flag(values.kanaFamily === undefined ? 'kana' : 'kanaFamily', 'kanaMissing')
  }
  if (values.bornOn !== undefined) person.bornOn = values.bornOn
  const address = addressOf(values)
  if (address !== undefined) person.address = address
  for (const field of kept) if (values[field] !== undefined) person[field] = values[field]
  return person as Partial<Omit<ResidentRecord, 'registerNumber'>>
}

/** A name in one cell is cut at its first blank, as registers write it; without one nobody knows where. */
function nameInto(person: { [field: string]: string }, values: Values, say: Sayer): void {
  const { family, given, fullName } = values
  if (family !== undefined || given !== undefined) {
    person.family = family ?? given!
    person.given = family === undefined ? '' : (given ?? '')
    return
  }
  if (fullName === undefined) return
  const blankAt = fullName.search(blank)
  if (blankAt < 0) {
    person.family = fullName
    person.given = ''
    say.flag('fullName', 'nameNotSplit')
    return
  }
  person.family = fullName.slice(0, blankAt)
  person.given = fullName.slice(blankAt).replace(/^[ \u3000]+/, '')
  if (blank.test(person.given)) say.flag('fullName', 'nameSplitAtFirst')
}

/** 住所, 番地 and 方書 as the register cuts them; the building stands apart by a blank. */
function addressOf({ address, addressNumber, addressDetail }: Values): string | undefined {
  if (addressNumber === undefined && addressDetail === undefined) return address
  return joined(`${address ?? ''}${addressNumber ?? ''}`, addressDetail, '\u3000')
}

function joined(
  first: string | undefined,
  second: string | undefined,
  by = ' ',
): string | undefined {
  if (!first) return second
  return second ? `${first}${by}${second}` : first
}

/** 昭和 and 20.08.15, or 3 and 200815, from two columns. */
function joinEra(values: Values, say: Sayer): void {
  const { bornOnEra, bornOn } = values
  if (bornOn === undefined || isPlainDate(bornOn)) return
  const isSplit = /^\d$/.test(bornOnEra ?? '') && !/^\d{6}$/.test(bornOn)
  const read = readDate(`${bornOnEra ?? ''}${isSplit ? '-' : ''}${bornOn}`)
  if (typeof read === 'string') values.bornOn = read
  else if (read.value === undefined) say.fault('bornOn', read.code)
  else {
    values.bornOn = read.value
    say.flag('bornOn', read.code)
  }
}

function notAfter(values: Values, field: string, today: PlainDate, say: Sayer): void {
  const day = values[field]
  if (day !== undefined && day > today) say.fault(field, 'dateInFuture')
}
