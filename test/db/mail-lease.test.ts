// What counts as a try: the hand-over alone, marked for all to see before the server hears of it.

import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createMailer, type Mailer } from '../../mail/transport.ts'
import { type MailSender, startMailSender } from '../../workers/mail-sender.ts'
import { Post } from '../support/post.ts'
import { type Made, round1On, World } from './activities/fixture.ts'

let world: World
let post: Post
let mailer: Mailer
let senders: MailSender[] = []

beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

beforeEach(async () => {
  post = new Post()
  mailer = createMailer({
    smtpUrl: `smtp://127.0.0.1:${await post.open()}`,
    from: 'town@sender.invalid',
  })
})
afterEach(async () => {
  post.letGo()
  await Promise.all(senders.map((sender) => sender.stop()))
  senders = []
  mailer.close()
  await post.close()
})

function startSender(): void {
  const { worker: sql, vault, clock } = world
  senders.push(startMailSender({ sql, vault, clock, log: world.deps.log, mailer, concurrency: 1 }))
}

async function queuedMail(): Promise<Made> {
  const mail = `r-${randomUUID()}@example.invalid`
  const made = await world.personWithDose({ town: await world.newTown(), mail })
  world.setDay(round1On)
  await world.sendNotice(made)
  return made
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10))
}

const attemptOf = async (made: Made) => (await world.attempts(made.courseId))[0]

const settled = (made: Made) =>
  until(async () => !['queued', 'attempting', 'unknown'].includes((await attemptOf(made))!.state))

test('waiting for a course is no try, however many leases run out meanwhile', async () => {
  post.manners = ['hangUp', 'accept']
  const made = await queuedMail()
  const seal = await world.sql.reserve()
  await seal`begin`
  await seal`select 1 from course where id = ${made.courseId} for update`
  for (const waiting of [1, 2, 3]) {
    startSender()
    await world.untilSomeoneWaits(waiting)
    expect(await attemptOf(made)).toMatchObject({ state: 'queued', tries: 0 })
    await world.sql`
      update notice_attempt a set leased_until = now()
        from notice n where n.id = a.notice_id and n.course_id = ${made.courseId}`
  }
  await seal`commit`
  seal.release()
  await settled(made)
  // The one repetition that an unknown outcome allows was still to be had.
  expect(await attemptOf(made)).toMatchObject({ state: 'accepted', tries: 2 })
  expect(post.received.map(({ accepted }) => accepted)).toEqual([false, true])
})

test('the mark of being under way is committed before the server has the mail', async () => {
  post.manners = ['wait']
  const made = await queuedMail()
  startSender()
  await until(async () => post.received.length === 1)
  expect(await attemptOf(made)).toMatchObject({ state: 'attempting', tries: 1 })
  post.letGo()
  await settled(made)
  expect(await attemptOf(made)).toMatchObject({ state: 'accepted', tries: 1 })
})
