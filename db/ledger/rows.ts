import type { Sql, Tx } from '../client.ts'

/**
 * A look as the ledger's hashes are made over it: text throughout, because an instant of the driver
 * ends at the millisecond and a hash must not. The columns of the select are those of this type.
 */
export type LedgerRow = {
  id: string
  /** UTC to the microsecond, `2021-07-01T03:04:05.678901Z`. */
  lookedAt: string
  actor: string
  actorRole: string
  office: string
  purpose: string
  municipalityCode: string
  residentId: string | null
  courseId: string | null
  fields: string[]
  legalBasis: string | null
  breakGlassId: string | null
  /** Base64 of ciphertext. */
  detail: string | null
}

/** The select list of `LedgerRow`, over the inbox or the ledger. */
export function rowColumns(sql: Sql | Tx) {
  return sql`
    id::text as id, to_char(looked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "lookedAt",
    actor, actor_role as "actorRole", office, purpose, municipality_code as "municipalityCode",
    resident_id::text as "residentId", course_id::text as "courseId", fields,
    legal_basis as "legalBasis", break_glass_id::text as "breakGlassId",
    translate(encode(detail, 'base64'), e'\n', '') as detail`
}
