/** A register file beside the register: by number and keyed digest, opening nobody. */
import type { Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import { indexesInHex, toldValue } from './blind.ts'
import { changedHouseholds } from './households.ts'
import { comparedMyNumbers } from './my-numbers.ts'
import { comparedWithKnown, type PersonToWrite } from './told.ts'

export type KnownRow = {
  registerNumber: string
  residentId: string
  status: string
  /** In hex; null when the row was told, or changed, by another way than a file. */
  digest: string | null
}

/** Those of the numbers that the register knows. */
export async function knownRows(
  tx: Tx,
  municipalityCode: string,
  numbers: readonly string[],
): Promise<Map<string, KnownRow>> {
  const rows = await tx<KnownRow[]>`
    select r.register_number as "registerNumber", r.id as "residentId", r.status,
           encode(p.row_digest, 'hex') as digest
      from resident r
      left join person p on (p.municipality_code, p.resident_id) = (r.municipality_code, r.id)
     where r.municipality_code = ${municipalityCode}
       and r.register_number = any(${numbers as string[]})`
  return new Map(rows.map((row) => [row.registerNumber, row]))
}

export type ToldInFile = PersonToWrite & {
  householdNumber?: string | undefined
  myNumber?: string | undefined
}

export type Difference = {
  residentId: string
  birthDateDiffers: boolean
  /** Somebody else of the town has the number. */
  myNumberTaken: boolean
  isErased: boolean
  isSame: boolean
  /**
   * What stands here of the person now, in one keyed value: the same again when it is asked under the
   * lock means that nobody changed it in between.
   */
  base: string
}

/** What each person who is known differs in; register numbers are all different. */
export async function differences(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  people: ToldInFile[],
): Promise<Difference[]> {
  if (people.length === 0) return []
  const told = await comparedWithKnown(tx, vault, municipalityCode, people)
  const households = await changedHouseholds(
    tx,
    vault,
    municipalityCode,
    told.flatMap(({ residentId, person }) => {
      const { householdNumber, residence } = person as ToldInFile
      return householdNumber === undefined
        ? []
        : [{ residentId, householdNumber, since: residence.fromOn }]
    }),
  )
  const numbered = people.flatMap(({ registerNumber, myNumber }) =>
    myNumber === undefined ? [] : [{ registerNumber, myNumber }],
  )
  const numbers = await comparedMyNumbers(tx, vault, municipalityCode, numbered)
  return told.map((each) => {
    const { person, residentId, known } = each
    const number = numbers.get(person.registerNumber)?.outcome ?? 'same'
    const household = households.get(residentId)
    return {
      ...{ residentId, birthDateDiffers: each.bornOnDiffers, isErased: each.isErased },
      myNumberTaken: number === 'taken',
      isSame: !each.isRenamed && !each.isRehoused && number === 'same' && !household?.isNews,
      base: toldValue(
        'row',
        known?.bornOnCheck,
        known?.toldCheck,
        known?.residenceCheck,
        household?.before ?? null,
        number,
      ),
    }
  })
}

/** Digests of whole rows, in hex, in order. */
export function rowDigests(
  vault: Vault,
  municipalityCode: string,
  values: string[],
): Promise<string[]> {
  return indexesInHex(vault, municipalityCode, 'body', values)
}

/** Those who are registered here and nowhere else, a page after another: numbers and ids. */
export async function registeredAfter(
  tx: Tx,
  municipalityCode: string,
  after: string,
  atMost: number,
): Promise<{ registerNumber: string; residentId: string }[]> {
  return tx`
    select register_number as "registerNumber", id as "residentId" from resident
     where municipality_code = ${municipalityCode} and register_number > ${after}
       and status = 'registered' and basis = 'register'
     order by register_number limit ${atMost}`
}
