/** What a register tells of people, beside what it told before: by blind indexes, opening nobody. */
import { randomUUID } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import type { FieldKeys, FieldName, ResidentKey, Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import { bornOnChecks } from './birth.ts'
import { indexesInHex, toldValue } from './blind.ts'
import { erasedNumbers } from './erased.ts'
import { type KeyColumns, keyColumns, keyFrom } from './keys.ts'
import type { PersonName } from './names.ts'
import { type ResidenceToWrite, residenceValue } from './residences.ts'

export type PersonToWrite = {
  registerNumber: string
  name: PersonName
  bornOn: PlainDate
  mail?: string | undefined
  /** Of a register that knows no mail: the one that was told otherwise stays. */
  keepsMail?: boolean | undefined
  residence: ResidenceToWrite
}

/** What was told of a person, for `told_check`. */
export function personValue(residentId: string, { name, mail }: PersonToWrite): string {
  return toldValue('person', residentId, name.family, name.given, name.kana, mail ?? null)
}

type Known = {
  registerNumber: string
  residentId: string
  ageClassOn: PlainDate
  bornOnCheck: string
  toldCheck: string | null
  residenceCheck: string | null
  /** Missing of somebody who was erased. */
  key: ResidentKey | undefined
}

/** Checks are in hex. */
export type Told = {
  person: PersonToWrite
  residentId: string
  known: Known | undefined
  /** The number was somebody's who was erased here: nothing of them is kept again. */
  isErased: boolean
  bornOnCheck: string
  toldCheck: string
  residenceCheck: string
  bornOnDiffers: boolean
  isRenamed: boolean
  isRehoused: boolean
  /** Of what has to be sealed; missing where nothing has, or where nothing can be any more. */
  keys?: FieldKeys
  /** Of somebody new, to be kept. */
  newKey?: ResidentKey
}

/** What is told beside what was told before, by blind indexes alone. */
export async function comparedWithKnown(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  people: PersonToWrite[],
): Promise<Told[]> {
  const known = await readKnown(tx, municipalityCode, people)
  const numbers = people.map(({ registerNumber }) => registerNumber)
  const erased = await erasedNumbers(tx, municipalityCode, numbers)
  const rows = people.map((person) => {
    const before = known.get(person.registerNumber)
    const residentId = before?.residentId ?? randomUUID()
    return { person, known: before, residentId, isErased: erased.has(person.registerNumber) }
  })
  const [bornOn, told, residences] = await Promise.all([
    bornOnChecks(
      vault,
      municipalityCode,
      rows.map(({ residentId, person }) => ({ residentId, bornOn: person.bornOn })),
    ),
    indexesInHex(
      vault,
      municipalityCode,
      'body',
      rows.map(({ residentId, person }) => personValue(residentId, person)),
    ),
    indexesInHex(
      vault,
      municipalityCode,
      'body',
      rows.map(({ residentId, person }) => residenceValue(residentId, person.residence)),
    ),
  ])
  return rows.map((row, i) => ({
    ...row,
    bornOnCheck: bornOn[i]!,
    toldCheck: told[i]!,
    residenceCheck: residences[i]!,
    bornOnDiffers: row.known !== undefined && row.known.bornOnCheck !== bornOn[i],
    isRenamed: row.known?.toldCheck !== told[i],
    isRehoused: row.known?.residenceCheck !== residences[i],
  }))
}

async function readKnown(tx: Tx, municipalityCode: string, people: PersonToWrite[]) {
  const asked = people.map(({ registerNumber, residence }) => {
    return { number: registerNumber, from_on: residence.fromOn }
  })
  const found = await tx<(Omit<Known, 'key'> & KeyColumns)[]>`
    select r.register_number as "registerNumber", r.id as "residentId", r.age_class_on as "ageClassOn",
           encode(r.born_on_check, 'hex') as "bornOnCheck",
           encode(p.told_check, 'hex') as "toldCheck",
           encode(a.told_check, 'hex') as "residenceCheck", ${keyColumns(tx)}
      from json_to_recordset(${JSON.stringify(asked)}::text::json) as told(number text, from_on date)
      join resident r on r.municipality_code = ${municipalityCode} and r.register_number = told.number
      left join person p on (p.municipality_code, p.resident_id) = (r.municipality_code, r.id)
      left join resident_key k on (k.municipality_code, k.resident_id) = (r.municipality_code, r.id)
      left join residence a on (a.municipality_code, a.resident_id) = (r.municipality_code, r.id)
                           and a.from_on = told.from_on`
  return new Map(
    found.map((row) => [
      row.registerNumber,
      { ...row, key: keyFrom({ ...row, municipalityCode }) },
    ]),
  )
}

/** Two questions to keyd at most: new keys for the new, and what changed of the others. */
export async function unlockTold(
  vault: Vault,
  municipalityCode: string,
  told: Told[],
): Promise<void> {
  const added = told.filter(({ known, isErased }) => !known && !isErased)
  const changed = told.filter(
    ({ known, bornOnDiffers, isRenamed, isRehoused }) =>
      known && !bornOnDiffers && (isRenamed || isRehoused),
  )
  const [created, unlocked] = await Promise.all([
    added.length > 0
      ? vault.createKeys(
          municipalityCode,
          added.map(({ residentId }) => residentId),
        )
      : undefined,
    changed.length > 0
      ? vault.unlock(
          'manageRegister',
          changed.flatMap((each) =>
            each.known?.key ? [{ ...each.known.key, fields: fieldsOf(each) }] : [],
          ),
        )
      : undefined,
  ])
  for (const each of told) {
    const fresh = created?.get(each.residentId)
    const keys = fresh?.fieldKeys ?? unlocked?.get(each.residentId)
    if (keys) each.keys = keys
    if (fresh) each.newKey = fresh
  }
}

function fieldsOf({ isRenamed, isRehoused, person }: Told): FieldName[] {
  const named: FieldName[] = person.mail === undefined ? ['name', 'kana'] : ['name', 'kana', 'mail']
  return [...(isRenamed ? named : []), ...(isRehoused ? (['address'] as const) : [])]
}
