import { randomUUID } from 'node:crypto'
import type { Sql } from '../client.ts'

/** As in table `approval_kind`. */
export const approvalKinds = [
  'bulkExport',
  'keyDestruction',
  'unmasking',
  'disclosure',
  'linkPeople',
  'unlinkPeople',
  'releaseRule',
] as const
export type ApprovalKind = (typeof approvalKinds)[number]
/** Exactly what is asked for: flat, ids and codes alone; compared as a whole when it is used. */
export type ApprovalSubject = Record<string, string | number>

export type ApprovalRow = {
  id: string
  kind: ApprovalKind
  office: string
  subject: ApprovalSubject
  reasonCode: string
  askedBy: string
  askedAt: Date
  expiresAt: Date
  approvedBy: string | null
  approvedAt: Date | null
  usedAt: Date | null
}

const columns = (sql: Sql) => sql`
  id, kind, office, subject, reason_code as "reasonCode", asked_by as "askedBy",
  asked_at as "askedAt", expires_at as "expiresAt", approved_by as "approvedBy",
  approved_at as "approvedAt", used_at as "usedAt"`

export type Asked = {
  kind: ApprovalKind
  office: string
  subject: ApprovalSubject
  reasonCode: string
  askedBy: string
  hours: number
}

export async function insertApproval(sql: Sql, asked: Asked): Promise<string> {
  const id = randomUUID()
  await sql`
    insert into approval (id, kind, office, subject, reason_code, asked_by, asked_at, expires_at)
    values (${id}, ${asked.kind}, ${asked.office}, ${sql.json(asked.subject)}, ${asked.reasonCode},
            ${asked.askedBy}, now(), now() + make_interval(hours => ${asked.hours}))`
  return id
}

/** Of an office, newest first. */
export async function listApprovals(sql: Sql, office: string): Promise<ApprovalRow[]> {
  return await sql<ApprovalRow[]>`
    select ${columns(sql)} from approval where office = ${office} order by asked_at desc limit 200`
}

export async function findApproval(sql: Sql, id: string, office: string) {
  const [row] = await sql<ApprovalRow[]>`
    select ${columns(sql)} from approval where id = ${id} and office = ${office}`
  return row
}

/** The database refuses whoever asked (23514). False when it is over, approved or used already. */
export async function approve(sql: Sql, id: string, office: string, by: string): Promise<boolean> {
  const rows = await sql`
    update approval set approved_by = ${by}, approved_at = clock_timestamp()
     where id = ${id} and office = ${office} and approved_by is null and expires_at > clock_timestamp()
    returning 1`
  return rows.length > 0
}

/**
 * Uses an approval up, for exactly what two people agreed on; whoever does the deed calls it first. False
 * when there is none: not approved, over, used, or for something else.
 */
export async function consumeApproval(
  sql: Sql,
  of: { id: string; kind: ApprovalKind; office: string; subject: ApprovalSubject },
): Promise<boolean> {
  const rows = await sql`
    update approval set used_at = clock_timestamp()
     where id = ${of.id} and kind = ${of.kind} and office = ${of.office}
       and subject = ${sql.json(of.subject)} and approved_by is not null and used_at is null
       and expires_at > clock_timestamp()
    returning 1`
  return rows.length > 0
}
