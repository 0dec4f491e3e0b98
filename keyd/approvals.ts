import type { Sql } from '../db/client.ts'
import type { ErasureSubject } from '../db/residents/erasure-subject.ts'

export { erasureSubject } from '../db/residents/erasure-subject.ts'

/** What two people agreed to: exactly this, once. */
export type ApprovalSubject =
  | { op: 'destroyVersion'; municipalityCode: string; version: number }
  | ErasureSubject

/**
 * Answers whether two people agreed, and if so how to note that it was done. Noted afterwards: when
 * keyd dies between the deed and the note, doing it again changes nothing.
 */
export type ApprovalCheck = (
  approvalId: string | undefined,
  subject: ApprovalSubject,
) => Promise<(() => Promise<void>) | undefined>

const UNDEFINED_TABLE = '42P01'

/**
 * By the rows of `approval`, of the municipality's own people or the operator's; as long as there is no
 * such table, nobody agreed to anything.
 */
export function approvalsInDatabase(sql: Sql): ApprovalCheck {
  return async (approvalId, subject) => {
    if (approvalId === undefined) return undefined
    const found = await sql`
      select 1 from approval
       where id = ${approvalId} and kind = 'keyDestruction' and approved_at is not null
         and office in ('system', ${subject.municipalityCode})
         and asked_by <> approved_by and used_at is null and expires_at > clock_timestamp()
         and subject = ${JSON.stringify(subject)}::text::jsonb`.catch((error) => {
      if ((error as { code?: string }).code === UNDEFINED_TABLE) return []
      throw error
    })
    if (found.length === 0) return undefined
    return async () => {
      await sql`update approval set used_at = clock_timestamp() where id = ${approvalId}`
    }
  }
}
