/** Where mail reaches a person, over time: days in the clear, addresses sealed. Never to be logged. */
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { type FieldKeys, seal, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { hexOf, indexesInHex, toldValue } from './blind.ts'
import { unlockPeople } from './keys.ts'
import { placeOf } from './places.ts'
import { forgetRowDigests } from './row-digest.ts'

export type ResidenceToWrite = { fromOn: PlainDate; postcode: string; address: string }

/** What was told of a residence, for `told_check`. */
export function residenceValue(residentId: string, residence: ResidenceToWrite): string {
  const { fromOn, postcode, address } = residence
  return toldValue('residence', residentId, fromOn, postcode, address)
}

export type SealedResidence = {
  residentId: string
  residence: ResidenceToWrite
  check: string
  keys: FieldKeys
}

/** A residence told again for the same first day is corrected; which is today's follows from the days. */
export async function upsertResidences(
  tx: Tx,
  municipalityCode: string,
  told: SealedResidence[],
): Promise<void> {
  const rows = told.map(({ residentId, residence, check, keys }) => {
    const { fromOn, postcode, address } = residence
    const place = placeOf('address', { municipalityCode, residentId }, fromOn)
    const sealed = hexOf(seal(keys, place, JSON.stringify({ postcode, address })))
    return { resident: residentId, from_on: fromOn, sealed, check }
  })
  await tx`
    insert into residence (municipality_code, resident_id, from_on, address, told_check)
    select ${municipalityCode}, a.resident, a.from_on, decode(a.sealed, 'hex'), decode(a.check, 'hex')
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as a(resident uuid, from_on date, sealed text, "check" text)
    on conflict (municipality_code, resident_id, from_on) do update
      set address = excluded.address, told_check = excluded.told_check, recorded_at = now()`
  const ids = told.map(({ residentId }) => residentId)
  await forgetRowDigests(tx, municipalityCode, ids)
}

/**
 * An address from a day on, backdated or not. Told again as it is, it opens and writes nothing. Throws
 * `residentErased`.
 */
export async function addResidence(
  tx: Tx,
  vault: Vault,
  home: CourseHome,
  residence: ResidenceToWrite,
): Promise<void> {
  const { municipalityCode, residentId } = home
  const value = residenceValue(residentId, residence)
  const [check] = await indexesInHex(vault, municipalityCode, 'body', [value])
  const [known] = await tx`
    select from residence
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}
       and from_on = ${residence.fromOn} and told_check = decode(${check!}, 'hex')`
  if (known) return
  const asked = { purpose: 'manageRegister', rows: [home], fields: ['address' as const] }
  const keys = (await unlockPeople(tx, vault, asked)).get(residentId)
  if (!keys) throw new DomainError('residentErased', 'The person was erased', 'registerNumber')
  await upsertResidences(tx, municipalityCode, [{ residentId, residence, check: check!, keys }])
}

export type ResidenceSpan = { fromOn: PlainDate; toOn: PlainDate | null }

/** When a register row's residences begin and end; not where they are. */
export async function readResidenceSpans(tx: Tx, row: CourseHome): Promise<ResidenceSpan[]> {
  return tx<ResidenceSpan[]>`
    select from_on as "fromOn", to_on as "toOn" from residence
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by from_on`
}

/** Of these register rows, the ones in which a residence has not ended though another followed. */
export async function withSeveralOpenResidences(
  tx: Tx,
  municipalityCode: string,
  residentIds: string[],
): Promise<string[]> {
  const rows = await tx<{ residentId: string }[]>`
    select resident_id as "residentId" from residence
     where municipality_code = ${municipalityCode} and resident_id = any(${residentIds}::uuid[])
       and to_on is null
     group by resident_id having count(*) > 1`
  return rows.map((row) => row.residentId)
}

export async function endResidence(
  tx: Tx,
  row: CourseHome,
  { fromOn, toOn }: ResidenceSpan,
): Promise<void> {
  await tx`
    update residence set to_on = ${toOn}
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
       and from_on = ${fromOn}`
}
