/**
 * Who a dose without a ticket was given to, as it was told: sealed under a key of the row's own, like a scan
 * that is attached to nobody, and found by the index that the desk finds people by. Never to be logged.
 */
import type { PlainDate } from '../../domain/course.ts'
import { open, type ResidentKey, seal, type Vault } from '../../vault/vault.ts'
import { deskValue } from './blind.ts'
import { placeOf } from './places.ts'

export type StatedPerson = { name: string; kana: string; bornOn: PlainDate }
/** One of the two at least; the number is in the town's own range. */
export type Stated = { person?: StatedPerson; ticketNumber?: string }

export type SealedStated = {
  key: ResidentKey
  stated: Uint8Array
  deskIndex: Uint8Array | null
  ticketIndex: Uint8Array | null
}

export async function sealStated(
  vault: Vault,
  { municipalityCode, id }: { municipalityCode: string; id: string },
  stated: Stated,
): Promise<SealedStated> {
  const { person, ticketNumber } = stated
  const [created, desk, ticket] = await Promise.all([
    vault.createKeys(municipalityCode, [id]),
    person
      ? vault.index(municipalityCode, 'desk', [deskValue(person, person.bornOn)])
      : Promise.resolve([]),
    ticketNumber === undefined
      ? Promise.resolve([])
      : vault.index(municipalityCode, 'ticket', [ticketNumber]),
  ])
  const { fieldKeys, ...key } = created.get(id)!
  return {
    key,
    stated: seal(fieldKeys, placeOf('statedPerson', key), JSON.stringify(stated)),
    deskIndex: desk[0] ?? null,
    ticketIndex: ticket[0] ?? null,
  }
}

/** For the clerk who settles it; one look. Undefined when its key is gone. */
export async function openStated(
  vault: Vault,
  key: ResidentKey,
  stated: Uint8Array,
): Promise<Stated | undefined> {
  const keys = await vault.unlock('resolve', [{ ...key, fields: ['name'] }])
  const unlocked = keys.get(key.residentId)
  if (!unlocked) return undefined
  return JSON.parse(open(unlocked, placeOf('statedPerson', key), stated)) as Stated
}
