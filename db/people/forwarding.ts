/** Where letters go instead of the registered address, sealed. Never to be logged. */
import { randomUUID } from 'node:crypto'
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { type AddressGround, groundsThatTheRegisterEnds } from '../../domain/returned-post.ts'
import { type FieldKeys, open, seal, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { unlockPeople } from './keys.ts'
import { placeOf } from './places.ts'

export type Address = { postcode: string; address: string }

export type ForwardingToKeep = Address & {
  ground: AddressGround
  fromOn: PlainDate
  untilOn?: PlainDate | undefined
}

/** In the place of whatever was entered before. Throws `residentErased`. */
export async function keepForwarding(
  tx: Tx,
  vault: Vault,
  row: CourseHome,
  { postcode, address, ground, fromOn, untilOn }: ForwardingToKeep,
  today: PlainDate,
): Promise<void> {
  const asked = { purpose: 'returnedPost', rows: [row], fields: ['address' as const] }
  const keys = (await unlockPeople(tx, vault, asked)).get(row.residentId)
  if (!keys) throw new DomainError('residentErased', 'The person was erased', 'id')
  await endForwarding(tx, row, today)
  const id = randomUUID()
  const sealed = seal(keys, placeOf('forwarding', row, id), JSON.stringify({ postcode, address }))
  await tx`
    insert into forwarding_address (municipality_code, id, resident_id, from_on, until_on, ground,
                                    address, entered_on, entered_by)
    values (${row.municipalityCode}, ${id}, ${row.residentId}, ${fromOn}, ${untilOn ?? null},
            ${ground}, ${sealed}, ${today}, ${currentActor().id})`
}

/**
 * Of a `forwarding_address` beside the residence `r` of the day: what somebody found is no better any more
 * once the register has told another address; what somebody wished stays.
 */
export function isStillBetter(tx: Tx) {
  return tx`
    (ground <> all(${[...groundsThatTheRegisterEnds]}) or r.recorded_at is null
     or entered_at > r.recorded_at)`
}

/** Letters go to the registered address again. */
export async function endForwarding(
  tx: Tx,
  { municipalityCode, residentId }: CourseHome,
  today: PlainDate,
): Promise<void> {
  await tx`
    update forwarding_address set ended_on = ${today}, ended_by = ${currentActor().id}
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}
       and ended_on is null`
}

export type AddressesKnown = {
  /** As the register has it on the day. */
  registered: (Address & { fromOn: PlainDate }) | undefined
  /** Entered by a clerk, and in force. */
  forwarding: (Address & { ground: AddressGround; enteredOn: PlainDate }) | undefined
}

type Row = {
  address: Uint8Array | null
  fromOn: PlainDate | null
  forwarding: Uint8Array | null
  forwardingId: string | null
  ground: AddressGround | null
  enteredOn: PlainDate | null
}

/** For the clerk who holds the envelope and compares. `keys` must hold `address`. */
export async function openAddresses(
  tx: Tx,
  keys: FieldKeys,
  row: CourseHome,
  today: PlainDate,
): Promise<AddressesKnown> {
  const [found] = await tx<Row[]>`
    select r.address, r.from_on as "fromOn", f.address as forwarding, f.id as "forwardingId",
           f.ground, f.entered_on as "enteredOn"
      from (select 1) one
      left join lateral (
        select address, from_on, recorded_at from residence
         where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
           and (to_on is null or (from_on <= ${today} and to_on >= ${today}))
         order by from_on <= ${today} desc, from_on desc limit 1) r on true
      left join lateral (
        select id, address, ground, entered_on from forwarding_address
         where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
           and ended_on is null and (until_on is null or until_on >= ${today})
           and ${isStillBetter(tx)}
         order by entered_at desc limit 1) f on true`
  const { address, fromOn, forwarding, forwardingId, ground, enteredOn } = found!
  return {
    registered:
      address && fromOn
        ? { ...JSON.parse(open(keys, placeOf('address', row, fromOn), address)), fromOn }
        : undefined,
    forwarding:
      forwarding && forwardingId
        ? {
            ...JSON.parse(open(keys, placeOf('forwarding', row, forwardingId), forwarding)),
            ...{ ground: ground!, enteredOn: enteredOn! },
          }
        : undefined,
  }
}
