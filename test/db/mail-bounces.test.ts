// A mail that came back after it had been accepted: its notice goes on as a letter, if it is still owed; what
// somebody makes up stops nobody's mail.
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Repeated } from '../../config/repeat.ts'
import { connect, type Sql } from '../../db/client.ts'
import { hasMail } from '../../db/people/read.ts'
import { addDays } from '../../domain/calendar.ts'
import type { MailMessage } from '../../mail/message.ts'
import type { MailTo, SendResult } from '../../mail/transport.ts'
import { takeReport } from '../../web/mails/take-report.ts'
import { mailLinkRoutes } from '../../web/my/mail-links.tsx'
import { startBounceKeeper } from '../../workers/bounces.ts'
import { startMailSender } from '../../workers/mail-sender.ts'
import { aReport, type ReportWish } from '../support/delivery-reports.ts'
import { asTx } from '../support/people.ts'
import { until } from '../support/until.ts'
import { type Made, on, round1On, World } from './activities/fixture.ts'

let world: World
let api: Sql
let town: string
let keeper: Repeated

beforeAll(async () => {
  world = await World.open()
  api = connect(world.db.urls.sesshu_api, { name: 'test api', max: 2 })
  const { worker: sql, clock, dataDir, deps } = world
  keeper = startBounceKeeper({ sql, clock, log: deps.log, dataDir }, 20)
})
afterAll(async () => {
  await keeper.stop()
  await api.end({ timeout: 1 })
  await world.close()
})
beforeEach(async () => {
  town = await world.newTown()
})

type Sent = { made: Made; message: MailMessage; to: MailTo }

/** Round 1 has left by mail. */
async function sentMail(): Promise<Sent> {
  const made = await world.personWithDose({ town, mail: `r-${randomUUID()}@example.invalid` })
  world.setDay(round1On)
  await world.sendNotice(made)
  return { made, ...(await sendOne(made)) }
}

async function sendOne(made: Made, answer: SendResult = { outcome: 'accepted' }) {
  const { worker: sql, vault, clock, deps } = world
  const sent: { message: MailMessage; to: MailTo }[] = []
  const mailer = {
    send: async (message: MailMessage, to: MailTo) => {
      sent.push({ message, to })
      return answer
    },
  }
  const myAddress = 'https://sesshu.example.jp/my'
  const sender = startMailSender({
    ...{ sql, vault, clock, log: deps.log, mailer, myAddress, concurrency: 1 },
  })
  await until(async () =>
    (await world.attempts(made.courseId)).some(({ state }) => state === answer.outcome),
  )
  await sender.stop()
  return sent.at(-1)!
}

const settled = () =>
  until(async () => {
    const rows = await world.sql`select 1 from mail_bounce where settled_on is null`
    return rows.length === 0
  })

const hand = (wish: ReportWish) =>
  takeReport(api, aReport(wish), { via: 'page', on: world.clock.today() })

async function comesBack({ to }: Pick<Sent, 'to'>, status = '5.1.1') {
  const taken = await hand({ returned: to.token, quoted: to.token, status })
  await settled()
  return taken
}

const reaches = ({ made }: Sent) =>
  asTx(world.db, (tx) => hasMail(tx, { municipalityCode: town, residentId: made.residentId }))

describe('a mail that came back', () => {
  test('goes on as a letter in the evening, and its address gets no further mail', async () => {
    const sent = await sentMail()
    const { courseId } = sent.made
    expect(await comesBack(sent)).toBe('taken')
    expect(await world.attempts(courseId)).toMatchObject([
      { channel: 'mail', state: 'bounced', reason: '5.1.1' },
      { channel: 'letter', state: 'queued' },
    ])
    expect(await world.notices(courseId)).toMatchObject([{ state: 'queued', channel: null }])
    expect(await reaches(sent)).toBe(false)
    const evening = addDays(round1On, 2)
    world.setDay(evening)
    expect(await world.seal(town, evening)).toEqual({ letters: 1 })
    const [notice] = await world.notices(courseId)
    expect(notice).toMatchObject({ state: 'left', channel: 'letter', leftOn: evening })
    const facts = await world.facts(courseId)
    expect(facts.steps).toMatchObject([{ round: 2, on: addDays(evening, 14) }])
    expect(await comesBack(sent)).toBe('known')
    expect(await world.attempts(courseId)).toHaveLength(2)
  })

  test('dosed meanwhile: no letter leaves', async () => {
    const sent = await sentMail()
    await comesBack(sent)
    await world.dose(sent.made, 2, on('2021-05-22'))
    expect(await world.seal(town, round1On)).toEqual({ letters: 0 })
    expect(await world.notices(sent.made.courseId)).toMatchObject([
      { state: 'suppressed', reason: 'dosed' },
    ])
  })

  test('for a reason that may pass: a letter, and only the second time is the address stopped', async () => {
    const sent = await sentMail()
    await comesBack(sent, '5.2.2')
    expect(await world.attempts(sent.made.courseId)).toMatchObject([
      { state: 'bounced', reason: '5.2.2' },
      { channel: 'letter' },
    ])
    expect(await reaches(sent)).toBe(true)
    await world.seal(town, round1On)
    const round2On = addDays(round1On, 14)
    world.setDay(round2On)
    await world.sendNotice(sent.made, world.reminder(sent.made, 2, round2On))
    await comesBack(await sendOne(sent.made), '5.2.2')
    expect(await reaches(sent)).toBe(false)
  })

  test('so late that the next round has left: nothing is sent a second time', async () => {
    const sent = await sentMail()
    const round2On = addDays(round1On, 14)
    world.setDay(round2On)
    await world.sendNotice(sent.made, world.reminder(sent.made, 2, round2On))
    await sendOne(sent.made)
    await comesBack(sent)
    expect(await world.attempts(sent.made.courseId)).toMatchObject([
      { state: 'bounced' },
      { channel: 'mail', state: 'accepted' },
    ])
    expect(await reaches(sent)).toBe(false)
  })
})

describe('a report that somebody makes up stops nobody’s mail', () => {
  test('every guess: another token, the Message-ID alone, another mail’s number, another town', async () => {
    const sent = await sentMail()
    const another = await sentMail()
    const [attempt] = await world.attempts(sent.made.courseId)
    const [otherAttempt] = await world.attempts(another.made.courseId)
    const token = sent.to.token!
    const guessed = { municipalityCode: town, token: randomUUID() }
    const elsewhere = { municipalityCode: await world.newTown(), token: token.token }
    const answers = [
      await hand({ returned: guessed, attemptId: attempt!.id }),
      await hand({ attemptId: attempt!.id }),
      await hand({ returned: token, attemptId: otherAttempt!.id }),
      await hand({ returned: elsewhere }),
      await hand({ returned: another.to.token, quoted: token }),
    ]
    expect(answers).toEqual(['noSuchMail', 'noToken', 'noSuchMail', 'noSuchMail', 'twoTokens'])
    await settled()
    for (const each of [sent, another]) {
      expect(await world.attempts(each.made.courseId)).toMatchObject([{ state: 'accepted' }])
      expect(await reaches(each)).toBe(true)
    }
  })
})

test('a mail that its server refused, and of which a report comes as well, counts once', async () => {
  const made = await world.personWithDose({ town, mail: `r-${randomUUID()}@example.invalid` })
  world.setDay(round1On)
  await world.sendNotice(made)
  const { to } = await sendOne(made, { outcome: 'refused', code: '552', isAddressGone: false })
  await comesBack({ to }, '5.2.2')
  expect(await world.attempts(made.courseId)).toMatchObject([
    { channel: 'mail', state: 'refused' },
    { channel: 'letter', state: 'queued' },
  ])
  const row = { municipalityCode: town, residentId: made.residentId }
  expect(await asTx(world.db, (tx) => hasMail(tx, row))).toBe(true)
})

test('one that cannot be settled, or read, keeps no other waiting', async () => {
  const [stuck, other] = [await sentMail(), await sentMail()]
  const [attempt] = await world.attempts(stuck.made.courseId)
  await world.sql.unsafe(`
    create function be_stuck() returns trigger language plpgsql as $$
    begin
      if new.attempt_id = '${attempt!.id}' then raise exception 'stuck'; end if;
      return new;
    end $$`)
  const on = (event: string) =>
    world.sql.unsafe(`create or replace trigger be_stuck before ${event} on mail_bounce
                        for each row execute function be_stuck()`)
  const isBack = async ({ made }: Sent) => (await world.attempts(made.courseId)).length === 2
  try {
    await on('insert')
    const folder = join(world.dataDir, 'bounces')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'a.eml'), aReport({ returned: stuck.to.token }))
    await writeFile(join(folder, 'b.eml'), aReport({ returned: other.to.token }))
    await until(() => isBack(other))
    expect(await readdir(folder)).toEqual(['a.eml'])

    await on('update of settled_on')
    const next = await sentMail()
    await hand({ returned: stuck.to.token })
    await hand({ returned: next.to.token })
    await until(() => isBack(next))
    expect(await world.attempts(stuck.made.courseId)).toMatchObject([{ state: 'accepted' }])
    expect(world.logged.join()).toContain('bounceNotSettled')
  } finally {
    await world.sql.unsafe('drop function be_stuck() cascade')
  }
  await world.sql`update mail_bounce set leased_until = null where settled_on is null`
  await until(() => isBack(stuck))
})

test('reports in the folder are read, settled and not kept', async () => {
  const sent = await sentMail()
  const folder = join(world.dataDir, 'bounces')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'a.eml'), aReport({ returned: sent.to.token }))
  await writeFile(join(folder, 'b.eml'), 'nonsense')
  await until(async () => (await world.attempts(sent.made.courseId)).length === 2)
  expect(await world.attempts(sent.made.courseId)).toMatchObject([{ state: 'bounced' }, {}])
  await until(async () => (await readdir(folder)).length === 0)
  expect(world.logged.join()).not.toMatch(/example\.invalid/)
})

test('the link that every mail bears ends mails: by one press of a program, or of a person', async () => {
  const sent = await sentMail()
  const { headers } = sent.message
  expect(headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
  const path = new URL(headers['List-Unsubscribe']!.slice(1, -1)).pathname.replace('/my/mail', '')
  const pages = mailLinkRoutes({ sql: api, clock: world.clock, isDemo: false })
  expect((await pages.request(path)).status).toBe(200)
  expect(await reaches(sent)).toBe(true)
  const press = (form: Record<string, string>) =>
    pages.request(path, { method: 'POST', body: new URLSearchParams(form) })
  expect((await press({ 'List-Unsubscribe': 'One-Click' })).status).toBe(200)
  expect(await reaches(sent)).toBe(false)
  expect((await press({})).headers.get('location')).toBe('/my/mail/said/stopped')
  const unknown = path.replace(/[0-9a-f]{32}$/, '0'.repeat(32))
  const answer = await pages.request(unknown, { method: 'POST', body: new URLSearchParams({}) })
  expect(answer.status).toBe(404)
})
