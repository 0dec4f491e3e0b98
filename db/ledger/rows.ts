import type { Sql, Tx } from '../client.ts'

/** The select list of `LedgerRow`, over the inbox or the ledger. */
export function rowColumns(sql: Sql | Tx) {
  return sql`
    id::text as id, to_char(looked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "lookedAt",
    actor, actor_role as "actorRole", office, purpose, municipality_code as "municipalityCode",
    resident_id::text as "residentId", course_id::text as "courseId", fields,
    legal_basis as "legalBasis", break_glass_id::text as "breakGlassId",
    translate(encode(detail, 'base64'), e'\n', '') as detail`
}
