// News of a batch is told to its workflow once: what was told is over, what comes meanwhile is not.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noteBatchTold, untoldBatches } from '../../../db/queries/batches/tell.ts'
import { World } from '../activities/fixture.ts'

let world: World
let town: string
beforeAll(async () => {
  world = await World.open()
  town = await world.newTown()
})
afterAll(() => world.close())

const day = (n: number) => `2021-07-${String(n).padStart(2, '0')}`

/** One with news of that moment, or of now: the database's, to the microsecond. */
async function batchWithNews(batchOn: string, newsAt?: string): Promise<void> {
  await world.sql`
    insert into letter_batch (municipality_code, batch_on, id, state, reference_on, proposed_letters,
                              proposed_by_kind, proposed_at, sample, news_at)
    values (${town}, ${batchOn}, ${randomUUID()}, 'proposed', ${batchOn}, 1, '{}', now(), '{}',
            coalesce(${newsAt ?? null}::text::timestamptz, clock_timestamp()))`
}

const untold = async () => (await untoldBatches(world.worker, 50)).map(({ batchOn }) => batchOn)

test('told once, of whatever microsecond it is', async () => {
  const moments = ['000001', '000999', '123456', '999999'].map(
    (micros) => `2021-07-01T10:00:00.${micros}Z`,
  )
  for (const [n, moment] of moments.entries()) await batchWithNews(day(n + 1), moment)
  await batchWithNews(day(9))
  const all = await untoldBatches(world.worker, 50)
  expect(all).toHaveLength(5)
  for (const one of all) await noteBatchTold(world.worker, one)
  expect(await untold()).toEqual([])
})

test('what comes while it is told is told as well', async () => {
  await batchWithNews(day(20))
  const [told] = await untoldBatches(world.worker, 50)
  await world.sql`
    update letter_batch set news_at = news_at + interval '1 microsecond'
     where municipality_code = ${town} and batch_on = ${day(20)}`
  await noteBatchTold(world.worker, told!)
  expect(await untold()).toEqual([day(20)])
})
