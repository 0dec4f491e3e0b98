/**
 * A keyed digest of the whole row as a register file told it last. A row that is told again as it was costs
 * one index of keyd's and one comparison; whatever else changes the person takes the digest away.
 */
import type { ResidentRecord } from '../../domain/municipal-file.ts'
import type { Tx } from '../client.ts'
import { toldValue } from './blind.ts'

/** What the digest is made over. Bound to the register number: equal people do not look alike. */
export function rowValue(record: ResidentRecord): string {
  return toldValue(
    'row',
    record.registerNumber,
    record.family,
    record.given,
    record.kana,
    record.bornOn,
    record.postcode,
    record.address,
    record.residentSince,
    record.householdNumber ?? null,
    record.mail ?? null,
    record.myNumber ?? null,
    record.facilityCode ?? null,
    record.priorityGroup ?? null,
  )
}

/** Somebody was told of by another way than a file: the next file is compared in full. */
export async function forgetRowDigests(
  tx: Tx,
  municipalityCode: string,
  residentIds: string[],
): Promise<void> {
  if (residentIds.length === 0) return
  await tx`
    update person set row_digest = null
     where municipality_code = ${municipalityCode} and resident_id = any(${residentIds}::uuid[])
       and row_digest is not null`
}

/** Digests in hex, by resident. */
export async function keepRowDigests(
  tx: Tx,
  municipalityCode: string,
  digests: { residentId: string; digest: string }[],
): Promise<void> {
  if (digests.length === 0) return
  const rows = digests.map(({ residentId, digest }) => ({ resident: residentId, digest }))
  await tx`
    update person set row_digest = decode(d.digest, 'hex')
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as d(resident uuid, digest text)
     where person.municipality_code = ${municipalityCode} and person.resident_id = d.resident`
}
