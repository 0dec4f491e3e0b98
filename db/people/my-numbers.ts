/** My Numbers that a register tells: sealed, and indexed by a value that is treated as the number itself. */
import { seal, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import { hexOf, indexesInHex } from './blind.ts'
import { unlockPeople } from './keys.ts'
import { placeOf } from './places.ts'
import { forgetRowDigests } from './row-digest.ts'
import { bytesOf } from './same-person.ts'

export type ToldNumber = { registerNumber: string; myNumber: string }

/** `index` is in hex. A number that somebody else of the town has is nobody's until the register says whose. */
export type MyNumberNews = { outcome: 'same' | 'new' | 'changed' | 'taken'; index: string }

/** By register number, before anything is written; opens nobody. Of two with one number the first has it. */
export async function comparedMyNumbers(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  told: ToldNumber[],
): Promise<Map<string, MyNumberNews>> {
  if (told.length === 0) return new Map()
  const numbers = told.map(({ registerNumber }) => registerNumber)
  const values = told.map(({ myNumber }) => myNumber)
  const indexes = await indexesInHex(vault, municipalityCode, 'myNumber', values)
  const rows = await tx<{ number: string; outcome: MyNumberNews['outcome'] }[]>`
    select register_number as "number", outcome
      from my_number_outcomes(${municipalityCode}, ${numbers}::text[], ${bytesOf(tx, indexes)})`
  const outcomes = new Map(rows.map(({ number, outcome }) => [number, outcome]))
  return new Map(
    told.map(({ registerNumber }, i) => {
      const index = indexes[i]!
      const isTwice = indexes.indexOf(index) < i
      return [
        registerNumber,
        { index, outcome: isTwice ? 'taken' : outcomes.get(registerNumber)! },
      ] as const
    }),
  )
}

export type NumberToSeal = { residentId: string; myNumber: string; index: string }

/** Keeps numbers that are news; the resident ids of those whose it is, without whoever was erased. */
export async function writeMyNumbers(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  numbers: NumberToSeal[],
): Promise<Set<string>> {
  if (numbers.length === 0) return new Set()
  const homes = numbers.map(({ residentId }) => ({ municipalityCode, residentId }))
  const asked = { purpose: 'manageRegister', rows: homes, fields: ['myNumber' as const] }
  const keys = await unlockPeople(tx, vault, asked)
  const rows = numbers.flatMap(({ residentId, myNumber, index }) => {
    const unlocked = keys.get(residentId)
    if (!unlocked) return []
    const place = placeOf('myNumber', { municipalityCode, residentId })
    return [{ resident: residentId, sealed: hexOf(seal(unlocked, place, myNumber)), index }]
  })
  // Two statements: `excluded.hmac` would need the right to read the column, which nobody has.
  const given = JSON.stringify(rows)
  await tx`
    update my_number set sealed = decode(n.sealed, 'hex'), hmac = decode(n.index, 'hex')
      from json_to_recordset(${given}::text::json) as n(resident uuid, sealed text, index text)
     where municipality_code = ${municipalityCode} and resident_id = n.resident`
  await tx`
    insert into my_number (municipality_code, resident_id, sealed, hmac)
    select ${municipalityCode}, n.resident, decode(n.sealed, 'hex'), decode(n.index, 'hex')
      from json_to_recordset(${given}::text::json) as n(resident uuid, sealed text, index text)
    on conflict (municipality_code, resident_id) do nothing`
  const residents = rows.map(({ resident }) => resident)
  await forgetRowDigests(tx, municipalityCode, residents)
  await askFormerTownsAgain(tx, municipalityCode, residents)
  return new Set(rows.map(({ resident }) => resident))
}

/** Who moved in before their number was known, or under a wrong one: the sweep asks for them. */
async function askFormerTownsAgain(
  tx: Tx,
  municipalityCode: string,
  residents: string[],
): Promise<void> {
  await tx`
    update register_event set match_state = 'pending'
     where municipality_code = ${municipalityCode} and resident_id = any(${residents}::uuid[])
       and match_state in ('noMyNumber', 'nobody', 'differs')`
}
