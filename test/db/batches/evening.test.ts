// The way of an evening's batch: a dry run that two people release, a seal that is all or nothing to its
// readers, a manifest that keyd signed, an abort until it is handed over, and sheets accounted for by marks.

import { createHash, createPublicKey, randomUUID, verify } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { coursesPerChunk } from '../../../activities/seal-batch.ts'
import { connect, type Sql } from '../../../db/client.ts'
import { readSample } from '../../../db/people/sample-letters.ts'
import { addDays } from '../../../domain/calendar.ts'
import { manifestSigned } from '../../../domain/manifest-signature.ts'
import { openPrintingHouse } from '../../../simulator/printing-house.ts'
import { testApi } from '../../support/api.ts'
import { as, type Staff, seedStaff } from '../../support/credentials.ts'
import { type Made, round1On, World } from '../activities/fixture.ts'

const evening = 1140
let world: World
let api: ReturnType<typeof testApi>
let ids: Record<Staff, string>
let town: string
let apiSql: Sql

beforeAll(async () => {
  world = await World.open()
  ids = await seedStaff(world.sql)
  api = testApi(world.db, round1On)
  apiSql = connect(world.db.urls.sesshu_api, { name: 'test sample', max: 2 })
})
afterAll(async () => {
  await api?.close()
  await apiSql?.end({ timeout: 1 })
  await world.close()
})
beforeEach(() => newTown({ releaseUpTo: 0, waits: true }))

async function newTown(setting: Parameters<World['newTown']>[0]) {
  town = await world.newTown(setting)
  await world.sql`
    update account set office = ${town}
     where login in ('clerk', 'municipaladministrator')`
}

async function queued(count: number): Promise<Made[]> {
  const made: Made[] = []
  for (let i = 0; i < count; i += 1) {
    const person = await world.personWithDose({ town, family: `見本${i}` })
    world.setDay(round1On)
    await world.sendNotice(person)
    made.push(person)
  }
  world.setDay(round1On, evening)
  return made
}

const askOf = (batchOn = round1On) => ({ municipalityCode: town, batchOn, workflowNowMs: 0 })
const next = (batchOn = round1On) => world.activities.nextBatchStep(askOf(batchOn))

/** Does what its workflow would, until there is something to wait for. */
async function run(batchOn = round1On) {
  for (;;) {
    const asked = askOf(batchOn)
    const answer = await world.activities.nextBatchStep(asked)
    if (answer.step === 'wait' || answer.step === 'end') return answer
    if (answer.step === 'seal') await world.activities.sealBatch(asked)
    if (answer.step === 'print') await world.activities.printBatch(asked)
    if (answer.step === 'abort') await world.activities.abortBatch(asked)
    if (answer.step === 'reprint') await world.activities.reprintLetters(asked)
    if (answer.step === 'clear') await world.activities.clearBatch(asked)
  }
}

async function call(who: Staff, what: string, body?: object, day = round1On) {
  const path = `/api/v1/batches/${town}/${day}${what}`
  const answer = await api.app.request(path, {
    method: body ? 'POST' : 'GET',
    headers: { ...as(who), 'content-type': 'application/json', 'accept-language': 'en' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

const seen = (letters: number) => ({ letters, referenceOn: round1On })

async function released(letters: number) {
  await run()
  await call('clerk', '/check', seen(letters))
  expect((await call('municipalAdministrator', '/release', seen(letters))).status).toBe(200)
}

const hotFolder = () => join(world.dataDir, 'print', town)
const manifestOf = (day = round1On) =>
  JSON.parse(readFileSync(join(hotFolder(), `${town}-${day}.manifest.json`), 'utf8'))

async function openTasks() {
  const rows = await world.sql`
    select kind from task where municipality_code = ${town} and done_at is null order by kind`
  return rows.map(({ kind }) => kind)
}

describe('a dry run', () => {
  test('counts, draws a sample, shows its reference date, and sends nothing', async () => {
    await queued(3)
    expect(await run()).toMatchObject({ step: 'wait', waitsFor: 'release', letters: 3 })
    expect(await call('clerk', '')).toMatchObject({
      status: 200,
      body: {
        state: 'proposed',
        letters: 0,
        dryRun: { letters: 3, byKind: { reminder: 3 }, referenceOn: round1On },
      },
    })
    const left =
      await world.sql`select from notice where state = 'left' and municipality_code = ${town}`
    expect(left).toHaveLength(0)
    expect(existsSync(hotFolder())).toBe(false)
    expect(await openTasks()).toEqual(['releaseBatch'])
  })

  test('takes two people: whoever checked it does not release it, and neither with another count', async () => {
    await queued(2)
    await run()
    expect(await call('municipalAdministrator', '/release', seen(2))).toMatchObject({
      body: { code: 'batchNotChecked' },
    })
    expect(await call('clerk', '/check', seen(1))).toMatchObject({
      status: 409,
      body: { code: 'batchCountMoved' },
    })
    expect(await call('clerk', '/check', seen(2))).toMatchObject({ body: { checkedBy: ids.clerk } })
    expect(await call('clerk', '/release', seen(2))).toMatchObject({
      status: 403,
      body: { code: 'batchSamePerson' },
    })
    for (const wrong of [seen(3), { ...seen(2), referenceOn: addDays(round1On, -365) }]) {
      expect(await call('municipalAdministrator', '/release', wrong)).toMatchObject({
        body: { code: 'batchCountMoved' },
      })
    }
    expect((await call('printOperator', '/release', seen(2))).status).toBe(403)
    expect((await call('clerkElsewhere', '', undefined)).body.code).toBe('notYourMunicipality')
    const done = await call('municipalAdministrator', '/release', seen(2))
    expect(done.body).toMatchObject({ state: 'released', releasedBy: ids.municipalAdministrator })
    expect(await openTasks()).toEqual([])
  })

  test('the database refuses one person for both, and a program above the town’s limit', async () => {
    await queued(1)
    await run()
    const refused = (work: Promise<unknown>) => expect(work).rejects.toThrow()
    await refused(
      world.worker`update letter_batch set released_by = ${ids.clerk} where municipality_code = ${town}`,
    )
    await refused(
      world.worker`update letter_batch set state = 'released', released_at = now(),
                          released_automatically = true where municipality_code = ${town}`,
    )
    await refused(
      world.sql`update letter_batch set state = 'released', released_at = now(),
                       checked_by = ${ids.clerk}, checked_at = now(), released_by = ${ids.clerk}
                 where municipality_code = ${town}`,
    )
    await refused(world.worker`update letter_batch set state = 'sealed', sealed_at = now()
                                where municipality_code = ${town}`)
  })

  test('nobody has released takes the next evening’s letters in, and is checked anew', async () => {
    await queued(1)
    await run()
    await call('clerk', '/check', seen(1))
    const tomorrow = addDays(round1On, 1)
    const late = await world.personWithDose({ town })
    world.setDay(tomorrow)
    await world.sendNotice(late)
    world.setDay(tomorrow, evening)
    expect(await next(tomorrow)).toMatchObject({ step: 'end' })
    const { body } = await call('clerk', '')
    expect(body).toMatchObject({ dryRun: { letters: 2, referenceOn: tomorrow } })
    expect(body.checkedBy).toBeUndefined()
  })

  test('the sample is opened under a row of the ledger for each, and shows nobody protected', async () => {
    const [, hidden] = await queued(2)
    await run()
    await world.protect(hidden!, round1On)
    const looksBefore = await world.sql`select from ledger_inbox where purpose = 'checkBatch'`
    const [batch] =
      await world.sql`select sample from letter_batch where municipality_code = ${town}`
    const drawn = { municipalityCode: town, sample: batch!.sample as string[] }
    const sample = await readSample(apiSql, world.db.vault, drawn, round1On)
    expect(sample).toMatchObject({
      letters: [{ person: { family: '見本0', address: '架空県架空市見本町2-3' } }],
      leftOut: 1,
    })
    const looks = await world.sql`select from ledger_inbox where purpose = 'checkBatch'`
    // Both were looked at, one was opened.
    expect(looks.length - looksBefore.length).toBe(3)
  })
})

describe('a released batch', () => {
  test('leaves by itself under the town’s limit, and above it never', async () => {
    await newTown({ releaseUpTo: 2 })
    await queued(2)
    expect(await run()).toMatchObject({ state: 'printed', waitsFor: 'reconciliation' })
    await newTown({ releaseUpTo: 2 })
    await queued(3)
    expect(await run()).toMatchObject({ state: 'proposed', waitsFor: 'release' })
  })

  test('holds nothing that the dry run did not count', async () => {
    await queued(2)
    await run()
    const late = await world.personWithDose({ town })
    world.setDay(round1On)
    await world.sendNotice(late)
    world.setDay(round1On, evening)
    await call('clerk', '/check', seen(2))
    await call('municipalAdministrator', '/release', seen(2))
    await run()
    expect((await call('clerk', '')).body).toMatchObject({ letters: 2, state: 'printed' })
    expect(await world.attempts(late.courseId)).toMatchObject([{ state: 'queued' }])
  })

  test('bears keyd’s signature over the manifest as it lies in the printer’s folder', async () => {
    await queued(2)
    await released(2)
    await run()
    const names = readdirSync(hotFolder()).sort()
    expect(names.map((name) => name.slice(`${town}-${round1On}`.length))).toEqual([
      '.index.csv',
      '.manifest.json',
      '.manifest.sig.json',
      '.pdf',
    ])
    const base = join(hotFolder(), `${town}-${round1On}`)
    const text = readFileSync(`${base}.manifest.json`)
    const sha256 = createHash('sha256').update(text).digest('hex')
    const { manifest, pdfSha256 } = (await call('printOperator', '')).body
    expect(manifest.sha256).toBe(sha256)
    const x = Buffer.from(manifest.publicKey, 'base64').toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    const signature = Buffer.from(manifest.signature, 'base64')
    expect(verify(null, manifestSigned(sha256), key, signature)).toBe(true)
    expect(verify(null, manifestSigned('0'.repeat(64)), key, signature)).toBe(false)
    expect(
      createHash('sha256')
        .update(readFileSync(`${base}.pdf`))
        .digest('hex'),
    ).toBe(pdfSha256)
    expect(manifestOf()).toMatchObject({ referenceOn: round1On, totals: { letters: 2, pages: 2 } })
  })

  test('is sealed some courses at a time, and read as sealed when the last is', async () => {
    const made = await queued(coursesPerChunk + 2)
    await released(made.length)
    const states = new Set<string>()
    let isOver = false
    const watching = (async () => {
      while (!isOver) {
        const [batch] = await world.sql`
          select state, letters,
                 (select count(*)::int from notice_attempt a
                   where a.municipality_code = b.municipality_code and a.state = 'sealed') as sealed
            from letter_batch b where municipality_code = ${town}`
        states.add(`${batch!.state} ${batch!.letters}, ${batch!.sealed} in rows`)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    })()
    await world.seal(town, round1On)
    isOver = true
    await watching
    const all = made.length
    expect(states).toContain(`released 0, ${coursesPerChunk} in rows`)
    const allowed = [0, coursesPerChunk, all].map((n) => `released 0, ${n} in rows`)
    expect([...allowed, `sealed ${all}, ${all} in rows`]).toEqual(
      expect.arrayContaining([...states]),
    )
  })

  test('broken off between two chunks goes on where it stood', async () => {
    const made = await queued(coursesPerChunk + 1)
    await released(made.length)
    // The second chunk cannot be committed.
    await world.sql.unsafe(`
      create function break_off() returns trigger language plpgsql as $$
      begin if new.letters > 0 then raise exception 'broken off'; end if; return new; end $$`)
    await world.sql.unsafe(
      'create trigger break_off before update on letter_batch for each row execute function break_off()',
    )
    await expect(world.seal(town, round1On)).rejects.toThrow()
    expect((await call('clerk', '')).body).toMatchObject({ state: 'released', letters: 0 })
    await world.sql.unsafe('drop trigger break_off on letter_batch; drop function break_off()')
    expect(await world.seal(town, round1On)).toEqual({ letters: made.length })
  })
})

describe('an abort', () => {
  test.each(['before it is released', 'after the seal'] as const)(
    '%s takes every letter back, and the next batch takes two people',
    async (when) => {
      const [made] = await queued(1)
      if (when === 'after the seal') {
        await released(1)
        await world.seal(town, round1On)
      } else await run()
      expect((await call('clerk', '/abort', { reason: 'wrongPeople' })).status).toBe(200)
      expect(await run()).toMatchObject({ state: 'aborted', step: 'end' })
      expect(await world.notices(made!.courseId)).toMatchObject([{ state: 'queued', leftOn: null }])
      const attempts = await world.attempts(made!.courseId)
      expect(attempts.at(-1)).toMatchObject({ state: 'queued' })
      if (when === 'after the seal') {
        expect(attempts[0]).toMatchObject({ state: 'withdrawn', reason: 'batchAborted' })
        const codes = await world.sql`
          select died_because as why from letter_code where letter_id = ${attempts[0]!.id}`
        expect(codes).toEqual([{ why: 'withdrawn' }])
      }
      await world.sql`update municipality_setting set release_automatically_up_to = 100
                       where municipality_code = ${town}`
      const tomorrow = addDays(round1On, 1)
      world.setDay(tomorrow, evening)
      expect(await run(tomorrow)).toMatchObject({ state: 'proposed', waitsFor: 'release' })
    },
  )

  test('is refused once the printing house has it', async () => {
    await queued(1)
    await released(1)
    await run()
    expect(await call('clerk', '/abort', { reason: 'other' })).toMatchObject({
      status: 409,
      body: { code: 'batchHandedOver' },
    })
  })
})

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
