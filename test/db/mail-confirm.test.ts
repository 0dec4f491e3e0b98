// A mail address that somebody told: asked by mail, confirmed by a link that works once, or never written to
// again. With a real SMTP server, the worker's and the api's own roles.

import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Repeated } from '../../config/repeat.ts'
import { connect, type Sql } from '../../db/client.ts'
import { hasMail } from '../../db/people/read.ts'
import { setPaces } from '../../db/queries/mail-pace.ts'
import { createMailer, type Mailer } from '../../mail/transport.ts'
import { mailLinkRoutes } from '../../web/my/mail-links.tsx'
import { startMailAsker } from '../../workers/mail-asker.ts'
import { asTx, confirmMail, seedPerson, tellMail } from '../support/people.ts'
import { Post } from '../support/post.ts'
import { on, round1On, World } from './activities/fixture.ts'

let world: World
let api: Sql
let town: string
let post: Post
let mailer: Mailer
let asker: Repeated | undefined
const myAddress = 'https://sesshu.example.jp/my'

beforeAll(async () => {
  world = await World.open()
  api = connect(world.db.urls.sesshu_api, { name: 'test api', max: 4 })
  world.setDay(round1On)
})
afterAll(async () => {
  await api.end({ timeout: 1 })
  await world.close()
})
beforeEach(async () => {
  town = await world.newTown()
  post = new Post()
  const smtpUrl = `smtp://127.0.0.1:${await post.open()}`
  mailer = createMailer({ smtpUrl, from: 'town@sender.invalid' })
})
afterEach(async () => {
  post.letGo()
  await asker?.stop()
  asker = undefined
  mailer.close()
  await post.close()
  await world.sql`delete from mail_address`
})

function startAsker(): void {
  const { worker: sql, vault, clock } = world
  const { log } = world.deps
  asker = startMailAsker({ sql, vault, clock, log, mailer, myAddress, concurrency: 2 }, 20)
}

type Told = { municipalityCode: string; residentId: string }

async function told(mail = `r-${randomUUID()}@example.invalid`): Promise<Told> {
  const residentId = await seedPerson(world.db, {
    municipalityCode: town,
    registerNumber: randomUUID(),
    name: { family: '秘密', given: '花子', kana: 'ヒミツ ハナコ' },
    bornOn: '1950-01-01',
    mail,
  })
  return { municipalityCode: town, residentId }
}

const stateOf = async ({ residentId }: Told) => {
  const [row] = await world.sql<Record<string, unknown>[]>`
    select state, is_retold as "isRetold", tries, stopped_because as "because", language, provider
      from mail_address where resident_id = ${residentId}`
  return row
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10))
}

const untilState = (row: Told, state: string) =>
  until(async () => (await stateOf(row))?.state === state)

const linkIn = (text: string | undefined) =>
  /https:\/\/sesshu\.example\.jp\/my\/mail(\/confirm\/\S+)/.exec(text ?? '')![1]!

const pages = () => mailLinkRoutes({ sql: api, clock: world.clock, isDemo: false })
const press = (path: string, form: Record<string, string> = {}) =>
  pages().request(path, { method: 'POST', body: new URLSearchParams(form) })
const reaches = (row: Told) => asTx(world.db, (tx) => hasMail(tx, row))

/** Asked, and the mail is there. */
async function asked(): Promise<{ row: Told; link: string }> {
  const row = await told()
  startAsker()
  await untilState(row, 'asked')
  return { row, link: linkIn(post.received[0]!.mail.text) }
}

test('asked once, without a word about anybody; nothing else goes there before', async () => {
  const { row } = await asked()
  expect(await reaches(row)).toBe(false)
  const { mail } = post.received[0]!
  expect(mail.text).not.toMatch(/秘密|花子|ヒミツ/)
  expect(mail.subject).not.toMatch(/秘密/)
  expect(mail.text?.split('\n')[0]).toBe('次のリンクを開いて「メールで受け取る」を押してください。')
  expect(mail.headers.has('x-sesshu-notice-id')).toBe(false)
  await asker!.stop()
  expect(post.received).toHaveLength(1)
  expect(world.logged.join()).not.toMatch(/秘密|example\.invalid|confirm\//)
})

test('the link confirms when its button is pressed, once, in the language chosen', async () => {
  const { row, link } = await asked()
  for (const _ of [1, 2]) expect((await pages().request(link)).status).toBe(200)
  expect(await reaches(row)).toBe(false)
  const answer = await press(link, { language: 'en' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/my/mail/said/confirmed'])
  expect(await stateOf(row)).toMatchObject({ state: 'verified', language: 'en', provider: '*' })
  expect(await reaches(row)).toBe(true)
  expect((await press(link)).status).toBe(404)
  expect((await pages().request(link)).status).toBe(404)
})

test('a link of another town, a changed one and an old one are refused alike', async () => {
  const { row, link } = await asked()
  const [, , , secret = ''] = link.split('/')
  const other = await world.newTown()
  const changed = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`
  const answers = [
    await press(`/confirm/${other}/${secret}`),
    await press(`/confirm/${town}/${changed}`),
  ]
  await world.sql`update mail_link set usable_until = now() - interval '1 second'`
  answers.push(await press(link))
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
  const [first, ...rest] = await Promise.all(answers.map((answer) => answer.text()))
  for (const text of rest) expect(text).toBe(first)
  expect(await stateOf(row)).toMatchObject({ state: 'asked' })
})

describe('told again', () => {
  test('the same address stays confirmed; another one is asked, and letters go meanwhile', async () => {
    const row = await told('same@example.invalid')
    await confirmMail(world.db, row, 'same@example.invalid')
    await world.sql`update mail_address set is_retold = true where resident_id = ${row.residentId}`
    startAsker()
    await until(async () => (await stateOf(row))?.isRetold === false)
    expect(await stateOf(row)).toMatchObject({ state: 'verified' })
    expect(post.received).toEqual([])
    await tellMail(world.db, row, 'other@example.invalid')
    await untilState(row, 'asked')
    expect(post.received.map(({ to }) => to)).toEqual([['other@example.invalid']])
    expect(await reaches(row)).toBe(false)
  })

  test('no address any more: stopped; the same again later: asked again', async () => {
    const row = await told('back@example.invalid')
    await confirmMail(world.db, row, 'back@example.invalid')
    const [kept] = await world.sql`select mail from person where resident_id = ${row.residentId}`
    await world.sql`update person set mail = null where resident_id = ${row.residentId}`
    startAsker()
    await untilState(row, 'stopped')
    expect(await stateOf(row)).toMatchObject({ because: 'removed' })
    await world.sql`update person set mail = ${kept!.mail} where resident_id = ${row.residentId}`
    await untilState(row, 'asked')
  })
})

describe('nobody is asked who', () => {
  const cases: [string, (row: Told) => Promise<unknown>][] = [
    [
      'is dead',
      ({ residentId }) =>
        world.sql`update resident set status = 'deceased', status_on = ${round1On} where id = ${residentId}`,
    ],
    ['is protected', ({ residentId }) => world.protect({ town, residentId }, on('2021-01-01'))],
    [
      'wants no letters',
      ({ residentId }) => world.sql`
        insert into letter_refusal (municipality_code, id, resident_id, refused_on, refused_by)
        values (${town}, ${randomUUID()}, ${residentId}, ${round1On}, 'test')`,
    ],
  ]
  test.each(cases)('%s', async (_who, happens) => {
    const row = await told()
    await happens(row)
    const neighbour = await told()
    startAsker()
    await untilState(neighbour, 'asked')
    await asker!.stop()
    expect(post.received).toHaveLength(1)
    expect(await stateOf(row)).toMatchObject({ state: 'toAsk', tries: 0 })
  })
})

describe('the server says', () => {
  test('no: the address is stopped', async () => {
    post.manners = ['refuse']
    const row = await told()
    startAsker()
    await untilState(row, 'stopped')
    expect(await stateOf(row)).toMatchObject({ because: 'refused' })
  })

  test('no to this mail: the address is asked once more, a day later, and then stopped', async () => {
    post.manners = ['policy']
    const row = await told()
    startAsker()
    const failures = async (n: number) => {
      const [found] = await world.sql`
        select failures from mail_address where resident_id = ${row.residentId}`
      return found!.failures === n
    }
    await until(() => failures(1))
    expect(await stateOf(row)).toMatchObject({ state: 'toAsk', tries: 0, because: null })
    const [wait] = await world.sql`
      select leased_until > now() + interval '23 hours' as long from mail_address
       where resident_id = ${row.residentId}`
    expect(wait!.long).toBe(true)
    await world.sql`
      update mail_address set leased_until = null where resident_id = ${row.residentId}`
    await untilState(row, 'stopped')
    expect(await stateOf(row)).toMatchObject({ because: 'refused' })
  })

  test('nothing, twice: two mails under one Message-ID, either link works, and no third', async () => {
    post.manners = ['hangUp']
    const row = await told()
    startAsker()
    await untilState(row, 'asked')
    await asker!.stop()
    expect(new Set(post.received.map(({ mail }) => mail.messageId)).size).toBe(1)
    expect(post.received).toHaveLength(2)
    expect((await press(linkIn(post.received[0]!.mail.text))).status).toBe(303)
    expect((await press(linkIn(post.received[1]!.mail.text))).status).toBe(404)
    expect(await stateOf(row)).toMatchObject({ state: 'verified' })
  })
})

test('a provider is not hurried: two a second, however many wait and whoever sends', async () => {
  await setPaces(world.worker, [{ provider: 'docomo.ne.jp', perSecond: 2 }])
  const rows: Told[] = []
  for (let n = 0; n < 4; n += 1) rows.push(await told(`p${n}@docomo.ne.jp`))
  const other = await told()
  const startedMs = performance.now()
  startAsker()
  await untilState(other, 'asked')
  await until(async () =>
    (await Promise.all(rows.map(stateOf))).every((row) => row?.state === 'asked'),
  )
  await setPaces(world.worker, [])
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(1_500)
  const toOther = post.received.findIndex(({ to }) => !to[0]!.endsWith('docomo.ne.jp'))
  expect(toOther).toBeLessThan(3)
})

test('a register’s address waits for its town’s hours; whoever asked for it today is asked at once', async () => {
  const rests = town
  const waiting = await told()
  const prompt = await told()
  await world.sql`
    update municipality_setting set quiet_weekdays = '{0,1,2,3,4}', holidays_are_quiet = true
     where municipality_code = ${rests}`
  await world.sql`
    update mail_address set wished_on = ${round1On}, wishes = 1 where resident_id = ${prompt.residentId}`
  town = await world.newTown()
  const elsewhere = await told()
  startAsker()
  await untilState(prompt, 'asked')
  await untilState(elsewhere, 'asked')
  expect(await stateOf(waiting)).toMatchObject({ state: 'toAsk', tries: 0 })
  expect(post.received).toHaveLength(2)
  await world.sql`
    update municipality_setting set quiet_weekdays = '{}', holidays_are_quiet = false
     where municipality_code = ${rests}`
  await untilState(waiting, 'asked')
})
