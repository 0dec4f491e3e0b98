/** My Numbers as they were before an import. The index of an old one is made anew: nobody may read it. */
import postgres from 'postgres'
import { DomainError } from '../../domain/errors.ts'
import { open, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import { indexesInHex } from './blind.ts'
import { numbersMovedOn } from './kept-before.ts'
import { unlockPeople } from './keys.ts'
import { placeOf } from './places.ts'

const uniqueViolation = '23505'

type Of = { municipalityCode: string; importId: string }

/**
 * One look for each number that is opened; none where no number was replaced. Throws
 * `importHasFollowers` where a number was told again since, or is somebody else's by now.
 */
export async function putBackNumbers(
  tx: Tx,
  vault: Vault,
  { municipalityCode, importId }: Of,
): Promise<void> {
  const of = { municipalityCode, importId }
  if (await numbersMovedOn(tx, of)) throw hasFollowers()
  await tx`
    delete from my_number n using import_before b
     where b.municipality_code = ${municipalityCode} and b.import_id = ${importId}
       and b.part = 'myNumber' and b.was_new
       and (n.municipality_code, n.resident_id) = (b.municipality_code, b.resident_id)`
  const replaced = await tx<{ residentId: string; sealed: Uint8Array }[]>`
    select b.resident_id as "residentId", b.number as sealed
      from import_before b
      join my_number n on (n.municipality_code, n.resident_id) = (b.municipality_code, b.resident_id)
     where b.municipality_code = ${municipalityCode} and b.import_id = ${importId}
       and b.part = 'myNumber' and not b.was_new and n.sealed <> b.number`
  if (replaced.length === 0) return
  const rows = replaced.map(({ residentId }) => ({ municipalityCode, residentId }))
  const fields = ['myNumber' as const]
  const keys = await unlockPeople(tx, vault, { purpose: 'manageRegister', rows, fields })
  const opened = replaced.flatMap(({ residentId, sealed }) => {
    const unlocked = keys.get(residentId)
    if (!unlocked) return []
    const place = placeOf('myNumber', { municipalityCode, residentId })
    return [{ residentId, number: open(unlocked, place, sealed) }]
  })
  const values = opened.map(({ number }) => number)
  const indexes = await indexesInHex(vault, municipalityCode, 'myNumber', values)
  const given = opened.map(({ residentId }, i) => ({ resident: residentId, index: indexes[i] }))
  await tx`
    update my_number n set sealed = b.number, hmac = decode(g.index, 'hex')
      from json_to_recordset(${JSON.stringify(given)}::text::json) as g(resident uuid, index text)
      join import_before b on b.municipality_code = ${municipalityCode} and b.import_id = ${importId}
                          and b.part = 'myNumber' and b.resident_id = g.resident
     where n.municipality_code = ${municipalityCode} and n.resident_id = g.resident`.catch(
    asFollowers,
  )
}

function asFollowers(error: unknown): never {
  const isTaken = error instanceof postgres.PostgresError && error.code === uniqueViolation
  throw isTaken ? hasFollowers() : error
}

export function hasFollowers(): DomainError {
  return new DomainError('importHasFollowers', 'Something has come to rest on this import since')
}
