import { type Sql, withPurpose } from '../../client.ts'
import type { BatchKey } from './batch.ts'

/** `newsAt`, to the microsecond, tells this news from what comes meanwhile. */
export type UntoldBatch = BatchKey & { newsAt: string }

/** Towns and days, of all towns. */
const scope = { municipalityCode: [], purpose: 'eveningTowns' } as const

/** Batches with news that their workflow has not heard, oldest first. */
export function untoldBatches(sql: Sql, atMost: number): Promise<UntoldBatch[]> {
  return withPurpose(
    sql,
    scope,
    async (tx) => tx<UntoldBatch[]>`
      select municipality_code as "municipalityCode", batch_on as "batchOn", news_at::text as "newsAt"
        from letter_batch
       where news_at is not null and (told_at is null or told_at < news_at)
       order by news_at limit ${atMost}`,
  )
}

/** As text to the server: a date of this language ends at the millisecond, and the news would be untold for ever. */
export async function noteBatchTold(sql: Sql, told: UntoldBatch): Promise<void> {
  await withPurpose(sql, scope, async (tx) => {
    await tx`
      update letter_batch set told_at = ${told.newsAt}::text::timestamptz
       where municipality_code = ${told.municipalityCode} and batch_on = ${told.batchOn}`
  })
}

/** Every batch that is not over, as after a restart: its run may have been lost. */
export async function tellAllOpen(sql: Sql): Promise<void> {
  await withPurpose(sql, scope, async (tx) => {
    await tx`
      update letter_batch set news_at = clock_timestamp()
       where state in ('proposed', 'released', 'sealed', 'printed')`
  })
}
