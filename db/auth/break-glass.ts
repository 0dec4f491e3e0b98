import { randomUUID } from 'node:crypto'
import type { Sql } from '../client.ts'
import { raiseAlert } from './alerts.ts'

export const breakGlassReasons = [
  'lifeAtRisk',
  'medicalEmergency',
  'disaster',
  'courtOrder',
  'systemFailure',
] as const
export const reviewOutcomes = ['justified', 'notJustified', 'passedOn'] as const
export type BreakGlassReason = (typeof breakGlassReasons)[number]
export type ReviewOutcome = (typeof reviewOutcomes)[number]

export type NewBreakGlass = {
  accountId: string
  office: string
  municipalityCode: string
  reasonCode: BreakGlassReason
  caseReference: string
  reviewerId: string
  minutes: number
  /** The session that it opens in; every other one of the account stays as it is. */
  session: Uint8Array
}

/** The row, the alert to the reviewer and the session's mark: all or nothing. */
export async function openBreakGlass(sql: Sql, opened: NewBreakGlass) {
  return await sql.begin(async (tx) => {
    const id = randomUUID()
    const [row] = await tx<{ expiresAt: Date }[]>`
      insert into break_glass (id, account_id, office, municipality_code, reason_code, case_reference,
                               reviewer_id, opened_at, expires_at)
      values (${id}, ${opened.accountId}, ${opened.office}, ${opened.municipalityCode},
              ${opened.reasonCode}, ${opened.caseReference}, ${opened.reviewerId}, now(),
              now() + make_interval(mins => ${opened.minutes}))
      returning expires_at as "expiresAt"`
    await raiseAlert(tx, {
      kind: 'breakGlassOpened',
      office: opened.office,
      aboutId: id,
      forId: opened.reviewerId,
    })
    await tx`update account_session set break_glass_id = ${id} where token_sha256 = ${opened.session}`
    return { id, expiresAt: row!.expiresAt }
  })
}

export async function closeBreakGlass(sql: Sql, id: string, accountId: string): Promise<boolean> {
  const rows = await sql`
    update break_glass set closed_at = coalesce(closed_at, clock_timestamp())
     where id = ${id} and account_id = ${accountId} returning 1`
  return rows.length > 0
}

/** Whether an earlier one of the account has waited for its review for longer than it may. */
export async function owesReview(sql: Sql, accountId: string, withinHours: number) {
  const rows = await sql`
    select 1 from break_glass b left join break_glass_review r on r.break_glass_id = b.id
     where b.account_id = ${accountId} and r.break_glass_id is null
       and b.expires_at < clock_timestamp() - make_interval(hours => ${withinHours}) limit 1`
  return rows.length > 0
}

export type BreakGlassLine = {
  id: string
  accountId: string
  office: string
  municipalityCode: string
  reasonCode: BreakGlassReason
  caseReference: string
  reviewerId: string
  openedAt: Date
  expiresAt: Date
  outcome: ReviewOutcome | null
  reviewedAt: Date | null
  isOverdue: boolean
}

/** Newest first; of one office, or of all when it is undefined. */
export async function listBreakGlass(sql: Sql, withinHours: number, office?: string) {
  return await sql<BreakGlassLine[]>`
    select b.id, b.account_id as "accountId", b.office, b.municipality_code as "municipalityCode",
           b.reason_code as "reasonCode", b.case_reference as "caseReference",
           b.reviewer_id as "reviewerId", b.opened_at as "openedAt", b.expires_at as "expiresAt",
           r.outcome, r.reviewed_at as "reviewedAt",
           r.outcome is null and b.expires_at < clock_timestamp() - make_interval(hours => ${withinHours})
             as "isOverdue"
      from break_glass b left join break_glass_review r on r.break_glass_id = b.id
     where ${office ?? null}::text is null or b.office = ${office ?? null}
     order by b.opened_at desc limit 200`
}

/** False when there is none for this reviewer to look into, or it was looked into before. */
export async function reviewBreakGlass(
  sql: Sql,
  id: string,
  reviewerId: string,
  outcome: ReviewOutcome,
): Promise<boolean> {
  const rows = await sql`
    insert into break_glass_review (break_glass_id, reviewer_id, outcome)
    select id, reviewer_id, ${outcome} from break_glass
     where id = ${id} and reviewer_id = ${reviewerId}
    on conflict do nothing returning 1`
  return rows.length > 0
}
