// The way of an evening's batch once it is printed: every sheet accounted for by its mark, those printed
// again, and the demo's printing house.

import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { recordReturn } from '../../../db/queries/returned/record.ts'
import { settleReturn } from '../../../db/queries/returned/settle.ts'
import { addDays } from '../../../domain/calendar.ts'
import { openPrintingHouse } from '../../../simulator/printing-house.ts'
import { type Made, round1On } from '../activities/fixture.ts'
import {
  api,
  apiSql,
  call,
  closeEvenings,
  evening,
  hotFolder,
  manifestOf,
  newTown,
  openEvenings,
  openTasks,
  queued,
  released,
  run,
  town,
  world,
} from './evenings.ts'

beforeAll(openEvenings)
afterAll(closeEvenings)
beforeEach(() => newTown({ releaseUpTo: 0, waits: true }))

describe('sheets', () => {
  const marksOf = (manifest: { letters: { mark: string; pages: number }[] }) =>
    manifest.letters.flatMap(({ mark, pages }) =>
      Array.from({ length: pages }, (_, at) => `${mark}/${at + 1}/${pages}`),
    )
  const told = (printedPages: number, explained: string[] = []) => ({
    printedPages,
    postedOn: round1On,
    explained,
  })

  test('printed = manifest = posted, or the batch is not over', async () => {
    await queued(3)
    await released(3)
    await run()
    const marks = marksOf(manifestOf())
    const first = { readingId: randomUUID(), marks: marks.slice(0, 2) }
    expect(await call('printOperator', '/marks', first)).toMatchObject({
      body: { missing: [{ page: 1 }], foreign: [], readTwice: [], pages: { manifest: 3, read: 2 } },
    })
    // Told again after a lost answer, it is the same reading.
    expect((await call('printOperator', '/marks', first)).body.readTwice).toEqual([])
    expect((await call('printOperator', '/reconcile', told(3))).body.code).toBe('batchNotAccounted')
    const rest = {
      readingId: randomUUID(),
      marks: [marks[2]!.toLowerCase(), marks[0]!, 'F00D00000000/1/1'],
    }
    const { body } = await call('printOperator', '/marks', rest)
    expect(body).toMatchObject({
      missing: [],
      foreign: ['F00D00000000/1/1'],
      readTwice: [{ page: 1 }],
    })
    expect((await call('printOperator', '/reconcile', told(2))).body.code).toBe('batchPagesDiffer')
    expect((await call('printOperator', '/reconcile', told(3, ['readTwice']))).body.code).toBe(
      'batchNotAccounted',
    )
    const explained = ['readTwice', 'foreignTakenOut']
    for (const [postedOn, code] of [
      [addDays(round1On, -1), 'postedBeforePrint'],
      [addDays(round1On, 1), 'postedInFuture'],
    ]) {
      const wrong = { ...told(3, explained), postedOn }
      expect(await call('printOperator', '/reconcile', wrong)).toMatchObject({
        ...{ status: 422, body: { code, field: 'postedOn' } },
      })
    }
    expect(await call('printOperator', '/reconcile', told(3, explained))).toMatchObject({
      status: 200,
      body: { state: 'posted', postedOn: round1On, explained },
    })
    expect(await run()).toMatchObject({ step: 'end', state: 'posted' })
    expect(readdirSync(hotFolder())).toEqual([])
    expect((await call('printOperator', '/marks', first)).body.code).toBe('batchIsPosted')
  })

  test('a spoiled one is printed again under a new id; the old one is void', async () => {
    const [made] = await queued(2)
    await released(2)
    await run()
    const letterId = (await world.attempts(made!.courseId))[0]!.id
    const asked = { letterId, reason: 'spoiled' }
    const { body } = await call('printOperator', '/reprints', asked)
    expect(body).toMatchObject({ pages: { manifest: 1, read: 0 } })
    await run()
    expect(await world.attempts(made!.courseId)).toMatchObject([
      { id: letterId, state: 'withdrawn', reason: 'reprinted' },
      { state: 'queued' },
    ])
    const marks = marksOf(manifestOf())
    const read = { readingId: randomUUID(), marks }
    expect((await call('printOperator', '/marks', read)).body.voidRead).toMatchObject([
      { letterId },
    ])
    expect((await call('printOperator', '/reconcile', told(2))).body.code).toBe('batchNotAccounted')
    expect((await call('printOperator', '/reconcile', told(2, ['voidTakenOut']))).status).toBe(200)
    // Looked at like any other by the next batch: dosed since, it does not leave.
    const tomorrow = addDays(round1On, 1)
    await world.dose(made!, 2, round1On)
    await world.replan(made!.courseId, round1On)
    world.setDay(tomorrow, evening)
    await world.sql`update municipality_setting set release_automatically_up_to = 9
                     where municipality_code = ${town}`
    await run(tomorrow)
    expect(await world.notices(made!.courseId)).toMatchObject([
      { state: 'suppressed', reason: 'dosed' },
    ])
    const [batch] = await world.sql`
      select letters, stopped from letter_batch where municipality_code = ${town} and batch_on = ${tomorrow}`
    expect(batch).toEqual({ letters: 0, stopped: { dosed: 1 } })
  })

  test('the next batch waits until the last one’s are all there, and says so', async () => {
    await newTown({ releaseUpTo: 9, waits: true })
    await queued(1)
    await run()
    const tomorrow = addDays(round1On, 1)
    const other = await world.personWithDose({ town })
    world.setDay(tomorrow)
    await world.sendNotice(other)
    world.setDay(tomorrow, evening)
    expect(await run(tomorrow)).toMatchObject({ state: 'proposed', waitsFor: 'earlierBatch' })
    expect(await openTasks()).toEqual(['reconcileBatch'])
    expect((await call('clerk', '', undefined, tomorrow)).body.waitsFor).toBe(round1On)
    await call('printOperator', '/marks', { readingId: randomUUID(), marks: marksOf(manifestOf()) })
    await call('printOperator', '/reconcile', told(1))
    // Its workflow is told: the row says so.
    const untold = await world.sql`
      select batch_on::text as day from letter_batch
       where municipality_code = ${town} and news_at is not null order by 1`
    expect(untold.map(({ day }) => day)).toEqual([round1On, tomorrow])
    expect(await openTasks()).toEqual([])
    expect(await run(tomorrow)).toMatchObject({ state: 'printed' })
  })

  describe('said to be lost, of a letter that came back', () => {
    const tomorrow = addDays(round1On, 1)
    const lost = (letterId: string) =>
      call('printOperator', '/reprints', { letterId, reason: 'lost' })
    const end = (id: string, as: 'sameAddressAgain' | 'enteredByMistake') =>
      settleReturn(apiSql, { municipalityCode: town, id }, as, round1On)

    async function returned() {
      await newTown({ releaseUpTo: 9 })
      const [made] = await queued(1)
      await run()
      const letterId = (await world.attempts(made!.courseId))[0]!.id
      const mark = { from: letterId, to: letterId }
      const told = { municipalityCode: town, mark, reason: 'addressUnknown' } as const
      const { id } = await recordReturn(apiSql, told, round1On)
      return { made: made!, letterId, id }
    }

    async function leavesTomorrow(made: Made) {
      world.setDay(tomorrow)
      await world.sendNotice(made, world.reminder(made, 1, tomorrow))
      world.setDay(tomorrow, evening)
      await run(tomorrow)
    }

    test('and has left anew: no third letter follows', async () => {
      const { made, letterId, id } = await returned()
      await end(id, 'sameAddressAgain')
      await leavesTomorrow(made)
      await lost(letterId)
      await run()
      expect(await world.attempts(made.courseId)).toMatchObject([
        { state: 'withdrawn', reason: 'reprinted' },
        { state: 'sealed' },
      ])
      expect(await world.notices(made.courseId)).toMatchObject([{ state: 'left' }])
    })

    test('and had not come back at all: another one leaves', async () => {
      const { made, letterId, id } = await returned()
      await lost(letterId)
      await run()
      await end(id, 'enteredByMistake')
      await leavesTomorrow(made)
      expect(await world.attempts(made.courseId)).toMatchObject([
        { state: 'withdrawn', reason: 'reprinted' },
        { state: 'sealed' },
      ])
      expect(await world.notices(made.courseId)).toMatchObject([{ state: 'left' }])
    })
  })

  test('of a letter that came back and went along with its person are no sheets of their new town', async () => {
    await newTown({ releaseUpTo: 9 })
    const former = town
    const [made] = await queued(1)
    await run()
    await newTown({ releaseUpTo: 9 })
    await queued(1)
    await run()
    const letterId = (await world.attempts(made!.courseId))[0]!.id
    const mark = { from: letterId, to: letterId }
    const came = { municipalityCode: former, mark, reason: 'movedAway' } as const
    await recordReturn(apiSql, came, round1On)
    const tomorrow = addDays(round1On, 1)
    const moved = await world.moveTo(made!, town, round1On)
    world.setDay(tomorrow)
    await world.sendNotice(moved, world.reminder(moved, 1, tomorrow))
    expect(await world.attempts(made!.courseId)).toMatchObject([
      { town, state: 'sealed' },
      { town, state: 'queued' },
    ])
    const read = { readingId: randomUUID(), marks: marksOf(manifestOf()) }
    expect((await call('printOperator', '/marks', read)).body).toMatchObject({
      ...{ missing: [], pages: { manifest: 1, read: 1 } },
    })
    expect((await call('printOperator', '/reconcile', told(1))).status).toBe(200)
  })

  test('one that nobody accounts for within its days is an alarm and a task', async () => {
    await newTown({ releaseUpTo: 9 })
    await queued(1)
    expect((await run()).lookAgainAt).toBeDefined()
    expect(await openTasks()).toEqual([])
    world.setDay(addDays(round1On, 3))
    await run()
    expect(await openTasks()).toEqual(['reconcileBatch'])
    expect(world.logged.join()).toContain('batchNotReconciled')
  })
})

test('the demo’s printing house posts what lies in the folder, by HTTP and files alone', async () => {
  await newTown({ releaseUpTo: 9 })
  await queued(2)
  await run()
  const { serve } = await import('@hono/node-server')
  const login = `printer-${town}`
  const { hashPassword } = await import('../../../auth/password.ts')
  const password = 'a long enough password'
  const hash = await hashPassword(password, { logN: 10, r: 8, p: 1 })
  await world.sql`insert into account (id, login, role, office, password_hash)
                  values (${randomUUID()}, ${login}, 'printOperator', 'system', ${hash})`
  const server = serve({ fetch: api.app.fetch, port: 0 })
  const port = (server.address() as { port: number }).port
  const house = openPrintingHouse({
    apiUrl: `http://127.0.0.1:${port}`,
    dataDir: world.dataDir,
    printer: { login, password },
    onTrouble: (words) => void world.logged.push(words),
  })
  try {
    await expect
      .poll(async () => (await call('clerk', '')).body.state, { timeout: 15_000 })
      .toBe('posted')
  } finally {
    await house.stop()
    server.close()
  }
})
