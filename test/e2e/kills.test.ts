// Every part is killed with -9, twice, while a real campaign goes on: once among the scans of its
// first weeks, once while notices leave, then at the very moment at which one has left.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keepFigures } from '../../cli/campaign/demo.ts'
import { type Played, playCampaign } from '../../cli/campaign/play.ts'
import { deleteDataDir } from '../../db/server.ts'
import { isOver, type Stage } from '../../domain/course.ts'
import { type Evidence, readEvidence } from '../../judge/evidence.ts'
import type { LeftNotice } from '../../judge/left-notice.ts'
import { judge, type Report } from '../../judge/report.ts'
import { makeTruth } from '../../simulator/generate.ts'
import { writeTruth } from '../../simulator/truth.ts'
import { type System, startSystem } from '../../supervisor/start-system.ts'
import { courseWorkflowId } from '../../workflows/messages.ts'
import { processesOf } from '../support/running-system.ts'
import { HEALTHY_WITHIN_MS, statusOf, until } from '../support/systems.ts'

const parts = ['worker', 'api', 'relay', 'temporal', 'postgres'] as const
type Part = (typeof parts)[number]
type Kill = { part: Part; pid: number; day: number; upAgain: boolean }

/** First doses begin within a week; relocation notices leave from day 26, reminders from day 44. */
const residents = 60
const days = 66
const scanDays = [4, 8, 12, 16, 20]
const noticeDays = [26, 44, 46, 48, 50]

type CourseRow = { id: string; stage: Stage; version: number }

let folder = ''
let dataDir = ''
let kills: Kill[] = []
let played: Played
let report: Report
let evidence: Evidence
let rows: { scans: Set<string>; doses: Set<string>; outbox: number; courses: CourseRow[] }
let runsInTemporal: Map<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sesshu-kills-'))
  dataDir = join(folder, 'campaign')
  const truth = makeTruth({ residents, days, seed: 11, rates: 'teaching' })
  const silent = { info: () => {}, warn: () => {} }
  const system = await startSystem({
    ...{ dataDir, own: true, demo: true, log: silent },
    ports: { web: 0, ui: 0 },
  })
  try {
    await writeTruth(join(dataDir, 'truth.jsonl'), truth)
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    let day = -1
    const progress = {
      words: () => {},
      campaign: (now: { day: number }) => {
        day = now.day
      },
      end: () => {},
    }
    const stop = new AbortController()
    const killing = killInTurn(system, () => day, stop.signal)
    played = await playCampaign({ system, truth, dataDir, dayLengthMs: 1_000, progress })
    stop.abort()
    kills = await killing
    await keepFigures(system, dataDir)
    rows = await rowsOf(system)
    runsInTemporal = await runsOf(system, rows.courses)
  } finally {
    await system.stop()
  }
  report = await judge({ dataDir })
  evidence = await readEvidence(dataDir)
})

afterAll(async () => {
  await deleteDataDir(dataDir)
  await rm(folder, { recursive: true, force: true })
})

describe('kill -9 of every part in the middle of a campaign', () => {
  it('was really done, and each part came back', () => {
    expect(kills.map(({ part }) => part)).toEqual([...parts, ...parts])
    expect(new Set(kills.map(({ pid }) => pid)).size).toBe(kills.length)
    expect(kills.filter(({ upAgain }) => !upAgain)).toEqual([])
    expect(played.day).toBe(days - 1)
    expect(played.told).toBe(played.facts)
  })

  it('loses no acknowledged scan', () => {
    const scans = evidence.told.filter(({ kind }) => /^(scan|scanAgain|screening)$/.test(kind))
    expect(scans.length).toBeGreaterThan(50)
    expect(scans.filter(({ refused }) => refused)).toEqual([])
    expect(scans.filter(({ factId }) => !rows.scans.has(factId))).toEqual([])
    const doses = scans.filter(({ verdict }) => verdict?.startsWith('recorded'))
    expect(doses.length).toBeGreaterThan(50)
    expect(doses.filter(({ factId }) => !rows.doses.has(factId))).toEqual([])
    expect(report.wrongPersonDoses).toBe(0)
  })

  it('sends no letter twice, and a mail only where its outcome was unknown', () => {
    expect(copies(evidence.notices.filter(({ channel }) => channel === 'letter'))).toEqual([])
    const repeated = copies(evidence.notices)
    for (const again of repeated) {
      expect(again).toHaveLength(2)
      expect(again[0]?.messageId).toBeDefined()
      expect(again[1]?.messageId).toBe(again[0]?.messageId)
    }
    // The judge looks at persons, rounds and occasions, not at numbers that a notice gives itself.
    expect(report.duplicateNotices).toBe(repeated.length)
  })

  it('sends nothing wrong and misses nothing', () => {
    const faults = report.complaints.filter(
      ({ counter }) => !/^(unreported|duplicate)/.test(counter),
    )
    expect(faults).toEqual([])
    expect(report).toMatchObject({
      missedNotices: 0,
      notOwedNotices: 0,
      wrongNotices: { dosedAndRecorded: 0, dead: 0, leftAddress: 0, protected: 0, wrongPerson: 0 },
      refusedFacts: 0,
    })
    const kinds = new Set(evidence.notices.map(({ kind, round }) => `${kind} ${round}`))
    expect([...kinds].sort()).toEqual(['relocationNotice 1', 'reminder 1', 'reminder 2'])
  })

  it('leaves every course where the database says it is, and no news behind', () => {
    expect(rows.outbox).toBe(0)
    const astray = rows.courses.filter(({ id, stage }) => {
      const wanted = isOver(stage) ? 'COMPLETED' : 'RUNNING'
      return runsInTemporal.get(id) !== wanted
    })
    expect(astray.map(({ id, stage }) => [stage, runsInTemporal.get(id)])).toEqual([])
    expect(rows.courses.length).toBeGreaterThan(40)
  })

  it('leaves no process behind', () => {
    expect(processesOf(dataDir)).toEqual([])
  })
})

/** One part after the other, each only when the one before is at work again. */
async function killInTurn(
  system: System,
  dayNow: () => number,
  signal: AbortSignal,
): Promise<Kill[]> {
  const done: Kill[] = []
  for (const [i, day] of [...scanDays, ...noticeDays].entries()) {
    const part = parts[i % parts.length]!
    while (dayNow() < day && !signal.aborted) await sleep(20)
    if (i >= scanDays.length) await untilOneLeaves(dataDir, signal)
    if (signal.aborted) break
    const { restarts } = statusOf(system, part)
    const kill = { part, day: dayNow(), pid: system.kill(part), upAgain: false }
    done.push(kill)
    await until(() => statusOf(system, part).restarts > restarts)
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    kill.upAgain = statusOf(system, part).pid !== kill.pid
  }
  return done
}

/** The instant after a mail or a batch of letters has appeared, before its sender has noted so. */
async function untilOneLeaves(folder: string, signal: AbortSignal): Promise<void> {
  const count = async () => {
    const names = await Promise.all(['mail', 'letters'].map((name) => readdir(join(folder, name))))
    return names.flat().filter((name) => /\.(eml|pdf)$/.test(name)).length
  }
  const before = await count()
  while (!signal.aborted && (await count()) === before) await sleep(2)
}

/** Groups of notices that call themselves the same, where there is more than one. */
function copies(notices: LeftNotice[]): LeftNotice[][] {
  const groups = new Map<string, LeftNotice[]>()
  for (const notice of notices) {
    groups.set(notice.noticeId, [...(groups.get(notice.noticeId) ?? []), notice])
  }
  return [...groups.values()].filter((group) => group.length > 1)
}

/** By the superuser, who sees every row. */
async function rowsOf(system: System): Promise<typeof rows> {
  const url = new URL(system.urls.superuserUrl as string)
  url.pathname = new URL(system.urls.databaseUrl).pathname
  const sql = postgres(url.toString(), { max: 1 })
  try {
    const scans = await sql<{ id: string }[]>`select id from scan`
    const doses = await sql<{ id: string }[]>`select scan_id as id from dose`
    const [news] = await sql<{ n: number }[]>`select count(*)::int as n from outbox`
    return {
      scans: new Set(scans.map(({ id }) => id)),
      doses: new Set(doses.map(({ id }) => id)),
      outbox: news?.n ?? 0,
      courses: [...(await sql<CourseRow[]>`select id, stage, version from course`)],
    }
  } finally {
    await sql.end()
  }
}

async function runsOf({ urls }: System, courses: CourseRow[]): Promise<Map<string, string>> {
  const connection = await Connection.connect({ address: urls.temporalAddress })
  try {
    const client = new Client({ connection, namespace: urls.temporalNamespace })
    const statusOfCourse = async (id: string): Promise<[string, string]> => {
      const handle = client.workflow.getHandle(courseWorkflowId(id))
      try {
        return [id, (await handle.describe()).status.name]
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return [id, 'none']
        throw error
      }
    }
    return new Map(await Promise.all(courses.map(({ id }) => statusOfCourse(id))))
  } finally {
    await connection.close()
  }
}
