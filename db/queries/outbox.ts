import { type Sql, type Tx, withPurpose } from '../client.ts'

/** Rung after commits that left news here. */
export const outboxChannel = 'outbox'

export type Lease = { courseId: string; version: number; tries: number }

/** Longer than any call to Temporal may take; then another relay may try. */
const leaseSeconds = 30

/** The relay knows courses by random ids: whose they are, it cannot ask. */
export const newsScope = { municipalityCode: [], purpose: 'deliverNews' } as const

/** Takes up to `limit` rows with news for this relay, oldest first, in one short statement. */
export async function leaseNews(sql: Sql, limit: number): Promise<Lease[]> {
  return withPurpose(
    sql,
    newsScope,
    (tx) => tx<Lease[]>`
    update outbox set leased_until = now() + make_interval(secs => ${leaseSeconds})
     where course_id in (
       select course_id from outbox
        where set_aside_at is null and next_try_at <= now()
          and (leased_until is null or leased_until < now())
        order by next_try_at limit ${limit}
          for update skip locked)
    returning course_id as "courseId", version, tries`,
  )
}

/**
 * Deletes what was delivered, each up to the version that was sent, and frees the lease of those with
 * newer news. The facts may be newer than the row that called for them: an activity raises the version
 * without a row, because its own answer brings the news. A course whose row is gone although this delivery did not delete it was told by
 * another relay meanwhile: an older delivery may have revived it, so its newest facts are sent again.
 */
export async function settleDelivered(
  sql: Sql,
  sent: { courseId: string; version: number }[],
): Promise<{ resent: number }> {
  const ids = sent.map((s) => s.courseId)
  const versions = sent.map((s) => s.version)
  return withPurpose(sql, newsScope, async (tx) => {
    const deleted = await tx<{ courseId: string }[]>`
      delete from outbox using unnest(${ids}::uuid[], ${versions}::int[]) as s(course_id, version)
       where outbox.course_id = s.course_id and outbox.version <= s.version
      returning outbox.course_id as "courseId"`
    if (deleted.length === sent.length) return { resent: 0 }
    const done = new Set(deleted.map((row) => row.courseId))
    const others = ids.filter((id) => !done.has(id))
    await tx`update outbox set leased_until = null where course_id = any(${others}::uuid[])`
    const resent = await tx`
      insert into outbox (course_id, version)
      select c.id, c.version from course c
       where c.id = any(${others}::uuid[])
         and not exists (select from outbox o where o.course_id = c.id)
      on conflict (course_id) do nothing`
    return { resent: resent.count }
  })
}

/** Temporal is away: the rows are nobody's fault and keep their count of tries. */
export async function releaseNews(sql: Sql, courseIds: string[]): Promise<void> {
  await withPurpose(
    sql,
    newsScope,
    (tx) => tx`update outbox set leased_until = null where course_id = any(${courseIds}::uuid[])`,
  )
}

/** A row that Temporal refused is tried again later, and later still; then it is set aside and shown. */
export async function postponeNews(
  sql: Sql,
  failed: {
    courseId: string
    version: number
    error: string
    delaySeconds: number
    setAside: boolean
  },
): Promise<void> {
  await withPurpose(
    sql,
    newsScope,
    (tx) => tx`
      update outbox set tries = tries + 1, leased_until = null, last_error = ${failed.error},
             next_try_at = now() + make_interval(secs => ${failed.delaySeconds}),
             set_aside_at = case when ${failed.setAside} then now() end
       where course_id = ${failed.courseId} and version = ${failed.version}`,
  )
}

export type OutboxHealth = { waiting: number; oldestSeconds: number; setAside: number }

/** Three counts, for whoever may ask: api, monitor, owner. */
export async function readOutboxHealth(sql: Sql | Tx): Promise<OutboxHealth> {
  const [row] = await sql<OutboxHealth[]>`
    select waiting, oldest_seconds as "oldestSeconds", set_aside as "setAside" from outbox_health()`
  return row!
}
