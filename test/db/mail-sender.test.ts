// Mails against a real SMTP server that accepts, refuses, or hangs up in the middle: what arrived there
// and what the rows say, with the worker's own role. Nothing waits for a time, only for a state.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addDays } from '../../domain/calendar.ts'
import { createMailer, type Mailer } from '../../mail/transport.ts'
import { type MailSender, startMailSender } from '../../workers/mail-sender.ts'
import { confirmMail, openPerson, tellMail } from '../support/people.ts'
import { type Manner, Post } from '../support/post.ts'
import { until } from '../support/until.ts'
import { type Made, on, round1On, World } from './activities/fixture.ts'
import { queueMail, settledMails } from './activities/mails.ts'

let world: World
let town: string
let post: Post
let port: number
let mailer: Mailer
let senders: MailSender[] = []

beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

beforeEach(async () => {
  town = await world.newTown()
  post = new Post()
  port = await post.open()
  mailer = mailerTo(port)
})

afterEach(async () => {
  post.letGo()
  await stopSenders()
  mailer.close()
  await post.close()
  await world.sql`
    update notice_attempt set state = 'withdrawn', settled_at = now()
     where state in ('queued', 'attempting', 'unknown')`
})

const mailerTo = (smtpPort: number) =>
  createMailer({ smtpUrl: `smtp://127.0.0.1:${smtpPort}`, from: 'town@sender.invalid' })

function startSender(concurrency = 2, use: MailSender[] = senders): MailSender {
  const { worker: sql, vault, clock } = world
  const sender = startMailSender({ sql, vault, clock, log: world.deps.log, mailer, concurrency })
  use.push(sender)
  return sender
}

async function stopSenders(): Promise<void> {
  await Promise.all(senders.map((sender) => sender.stop()))
  senders = []
}

const queuedMail = (wish: { family?: string } = {}) => queueMail(world, { town, ...wish })
const rowOf = ({ town: municipalityCode, residentId }: Made) => ({ municipalityCode, residentId })

const settled = (made: Made, count = 1) => settledMails(world, made, count)

describe('the server says', () => {
  test('yes: one mail, to its person alone, and the notice has left', async () => {
    const made = await queuedMail({ family: '秘密' })
    startSender()
    await settled(made)
    const [attempt] = await world.attempts(made.courseId)
    const [notice] = await world.notices(made.courseId)
    const { mail: to } = await openPerson(world.db, rowOf(made))
    expect(attempt).toMatchObject({ state: 'accepted', tries: 1 })
    expect(notice).toMatchObject({ state: 'left', channel: 'mail', leftOn: round1On })
    expect(post.received).toMatchObject([
      { to: [to], mail: { messageId: `<${attempt!.id}@notice.sesshu.invalid>` } },
    ])
    const { mail } = post.received[0]!
    expect(mail.headers.get('x-sesshu-notice-id')).toBe(notice!.id)
    expect(mail.headers.get('x-sesshu-campaign-date')).toBe(round1On)
    expect(mail.text).toContain('秘密')
    expect(await world.news(made.courseId)).toEqual([])
    expect(world.logged.join()).not.toMatch(/秘密|example\.invalid/)
  })

  test('yes, days after it was queued: the next round counts from the day it left', async () => {
    const made = await queuedMail()
    const later = addDays(round1On, 3)
    world.setDay(later)
    startSender()
    await settled(made)
    const facts = await world.facts(made.courseId)
    expect(await world.notices(made.courseId)).toMatchObject([{ leftOn: later }])
    expect(facts.steps).toMatchObject([{ round: 2, on: addDays(later, 14) }])
    expect(await world.news(made.courseId)).toEqual([{ version: facts.version }])
  })

  test('no: a letter goes instead, as a further attempt of the same notice', async () => {
    post.manners = ['refuse']
    const made = await queuedMail()
    startSender()
    await settled(made)
    expect(await world.attempts(made.courseId)).toMatchObject([
      { channel: 'mail', state: 'refused', reason: '550' },
      { channel: 'letter', state: 'queued' },
    ])
    expect(await world.seal(town, round1On)).toEqual({ letters: 1 })
    expect(await world.notices(made.courseId)).toMatchObject([{ state: 'left', channel: 'letter' }])
    expect(post.received).toEqual([])
  })

  test('nothing, once: exactly one repetition, under the same Message-ID', async () => {
    post.manners = ['hangUp', 'accept']
    const made = await queuedMail()
    startSender()
    await settled(made)
    expect(await world.attempts(made.courseId)).toMatchObject([
      { channel: 'mail', state: 'accepted', tries: 2 },
    ])
    expect(post.received.map(({ accepted }) => accepted)).toEqual([false, true])
    expect(new Set(post.received.map(({ mail }) => mail.messageId)).size).toBe(1)
  })

  test('nothing, twice: no third mail, but a letter', async () => {
    post.manners = ['hangUp']
    const made = await queuedMail()
    startSender()
    await settled(made)
    expect(await world.attempts(made.courseId)).toMatchObject([
      { channel: 'mail', state: 'unknown', tries: 2 },
      { channel: 'letter', state: 'queued' },
    ])
    await stopSenders()
    expect(post.received).toHaveLength(2)
  })
})

test('no connection counts as no try, and the mail leaves when the server is back', async () => {
  await post.close()
  const made = await queuedMail()
  startSender()
  await until(async () => world.logged.some((line) => line.includes('"outcome":"notSent"')))
  expect(await world.attempts(made.courseId)).toMatchObject([{ channel: 'mail' }])
  post = new Post()
  await post.open(port)
  await settled(made)
  expect(await world.attempts(made.courseId)).toMatchObject([{ state: 'accepted', tries: 1 }])
  expect(post.received).toHaveLength(1)
})

describe('a sender that died', () => {
  test('killed while the server had the mail: repeated once, by another', async () => {
    post.manners = ['wait', 'accept']
    const made = await queuedMail()
    const script = join(import.meta.dirname, 'activities', 'mail-sender-process.ts')
    const dying = spawn(process.execPath, ['--import', 'tsx', script], {
      env: {
        ...process.env,
        DATABASE_URL: world.db.urls.sesshu_worker,
        SESSHU_KEYD_SOCKET: world.db.keyd.socketPath,
        SESSHU_KEYD_TOKEN: world.db.keyd.token('worker'),
        SMTP_URL: `smtp://127.0.0.1:${port}`,
      },
      stdio: 'ignore',
    })
    try {
      await until(async () => post.received.length === 1)
    } finally {
      dying.kill('SIGKILL')
    }
    await once(dying, 'exit')
    startSender()
    await settled(made)
    expect(await world.attempts(made.courseId)).toMatchObject([
      { channel: 'mail', state: 'accepted', tries: 2 },
    ])
    await stopSenders()
    expect(post.received).toHaveLength(2)
    expect(new Set(post.received.map(({ mail }) => mail.messageId)).size).toBe(1)
  })

  const diedAfter = async (made: Made, tries: number) => {
    await world.sql`
      update notice_attempt a set state = 'attempting', tries = ${tries}, leased_until = now()
        from notice n where n.id = a.notice_id and n.course_id = ${made.courseId}`
  }

  test('once: its mail is repeated', async () => {
    const made = await queuedMail()
    await diedAfter(made, 1)
    startSender()
    await settled(made)
    const [attempt] = await world.attempts(made.courseId)
    expect(attempt).toMatchObject({ state: 'accepted', tries: 2 })
    expect(post.received).toMatchObject([
      { mail: { messageId: `<${attempt!.id}@notice.sesshu.invalid>` } },
    ])
  })

  test('twice: a letter goes, and no mail', async () => {
    const made = await queuedMail()
    await diedAfter(made, 2)
    startSender()
    await settled(made)
    expect(await world.attempts(made.courseId)).toMatchObject([
      { channel: 'mail', state: 'unknown', reason: 'unknownTwice' },
      { channel: 'letter', state: 'queued' },
    ])
    expect(post.received).toEqual([])
  })

  test('and a person who died meanwhile: nothing goes', async () => {
    const made = await queuedMail()
    await diedAfter(made, 1)
    await world.die(made, round1On)
    startSender()
    await settled(made)
    expect(await world.attempts(made.courseId)).toMatchObject([
      { state: 'unknown', reason: 'deceased' },
    ])
    expect(post.received).toEqual([])
  })
})

describe('taken back at the last look', () => {
  const cases: [string, 'suppressed' | 'held', (made: Made) => Promise<unknown>][] = [
    ['dosed', 'suppressed', (made) => world.dose(made, 2, on('2021-05-22'))],
    ['deceased', 'suppressed', (made) => world.die(made, round1On)],
    ['protected', 'suppressed', (made) => world.protect(made, round1On)],
    [
      'betweenMunicipalities',
      'held',
      (made) => world.planToMoveOut(made, round1On, addDays(round1On, -1)),
    ],
  ]

  test.each(cases)('%s', async (reason, state, happens) => {
    const made = await queuedMail()
    const neighbour = await queuedMail()
    await happens(made)
    startSender()
    await settled(made)
    await settled(neighbour)
    expect(await world.notices(made.courseId)).toMatchObject([{ state, reason, leftOn: null }])
    expect(await world.attempts(made.courseId)).toMatchObject([{ state: 'withdrawn', reason }])
    expect(await world.tasks(made.courseId)).toMatchObject(
      reason === 'protected' ? [{ town, kind: 'noticeByHand' }] : [],
    )
    expect(post.received).toHaveLength(1)
  })

  test('mail no longer wanted: a letter', async () => {
    const made = await queuedMail()
    await world.sql`update person set mail = null where resident_id = ${made.residentId}`
    startSender()
    await settled(made)
    expect(await world.attempts(made.courseId)).toMatchObject([
      { channel: 'mail', state: 'withdrawn', reason: 'noMail' },
      { channel: 'letter', state: 'queued' },
    ])
    expect(post.received).toEqual([])
  })

  test('dosed by a scan that commits while the sender waits for it', async () => {
    const made = await queuedMail()
    const scan = await world.sql.reserve()
    await scan`begin`
    await scan`select 1 from course where id = ${made.courseId} for update`
    startSender()
    await world.untilSomeoneWaits()
    await world.dose(made, 2, on('2021-05-22'), 'pfizer', round1On, scan)
    await scan`commit`
    scan.release()
    await settled(made)
    expect(await world.notices(made.courseId)).toMatchObject([
      { state: 'suppressed', reason: 'dosed' },
    ])
    expect(post.received).toEqual([])
  })

  test('a fact told while the server makes up its mind is acknowledged after its yes', async () => {
    post.manners = ['wait']
    const made = await queuedMail()
    startSender()
    await until(async () => post.received.length === 1)
    let isAcknowledged = false
    const telling = world.sql
      .begin(async (tx) => {
        await tx`select 1 from course where id = ${made.courseId} for update`
        await world.dose(made, 2, on('2021-05-22'), 'pfizer', round1On, tx)
      })
      .then(() => {
        isAcknowledged = true
      })
    await world.untilSomeoneWaits()
    expect(isAcknowledged).toBe(false)
    post.letGo()
    await telling
    expect(await world.notices(made.courseId)).toMatchObject([{ state: 'left', channel: 'mail' }])
  })
})

test('a lease that ran out while its sender waited for a scan: one mail', async () => {
  const made = await queuedMail()
  const scan = await world.sql.reserve()
  await scan`begin`
  await scan`select 1 from course where id = ${made.courseId} for update`
  startSender()
  await world.untilSomeoneWaits()
  await world.sql`
    update notice_attempt a set leased_until = now()
      from notice n where n.id = a.notice_id and n.course_id = ${made.courseId}`
  startSender()
  await world.untilSomeoneWaits(2)
  await scan`commit`
  scan.release()
  await settled(made)
  await stopSenders()
  expect(await world.attempts(made.courseId)).toMatchObject([{ state: 'accepted' }])
  expect(post.received).toHaveLength(1)
})

test('moved since it was queued: it is signed by the new home', async () => {
  const newTown = await world.newTown()
  const made = await queuedMail()
  const moved = await world.moveTo(made, newTown, round1On)
  await tellMail(world.db, rowOf(moved), 'moved@example.invalid')
  await confirmMail(world.db, rowOf(moved), 'moved@example.invalid')
  const [name] = await world.sql`select name from municipality where code = ${newTown}`
  startSender()
  await settled(made)
  expect(await world.attempts(made.courseId)).toMatchObject([{ town: newTown, state: 'accepted' }])
  expect(post.received).toMatchObject([{ to: ['moved@example.invalid'] }])
  expect(post.received[0]!.mail.subject).toContain(name!.name)
})

test('a person who is not to be seen is alarmed; the try does not count', async () => {
  const made = await queuedMail()
  await world.sql`create table hidden as select * from person where resident_id = ${made.residentId}`
  await world.sql`delete from person where resident_id = ${made.residentId}`
  startSender()
  await until(async () => world.logged.some((line) => line.includes('mailNotTried')))
  await world.sql.begin(async (tx) => {
    await tx`insert into person select * from hidden`
    await tx`
      update mail_address set state = 'verified', verified_on = '2021-04-01', address_check = no_index()
       where resident_id = ${made.residentId}`
  })
  await settled(made)
  expect(await world.attempts(made.courseId)).toMatchObject([{ state: 'accepted', tries: 1 }])
})

test('however many senders, and whatever the server does, nobody gets more than allowed', async () => {
  const manner = fc.constantFrom<Manner>('accept', 'accept', 'hangUp', 'refuse')
  await fc.assert(
    fc.asyncProperty(
      fc.array(manner, { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 3 }),
      async (manners, concurrencies) => {
        post.received.length = 0
        post.manners = [...manners, 'accept']
        const people = await Promise.all(Array.from({ length: 6 }, () => queuedMail()))
        for (const concurrency of concurrencies) startSender(concurrency)
        for (const made of people) await settled(made)
        await stopSenders()
        for (const made of people) {
          const [mail, letter] = await world.attempts(made.courseId)
          const got = post.received.filter(
            (each) => each.mail.messageId === `<${mail!.id}@notice.sesshu.invalid>`,
          )
          const answers = got.map(({ accepted }) => accepted)
          if (mail!.state === 'accepted') {
            expect(letter).toBeUndefined()
            expect([[true], [false, true]]).toContainEqual(answers)
          } else {
            expect(letter).toMatchObject({ channel: 'letter', state: 'queued' })
            expect(answers).not.toContain(true)
            expect(answers.length).toBeLessThanOrEqual(2)
          }
        }
      },
    ),
    { numRuns: 6 },
  )
})
