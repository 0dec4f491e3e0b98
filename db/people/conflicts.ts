/**
 * What names the person of a scan that was refused: what was read from the ticket and what was stated
 * of the birth date, sealed under a key of the row's own until somebody settles it.
 */
import { DomainError } from '../../domain/errors.ts'
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

export type ReadSheet = { town: string; index: Uint8Array }

/** The sheet, as far as it can be told, by which an erasure finds it: ten digits alone are the venue's town's. */
export async function indexReading(
  vault: Vault,
  ofVenue: string,
  { ticket = '' }: ReadFromTicket = {},
): Promise<ReadSheet | undefined> {
  const digits = /^(?:\d{2}(\d{6})|(\d{6}) )?(\d{10})$/.exec(ticket.normalize('NFKC').trim())
  if (!digits) return undefined
  const [, ofLine, named, number] = digits
  const town = ofLine ?? named ?? ofVenue
  try {
    const [index] = await vault.index(town, 'ticket', [number!])
    return { town, index: index! }
  } catch (error) {
    // Misread, or of a town that takes no part: then it is nobody's here.
    if (error instanceof DomainError && error.code === 'unknownMunicipality') return undefined
    throw error
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
