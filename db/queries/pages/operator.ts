/** What waits, what is stuck, and since when: for whoever runs the system. */
import { asc, count, isNotNull, isNull, sql } from 'drizzle-orm'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate, Stage } from '../../../domain/course.ts'
import type { OrmTx } from '../../orm.ts'
import { course, noticeAttempt, outbox, scan } from '../../schema/index.ts'
import { isLate, isUnresolved } from './conditions.ts'

const rowsAtMost = 50

export type OutboxLag = { waiting: number; setAside: number; oldestSeconds: number | null }

/** Wall time: how long the oldest news has been ready to go. */
export async function outboxLag(tx: OrmTx): Promise<OutboxLag> {
  const isWaiting = sql`${outbox.setAsideAt} is null`
  const [row] = await tx
    .select({
      waiting: sql<number>`(count(*) filter (where ${isWaiting}))::int`,
      setAside: sql<number>`(count(*) filter (where not (${isWaiting})))::int`,
      oldestSeconds: sql<number | null>`case when bool_or(${isWaiting}) then
        greatest(0, extract(epoch from now() - min(${outbox.nextTryAt}) filter (where ${isWaiting})))::int
        end`,
    })
    .from(outbox)
  return row!
}

export type OutboxRow = {
  courseId: string
  version: number
  tries: number
  error: string | null
  since: Date | null
}

export function setAsideRows(tx: OrmTx): Promise<OutboxRow[]> {
  return tx
    .select({ ...outboxColumns, since: outbox.setAsideAt })
    .from(outbox)
    .where(isNotNull(outbox.setAsideAt))
    .orderBy(asc(outbox.setAsideAt))
    .limit(rowsAtMost)
}

const oldestAtMost = 10

export function oldestWaiting(tx: OrmTx): Promise<OutboxRow[]> {
  return tx
    .select({ ...outboxColumns, since: outbox.nextTryAt })
    .from(outbox)
    .where(isNull(outbox.setAsideAt))
    .orderBy(asc(outbox.nextTryAt))
    .limit(oldestAtMost)
}

const outboxColumns = {
  courseId: outbox.courseId,
  version: outbox.version,
  tries: outbox.tries,
  error: outbox.lastError,
}

export type LateCourse = { id: string; stage: Stage; municipalityCode: string; nextOn: PlainDate }

export async function lateCourses(
  tx: OrmTx,
  today: PlainDate,
): Promise<{ total: number; oldest: LateCourse[] }> {
  const nextOn = sql<PlainDate>`${course.steps}->0->>'on'`
  const [counted] = await tx.select({ total: count() }).from(course).where(isLate(today))
  const oldest = await tx
    .select({
      id: course.id,
      stage: course.stage,
      municipalityCode: course.homeMunicipalityCode,
      nextOn,
    })
    .from(course)
    .where(isLate(today))
    .orderBy(nextOn, asc(course.id))
    .limit(rowsAtMost)
  return { total: counted!.total, oldest }
}

export type UnresolvedByAge = {
  verdict: 'held' | 'waiting'
  today: number
  week: number
  older: number
}

/** Attached to nobody yet, by how long ago they were received: today, within a week, before. */
export function unresolvedByAge(tx: OrmTx, today: PlainDate): Promise<UnresolvedByAge[]> {
  const weekAgo = addDays(today, -7)
  return tx
    .select({
      verdict: sql<'held' | 'waiting'>`${scan.verdict}`,
      today: sql<number>`(count(*) filter (where ${scan.receivedOn} >= ${today}))::int`,
      week: sql<number>`(count(*) filter (where ${scan.receivedOn} < ${today}
        and ${scan.receivedOn} >= ${weekAgo}))::int`,
      older: sql<number>`(count(*) filter (where ${scan.receivedOn} < ${weekAgo}))::int`,
    })
    .from(scan)
    .where(isUnresolved)
    .groupBy(scan.verdict)
    .orderBy(asc(scan.verdict))
}

export type Undelivered = { channel: 'mail' | 'letter'; state: string; attempts: number }

/** Mails and letters that have not left yet. */
export function undelivered(tx: OrmTx): Promise<Undelivered[]> {
  return tx
    .select({
      channel: noticeAttempt.channel,
      state: noticeAttempt.state,
      attempts: count(),
    })
    .from(noticeAttempt)
    .where(sql`${noticeAttempt.state} in ('queued', 'attempting', 'unknown')`)
    .groupBy(noticeAttempt.channel, noticeAttempt.state)
    .orderBy(asc(noticeAttempt.channel), asc(noticeAttempt.state))
}
