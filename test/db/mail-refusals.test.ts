// A server that will not have this mail has not said that the address is none: a letter goes, and only a
// second refusal soon after stops the address. Real PostgreSQL and a real SMTP server.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { addDays } from '../../domain/calendar.ts'
import { createMailer, type Mailer } from '../../mail/transport.ts'
import { type MailSender, startMailSender } from '../../workers/mail-sender.ts'
import { Post } from '../support/post.ts'
import { round1On, World } from './activities/fixture.ts'
import { queueMail, settledMails } from './activities/mails.ts'

let world: World
let post: Post
let mailer: Mailer
let sender: MailSender | undefined

beforeAll(async () => {
  world = await World.open()
  post = new Post()
  const smtpUrl = `smtp://127.0.0.1:${await post.open()}`
  mailer = createMailer({ smtpUrl, from: 'town@sender.invalid' })
})
afterEach(async () => {
  await sender?.stop()
})
afterAll(async () => {
  mailer?.close()
  await post?.close()
  await world?.close()
})

test.each([
  ['soon after, the address is stopped', 0, 'stopped'],
  ['two months later, it is the first again', 61, 'verified'],
])('no to this mail: a letter goes; and %s', async (_, earlier, state) => {
  const town = await world.newTown()
  post.manners = ['policy']
  const made = await queueMail(world, { town })
  const stateOf = async () => {
    const [row] = await world.sql`
      select state from mail_address where resident_id = ${made.residentId}`
    return row!.state
  }
  const { worker: sql, vault, clock } = world
  sender = startMailSender({ sql, vault, clock, log: world.deps.log, mailer, concurrency: 1 })
  await settledMails(world, made, 1)
  expect(await world.seal(town, round1On)).toEqual({ letters: 1 })
  expect(await world.attempts(made.courseId)).toMatchObject([
    { channel: 'mail', state: 'refused', reason: '550' },
    { channel: 'letter', state: 'sealed' },
  ])
  expect(await stateOf()).toBe('verified')
  await world.sql`
    update notice_attempt set settled_on = settled_on - ${earlier}::int
     where channel = 'mail' and notice_id in (select id from notice where course_id = ${made.courseId})`
  await world.sql`
    update mail_address set verified_on = '2021-01-01' where resident_id = ${made.residentId}`
  const round2On = addDays(round1On, 14)
  world.setDay(round2On)
  await world.sendNotice(made, world.reminder(made, 2, round2On))
  await settledMails(world, made, 3)
  expect(await stateOf()).toBe(state)
})
