/** The rows of `resident_key`, and the field keys that they lead to. */
import type { FieldKeys, FieldName, ResidentKey, Vault } from '../../vault/vault.ts'
import type { Sql, Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { hexOf } from './blind.ts'

/** All null where a left join finds no key: the person was erased. */
export type KeyColumns = {
  [Name in 'wrapped' | 'keyVersion' | 'dekVersion']: ResidentKey[Name] | null
}

/** Columns of `resident_key` as `k`. */
export function keyColumns(sql: Sql | Tx) {
  return (sql as Sql)`
    k.wrapped, k.key_version as "keyVersion", k.dek_version as "dekVersion"`
}

export function keyFrom(row: CourseHome & KeyColumns): ResidentKey | undefined {
  const { municipalityCode, residentId, wrapped, keyVersion, dekVersion } = row
  if (!wrapped || keyVersion === null || dekVersion === null) return undefined
  return { municipalityCode, residentId, wrapped, keyVersion, dekVersion }
}

export async function insertKeys(tx: Sql | Tx, keys: ResidentKey[]): Promise<void> {
  const rows = keys.map((key) => ({
    town: key.municipalityCode,
    resident: key.residentId,
    key_version: key.keyVersion,
    dek_version: key.dekVersion,
    wrapped: hexOf(key.wrapped),
  }))
  await tx`
    insert into resident_key (municipality_code, resident_id, key_version, dek_version, wrapped)
    select k.town, k.resident, k.key_version, k.dek_version, decode(k.wrapped, 'hex')
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as k(town text, resident uuid, key_version int, dek_version smallint, wrapped text)`
}

export async function readKeys(tx: Sql | Tx, rows: CourseHome[]): Promise<ResidentKey[]> {
  return tx<ResidentKey[]>`
    select k.municipality_code as "municipalityCode", k.resident_id as "residentId", ${keyColumns(tx)}
      from resident_key k
     where (k.municipality_code, k.resident_id) in
           (select * from unnest(${rows.map((row) => row.municipalityCode)}::text[],
                                 ${rows.map((row) => row.residentId)}::uuid[]))`
}

/**
 * The keys of some fields of people, by resident id: a committed row in the ledger for each of them,
 * whatever becomes of the caller's transaction, and one question to keyd for all. Whoever was erased,
 * or is not visible, is missing. Names the same row twice but asks once.
 */
export async function unlockPeople(
  tx: Sql | Tx,
  vault: Vault,
  asked: { purpose: string; rows: CourseHome[]; fields: readonly FieldName[]; legalBasis?: string },
): Promise<Map<string, FieldKeys>> {
  if (asked.rows.length === 0) return new Map()
  const { purpose, fields, legalBasis } = asked
  const keys = await readKeys(tx, asked.rows)
  const items = keys.map((key) => ({ ...key, fields, ...(legalBasis ? { legalBasis } : {}) }))
  return vault.unlock(purpose, items)
}
