/** Where a protected person can be reached: sealed whole, apart from the register. Never to be logged. */
import { currentActor } from '../../config/actor.ts'
import { DomainError } from '../../domain/errors.ts'
import { type FieldKeys, open, seal, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { unlockPeople } from './keys.ts'
import { placeOf } from './places.ts'

export type Arrangement =
  | { kind: 'safeAddress'; postcode: string; address: string; addressee?: string | undefined }
  | { kind: 'callOnly'; phone: string; hours?: string | undefined }

/** Replaces what was arranged before. Throws `residentErased`. */
export async function keepArrangement(
  tx: Tx,
  vault: Vault,
  row: CourseHome,
  arrangement: Arrangement,
): Promise<void> {
  const keys = await unlockDelivery(tx, vault, row)
  const sealed = seal(keys, placeOf('delivery', row), JSON.stringify(arrangement))
  await tx`
    insert into delivery_arrangement (municipality_code, resident_id, arrangement, set_by)
    values (${row.municipalityCode}, ${row.residentId}, ${sealed}, ${currentActor().id})
    on conflict (municipality_code, resident_id) do update
      set arrangement = excluded.arrangement, set_by = excluded.set_by, set_at = now()`
}

/** Undefined where nothing is arranged: then nobody is opened. */
export async function openArrangement(
  tx: Tx,
  vault: Vault,
  row: CourseHome,
): Promise<Arrangement | undefined> {
  const [kept] = await tx<{ arrangement: Uint8Array }[]>`
    select arrangement from delivery_arrangement
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}`
  if (!kept) return undefined
  const keys = await unlockDelivery(tx, vault, row)
  return JSON.parse(open(keys, placeOf('delivery', row), kept.arrangement)) as Arrangement
}

/** Whether there was one; nobody is opened. */
export async function dropArrangements(tx: Tx, rows: CourseHome[]): Promise<boolean> {
  const dropped = await tx`
    delete from delivery_arrangement
     where (municipality_code, resident_id) in
           (select * from unnest(${rows.map((row) => row.municipalityCode)}::text[],
                                 ${rows.map((row) => row.residentId)}::uuid[]))`
  return dropped.count > 0
}

async function unlockDelivery(tx: Tx, vault: Vault, row: CourseHome): Promise<FieldKeys> {
  const asked = { purpose: 'byHandDelivery', rows: [row], fields: ['delivery' as const] }
  const keys = (await unlockPeople(tx, vault, asked)).get(row.residentId)
  if (!keys) throw new DomainError('residentErased', 'The person was erased', 'registerNumber')
  return keys
}
