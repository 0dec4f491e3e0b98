// The gap of SMTP: a sender that is killed (SIGKILL, a real process) after the mail server has read a mail and
// before its yes is recorded. What each mail came to: never lost, repeated at most once for each crash in which
// it stood in the gap, always under its Message-ID. SESSHU_MAIL_CRASHES and SESSHU_MAIL_SEED for more of it.

import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Made, round1On, World } from './activities/fixture.ts'

const crashes = Number(process.env.SESSHU_MAIL_CRASHES ?? 4)
const seed = Number(process.env.SESSHU_MAIL_SEED ?? Date.now() % 100_000)
const mailsPerCrash = 6
const concurrency = 3

let world: World
let server: SMTPServer
let port: number
/** Message-IDs in the order in which the server had read their mails, answered or not. */
const read: string[] = []
/** Of those, whose answer is being held back: they stay in the gap until their sender is killed. */
const held = new Set<string>()
/** After the crashes the server answers everybody, as when an outage is over. */
let isOver = false

/** Park and Miller: the same seed, the same crashes. */
let state = seed || 1
const random = () => {
  state = (state * 48_271) % 2_147_483_647
  return state / 2_147_483_647
}

beforeAll(async () => {
  world = await World.open()
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData(stream, _session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const id = /^Message-ID: (<\S+>)/im.exec(Buffer.concat(chunks).toString('latin1'))![1]!
        read.push(id)
        // Held for ever, or answered a moment later: a crash may come before either.
        if (!isOver && random() < 0.4) held.add(id)
        else setTimeout(done, random() * 8)
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.server.address() as AddressInfo).port
})
afterAll(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()))
  await world.close()
})

function startProcess(): ChildProcess {
  const script = join(import.meta.dirname, 'activities', 'mail-sender-process.ts')
  return spawn(process.execPath, ['--import', 'tsx', script], {
    env: {
      ...process.env,
      DATABASE_URL: world.db.urls.sesshu_worker,
      SESSHU_KEYD_SOCKET: world.db.keyd.socketPath,
      SESSHU_KEYD_TOKEN: world.db.keyd.token('worker'),
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      MAILS_AT_ONCE: String(concurrency),
      MAILS_WAIT: '1',
    },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
}

async function kill(process: ChildProcess): Promise<void> {
  const gone = once(process, 'exit')
  process.kill('SIGKILL')
  await gone
}

async function queued(count: number): Promise<Made[]> {
  const town = await world.newTown()
  const people: Made[] = []
  for (let n = 0; n < count; n += 1) {
    const mail = `r-${randomUUID()}@example.invalid`
    people.push(await world.personWithDose({ town, mail }))
  }
  world.setDay(round1On)
  for (const made of people) await world.sendNotice(made)
  return people
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

type Row = { id: string; course: string; channel: string; state: string; tries: number }
const rows = () => world.sql<Row[]>`
  select a.id, n.course_id as course, a.channel, a.state, a.tries
    from notice_attempt a join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)`

const timesRead = (id: string) => read.filter((each) => each === id).length

/** Tries that the server has read to the end, and of which nobody has recorded an answer. */
async function inGap(): Promise<{ id: string; tries: number }[]> {
  return (await rows())
    .filter(({ channel, state: now }) => channel === 'mail' && now === 'attempting')
    .map(({ id, tries }) => ({ id: `<${id}@notice.sesshu.invalid>`, tries }))
    .filter(({ id, tries }) => timesRead(id) >= tries)
}

test('killed in the gap again and again: 0 lost, repeated only for a crash in it', async () => {
  const people = await queued(crashes * mailsPerCrash)
  const senders = Array.from({ length: crashes + 1 }, startProcess)
  const last = senders.pop()!
  const gaps: number[] = []
  const stoodInGap = new Set<string>()
  for (const sender of senders) {
    sender.stdin!.write('go')
    const before = held.size
    // Until something stands in the gap, and then for a moment that the seed chooses.
    while (held.size === before) await pause(2)
    await pause(random() * 60)
    await kill(sender)
    const caughtBefore = stoodInGap.size
    for (const { id, tries } of await inGap()) stoodInGap.add(`${id} ${tries}`)
    gaps.push(stoodInGap.size - caughtBefore)
  }
  isOver = true
  last.stdin!.write('go')
  const isSettled = async () => {
    const mails = (await rows()).filter(({ channel }) => channel === 'mail')
    return mails.every(({ state: now }) => ['accepted', 'unknown', 'refused'].includes(now))
  }
  try {
    while (!(await isSettled())) await pause(50)
  } finally {
    await kill(last)
  }

  const all = await rows()
  const times = new Map<string, number>()
  for (const id of read) times.set(id, (times.get(id) ?? 0) + 1)
  const duplicates = read.length - times.size
  const letters = all.filter(({ channel }) => channel === 'letter').length
  const lost = people.filter(({ courseId }) => {
    const own = all.filter(({ course }) => course === courseId)
    const isAccepted = own.some(
      ({ channel, state: now }) => channel === 'mail' && now === 'accepted',
    )
    return !isAccepted && !own.some(({ channel }) => channel === 'letter')
  })
  const inGapAtAll = stoodInGap.size
  console.log(
    `seed ${seed}: ${crashes} crashes, ${inGapAtAll} mails in the gap at one (${gaps.join(' ')}), ` +
      `${held.size} answers held back, ${people.length} mails, ${duplicates} duplicates, ` +
      `${letters} letters, ${lost.length} lost`,
  )
  expect(lost).toEqual([])
  expect(duplicates).toBeLessThanOrEqual(inGapAtAll)
  for (const [id, n] of times) if (n > 1) expect([...stoodInGap]).toContain(`${id} 1`)
  expect(Math.max(...times.values())).toBeLessThanOrEqual(2)
  // Every Message-ID is an attempt's own: a repeated mail is told as one.
  const ids = new Set(all.map(({ id }) => `<${id}@notice.sesshu.invalid>`))
  expect([...times.keys()].filter((id) => !ids.has(id))).toEqual([])
  expect(inGapAtAll).toBeGreaterThan(0)
}, 240_000)
