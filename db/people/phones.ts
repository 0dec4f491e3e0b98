/** The number on which somebody can be called, sealed. Never to be logged. */
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import type { PhoneSource } from '../../domain/follow-up-call.ts'
import { type FieldKeys, open, seal, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { unlockPeople } from './keys.ts'
import { placeOf } from './places.ts'

/** In the place of the one before. Throws `residentErased`. */
export async function keepPhone(
  tx: Tx,
  vault: Vault,
  row: CourseHome,
  { number, source }: { number: string; source: PhoneSource },
  today: PlainDate,
): Promise<void> {
  const asked = { purpose: 'phoneFollowUp', rows: [row], fields: ['phone' as const] }
  const keys = (await unlockPeople(tx, vault, asked)).get(row.residentId)
  if (!keys) throw new DomainError('residentErased', 'The person was erased', 'number')
  await tx`
    insert into contact_phone (municipality_code, resident_id, number, source, entered_on, entered_by)
    values (${row.municipalityCode}, ${row.residentId}, ${seal(keys, placeOf('phone', row), number)},
            ${source}, ${today}, ${currentActor().id})
    on conflict (municipality_code, resident_id) do update
      set number = excluded.number, source = excluded.source, entered_on = excluded.entered_on,
          entered_by = excluded.entered_by`
}

/** A number that reaches somebody else is kept nowhere. */
export async function dropPhone(tx: Tx, row: CourseHome): Promise<void> {
  await tx`
    delete from contact_phone
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}`
}

export type Phone = { number: string; source: PhoneSource; enteredOn: PlainDate }

/** `keys` must hold `phone`. */
export async function openPhone(
  tx: Tx,
  keys: FieldKeys,
  row: CourseHome,
): Promise<Phone | undefined> {
  const [kept] = await tx<{ number: Uint8Array; source: PhoneSource; enteredOn: PlainDate }[]>`
    select number, source, entered_on as "enteredOn" from contact_phone
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}`
  return kept && { ...kept, number: open(keys, placeOf('phone', row), kept.number) }
}
