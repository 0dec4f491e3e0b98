/**
 * Durable scans over HTTP beside their floor in the same run: the scan's own statements, prepared and
 * run straight from 16 connections, without HTTP or domain code.
 */
import { randomUUID } from 'node:crypto'
import { cpus, loadavg } from 'node:os'
import { scanBody, toScan } from '../api/schemas/scan.ts'
import { freePort } from '../config/ports.ts'
import { connect } from '../db/client.ts'
import { planInputFrom } from '../db/queries/plan-input.ts'
import { beginScan, readScanSet } from '../db/queries/scan-read.ts'
import { writeDose } from '../db/queries/scan-write.ts'
import type { PlainDate } from '../domain/course.ts'
import { type Plan, planCourse } from '../domain/plan.ts'
import type { Scan } from '../domain/scan.ts'
import { type BenchDatabase, benchDatabase } from './lib/database.ts'
import { closedLoop, openLoop, type Target } from './lib/http-load.ts'
import { type BenchKeyd, benchKeyd } from './lib/keyd.ts'
import { startApi } from './lib/parts.ts'
import type { BenchProcess } from './lib/processes.ts'
import { benchTown, grantBench, type Sheets, seedResidents } from './lib/residents.ts'
import { bodies, numbers } from './lib/scan-bodies.ts'

export type ScanBenchOptions = { scans: number; rounds: number; seconds: number }

const connections = 16
const fixedRate = 200
const warmUp = 2_000
const token = 'a-token-for-the-bench'
const today = '2021-07-01' as PlainDate

export async function benchScan(options: ScanBenchOptions, say: (line: string) => void) {
  const perRound = warmUp + options.scans
  const loadBefore = Number(loadavg()[0]!.toFixed(1))
  const latencyScans = fixedRate * options.seconds
  const database = await benchDatabase()
  let api: BenchProcess | undefined
  let keyd: BenchKeyd | undefined
  try {
    say('loading a town')
    keyd = await benchKeyd(database)
    const people = options.rounds * perRound * 2 + latencyScans
    const sheets = await seedResidents(database.sql, keyd.vault, people)
    await grantBench(database.sql, token)
    const port = await freePort()
    api = await startApi(database, keyd, port)
    const target: Target = { port, path: '/api/v1/scans', token }
    const next = numbers()
    const http: number[] = []
    const floor: number[] = []
    for (let round = 1; round <= options.rounds; round++) {
      await closedLoop(target, bodies(next, warmUp), connections)
      http.push((await closedLoop(target, bodies(next, options.scans), connections)).perSecond)
      floor.push(await plainSql(database, sheets, bodies(next, warmUp + options.scans)))
      say(
        `round ${round}: ${http.at(-1)!.toFixed(0)} scans/s over HTTP, floor ${floor.at(-1)!.toFixed(0)}`,
      )
    }
    say(`${fixedRate} scans/s for ${options.seconds} s`)
    const latency = await openLoop(target, bodies(next, latencyScans), fixedRate)
    const [scansPerSecond, plainSqlPerSecond] = [median(http), median(floor)]
    return {
      scansPerSecond: Math.round(scansPerSecond),
      plainSqlPerSecond: Math.round(plainSqlPerSecond),
      shareOfFloor: Number((scansPerSecond / plainSqlPerSecond).toFixed(3)),
      p50Ms: Number(latency.p50Ms.toFixed(2)),
      p99Ms: Number(latency.p99Ms.toFixed(2)),
      maxMs: Number(latency.maxMs.toFixed(2)),
      atPerSecond: fixedRate,
      scansPerRound: options.scans,
      rounds: { http: http.map(Math.round), plainSql: floor.map(Math.round) },
      connections,
      loadBefore,
      cores: cpus().length,
      cpu: cpus()[0]?.model ?? 'unknown',
    }
  } finally {
    await api?.stop()
    await keyd?.stop()
    await database.stop()
  }
}

/** The same statements with everything decided beforehand. Scans per second. */
async function plainSql(database: BenchDatabase, sheets: Sheets, sent: string[]): Promise<number> {
  const sql = connect(database.urls.sesshu_api, {
    name: 'bench-floor',
    max: connections,
    byKey: true,
  })
  const scans = sent.map((body) => toScan(scanBody.parse(JSON.parse(body))))
  const plan = firstDosePlan(scans[0]!)
  const run = async (from: number, to: number) => {
    let next = from
    const lane = async () => {
      const tx = await sql.reserve()
      while (next < to) {
        const scan = scans[next++]!
        const { residentId, ticketIndex } = sheets.get(scan.ticketNumber)!
        const indexed = { scan, ticketIndex }
        await Promise.all([tx`begin`, beginScan(tx, indexed), readScanSet(tx, indexed, today)])
        await Promise.all([writeDose(tx, indexed, ack, doseOf(residentId, plan)), tx`commit`])
      }
      tx.release()
    }
    await Promise.all(Array.from({ length: connections }, lane))
  }
  await run(0, warmUp)
  const startedAt = performance.now()
  await run(warmUp, scans.length)
  const perSecond = (scans.length - warmUp) / ((performance.now() - startedAt) / 1000)
  await sql.end({ timeout: 2 })
  return perSecond
}

function firstDosePlan(scan: Scan): Plan {
  const nothing = {
    closedBecause: null,
    remindersWaitUntil: null,
    declinedFrom: null,
    relocationEventId: null,
    relocationRecordedOn: null,
    relocationEffectiveOn: null,
    homeStatus: null,
    moveOutPlannedOn: null,
    moveOutEventId: null,
    doses: null,
    notices: null,
    followUps: null,
    lastScreenedOn: null,
    ticketRegisteredOn: null,
    minimumGraceDays: null,
    roundGapDays: null,
    followUpAfterDays: null,
    relocationTicketWaitDays: null,
    graceToday: null,
    preDueDays: null,
    invitationAfterDays: null,
    lotRecallNotices: null,
    paperHoldDays: null,
    quietWeekdays: null,
    holidaysAreQuiet: null,
    quietDays: null,
    unkeyedPaperUntil: null,
    lettersStopped: null,
  }
  const dose = {
    id: randomUUID(),
    claimedDoseNumber: 1,
    givenOn: scan.givenOn,
    productCode: scan.productCode,
  }
  return planCourse({ ...planInputFrom(nothing, today), doses: [dose] })
}

const noAnswer = {
  scanId: randomUUID(),
  verdict: 'recorded',
  findings: [],
  undoUntil: new Date(0).toISOString(),
}
const ack = { verdict: 'recorded', answer: noAnswer, bodyDigest: Buffer.alloc(16), today }

function doseOf(residentId: string, plan: Plan) {
  return {
    doseId: randomUUID(),
    ageBand: '65-' as const,
    findings: [],
    home: { municipalityCode: benchTown, residentId },
    ticketResidentId: residentId,
    course: { id: randomUUID(), version: 1, isNew: true },
    plan,
    graceDays: 21,
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
