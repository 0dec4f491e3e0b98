// A dose that was recorded for the wrong person is voided over HTTP after its course was complete: the
// relay's news begin a new run of the same id on the real server, which waits again, reminds once on its
// day, and ends when the dose is given after all. Real database, real relay, weeks skipped by the server.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createActivities } from '../../activities/index.ts'
import { createApp } from '../../api/app.ts'
import { clockOf } from '../../config/clock.ts'
import { connect } from '../../db/client.ts'
import { tokyoInstant } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { relayRound } from '../../relay/relay.ts'
import { courseWorkflowId, taskQueue } from '../../workflows/messages.ts'
import { appDeps } from '../support/api.ts'
import { startTestWorker, type TestWorker } from '../support/course-worker.ts'
import { asProgram, seedStaff } from '../support/credentials.ts'
import { clerkOf, courseOf, second } from '../support/mended.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import { daysMs, skipTime } from '../support/time-skipping.ts'
import { aResident, aScan, type SeededResident, seedTowns } from '../support/town.ts'

// Noon of that day, now; from here on both clocks go at one pace.
const campaignAt = Date.parse(tokyoInstant('2021-07-01' as PlainDate, 12 * 60))
const clock = clockOf(() => [{ wallAt: startedMs, campaignAt, pace: 1 }])
const startedMs = Date.now()
const log = pino({ level: 'silent' })
const dataDir = mkdtempSync(join(tmpdir(), 'sesshu-reopened-'))

let db: SealedDatabase
let worker: TestWorker
let deps: ReturnType<typeof appDeps>
let app: ReturnType<typeof createApp>
const pools: ReturnType<typeof connect>[] = []
beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  deps = appDeps(db)
  app = createApp({ ...deps, clock })
  const sql = connect(db.urls.sesshu_worker, { name: 'test', max: 4 })
  pools.push(sql, connect(db.urls.sesshu_relay, { name: 'test', max: 2 }))
  const vault = db.keyd.vault('worker')
  const activities = createActivities({ sql, vault, clock, log, dataDir })
  worker = await startTestWorker(inject('temporal'), activities, { taskQueue })
})
afterAll(async () => {
  await worker?.stop()
  await Promise.all(pools.map((pool) => pool.end({ timeout: 1 })))
  await deps?.close()
  await db?.drop()
  rmSync(dataDir, { recursive: true, force: true })
})

async function scan(person: SeededResident, changes = {}): Promise<string> {
  const body = JSON.stringify(aScan(person, changes))
  const answer = await app.request('/api/v1/scans', { method: 'POST', headers: asProgram, body })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { doseId: string }).doseId
}

async function bringNews(): Promise<void> {
  const relay = { sql: pools[1]!, client: worker.client, clock, log }
  while ((await relayRound(relay)) !== 'idle');
}

const notices = (courseId: string) =>
  db.sql`select kind, round, state, queued_on::text as "on" from notice where course_id = ${courseId}`

test('a voided second dose reopens the wait after completion, and one reminder comes of it', async () => {
  const person = await aResident(db)
  await scan(person)
  const wrong = await scan(person, second)
  const { id } = (await courseOf(db, person.residentId))!
  await bringNews()
  await worker.course(id).result()
  const completed = (await worker.course(id).describe()).runId

  const clerk = clerkOf(app)
  expect((await clerk.change('void', wrong, { reason: 'wrongPerson' })).status).toBe(200)
  await bringNews()
  const facts = await worker.until(id, ({ cause }) => cause === 'corrected')
  expect(facts).toMatchObject({ stage: 'secondDoseOverdue', dosesGiven: 1 })
  expect((await worker.course(id).describe()).runId).not.toBe(completed)

  await skipTime(worker.client, courseWorkflowId(id), daysMs(20))
  expect(await notices(id)).toHaveLength(0)
  await skipTime(worker.client, courseWorkflowId(id), daysMs(5))
  expect(await notices(id)).toEqual([
    { kind: 'reminder', round: 1, state: 'queued', on: '2021-07-22' },
  ])

  await scan(person, { ...second, givenOn: '2021-07-01' })
  await bringNews()
  await worker.course(id).result()
  expect(await notices(id)).toHaveLength(1)
}, 120_000)
