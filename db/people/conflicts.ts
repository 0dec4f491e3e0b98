/**
 * What names the person of a scan that was refused: what was read from the ticket and what was stated
 * of the birth date, sealed under a key of the row's own until somebody settles it.
 */
import { open, type ResidentKey, seal, type Vault } from '../../vault/vault.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { placeOf } from './places.ts'

/** As it was read or typed, right or wrong. */
export type ReadFromTicket = { ticket?: string; birth?: string }

export type SealedReading = {
  key: ResidentKey
  ticketRead: Uint8Array | null
  birthStated: Uint8Array | null
}

export async function sealReading(
  vault: Vault,
  row: CourseHome,
  { ticket, birth }: ReadFromTicket,
): Promise<SealedReading> {
  const created = await vault.createKeys(row.municipalityCode, [row.residentId])
  const { fieldKeys, ...key } = created.get(row.residentId)!
  const sealed = (column: 'conflictTicket' | 'conflictBirth', text: string | undefined) =>
    text === undefined ? null : seal(fieldKeys, placeOf(column, row), text)
  return {
    key,
    ticketRead: sealed('conflictTicket', ticket),
    birthStated: sealed('conflictBirth', birth),
  }
}

/** For whoever settles it; the look is committed before anything is opened. */
export async function openReading(
  vault: Vault,
  { key, ticketRead, birthStated }: SealedReading,
): Promise<ReadFromTicket> {
  const asked = { ...key, fields: ['ticketNumber' as const, 'bornOn' as const] }
  const keys = (await vault.unlock('settleConflict', [asked])).get(key.residentId)
  if (!keys) return {}
  return {
    ...(ticketRead && { ticket: open(keys, placeOf('conflictTicket', key), ticketRead) }),
    ...(birthStated && { birth: open(keys, placeOf('conflictBirth', key), birthStated) }),
  }
}
