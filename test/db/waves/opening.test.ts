// Released waves open: at one pace, not before the outbox has room, held and resumed, over a restart.

import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openReleased } from '../../../api/wave-keeper.ts'
import type { WaveMemory } from '../../../db/people/oldest.ts'
import { openNextChunk, setPace } from '../../../db/queries/wave-opening.ts'
import {
  makeWave,
  pauseWave,
  readWave,
  releaseWave,
  resumeWave,
  withdrawWave,
} from '../../../db/queries/wave-plans.ts'
import type { WaveKey } from '../../../db/queries/waves.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { appDeps } from '../../support/api.ts'
import { type Staff, seedStaff } from '../../support/credentials.ts'
import { openOffice } from '../../support/links.ts'
import { openRegister, type Register, residentOf, somebody, towns } from '../../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

const today = '2021-04-12' as PlainDate
let db: SealedDatabase
let register: Register
let deps: ReturnType<typeof appDeps>
let ids: Record<Staff, string>

beforeAll(async () => {
  db = await sealedDatabase()
  register = await openRegister(db, today)
  ids = await seedStaff(db.sql)
  await db.sql`update wave_setting set one_opens = false`
  deps = appDeps(db, today)
})
afterAll(async () => {
  await deps?.close()
  await register?.close()
  await db?.drop()
})
beforeEach(async () => {
  await db.sql`delete from outbox`
  await db.sql`update wave_setting set next_chunk_at = now()`
  await setPace(deps.sql, { coursesPerSecond: 50, waitingNewsAtMost: 1_000 })
})

const towns3 = Object.values(towns)
let next = 0
/** A town of its own for each test, in turn, with so many old people. */
async function townOf(people: number): Promise<string> {
  const name = (['A', 'B', 'C'] as const)[next++ % 3]!
  const residents = Array.from({ length: people }, () => residentOf(somebody('1940-02-03'), name))
  await register.post('/residents', { residents })
  return towns3[(next - 1) % 3]!
}

async function released(municipalityCode: string): Promise<WaveKey> {
  const wave = { waveId: randomUUID(), municipalityCode, bornOnOrBefore: '1957-04-01' as PlainDate }
  const { count } = await makeWave(deps.sql, wave, ids.clerk)
  await releaseWave(deps.sql, wave, { by: ids.municipalAdministrator, seen: count! })
  return wave
}

const memory = (): WaveMemory => ({ birthDates: new Map() })
const step = (wave: WaveKey) => openNextChunk(deps, wave, memory(), today)
const coursesIn = async (town: string) =>
  (await db.sql`select from course where home_municipality_code = ${town}`).length
/** The moment of the next chunk has come. */
const soon = () => db.sql`update wave_setting set next_chunk_at = now()`
const opened = async (wave: WaveKey) => (await readWave(deps.sql, wave))!

test('a second’s worth at a time; until the second is over, another process waits as well', async () => {
  const town = await townOf(70)
  const wave = await released(town)
  const steps = await Promise.all([step(wave), step(wave)])
  expect(steps.map(({ did }) => did).sort()).toEqual(['opened', 'waited'])
  expect(await coursesIn(town)).toBe(50)
  const early = await step(wave)
  expect(early).toMatchObject({ did: 'waited', because: 'pace' })
  expect(early.did === 'waited' && early.waitMs).toBeLessThanOrEqual(1_000)
  expect(await opened(wave)).toMatchObject({ state: 'opening', courses: 50, openedOn: today })
  await soon()
  expect(await step(wave)).toEqual({ did: 'opened', courses: 20, isComplete: true })
  expect(await opened(wave)).toMatchObject({ state: 'complete', courses: 70 })
  expect(await step(wave)).toMatchObject({ did: 'waited' })
  await soon()
  expect(await step(wave)).toEqual({ did: 'nothing' })
})

test('it waits while the outbox lags, and goes on when Temporal has caught up', async () => {
  const town = await townOf(60)
  const wave = await released(town)
  await setPace(deps.sql, { waitingNewsAtMost: 40 })
  expect((await step(wave)).did).toBe('opened')
  await soon()
  expect(await step(wave)).toMatchObject({ did: 'waited', because: 'news' })
  expect(await coursesIn(town)).toBe(50)
  await db.sql`delete from outbox`
  expect(await step(wave)).toMatchObject({ did: 'opened', courses: 10, isComplete: true })
  await setPace(deps.sql, { waitingNewsAtMost: 1_000 })
  await db.sql`
    insert into outbox (course_id, version, next_try_at)
    select id, 1, now() - interval '2 minutes' from course limit 1`
  await soon()
  const other = await released(await townOf(1))
  expect(await step(other)).toMatchObject({ did: 'waited', because: 'news' })
  await withdrawWave(deps.sql, other, ids.clerk)
})

test('held it opens nothing, resumed it goes on behind the last person; withdrawn it is over', async () => {
  const town = await townOf(60)
  const wave = await released(town)
  await step(wave)
  await pauseWave(deps.sql, wave, ids.clerk)
  await soon()
  expect(await step(wave)).toEqual({ did: 'nothing' })
  await expect(
    db.sql`update wave set courses = courses + 1 where id = ${wave.waveId}`,
  ).rejects.toMatchObject({ code: 'SE003' })
  expect((await opened(wave)).state).toBe('paused')
  await resumeWave(deps.sql, wave, ids.municipalAdministrator)
  const before = await coursesIn(town)
  await withdrawWave(deps.sql, wave, ids.clerk)
  expect(await step(wave)).toEqual({ did: 'nothing' })
  expect(await coursesIn(town)).toBe(before)
  await expect(resumeWave(deps.sql, wave, ids.clerk)).rejects.toMatchObject({ code: 'waveIsOver' })
})

test('the keeper opens what is released, waves in turn, and a new one takes over where it died', async () => {
  const [one, two] = [await townOf(30), await townOf(30)]
  const waves = [await released(one), await released(two)]
  await setPace(deps.sql, { coursesPerSecond: 20 })
  const before = await Promise.all([coursesIn(one), coursesIn(two)])
  const keeping = { ...deps, log: pino({ level: 'silent' }), isDemo: false }
  const dying = new AbortController()
  const dead = openReleased(keeping, new Map(), dying.signal)
  await expect.poll(async () => (await opened(waves[0]!)).courses, { timeout: 5_000 }).toBe(20)
  dying.abort()
  await dead
  await setPace(deps.sql, { coursesPerSecond: 200 })
  await soon()
  await openReleased(keeping, new Map(), new AbortController().signal)
  for (const [i, town] of [one, two].entries()) {
    const { state, courses, count } = await opened(waves[i]!)
    expect({ state, courses }).toEqual({ state: 'complete', courses: count!.atMost })
    expect(await coursesIn(town)).toBe(before[i]! + courses)
  }
})

test('no more open than two people agreed on, whoever came into the register since', async () => {
  const town = await townOf(10)
  const wave = await released(town)
  const before = await coursesIn(town)
  const { count } = (await readWave(deps.sql, wave))!
  const residents = Array.from({ length: 30 }, () =>
    residentOf(somebody('1939-02-03'), (['A', 'B', 'C'] as const)[(next - 1) % 3]!),
  )
  await register.post('/residents', { residents })
  await step(wave)
  expect((await coursesIn(town)) - before).toBe(count!.atMost)
  expect(await opened(wave)).toMatchObject({ state: 'complete' })
})

test('of whoever was linked to another row before, the course is that of both', async () => {
  const person = somebody('1940-02-03')
  await register.post('/residents', {
    residents: [residentOf(person, 'A'), residentOf(person, 'B')],
  })
  const office = await openOffice(db, 'B', today)
  await office.link({ person, town: 'B' }, { person, town: 'A' }, '2021-04-01')
  await office.close()
  const wave = await released(towns.B)
  await step(wave)
  const linked = await db.sql`
    select municipality_code as town, until_on::text as until from course_link l
      join resident r using (municipality_code)
     where r.id = l.resident_id and r.register_number in (${`A${person.number}`}, ${`B${person.number}`})
     order by 1`
  expect(linked).toEqual(
    expect.arrayContaining([
      { town: towns.A, until: '2021-04-01' },
      { town: towns.B, until: null },
    ]),
  )
})
