/**
 * Complete two-dose courses a second: HTTP scan, relay, Temporal on PostgreSQL, the real worker, each
 * an OS process. Beside it, in the same run, the floor: a bare course on the same cluster.
 *
 * A second dose is scanned only after every course has done its first task, so that no two doses
 * share one; the time runs from the first scan until the last course is complete.
 */
import { randomUUID } from 'node:crypto'
import { cpus, loadavg, totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import postgres from 'postgres'
import { codecKeysName } from '../codec/keys.ts'
import { freePort } from '../config/ports.ts'
import { addDays, tokyoDateOf } from '../domain/calendar.ts'
import { formatTicketLine } from '../domain/ticket.ts'
import { courseWorkflowId } from '../workflows/messages.ts'
import { bareFirstDose, bareSecondDose, bareWorkflowId } from './lib/bare-run.ts'
import { type BenchDatabase, benchDatabase } from './lib/database.ts'
import { closedLoop, type Target } from './lib/http-load.ts'
import { type BenchKeyd, benchKeyd } from './lib/keyd.ts'
import { startApi, startSealer } from './lib/parts.ts'
import { type BenchProcess, startProcess } from './lib/processes.ts'
import { benchTown, benchVenue, grantBench, seedResidents, ticketNumber } from './lib/residents.ts'
import { type TemporalCluster, temporalCluster } from './lib/temporal-cluster.ts'

export type CourseBenchOptions = {
  /** Scan-started courses that are measured; as many bare ones; a quarter as many opened by wave. */
  courses: number
  rounds: number
  shards: number
  relays: number
  goGc?: string
  fewIndexes?: boolean
}

const warmUp = 200
const connections = 16
const bareCallers = 32
const sampled = 100
const token = 'a-token-for-the-bench'
const codecKeys = 'the-codec-key-of-a-bench-that-keeps-nothing'
const stuckAfterMs = 60_000
/** Events of a course that has had its first task: start, news, three of the task, its timer. */
const afterFirstTask = 6

type Say = (line: string) => void
type Bench = {
  database: BenchDatabase
  temporal: postgres.Sql
  client: Client
  target: Target
  say: Say
}

export async function benchCourse(options: CourseBenchOptions, say: Say) {
  const { courses, rounds, shards, relays, goGc, fewIndexes } = options
  const waves = Math.ceil(courses / 4)
  const loadBefore = round1(loadavg()[0]!)
  const stops: (() => Promise<unknown>)[] = []
  try {
    const database = await benchDatabase()
    stops.push(() => database.stop())
    say('loading a town')
    const keyd = await benchKeyd(database)
    stops.push(() => keyd.stop())
    await seedResidents(database.sql, keyd.vault, warmUp + rounds * courses + waves)
    await grantBench(database.sql, token)
    const cluster = await temporalCluster({
      ...{ superuserUrl: database.superuserUrl, folder: database.dataDir, shards, say },
      ...(goGc && { goGc }),
      ...(fewIndexes && { fewIndexes }),
    })
    stops.push(() => cluster.stop())
    const port = await freePort()
    for (const part of await startParts(database, keyd, cluster, port, relays)) {
      stops.push(part.stop)
    }
    const connection = await Connection.connect({ address: cluster.address })
    stops.push(() => connection.close())
    const temporal = postgres(databaseOf(database.superuserUrl, 'temporal'), { max: 1 })
    stops.push(() => temporal.end())
    const client = new Client({ connection, namespace: cluster.namespace })
    const target = { port, path: '/api/v1/scans', token }
    const bench: Bench = { database, temporal, client, target, say }

    say('warming up')
    await scanCourses(bench, 1, warmUp)
    await bareCourses(bench, 1, warmUp)
    const scanned: number[] = []
    const bare: number[] = []
    for (let round = 0; round < rounds; round++) {
      const from = warmUp + 1 + round * courses
      scanned.push(await scanCourses(bench, from, courses))
      bare.push(await bareCourses(bench, from, courses))
      say(
        `round ${round + 1}: ${scanned.at(-1)!.toFixed(1)} courses/s, bare ${bare.at(-1)!.toFixed(1)}`,
      )
    }
    const lastScanned = warmUp + rounds * courses
    const scanStarted = await sizesOf(bench, await courseIds(database, warmUp + 1, lastScanned))
    const bareSizes = await describeAll(client, ranged(warmUp + 1, sampled).map(bareWorkflowId))
    say('opening the rest by wave')
    const wavePerSecond = await waveCourses(bench, lastScanned + 1, waves)
    const waveOpened = await sizesOf(
      bench,
      await courseIds(database, lastScanned + 1, lastScanned + waves),
    )
    const share = (rounds * courses) / (rounds * courses + waves)
    return {
      coursesPerSecond: round1(median(scanned)),
      bareCoursesPerSecond: round1(median(bare)),
      shareOfBare: Number((median(scanned) / median(bare)).toFixed(3)),
      rounds: { courses: scanned.map(round1), bare: bare.map(round1) },
      coursesPerRound: courses,
      scanStarted,
      bare: bareSizes,
      waveOpened: { ...waveOpened, coursesPerSecond: round1(wavePerSecond), courses: waves },
      shareOfScanStarted: Number(share.toFixed(3)),
      ...{ connections, bareCallers, relays, temporal: cluster.settings },
      loadBefore,
      cores: cpus().length,
      cpu: cpus()[0]?.model ?? 'unknown',
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** As the supervisor starts them, each under its own role. */
async function startParts(
  database: BenchDatabase,
  keyd: BenchKeyd,
  { address, namespace }: TemporalCluster,
  port: number,
  relays: number,
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
      await start('worker', 'workers/main.ts', {
        DATABASE_URL: urls.sesshu_worker,
        ...keyd.environment('worker'),
      }),
      await startSealer(database, temporal),
      await start('bare-worker', 'bench/lib/bare-worker.ts', {}),
    )
    for (const n of ranged(1, relays)) {
      started.push(await start(`relay-${n}`, 'relay/main.ts', { DATABASE_URL: urls.sesshu_relay }))
    }
    return started
  } catch (error) {
    for (const part of started) await part.stop()
    throw error
  }
}

/** Courses a second, from the first scan until all are complete. */
async function scanCourses(bench: Bench, from: number, count: number): Promise<number> {
  const startedAt = performance.now()
  const people = ranged(from, count)
  await closedLoop(
    bench.target,
    people.map((n) => bodyOf(n, 1)),
    connections,
  )
  const ids = await courseIds(bench.database, from, from + count - 1)
  const workflowIds = ids.map(courseWorkflowId)
  await untilAll(bench, workflowIds, 'waiting')
  await closedLoop(
    bench.target,
    people.map((n) => bodyOf(n, 2)),
    connections,
  )
  await untilAll(bench, workflowIds, 'complete')
  return (count * 1_000) / (performance.now() - startedAt)
}

async function waveCourses(bench: Bench, from: number, count: number): Promise<number> {
  const startedAt = performance.now()
  const response = await fetch(`http://127.0.0.1:${bench.target.port}/api/v1/waves`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      ...{ waveId: randomUUID(), municipalityCode: benchTown, bornOnOrBefore: '2009-04-01' },
    }),
  })
  const opened = (await response.json()) as { courses?: number }
  if (opened.courses !== count) {
    throw new Error(`The wave should open ${count}, and answered ${JSON.stringify(opened)}.`)
  }
  const ids = (await courseIds(bench.database, from, from + count - 1)).map(courseWorkflowId)
  // Nothing to wait for by date, so that the first task sets no timer.
  await untilAll(bench, ids, 'waiting', afterFirstTask - 1)
  const people = ranged(from, count)
  await closedLoop(
    bench.target,
    people.map((n) => bodyOf(n, 1)),
    connections,
  )
  await untilAll(bench, ids, 'waiting', afterFirstTask + 4)
  await closedLoop(
    bench.target,
    people.map((n) => bodyOf(n, 2)),
    connections,
  )
  await untilAll(bench, ids, 'complete')
  return (count * 1_000) / (performance.now() - startedAt)
}

async function bareCourses(bench: Bench, from: number, count: number): Promise<number> {
  const startedAt = performance.now()
  const all = ranged(from, count)
  const ids = all.map(bareWorkflowId)
  await inLanes(all, bareCallers, (n) => bareFirstDose(bench.client, n))
  await untilAll(bench, ids, 'waiting')
  await inLanes(all, bareCallers, (n) => bareSecondDose(bench.client, n))
  await untilAll(bench, ids, 'complete')
  return (count * 1_000) / (performance.now() - startedAt)
}

const completedState = 3

/** Asks Temporal's own tables: its visibility interface allows ten questions a second. */
async function untilAll(
  { temporal }: Bench,
  workflowIds: string[],
  what: 'waiting' | 'complete',
  events = afterFirstTask,
): Promise<void> {
  let before = -1
  let since = Date.now()
  for (;;) {
    const [row] = await temporal<{ n: number }[]>`
      select count(*)::int as n from executions e
        join current_executions c on (c.shard_id, c.namespace_id, c.workflow_id, c.run_id)
                                   = (e.shard_id, e.namespace_id, e.workflow_id, e.run_id)
       where e.workflow_id = any(${workflowIds}::text[])
         and case when ${what === 'complete'} then c.state = ${completedState}
                  else e.next_event_id > ${events} end`
    const reached = row?.n ?? 0
    if (reached >= workflowIds.length) return
    if (reached !== before) since = Date.now()
    before = reached
    if (Date.now() - since > stuckAfterMs) {
      throw new Error(`Only ${reached} of ${workflowIds.length} courses are ${what}.`)
    }
    await sleep(100)
  }
}

async function courseIds({ superuserUrl }: BenchDatabase, from: number, to: number) {
  const sql = postgres(databaseOf(superuserUrl, 'sesshu'), { max: 1 })
  try {
    const numbers = ranged(from, to - from + 1).map((n) => `R${n}`)
    const rows = await sql<{ id: string }[]>`
      select c.id from resident r
        join course c on (c.home_municipality_code, c.home_resident_id) = (r.municipality_code, r.id)
       where r.municipality_code = ${benchTown} and r.register_number = any(${numbers})`
    if (rows.length !== numbers.length) {
      throw new Error(`There are ${rows.length} courses where ${numbers.length} should be.`)
    }
    return rows.map((row) => row.id)
  } finally {
    await sql.end()
  }
}

async function sizesOf({ client }: Bench, ids: string[]) {
  return await describeAll(client, ids.slice(0, sampled).map(courseWorkflowId))
}

/** What the server itself says about finished courses, over a sample. */
async function describeAll(client: Client, workflowIds: string[]) {
  const sizes = await Promise.all(
    workflowIds.map(async (id) => {
      const { historyLength, raw } = await client.workflow.getHandle(id).describe()
      const info = raw.workflowExecutionInfo
      return {
        events: historyLength,
        transitions: Number(info?.stateTransitionCount ?? 0),
        bytes: Number(info?.historySizeBytes ?? 0),
      }
    }),
  )
  const spread = (of: (size: (typeof sizes)[number]) => number) => {
    const sorted = sizes.map(of).sort((a, b) => a - b)
    return { median: median(sorted), most: sorted.at(-1)! }
  }
  return {
    events: spread((size) => size.events),
    transitions: spread((size) => size.transitions),
    historyBytes: spread((size) => size.bytes),
  }
}

/** The first dose three weeks ago and the second today: no reminder is due in between. */
function bodyOf(n: number, doseNumber: number): string {
  const today = tokyoDateOf(new Date())
  return JSON.stringify({
    scanId: randomUUID(),
    line: formatTicketLine({
      slipKind: 'vaccination',
      claimedDoseNumber: doseNumber,
      municipalityCode: benchTown,
      number: ticketNumber(n),
    }),
    readBy: 'qr',
    givenOn: doseNumber === 1 ? addDays(today, -21) : today,
    venueCode: benchVenue,
    productCode: 'pfizer',
    lotNumber: 'BENCH1',
    source: 'bench',
  })
}

async function inLanes<T>(items: T[], lanes: number, work: (item: T) => Promise<void>) {
  let next = 0
  const lane = async () => {
    while (next < items.length) await work(items[next++]!)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

function ranged(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + i)
}

function databaseOf(superuserUrl: string, name: string): string {
  const url = new URL(superuserUrl)
  url.pathname = `/${name}`
  return url.toString()
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

function round1(value: number): number {
  return Math.round(value * 10) / 10
}
