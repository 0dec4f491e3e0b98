/** What waits, what is stuck, and since when: for whoever runs the system. */
import { asc, isNotNull, isNull, sql } from 'drizzle-orm'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate, Stage } from '../../../domain/course.ts'
import type { OrmTx } from '../../orm.ts'
import { outbox } from '../../schema/index.ts'
import { lateAfterDays } from './conditions.ts'

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

/** Random ids of all towns, and how many there are: nobody's row is looked at before one is opened. */
export async function lateCourses(
  tx: OrmTx,
  today: PlainDate,
): Promise<{ total: number; oldest: LateCourse[] }> {
  const rows = await tx.execute<LateCourse & { total: number }>(sql`
    select id, stage, municipality_code as "municipalityCode", next_on as "nextOn", total::int
      from late_courses(${addDays(today, -lateAfterDays)}, ${rowsAtMost})`)
  const oldest = rows.map(({ id, stage, municipalityCode, nextOn }) => {
    return { id, stage, municipalityCode, nextOn }
  })
  return { total: rows[0]?.total ?? 0, oldest }
}

export type UnresolvedByAge = {
  verdict: 'held' | 'waiting'
  today: number
  week: number
  older: number
}

/** Attached to nobody yet, by how long ago they were received: today, within a week, before. */
export async function unresolvedByAge(tx: OrmTx, today: PlainDate): Promise<UnresolvedByAge[]> {
  return tx.execute<UnresolvedByAge>(sql`
    select verdict, today_count as today, week_count as week, older_count as older
      from unresolved_scans(${today}) order by verdict`)
}

export type Undelivered = { channel: 'mail' | 'letter'; state: string; attempts: number }

/** Mails and letters that have not left yet. */
export async function undelivered(tx: OrmTx): Promise<Undelivered[]> {
  return tx.execute<Undelivered>(sql`
    select channel, state, attempts from undelivered_attempts() order by channel, state`)
}
