/** Ticket numbers: found by their index, kept sealed under the key of whoever holds the sheet. */
import { type FieldKeys, open, type ResidentKey, seal, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { hexOf, indexesInHex } from './blind.ts'
import { unlockPeople } from './keys.ts'
import { placeOf } from './places.ts'

/** Of each number of one town, in hex. */
export function ticketIndexes(
  vault: Vault,
  municipalityCode: string,
  numbers: string[],
): Promise<string[]> {
  return indexesInHex(vault, municipalityCode, 'ticket', numbers)
}

export type SheetToSeal = { residentId: string; number: string; index: string }

/** Numbers of new sheets, sealed, in hex, by index; those of people who were erased are missing. */
export async function sealedNumbers(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  sheets: SheetToSeal[],
): Promise<Map<string, string>> {
  const rows = sheets.map(({ residentId }) => ({ municipalityCode, residentId }))
  const asked = { purpose: 'manageRegister', rows, fields: ['ticketNumber' as const] }
  const keys = await unlockPeople(tx, vault, asked)
  return new Map(
    sheets.flatMap(({ residentId, number, index }) => {
      const unlocked = keys.get(residentId)
      if (!unlocked) return []
      const place = placeOf('ticketNumber', { municipalityCode, residentId }, index)
      return [[index, hexOf(seal(unlocked, place, number))] as const]
    }),
  )
}

export type SealedTicket = ResidentKey & { numberIndex: Uint8Array; number: Uint8Array }

/** One sheet's number, ledgered; undefined when its holder was erased. */
export async function openTicketNumber(
  vault: Vault,
  purpose: string,
  { numberIndex, number, ...key }: SealedTicket,
): Promise<string | undefined> {
  const keys = await vault.unlock(purpose, [{ ...key, fields: ['ticketNumber'] }])
  const unlocked = keys.get(key.residentId)
  return unlocked && open(unlocked, placeOf('ticketNumber', key, hexOf(numberIndex)), number)
}

/** One of many sheets of people whose keys are at hand; they must hold `ticketNumber`. */
export function numberOfSheet(
  keys: FieldKeys,
  holder: CourseHome,
  { numberIndex, number }: Pick<SealedTicket, 'numberIndex' | 'number'>,
): string {
  return open(keys, placeOf('ticketNumber', holder, hexOf(numberIndex)), number)
}
