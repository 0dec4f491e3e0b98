/**
 * A day on which many first reminders fall due at one moment, end to end: the course's timer, the check,
 * the queue, mails handed over, letters sealed and printed, beside venues that go on scanning. Temporal's
 * multi-service server on PostgreSQL, every part an OS process. In the same run the floor: the same wait
 * and one activity that does nothing, as an activity and as a local one.
 */
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import postgres from 'postgres'
import { sesshuDataConverter } from '../codec/data-converter.ts'
import { codecKeysName } from '../codec/keys.ts'
import { freePort } from '../config/ports.ts'
import { tokyoDateOf, tokyoInstant, tokyoMinuteOf } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'
import { startSink } from '../mail/sink.ts'
import { noticeBatchWorkflowId, taskQueue } from '../workflows/messages.ts'
import { bareDays } from './lib/bare-day-run.ts'
import { type BenchDatabase, benchDatabase } from './lib/database.ts'
import { type DayTown, seedDayTown, townsFor } from './lib/day-towns.ts'
import { openLoop, type Target } from './lib/http-load.ts'
import { type BenchKeyd, benchKeyd } from './lib/keyd.ts'
import { traceMemory } from './lib/memory.ts'
import { startApi, startSealer } from './lib/parts.ts'
import { type BenchProcess, startProcess } from './lib/processes.ts'
import { grantBench, seedResidents } from './lib/residents.ts'
import { bodies, numbers } from './lib/scan-bodies.ts'
import { type TemporalCluster, temporalCluster } from './lib/temporal-cluster.ts'

export type DayBenchOptions = { reminders: number; shards: number; relays: number; bare: number }

const token = 'a-token-for-the-bench'
const codecKeys = 'the-codec-key-of-a-bench-that-keeps-nothing'
const scansPerSecond = 20
/** One person in five has a mail address. */
const mailEvery = 5
const withinMinutes = 45
const stuckAfterMs = 180_000
/** What the relay starts in a second, at least, and what else must be up by then. */
const startsPerSecond = 60
const setUpSeconds = 75

type Say = (line: string) => void

export async function benchDay(options: DayBenchOptions, say: Say) {
  const loadBefore = round1(loadavg()[0]!)
  const stops: (() => Promise<unknown>)[] = []
  try {
    const database = await benchDatabase()
    stops.push(() => database.stop())
    const keyd = await benchKeyd(database)
    stops.push(() => keyd.stop())
    const sink = await startSink({ mailDir: join(database.dataDir, 'mail'), port: 0 })
    stops.push(() => sink.close())
    const cluster = await temporalCluster({
      ...{ superuserUrl: database.superuserUrl, folder: database.dataDir, say },
      shards: options.shards,
    })
    stops.push(() => cluster.stop())

    const towns = townsFor(options.reminders)
    const scans = Math.ceil(options.reminders / 25) * scansPerSecond + 60 * scansPerSecond
    say(`loading ${towns.length} towns, and people who are scanned`)
    await seedResidents(database.sql, keyd.vault, scans)
    await grantBench(database.sql, token)
    const due = dueMoment(options.reminders)
    for (const town of towns) {
      await seedDayTown(database.sql, keyd.vault, town, { ...due, mailEvery })
    }

    const port = await freePort()
    const parts = await startParts(database, keyd, cluster, {
      ...{ port, smtpPort: sink.port, relays: options.relays },
    })
    for (const part of parts) stops.push(part.stop)
    const connection = await Connection.connect({ address: cluster.address })
    stops.push(() => connection.close())
    const temporal = postgres(databaseOf(database.superuserUrl, 'temporal'), { max: 1 })
    stops.push(() => temporal.end())
    const { namespace } = cluster
    const client = new Client({
      ...{ connection, namespace, dataConverter: sesshuDataConverter(codecKeys) },
    })
    const bareClient = new Client({ connection, namespace })

    say(`starting ${options.reminders} courses, due at ${new Date(due.atMs).toISOString()}`)
    const lateMs = await untilStarted(database.sql, options.reminders, due.atMs)
    const worker = parts.find(({ name }) => name === 'worker')!
    const target = { port, path: '/api/v1/scans', token }
    const day = await playDay({ database, client, target, towns, worker, due, scans, say })

    say('the floor: a bare activity, and a local one')
    const remote = await bareDays(bareClient, temporal, { count: options.bare, isLocal: false })
    const local = await bareDays(bareClient, temporal, { count: options.bare, isLocal: true })
    return {
      reminders: options.reminders,
      towns: towns.length,
      ...day,
      startedLateMs: Math.round(lateMs),
      bare: {
        courses: options.bare,
        activitiesPerSecond: round1(remote),
        localActivitiesPerSecond: round1(local),
      },
      minutesAllowed: withinMinutes,
      asItShould: isAsItShould(options.reminders, day),
      ...{ relays: options.relays, temporal: cluster.settings, loadBefore },
      cores: cpus().length,
      cpu: cpus()[0]?.model ?? 'unknown',
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

type Due = ReturnType<typeof dueMoment>

/** The next whole minute after which everything can be up. */
function dueMoment(reminders: number) {
  const readyMs = Date.now() + (setUpSeconds + reminders / startsPerSecond) * 1_000
  const at = new Date(Math.ceil(readyMs / 60_000) * 60_000)
  const day = tokyoDateOf(at)
  const minute = tokyoMinuteOf(at)
  return { day, minute, atMs: Date.parse(tokyoInstant(day, minute)) }
}

/** As the supervisor starts them, each under its own role. */
async function startParts(
  database: BenchDatabase,
  keyd: BenchKeyd,
  { address, namespace }: TemporalCluster,
  { port, smtpPort, relays }: { port: number; smtpPort: number; relays: number },
): Promise<BenchProcess[]> {
  const { dataDir, urls } = database
  const temporal = {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    [codecKeysName]: codecKeys,
  }
  const start = (name: string, entry: string, env: Record<string, string>) =>
    startProcess({ name, entry, folder: dataDir, env: { ...temporal, ...env } })
  const started: BenchProcess[] = []
  try {
    started.push(
      await startApi(database, keyd, port, temporal),
      await startSealer(database, temporal),
      await start('worker', 'workers/main.ts', {
        DATABASE_URL: urls.sesshu_worker,
        SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
        ...keyd.environment('worker'),
      }),
      await start('bare-day-worker', 'bench/lib/bare-day-worker.ts', {}),
    )
    for (let n = 1; n <= relays; n += 1) {
      started.push(await start(`relay-${n}`, 'relay/main.ts', { DATABASE_URL: urls.sesshu_relay }))
    }
    return started
  } catch (error) {
    for (const part of started) await part.stop()
    throw error
  }
}

/** By how much the courses were started after their moment; 0 when all waited for it. */
async function untilStarted(sql: postgres.Sql, count: number, dueMs: number): Promise<number> {
  const [{ n = count } = {}] = await untilDone(
    sql,
    (tx) => tx<{ n: number }[]>`
    select count(*)::int as n from outbox`,
    (rows) => rows[0]?.n === 0,
    `${count} starts`,
  )
  await sleep(Math.max(0, dueMs - Date.now()))
  return n === 0 ? Math.max(0, Date.now() - dueMs) : 0
}

type Playing = {
  database: BenchDatabase
  client: Client
  target: Target
  towns: DayTown[]
  worker: BenchProcess
  due: Due
  scans: number
  say: Say
}

async function playDay({ database, client, target, towns, worker, due, scans, say }: Playing) {
  const { sql } = database
  const memory = traceMemory(worker.pid)
  // Doses of today: nobody who is scanned beside is reminded.
  const scanning = scanBeside(target, scans, due.day)
  const startedMs = due.atMs
  const reminders = towns.reduce((sum, town) => sum + town.reminders, 0)
  const codes = towns.map(({ code }) => code)
  const counts = () => sql<{ queued: number; mails: number; sent: number }[]>`
    select (select count(*)::int from notice where municipality_code = any (${codes})) as queued,
           (select count(*)::int from notice_attempt where channel = 'mail') as mails,
           (select count(*)::int from notice where state = 'left' and channel = 'mail') as sent`
  await untilDone(sql, counts, ([row]) => (row?.queued ?? 0) >= reminders, 'reminders queued')
  const queuedMs = Date.now()
  say(`all queued after ${seconds(queuedMs - startedMs)} s`)
  await untilDone(sql, counts, ([row]) => row?.sent === row?.mails, 'mails left')
  const mailedMs = Date.now()
  const scanned = scanning.whileQueueing()
  for (const { code } of towns) await beginEvening(client, code, due.day)
  const printed = () => sql<{ n: number }[]>`
    select count(*)::int as n from letter_batch where state = 'printed'`
  await untilDone(sql, printed, ([row]) => row?.n === towns.length, 'batches printed')
  const sealedMs = Date.now()
  const [rows] = await sql<{ letters: number; pages: number; mails: number; suppressed: number }[]>`
    select coalesce(sum(letters), 0)::int as letters, coalesce(sum(pages), 0)::int as pages,
           (select count(*)::int from notice where state = 'left' and channel = 'mail') as mails,
           (select count(*)::int from notice where state = 'suppressed') as suppressed
      from letter_batch`
  return {
    secondsToQueued: seconds(queuedMs - startedMs),
    remindersPerSecond: round1((reminders * 1_000) / (queuedMs - startedMs)),
    secondsToMailed: seconds(mailedMs - startedMs),
    secondsToSealed: seconds(sealedMs - startedMs),
    ...rows!,
    scans: { perSecond: scansPerSecond, ...scanned, ...(await scanning.stop()) },
    workerMemory: memory.stop(),
  }
}

/** One town's letters are sealed and printed as in its evening; then the batch waits to be accounted for. */
async function beginEvening(client: Client, municipalityCode: string, batchOn: string) {
  const key = { municipalityCode, batchOn } as Parameters<typeof noticeBatchWorkflowId>[0]
  await client.workflow.start('noticeBatch', {
    workflowId: noticeBatchWorkflowId(key),
    taskQueue,
    args: [key],
  })
}

/** Scans at a fixed rate, ten seconds' worth at a time, until it is told to stop or nobody is left. */
function scanBeside(target: Target, most: number, givenOn: PlainDate) {
  const people = numbers()
  const slowest: { p50Ms: number; p99Ms: number }[] = []
  let isOver = false
  let sent = 0
  const size = scansPerSecond * 10
  const run = async () => {
    while (!isOver && sent + size <= most) {
      slowest.push(await openLoop(target, bodies(people, size, givenOn), scansPerSecond))
      sent += size
    }
  }
  const running = run()
  const worst = () => ({
    sent,
    p50Ms: Math.round(Math.max(0, ...slowest.map(({ p50Ms }) => p50Ms))),
    p99Ms: Math.round(Math.max(0, ...slowest.map(({ p99Ms }) => p99Ms))),
  })
  return {
    whileQueueing: () => ({ whileQueueing: worst() }),
    stop: async () => {
      isOver = true
      await running
      return worst()
    },
  }
}

async function untilDone<T>(
  sql: postgres.Sql,
  ask: (sql: postgres.Sql) => Promise<T[]>,
  isDone: (rows: T[]) => boolean,
  what: string,
): Promise<T[]> {
  let before = ''
  let since = Date.now()
  for (;;) {
    const rows = await ask(sql)
    if (isDone(rows)) return rows
    const now = JSON.stringify(rows)
    if (now !== before) since = Date.now()
    before = now
    if (Date.now() - since > stuckAfterMs) throw new Error(`Nothing moves before ${what}: ${now}`)
    await sleep(250)
  }
}

type Played = Awaited<ReturnType<typeof playDay>>

function isAsItShould(reminders: number, day: Played): boolean {
  const memory = day.workerMemory
  const isFlat = memory === undefined || memory.endMb <= memory.beginMb * 1.5 + 100
  return (
    day.letters + day.mails === reminders && day.secondsToSealed <= withinMinutes * 60 && isFlat
  )
}

function databaseOf(superuserUrl: string, name: string): string {
  const url = new URL(superuserUrl)
  url.pathname = `/${name}`
  return url.toString()
}

const seconds = (ms: number) => round1(ms / 1_000)

function round1(value: number): number {
  return Math.round(value * 10) / 10
}
