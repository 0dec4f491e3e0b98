// What a refusing Temporal does to the outbox: a server that is not set up sets nothing aside.

import { randomUUID } from 'node:crypto'
import {
  type Client,
  NamespaceNotFoundError,
  ServiceError,
  WorkflowNotFoundError,
} from '@temporalio/client'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { realClock } from '../../config/clock.ts'
import { connect, type Sql } from '../../db/client.ts'
import { relayRound } from '../../relay/relay.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import { aResident, seedTowns } from '../support/town.ts'

let db: SealedDatabase
let sql: Sql

beforeAll(async () => {
  db = await sealedDatabase()
  sql = connect(db.urls.sesshu_relay, { name: 'test', max: 4 })
  await seedTowns(db.sql)
})
afterAll(async () => {
  await sql.end({ timeout: 1 })
  await db.drop()
})
afterEach(() => db.sql`delete from outbox`)

async function aCourseWithNews(): Promise<string> {
  const { municipalityCode, residentId } = await aResident(db)
  const id = randomUUID()
  await db.sql`
    insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage)
    values (${id}, ${municipalityCode}, ${residentId}, 'wave', 'replanned', 'awaitingFirstDose')`
  await db.sql`insert into outbox (course_id, version) values (${id}, 1)`
  return id
}

/** Answers each start as told for its course, by no other means than the client's own errors. */
function clientThat(answer: (workflowId: string) => Error | undefined): Client {
  const signalWithStart = async (_: unknown, { workflowId }: { workflowId: string }) => {
    const error = answer(workflowId)
    if (error) throw error
  }
  const withDeadline = (_: number, work: () => Promise<unknown>) => work()
  return { withDeadline, workflow: { signalWithStart } } as unknown as Client
}

function refusedWith(code: number): ServiceError {
  const cause = Object.assign(new Error('made up'), { code, details: '', metadata: {} })
  return new ServiceError('Failed to signalWithStart Workflow', { cause })
}

const round = (client: Client) =>
  relayRound({ sql, client, clock: realClock, log: pino({ level: 'silent' }) })

/** As though every wait that the relay asked for were over. */
const letWaitsPass = () => db.sql`update outbox set next_try_at = now()`

const outbox = async (courseId: string) => {
  const [row] = await db.sql`
    select tries, set_aside_at is not null as "isSetAside", leased_until as "leasedUntil",
           last_error as "lastError"
      from outbox where course_id = ${courseId}`
  return row
}
const untouched = { tries: 0, isSetAside: false, leasedUntil: null, lastError: null }

test.each<[string, Error]>([
  ...[1, 2, 4, 5, 7, 8, 10, 13, 14, 16].map((code): [string, Error] => [
    `gRPC ${code}`,
    refusedWith(code),
  ]),
  ['no such namespace', new NamespaceNotFoundError('made-up')],
  ['nothing of that name', new WorkflowNotFoundError('made up', 'course/made-up', undefined)],
  ['invalid, whoever asks', refusedWith(3)],
])(
  '%s again and again: nothing is counted or set aside, and it all goes later',
  async (_, error) => {
    const ids = [await aCourseWithNews(), await aCourseWithNews()]
    for (let times = 0; times < 9; times += 1) {
      expect(await round(clientThat(() => error))).toBe('temporalIsAway')
    }
    for (const id of ids) expect(await outbox(id)).toEqual(untouched)
    expect(await round(clientThat(() => undefined))).toBe('busy')
    for (const id of ids) expect(await outbox(id)).toBeUndefined()
  },
)

test('invalid beside others that go: the row is set aside in the end', async () => {
  const faulty = await aCourseWithNews()
  const client = clientThat((id) => (id.endsWith(faulty) ? refusedWith(3) : undefined))
  for (let times = 1; times <= 8; times += 1) {
    const sound = await aCourseWithNews()
    expect(await round(client)).toBe('busy')
    expect(await outbox(sound)).toBeUndefined()
    expect(await outbox(faulty)).toMatchObject({ tries: times, isSetAside: times === 8 })
    await letWaitsPass()
  }
  expect(await outbox(faulty)).toMatchObject({ lastError: 'ServiceError (gRPC 3)' })
})

test('what no server said counts against its row alone', async () => {
  const faulty = await aCourseWithNews()
  expect(await round(clientThat(() => new TypeError('made up')))).toBe('busy')
  expect(await outbox(faulty)).toMatchObject({ tries: 1, lastError: 'TypeError' })
})

test('a version that was raised without a row is told once, and the row goes', async () => {
  const id = await aCourseWithNews()
  // As an activity does: its own answer brings the news.
  await db.sql`update course set version = 2 where id = ${id}`
  expect(await round(clientThat(() => undefined))).toBe('busy')
  expect(await outbox(id)).toBeUndefined()
})

test('a version that was raised with its row meanwhile is told anew', async () => {
  const id = await aCourseWithNews()
  const raiseMeanwhile = () => {
    raised ??= db.sql`update outbox set version = 2 where course_id = ${id}`.then(() => undefined)
    return undefined
  }
  let raised: Promise<undefined> | undefined
  const client = clientThat(raiseMeanwhile)
  const { signalWithStart } = client.workflow
  client.workflow.signalWithStart = (async (...args: Parameters<typeof signalWithStart>) => {
    const handle = await signalWithStart(...args)
    await raised
    return handle
  }) as typeof signalWithStart
  expect(await round(client)).toBe('busy')
  expect(await outbox(id)).toEqual(untouched)
  await db.sql`update course set version = 2 where id = ${id}`
  expect(await round(clientThat(() => undefined))).toBe('busy')
  expect(await outbox(id)).toBeUndefined()
})
