/**
 * One real campaign in which every part is killed with -9, twice; every personal word of its truth is
 * a marked one, so that a search of what it left finds a leak or nothing.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client'
import postgres from 'postgres'
import { keepFigures } from '../../cli/campaign/demo.ts'
import { type Played, playCampaign } from '../../cli/campaign/play.ts'
import { isOver, type Stage } from '../../domain/course.ts'
import { makeTruth } from '../../simulator/generate.ts'
import { mark } from '../../simulator/marked.ts'
import { type Truth, writeTruth } from '../../simulator/truth.ts'
import { type System, startSystem } from '../../supervisor/start-system.ts'
import { courseWorkflowId } from '../../workflows/messages.ts'
import { HEALTHY_WITHIN_MS, statusOf } from './systems.ts'
import { until } from './until.ts'

export const parts = ['worker', 'api', 'relay', 'temporal', 'postgres'] as const
type Part = (typeof parts)[number]
export type Kill = { part: Part; pid: number; day: number; upAgain: boolean }

/** First doses begin within a week; relocation notices leave from day 26, reminders from day 44. */
const residents = 60
export const days = 66
const scanDays = [4, 8, 12, 16, 20]
const noticeDays = [26, 44, 46, 48, 50]

type CourseRow = { id: string; stage: Stage; version: number }
type Rows = { scans: Set<string>; doses: Set<string>; outbox: number; courses: CourseRow[] }

export type KilledCampaign = {
  kills: Kill[]
  played: Played
  rows: Rows
  runsInTemporal: Map<string, string>
}

/** `atTheEnd` is called while everything is still up, on the last day. */
export async function playKilledCampaign(
  dataDir: string,
  atTheEnd: (system: System, truth: Truth) => Promise<void> = async () => {},
): Promise<KilledCampaign> {
  const truth = mark(makeTruth({ residents, days, seed: 11, rates: 'teaching' }))
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
    const killing = killInTurn(system, dataDir, () => day, stop.signal)
    // Awaited at the end; what ends the campaign first is what is told.
    killing.catch(() => {})
    const played = await playCampaign({ system, truth, dataDir, dayLengthMs: 1_000, progress })
    stop.abort()
    const kills = await killing
    await keepFigures(system, dataDir)
    const { rows, runsInTemporal } = await onceTheyAgree(system)
    await atTheEnd(system, truth)
    return { kills, played, rows, runsInTemporal }
  } finally {
    await system.stop()
  }
}

/** One part after the other, each only when the one before is at work again. */
async function killInTurn(
  system: System,
  dataDir: string,
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

/** By the superuser, who sees every row. */
async function rowsOf(system: System): Promise<Rows> {
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

const agreeWithinMs = 60_000

/** News is off its table once a run has it: the run ends, or is woken a second time, a moment after. */
async function onceTheyAgree(system: System) {
  const giveUpAt = Date.now() + agreeWithinMs
  for (;;) {
    const rows = await rowsOf(system)
    const runsInTemporal = await runsOf(system, rows.courses)
    const ended = { rows, runsInTemporal }
    if (rows.outbox === 0 && astray(ended).length === 0) return ended
    if (Date.now() > giveUpAt) return ended
    await sleep(200)
  }
}

/** Courses whose run goes on when it should be over, or the other way round. */
export function astray({
  rows,
  runsInTemporal,
}: Pick<KilledCampaign, 'rows' | 'runsInTemporal'>): CourseRow[] {
  return rows.courses.filter(
    ({ id, stage }) => runsInTemporal.get(id) !== (isOver(stage) ? 'COMPLETED' : 'RUNNING'),
  )
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
