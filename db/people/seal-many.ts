/**
 * People who are new to a register, thousands at a time: keys and indexes are asked for in a few large
 * questions, and the sealed rows are laid down as COPY takes them. Never to be logged.
 */
import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type AgeFacts, ageFactsOf } from '../../domain/age.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { IndexName } from '../../vault/vault.ts'
import {
  type FieldKeys,
  type FieldName,
  type ResidentKey,
  seal,
  type Vault,
} from '../../vault/vault.ts'
import {
  birthYearValue,
  bornOnValue,
  deskValue,
  householdValue,
  identityValues,
} from './blind.ts'
import { CopyRows } from './copy-rows.ts'
import { placeOf } from './places.ts'
import { residenceValue } from './residences.ts'
import { type PersonToWrite, personValue } from './told.ts'

export type PersonToBring = PersonToWrite & {
  householdNumber?: string | undefined
  myNumber?: string | undefined
  /** Of the whole row as it was told (`row-digest.ts`). */
  rowValue: string
}

export type SealedPeople = {
  /** In the order of the people. */
  residentIds: string[]
  /** For `incomingColumns`, in binary form. */
  rows: Buffer
  hasMyNumbers: boolean
  hasHouseholds: boolean
}

/** Sealing is done in pieces, so that what waits for this process does not wait for all of it. */
const pieceSize = 200

/** Columns of the temporary table, in the order in which a row is written. */
export const incomingColumns = [
  'id uuid',
  'register_number text',
  'birth_year_check bytea',
  'born_on_check bytea',
  'age_class int2',
  'age_class_on date',
  'older_from date',
  'is_minor bool',
  'key_version int4',
  'dek_version int2',
  'wrapped bytea',
  'name bytea',
  'kana bytea',
  'born_on bytea',
  'mail bytea',
  'told_check bytea',
  'row_digest bytea',
  'desk_index bytea',
  'identity_born bytea',
  'identity_names bytea[]',
  'from_on date',
  'address bytea',
  'residence_check bytea',
  'household bytea',
  'my_number bytea',
  'my_number_index bytea',
] as const

/** Register numbers are all different, and unknown to the register. */
export async function sealPeople(
  vault: Vault,
  municipalityCode: string,
  people: readonly PersonToBring[],
  today: PlainDate,
): Promise<SealedPeople> {
  const residentIds = people.map(() => randomUUID())
  const hasMyNumbers = people.some(({ myNumber }) => myNumber !== undefined)
  const [keys, found] = await Promise.all([
    vault.createKeys(municipalityCode, residentIds, fieldsOf(people, hasMyNumbers)),
    indexesOf(vault, municipalityCode, people, residentIds),
  ])
  const rows = new CopyRows(people.length * 900 + 1_024)
  for (let i = 0; i < people.length; i++) {
    if (i > 0 && i % pieceSize === 0) await nextTurn()
    const key = keys.get(residentIds[i]!)!
    writeRow(rows, municipalityCode, { person: people[i]!, key, found: found[i]!, today })
  }
  return {
    ...{ residentIds, rows: rows.take(), hasMyNumbers },
    hasHouseholds: people.some(({ householdNumber }) => householdNumber !== undefined),
  }
}

function fieldsOf(people: readonly PersonToBring[], hasMyNumbers: boolean): FieldName[] {
  const hasMail = people.some(({ mail }) => mail !== undefined)
  return [
    ...(['name', 'kana', 'bornOn', 'address'] as const),
    ...(hasMail ? (['mail'] as const) : []),
    ...(hasMyNumbers ? (['myNumber'] as const) : []),
  ]
}

type Found = {
  birthYear: Uint8Array
  bornOn: Uint8Array
  told: Uint8Array
  residence: Uint8Array
  row: Uint8Array
  desk: Uint8Array
  identityBorn: Uint8Array
  identityNames: Uint8Array[]
  household?: Uint8Array | undefined
  myNumber?: Uint8Array | undefined
}

/** One question per index, all at once. */
async function indexesOf(
  vault: Vault,
  municipalityCode: string,
  people: readonly PersonToBring[],
  residentIds: readonly string[],
): Promise<Found[]> {
  const ask = (index: IndexName, values: string[]) =>
    values.length === 0 ? [] : vault.index(municipalityCode, index, values)
  const identities = people.map((person) => identityValues(person.registerNumber, person))
  const households = people.flatMap((p) => p.householdNumber ?? [])
  const numbers = people.flatMap((p) => p.myNumber ?? [])
  const [birthYear, bornOn, body, desk, identity, household, myNumber] = await Promise.all([
    ask(
      'birthYear',
      people.map((p, i) => birthYearValue(residentIds[i]!, Number(p.bornOn.slice(0, 4)))),
    ),
    ask(
      'bornOn',
      people.map((p, i) => bornOnValue(residentIds[i]!, p.bornOn)),
    ),
    ask(
      'body',
      people.flatMap((p, i) => [
        personValue(residentIds[i]!, p),
        residenceValue(residentIds[i]!, p.residence),
        p.rowValue,
      ]),
    ),
    ask(
      'desk',
      people.map((p) => deskValue(p.name, p.bornOn)),
    ),
    ask(
      'identity',
      identities.flatMap(({ born, names }) => [born, ...names]),
    ),
    ask('household', households.map(householdValue)),
    ask('myNumber', numbers),
  ])
  let [nextIdentity, nextHousehold, nextNumber] = [0, 0, 0]
  return people.map((person, i) => ({
    ...{ birthYear: birthYear[i]!, bornOn: bornOn[i]!, desk: desk[i]! },
    ...{ told: body[i * 3]!, residence: body[i * 3 + 1]!, row: body[i * 3 + 2]! },
    identityBorn: identity[nextIdentity++]!,
    identityNames: identities[i]!.names.map(() => identity[nextIdentity++]!),
    household: person.householdNumber === undefined ? undefined : household[nextHousehold++],
    myNumber: person.myNumber === undefined ? undefined : myNumber[nextNumber++],
  }))
}

type Row = {
  person: PersonToBring
  key: ResidentKey & { fieldKeys: FieldKeys }
  found: Found
  today: PlainDate
}

function writeRow(rows: CopyRows, municipalityCode: string, { person, key, found, today }: Row) {
  const { residentId, fieldKeys } = key
  const { family, given, kana } = person.name
  const { fromOn, postcode, address } = person.residence
  const row = { municipalityCode, residentId }
  const age = agesOf(person.bornOn, today)
  rows.row(incomingColumns.length)
  rows.uuid(residentId)
  rows.text(person.registerNumber)
  rows.bytes(found.birthYear)
  rows.bytes(found.bornOn)
  rows.int2(age.ageClass)
  rows.date(age.ageClassOn)
  rows.date(age.olderFrom)
  rows.bool(age.isMinor)
  rows.int4(key.keyVersion)
  rows.int2(key.dekVersion)
  rows.bytes(key.wrapped)
  rows.bytes(seal(fieldKeys, placeOf('name', row), JSON.stringify({ family, given })))
  rows.bytes(seal(fieldKeys, placeOf('kana', row), kana))
  rows.bytes(seal(fieldKeys, placeOf('bornOn', row), person.bornOn))
  if (person.mail === undefined) rows.none()
  else rows.bytes(seal(fieldKeys, placeOf('mail', row), person.mail))
  rows.bytes(found.told)
  rows.bytes(found.row)
  rows.bytes(found.desk)
  rows.bytes(found.identityBorn)
  rows.manyBytes(found.identityNames)
  rows.date(fromOn)
  const at = placeOf('address', row, fromOn)
  rows.bytes(seal(fieldKeys, at, JSON.stringify({ postcode, address })))
  rows.bytes(found.residence)
  rows.bytes(found.household)
  if (person.myNumber === undefined) rows.none()
  else rows.bytes(seal(fieldKeys, placeOf('myNumber', row), person.myNumber))
  rows.bytes(found.myNumber)
}

/** A town has far fewer birth dates than people; kept for one business day. */
const ages = new Map<PlainDate, AgeFacts>()
let agesOn: PlainDate | undefined

function agesOf(bornOn: PlainDate, today: PlainDate): AgeFacts {
  if (agesOn !== today) {
    ages.clear()
    agesOn = today
  }
  let facts = ages.get(bornOn)
  if (!facts) {
    facts = ageFactsOf(bornOn, today)
    ages.set(bornOn, facts)
  }
  return facts
}
