/** The one place where people are written: sealed before they reach SQL. Never to be logged. */
import { fiscalYearEnd } from '../../domain/age.ts'
import type { PlainDate } from '../../domain/course.ts'
import { seal, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import { ageColumns, birthYearChecks, refreshAges } from './birth.ts'
import { deskValue, hexOf, identityValues, indexesInHex } from './blind.ts'
import { insertKeys } from './keys.ts'
import { placeOf, type SealedColumn } from './places.ts'
import { upsertResidences } from './residences.ts'
import { retellFormerRows } from './same-person.ts'
import { comparedWithKnown, type PersonToWrite, type Told, unlockTold } from './told.ts'

/**
 * What came of telling a person. A birth date is never changed by telling another one, and of whoever
 * was erased nothing is kept again.
 */
export type PersonOutcome = 'new' | 'same' | 'updated' | 'birthDateDiffers' | 'residentErased'

export type WrittenPerson = { residentId: string; outcome: PersonOutcome }

/**
 * Writes register rows, persons and one residence each under one municipality; answers in the order of
 * `people`, whose register numbers are all different. Names and mail follow what is told last; a
 * residence told again for the same first day is corrected. Whoever is told again unchanged is not
 * opened; of the others only the keys of what changed are asked for.
 */
export async function writePeople(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  people: PersonToWrite[],
  today: PlainDate,
): Promise<WrittenPerson[]> {
  if (people.length === 0) return []
  const told = await comparedWithKnown(tx, vault, municipalityCode, people)
  await unlockTold(vault, municipalityCode, told)

  const added = told.filter(({ known, isErased }) => !known && !isErased)
  const renamed = told.filter((each) => each.known && each.keys && each.isRenamed)
  const rehoused = told.filter((each) => each.keys && each.isRehoused)
  await insertPeople(tx, vault, municipalityCode, added, today)
  await updatePersons(tx, vault, municipalityCode, renamed)
  await upsertResidences(
    tx,
    municipalityCode,
    rehoused.map(({ residentId, person: { residence }, residenceCheck, keys }) => {
      return { residentId, residence, check: residenceCheck, keys: keys! }
    }),
  )
  const aYearOlder = told.filter(
    ({ known, bornOnDiffers }) =>
      known && !bornOnDiffers && known.ageClassOn < fiscalYearEnd(today),
  )
  await refreshAges(tx, municipalityCode, aYearOlder.map(bornOf), today)
  return told.map((each) => ({ residentId: each.residentId, outcome: outcomeOf(each) }))
}

function bornOf({ residentId, person }: Told) {
  return { residentId, bornOn: person.bornOn }
}

function outcomeOf(told: Told): PersonOutcome {
  if (told.isErased) return 'residentErased'
  if (!told.known) return 'new'
  if (told.bornOnDiffers) return 'birthDateDiffers'
  if (!told.isRenamed && !told.isRehoused) return 'same'
  return told.keys ? 'updated' : 'residentErased'
}

async function insertPeople(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  added: Told[],
  today: PlainDate,
): Promise<void> {
  if (added.length === 0) return
  const [years, found] = await Promise.all([
    birthYearChecks(vault, municipalityCode, added.map(bornOf)),
    foundBy(vault, municipalityCode, added),
  ])
  const rows = added.map((each, i) => ({
    id: each.residentId,
    number: each.person.registerNumber,
    year_check: years[i],
    born_check: each.bornOnCheck,
    ...ageColumns(each.person.bornOn, today),
    ...sealedName(municipalityCode, each),
    born_on: sealed(municipalityCode, each, 'bornOn', each.person.bornOn),
    ...found[i],
  }))
  const given = JSON.stringify(rows)
  await tx`
    insert into resident (municipality_code, id, register_number, birth_year_check, born_on_check,
                          age_class, age_class_on, older_from, is_minor)
    select ${municipalityCode}, r.id, r.number, decode(r.year_check, 'hex'),
           decode(r.born_check, 'hex'), r.age_class, r.age_class_on, r.older_from, r.is_minor
      from json_to_recordset(${given}::text::json)
        as r(id uuid, number text, year_check text, born_check text, age_class smallint,
             age_class_on date, older_from date, is_minor boolean)`
  await insertKeys(
    tx,
    added.map(({ newKey }) => newKey!),
  )
  await tx`
    insert into person (municipality_code, resident_id, name, kana, born_on, mail, told_check,
                        desk_index, identity_born, identity_names)
    select ${municipalityCode}, p.id, decode(p.name, 'hex'), decode(p.kana, 'hex'),
           decode(p.born_on, 'hex'), decode(p.mail, 'hex'), decode(p.told_check, 'hex'),
           decode(p.desk, 'hex'), decode(p.identity_born, 'hex'),
           array(select decode(n, 'hex') from unnest(p.identity_names) n)
      from json_to_recordset(${given}::text::json)
        as p(id uuid, name text, kana text, born_on text, mail text, told_check text, desk text,
             identity_born text, identity_names text[])`
}

async function updatePersons(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  renamed: Told[],
): Promise<void> {
  if (renamed.length === 0) return
  const found = await foundBy(vault, municipalityCode, renamed)
  const rows = renamed.map((each, i) => {
    const keeps_mail = each.person.keepsMail ?? false
    return { id: each.residentId, keeps_mail, ...sealedName(municipalityCode, each), ...found[i] }
  })
  await tx`
    update person
       set name = decode(p.name, 'hex'), kana = decode(p.kana, 'hex'), 
           mail = case when p.keeps_mail then coalesce(decode(p.mail, 'hex'), person.mail)
                       else decode(p.mail, 'hex') end,
           told_check = decode(p.told_check, 'hex'), desk_index = decode(p.desk, 'hex'),
           row_digest = null,
           identity_names = array(select decode(n, 'hex') from unnest(p.identity_names) n)
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as p(id uuid, name text, kana text, mail text, keeps_mail boolean, told_check text, desk text,
             identity_names text[])
     where person.municipality_code = ${municipalityCode} and person.resident_id = p.id`
  await retellFormerRows(
    tx,
    vault,
    municipalityCode,
    renamed.map(({ residentId, person }) => ({ residentId, told: person })),
  )
}

function sealedName(municipalityCode: string, each: Told) {
  const { family, given, kana } = each.person.name
  const { mail } = each.person
  return {
    name: sealed(municipalityCode, each, 'name', JSON.stringify({ family, given })),
    kana: sealed(municipalityCode, each, 'kana', kana),
    mail: mail === undefined ? null : sealed(municipalityCode, each, 'mail', mail),
    told_check: each.toldCheck,
  }
}

function sealed(municipalityCode: string, told: Told, column: SealedColumn, text: string): string {
  const { residentId, keys } = told
  return hexOf(seal(keys!, placeOf(column, { municipalityCode, residentId }), text))
}

/** What a person is found by: at the desk, and by a move-in elsewhere. */
async function foundBy(vault: Vault, municipalityCode: string, told: Told[]) {
  const identities = told.map(({ person }) => identityValues(person.registerNumber, person))
  const [desk, indexed] = await Promise.all([
    indexesInHex(
      vault,
      municipalityCode,
      'desk',
      told.map(({ person }) => deskValue(person.name, person.bornOn)),
    ),
    indexesInHex(
      vault,
      municipalityCode,
      'identity',
      identities.flatMap(({ born, names }) => [born, ...names]),
    ),
  ])
  let next = 0
  return identities.map(({ names }, i) => {
    const [born, ...others] = indexed.slice(next, next + 1 + names.length)
    next += 1 + names.length
    return { desk: desk[i], identity_born: born, identity_names: others }
  })
}
