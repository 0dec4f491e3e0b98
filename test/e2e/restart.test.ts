// Everything is stopped, or killed at one blow, in the middle of courses' waits. While nothing runs a
// reminder falls due. Started again on the same data dir, each course goes on in the very same run.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import postgres from 'postgres'
import { afterEach, describe, expect, it } from 'vitest'
import { sesshuDataConverter } from '../../codec/data-converter.ts'
import { deleteDataDir, startPostgres } from '../../db/server.ts'
import type { CourseFacts } from '../../domain/course.ts'
import type { LeftNotice } from '../../judge/left-notice.ts'
import { readLetters } from '../../judge/letters.ts'
import { readMails } from '../../judge/mails.ts'
import { recipientFinder } from '../../judge/recipient.ts'
import { createClient } from '../../simulator/client.ts'
import { addDays, instantOf } from '../../simulator/days.ts'
import { type Fact, factsOf } from '../../simulator/facts.ts'
import { startMailReader } from '../../simulator/mail-reader.ts'
import { setUpTowns } from '../../simulator/set-up.ts'
import { addressIn, homeCity, loadTowns, products, venuesOf } from '../../simulator/towns.ts'
import type { Truth, TruthPerson } from '../../simulator/truth.ts'
import type { System } from '../../supervisor/start-system.ts'
import { courseFacts, courseWorkflowId } from '../../workflows/messages.ts'
import { letTestTokenIn, testToken } from '../support/credentials.ts'
import { acceptPlans } from '../support/plan.ts'
import { registerTruth } from '../support/register-truth.ts'
import { newDataDir, processesOf } from '../support/running-system.ts'
import { until } from '../support/until.ts'

const epoch = '2021-05-10'
const noon = 720
/** First doses of two who never come again: their reminder is due 43 days later. */
const firstDay = 0
/** First dose of the one who does come; the clock then stands, and every wait asks again in seconds. */
const stoppedAfterDay = 30
const startedAgainOnDay = 52
type Running = {
  urls: System['urls']
  codecKeys: string
  child: ChildProcess
  ended: Promise<void>
}

const dataDirs: string[] = []
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && !child.signalCode) child.kill('SIGTERM')
    if (child.exitCode === null && !child.signalCode)
      await new Promise((r) => child.once('exit', r))
  }
  for (const dataDir of dataDirs.splice(0)) await deleteDataDir(dataDir)
})

describe('a course survives a restart of everything', () => {
  it.each([
    { how: 'stopped in order', end: stopInOrder },
    { how: 'killed with -9 at one blow', end: killAll },
  ])('$how', async ({ end }) => {
    const dataDir = newDataDir()
    dataDirs.push(dataDir)
    const { truth, comes, mailed, written } = threePeople()

    const before = await start(dataDir)
    await jumpTo(before, firstDay)
    const client = createClient({ apiUrl: before.urls.web, token: testToken })
    await setUpTowns(client, truth)
    await lettersLeaveByThemselves(before)
    await registerTruth(client, truth)
    await addressesAreConfirmed(before, dataDir)
    await tell(before, scanOf(truth, mailed, 0))
    await tell(before, scanOf(truth, written, 0))
    await jumpTo(before, stoppedAfterDay)
    await tell(before, scanOf(truth, comes, 0))
    const people = [comes, mailed, written]
    const runs = await Promise.all(people.map((person) => waitingRun(before, person)))

    await end(before, dataDir)
    expect(processesOf(dataDir)).toEqual([])
    expect(await remindersIn(dataDir, truth)).toEqual([])
    await timePasses(dataDir)

    const after = await start(dataDir)
    await tell(after, scanOf(truth, comes, 1))
    await until(async () => (await describeCourse(after, comes)).status === 'COMPLETED')
    await until(async () => (await stateOfReminder(after, mailed)) === 'left')
    // The letter leaves with an evening; it must be queued before that.
    await until(async () => /queued|left/.test(`${await stateOfReminder(after, written)}`))
    await jumpTo(after, startedAgainOnDay + 1)
    await until(async () => (await stateOfReminder(after, written)) === 'left')
    // By the rows a letter leaves with the seal; its page follows.
    await until(() => isPrinted(after))
    await until(async () => (await factsOfCourse(after, written))?.steps[0]?.round === 2)

    // News is told at least once: what comes twice revives a complete course for a moment, by design,
    // and the reminders below prove that it sent nothing.
    await until(async () => (await describeCourse(after, comes)).status === 'COMPLETED')
    const waiting = [mailed, written].map((person) => describeCourse(after, person))
    expect(await Promise.all(waiting)).toEqual([
      { runId: runs[1], status: 'RUNNING' },
      { runId: runs[2], status: 'RUNNING' },
    ])
    await stopInOrder(after)
    expect(await remindersIn(dataDir, truth)).toEqual([
      { to: mailed.id, channel: 'mail', kind: 'reminder', round: 1 },
      { to: written.id, channel: 'letter', kind: 'reminder', round: 1 },
    ])
    expect(processesOf(dataDir)).toEqual([])
  })
})

function threePeople() {
  const comes = person(1, [stoppedAfterDay, startedAgainOnDay - 1])
  const mailed = { ...person(2, [firstDay]), mail: 'somebody-2@example.invalid' }
  const written = person(3, [firstDay])
  const venues = venuesOf(loadTowns().get(homeCity)!)
  const header = { epoch, days: 100, venues, waves: [] }
  const truth: Truth = { header, people: [comes, mailed, written] }
  return { truth, comes, mailed, written }
}

function person(index: number, doseDays: number[]): TruthPerson {
  const town = loadTowns().get(homeCity)!
  const ticket = { municipalityCode: town.code, number: String(index).padStart(10, '0') }
  return {
    id: `R-${index}`,
    name: { family: '見本', given: `${'一二三'[index - 1]}子`, kana: 'ミホン' },
    bornOn: '1950-01-01',
    residences: [{ municipalityCode: town.code, ...addressIn(town, index), from: '2000-01-01' }],
    tickets: [{ ...ticket, issuedOn: addDays(epoch, -10) }],
    doses: doseDays.map((day, i) => ({
      doseNumber: i + 1,
      givenOn: addDays(epoch, day),
      recordedAt: new Date(instantOf(addDays(epoch, day), noon)).toISOString(),
      venueCode: venuesOf(town)[0]!.code,
      productCode: products.pfizer.code,
      lotNumber: products.pfizer.lotNumber,
      ticket,
      readBy: 'qr',
    })),
    protection: [],
  }
}

function scanOf(truth: Truth, { id }: TruthPerson, dose: number): Fact {
  return factsOf(truth).find((fact) => fact.personId === id && fact.ref === `doses/${dose}`)!
}

async function tell({ urls }: Running, { path, body }: Fact): Promise<void> {
  const client = createClient({ apiUrl: urls.web, token: testToken })
  const answer = await client.send('POST', `/api/v1${path}`, body)
  expect(answer).toMatchObject({ status: 201, body: { verdict: 'recorded' } })
}

async function start(dataDir: string): Promise<Running> {
  const fixture = join(import.meta.dirname, '..', 'support', 'fixtures', 'demo-system-main.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', fixture], {
    env: { ...process.env, SESSHU_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let out = ''
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      out += chunk
      if (out.includes('\n')) resolve(out)
    })
    child.once('close', () => reject(new Error(`The system ended: ${said}`)))
  })
  const running: Running = { ...JSON.parse(line), child, ended }
  await withSql(running.urls.databaseUrl, async (sql) => {
    await letTestTokenIn(sql)
    await acceptPlans(sql, [homeCity])
  })
  return running
}

async function stopInOrder({ child, ended }: Running): Promise<void> {
  child.kill('SIGTERM')
  await ended
  expect(child.exitCode).toBe(0)
}

/** As a power cut does it: the supervisor first, so that it starts nothing again. */
async function killAll({ child, ended }: Running, dataDir: string): Promise<void> {
  const run = join(dataDir, 'run')
  const pids = readdirSync(run)
    .filter((name) => name.endsWith('.pid'))
    .map((name) => JSON.parse(readFileSync(join(run, name), 'utf8')).pid as number)
  expect(pids.length).toBeGreaterThanOrEqual(7)
  child.kill('SIGKILL')
  for (const pid of pids) process.kill(-pid, 'SIGKILL')
  await ended
  await until(() => processesOf(dataDir).length === 0)
}

/** As two administrators would have decided. */
async function lettersLeaveByThemselves(running: Running): Promise<void> {
  await withSql(
    running.urls.databaseUrl,
    (sql) => sql`
      update municipality_setting set release_automatically_up_to = 2000
       where municipality_code = ${homeCity}`,
  )
}

/** The clock stands at noon of that day; whoever waits on it asks again. */
async function jumpTo(running: Running, day: number): Promise<void> {
  const campaignAt = instantOf(addDays(epoch, day), noon)
  await withSql(running.urls.databaseUrl, (sql) => insertSegment(sql, campaignAt))
  await until(async () => {
    const health = await (await fetch(`${running.urls.web}/health`)).json()
    return Date.parse((health as { clock: { campaignAt: string } }).clock.campaignAt) >= campaignAt
  })
}

/** While nothing else runs the clock comes to a day after the reminder's. */
async function timePasses(dataDir: string): Promise<void> {
  const log = { info: () => {}, warn: () => {} }
  const server = await startPostgres({ dataDir, log })
  try {
    const url = new URL(server.superuserUrl)
    url.pathname = '/sesshu'
    const campaignAt = instantOf(addDays(epoch, startedAgainOnDay), noon)
    await withSql(url.toString(), (sql) => insertSegment(sql, campaignAt))
  } finally {
    await server.stop()
  }
}

async function insertSegment(sql: postgres.Sql, campaignAt: number): Promise<void> {
  await sql`insert into clock_segment (wall_at, campaign_at, pace)
            values (now(), ${new Date(campaignAt)}, 0)`
}

/** Whoever has mail opens the link that was sent there. */
async function addressesAreConfirmed(running: Running, dataDir: string): Promise<void> {
  const reader = startMailReader({ mailDir: join(dataDir, 'mail'), apiUrl: running.urls.web })
  try {
    await until(() =>
      withSql(superuserUrl(running.urls), async (sql) => {
        const rows = await sql`select from mail_address where state = 'verified'`
        return rows.length === 1
      }),
    )
  } finally {
    await reader.stop()
  }
}

/** The run id, once the course has heard of its dose and waits. */
async function waitingRun(running: Running, who: TruthPerson): Promise<string> {
  await until(async () => {
    const facts = await factsOfCourse(running, who).catch(() => undefined)
    return facts?.dosesGiven === 1 && facts.steps.length > 0
  })
  const { runId, status } = await describeCourse(running, who)
  expect(status).toBe('RUNNING')
  return runId
}

async function factsOfCourse(running: Running, who: TruthPerson): Promise<CourseFacts | undefined> {
  const id = await courseIdOf(running, who)
  return await withTemporal(running, ({ workflow }) =>
    workflow.getHandle(courseWorkflowId(id)).query(courseFacts),
  )
}

async function describeCourse(running: Running, who: TruthPerson) {
  const id = await courseIdOf(running, who)
  return await withTemporal(running, async ({ workflow }) => {
    const { runId, status } = await workflow.getHandle(courseWorkflowId(id)).describe()
    return { runId, status: status.name as string }
  })
}

async function courseIdOf({ urls }: Running, { id }: TruthPerson): Promise<string> {
  return await withSql(superuserUrl(urls), async (sql) => {
    const [row] = await sql<{ id: string }[]>`
      select c.id from course c
        join resident r on (r.municipality_code, r.id) = (home_municipality_code, home_resident_id)
       where r.register_number = ${id}`
    return row!.id
  })
}

async function stateOfReminder(running: Running, who: TruthPerson): Promise<string | undefined> {
  const courseId = await courseIdOf(running, who)
  return await withSql(superuserUrl(running.urls), async (sql) => {
    const rows = await sql<{ state: string }[]>`
      select state from notice where course_id = ${courseId} and kind = 'reminder'`
    expect(rows.length).toBeLessThanOrEqual(1)
    return rows[0]?.state
  })
}

async function isPrinted(running: Running): Promise<boolean> {
  return await withSql(superuserUrl(running.urls), async (sql) => {
    const batches = await sql<{ state: string }[]>`
      select state from letter_batch where municipality_code = ${homeCity} and letters > 0`
    return batches.length === 1 && batches[0]!.state === 'printed'
  })
}

function superuserUrl(urls: System['urls']): string {
  const url = new URL(urls.superuserUrl!)
  url.pathname = new URL(urls.databaseUrl).pathname
  return url.toString()
}

async function withSql<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}

async function withTemporal<T>(running: Running, work: (client: Client) => Promise<T>) {
  const { urls, codecKeys } = running
  const connection = await Connection.connect({ address: urls.temporalAddress })
  try {
    const dataConverter = sesshuDataConverter(codecKeys)
    const namespace = urls.temporalNamespace
    return await work(new Client({ connection, namespace, dataConverter }))
  } finally {
    await connection.close()
  }
}

/** All that left, from the mails and the printed pages alone. */
async function remindersIn(dataDir: string, { people }: Truth) {
  for (const name of ['mail', 'letters']) mkdirSync(join(dataDir, name), { recursive: true })
  const mails = await readMails(join(dataDir, 'mail'))
  const { notices: letters } = await readLetters(join(dataDir, 'letters'))
  const find = recipientFinder(people)
  return [...mails, ...letters].map((notice: LeftNotice) => ({
    to: find(notice)?.person.id,
    channel: notice.channel,
    kind: notice.kind,
    round: notice.round,
  }))
}
