// T13: a mail server that repeats the recipient in its refusal, a database that repeats the row that it
// refused: a person's address and name reach neither a history, nor Temporal's files, nor the log.
import type { AddressInfo } from 'node:net'
import proto from '@temporalio/proto'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createActivities } from '../../activities/index.ts'
import { temporalIdentity } from '../../config/temporal.ts'
import { createMailer, type Mailer } from '../../mail/transport.ts'
import { type MailSender, startMailSender } from '../../workers/mail-sender.ts'
import { courseWorkflowId } from '../../workflows/messages.ts'
import { round1On, World } from '../db/activities/fixture.ts'
import {
  eventually,
  startTestWorker,
  type TestWorker,
  testCodec,
} from '../support/course-worker.ts'
import { hitsInFiles, keptIn } from '../support/kept-text.ts'

const { History } = proto.temporal.api.history.v1

const family = '検証苗字'
const address = '架空県架空市検証町7-7'
const mail = 'kensho.marker@example.jp'
const markers = [family, address, mail, 'kensho.marker']

let world: World
let worker: TestWorker
let sender: MailSender
let mailer: Mailer
let smtp: SMTPServer
const refused: string[] = []

beforeAll(async () => {
  world = await World.open()
  smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onRcptTo({ address: to }, _session, done) {
      refused.push(to)
      const text = `5.1.1 <${to}>: ${family} is unknown here`
      done(Object.assign(new Error(text), { responseCode: 550 }))
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()))
  const { port } = smtp.server.address() as AddressInfo
  mailer = createMailer({ smtpUrl: `smtp://127.0.0.1:${port}`, from: 'no-reply@city.example.jp' })
  sender = startMailSender({ ...world.deps, sql: world.worker, mailer, concurrency: 2 })
  const activities = createActivities({ ...world.deps, wakeMailSender: () => sender.wake() })
  // As the shipped worker calls itself, whatever the machine is called.
  const identity = temporalIdentity('worker')
  worker = await startTestWorker(inject('temporal'), activities, { identity })
})
afterAll(async () => {
  await worker.stop()
  await sender.stop()
  mailer.close()
  await new Promise<void>((resolve) => smtp.close(() => resolve()))
  await world.close()
})

test('T13: a refused mail becomes a letter, and what was said of it stays with nobody', async () => {
  world.setDay(round1On)
  const made = await world.personWithDose({ town: await world.newTown(), mail, family, address })
  // The database refuses the first attempt, and names the whole row in its message.
  await world.sql`alter table notice_attempt add constraint planted check (channel <> 'mail')`
  const facts = await world.facts(made.courseId)
  await worker.tell(made.courseId, {
    ...facts,
    steps: facts.steps.map((step) => ({ ...step, at: new Date(0).toISOString() })),
  })
  const failed = () => world.logged.some((line) => line.includes('an activity failed'))
  await eventually(failed)
  await world.sql`alter table notice_attempt drop constraint planted`
  await eventually(async () => (await world.attempts(made.courseId)).length === 2)

  expect(refused).toEqual([mail])
  expect(await world.attempts(made.courseId)).toMatchObject([
    { channel: 'mail', state: 'refused', reason: '550' },
    { channel: 'letter', state: 'queued' },
  ])
  const history = await worker.history(courseWorkflowId(made.courseId))
  const kept = keptIn(History.fromObject(history))
  const text = JSON.stringify([kept.open, await opened(history), world.logged])
  expect(text).toContain('sendNotice failed: PostgresError 23514')
  for (const marker of markers) expect(text).not.toContain(marker)
  const names = kept.open.filter(({ path }) => /identity$|taskQueue\.name$/.test(path))
  const bare = names.map(({ text: name }) => name.replace(/-[0-9a-f-]{32,36}$/, ''))
  expect([...new Set(bare)].sort()).toEqual(['test', `worker@${process.pid}`])
  const hits = hitsInFiles(inject('temporal').dbFile, [...markers, made.courseId])
  expect(hits[made.courseId]).toBeGreaterThan(0)
  expect({ ...hits, [made.courseId]: 0 }).toEqual(
    Object.fromEntries([...markers, made.courseId].map((marker) => [marker, 0])),
  )
})

/** Even opened, no payload holds anything of a person: the codec is the second layer. */
async function opened(value: unknown): Promise<string[]> {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  if ('metadata' in value && 'data' in value) {
    const payloads = await testCodec.decode([value as never])
    return payloads.map(({ data }) => Buffer.from(data ?? []).toString('utf8'))
  }
  return (await Promise.all(Object.values(value).map(opened))).flat()
}
