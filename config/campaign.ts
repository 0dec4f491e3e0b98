/**
 * The keeper of the campaign clock: writes the segments that every process follows
 * (`config/clock.ts`), so that a whole campaign runs in compressed days.
 *
 * A running segment always ends in one that holds, a few seconds ahead, and is renewed while all is
 * well. A keeper that dies, or a database that goes away, thus holds the clock by itself; nothing
 * runs on unseen. New segments lie a little in the future: whoever reads them late never sees time
 * go back.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql, Tx } from '../db/client.ts'
import { gatesOf } from './campaign-gates.ts'
import { campaignPace } from './campaign-pace.ts'
import { type ClockSegment, clockOf } from './clock.ts'

/** The only Temporal namespace in which time may be played with. */
export const campaignNamespace = 'sesshu-demo'

/** A day never lasts less: server timers run up to 0.4 s late. */
export const shortestDayMs = 1_000

const leaseMs = 3_000
const renewEveryMs = 100
/** Longer than the 200 ms in which every process reads the segments again. */
const takesEffectAfterMs = 300

export class CampaignRefused extends Error {}

/**
 * Compressed, a second of lateness is most of a day. At a gate the day waits until what should have
 * been done by then is done, but never longer than the gate's patience.
 */
export type DayGate = {
  minuteOfDay: number
  /** What is still to be done before the gate's instant, as ids; empty lets time go on. */
  pending(gateMs: number): Promise<string[]>
  patienceMs: number
  /** Between two looks at what is pending, which among many people is work. */
  lookEveryMs?: number
}

export type RunOptions = {
  endMs: number
  /** At first; longer for good when days keep taking longer (`campaign-pace.ts`). */
  dayLengthMs: number
  /** Whether Temporal, worker, relay and the database keep up; the clock holds while not. */
  isWell: () => Promise<boolean>
  gates?: DayGate[]
  signal?: AbortSignal
}

export type CampaignClock = {
  /** Runs to the end of the campaign, then leaves the clock at real pace. */
  run(options: RunOptions): Promise<{ heldMs: number }>
  /** Holds the clock where it stands; for an orderly stop. */
  hold(): Promise<void>
  /** Campaign instant (epoch ms) as the rows have it now. */
  nowMs(): Promise<number>
}

/**
 * Opens the campaign of a database: at `epochMs` and held when it is new, where it stood otherwise.
 * Throws `CampaignRefused` outside the demo's namespace, and for a database that holds residents
 * but no campaign: those may be real.
 */
export async function openCampaign(
  sql: Sql,
  options: { namespace: string; epochMs: number },
): Promise<CampaignClock> {
  if (options.namespace !== campaignNamespace) {
    throw new CampaignRefused(
      `Time is played with in the namespace ${campaignNamespace} only; this is ${options.namespace}.`,
    )
  }
  if ((await segmentsOf(sql)).length === 0) {
    const [holds] = await sql<{ residents: boolean }[]>`select holds_residents() as residents`
    if (holds?.residents)
      throw new CampaignRefused('This database holds residents who are no campaign of ours.')
    await insertSegment(sql, { wallAt: Date.now(), campaignAt: options.epochMs, pace: 0 })
  } else if (!(await isOver(sql))) {
    await holdNow(sql)
  }
  return {
    run: (how) => runToTheEnd(sql, how),
    hold: () => holdNow(sql),
    async nowMs() {
      const segments = await segmentsOf(sql)
      return clockOf(() => segments).now()
    },
  }
}

type Running = { start: ClockSegment; tailId: number; tailWallAt: number }

async function runToTheEnd(sql: Sql, options: RunOptions): Promise<{ heldMs: number }> {
  const { endMs, isWell, signal } = options
  const pace = campaignPace(Math.max(options.dayLengthMs, shortestDayMs))
  const gates = gatesOf(options.gates ?? [])
  const began = Date.now()
  let running: Running | undefined
  let ranMs = 0
  for (;;) {
    signal?.throwIfAborted()
    if (!running && (await isOver(sql).catch(() => false))) break
    const well = await isWell().catch(() => false)
    if (!well) gates.away()
    // The database being away is one more reason to be held: the lease has run out by itself.
    running = await step(well).catch(() => undefined)
    if (running && Date.now() >= wallOf(running.start, endMs)) break
    const lookedAt = Date.now()
    await sleep(renewEveryMs, undefined, signal && { signal })
    if (running) ranMs += Date.now() - lookedAt
  }
  return { heldMs: Math.max(0, Date.now() - began - ranMs) }

  async function step(well: boolean): Promise<Running | undefined> {
    if (running === undefined) return well ? await start() : undefined
    const now = Date.now()
    const campaignNow = campaignOf(running.start, now)
    pace.seen(campaignNow, now)
    await gates.look(campaignNow)
    const isTooLateToMove = running.tailWallAt - now < takesEffectAfterMs
    if (isTooLateToMove) return now < running.tailWallAt ? running : undefined
    return await moveTail(running, well ? now + leaseMs : now + takesEffectAfterMs, well)
  }

  async function start(): Promise<Running | undefined> {
    const segments = await segmentsOf(sql)
    const wallAt = Date.now() + takesEffectAfterMs
    const campaignAt = clockOf(() => segments).campaignAt(wallAt)
    if (!(await gates.look(campaignAt))) return undefined
    const begin = { wallAt, campaignAt, pace: pace.now() }
    return await sql.begin(async (tx) => {
      await insertSegment(tx, begin)
      const tail = tailOf(begin, wallAt + leaseMs)
      return { start: begin, tailId: await insertSegment(tx, tail), tailWallAt: tail.wallAt }
    })
  }

  async function moveTail(from: Running, wallAt: number, goesOn: boolean) {
    const tail = tailOf(from.start, wallAt)
    await sql`update clock_segment
                 set wall_at = ${new Date(tail.wallAt)}, campaign_at = ${new Date(tail.campaignAt)},
                     pace = ${tail.pace}
               where id = ${from.tailId}`
    return goesOn ? { ...from, tailWallAt: tail.wallAt } : undefined
  }

  function campaignOf(from: ClockSegment, wallMs: number): number {
    return from.campaignAt + (wallMs - from.wallAt) * from.pace
  }

  function wallOf(from: ClockSegment, campaignMs: number): number {
    return from.wallAt + (campaignMs - from.campaignAt) / from.pace
  }

  /** The campaign's end if it comes first, at real pace from then on; or else a hold. */
  function tailOf(from: ClockSegment, leaseEndAt: number): ClockSegment {
    const wallAt = Math.min(leaseEndAt, wallOf(from, gates.nextMs(from.campaignAt)))
    const endWallAt = wallOf(from, endMs)
    if (endWallAt <= wallAt) return { wallAt: endWallAt, campaignAt: endMs, pace: 1 }
    return { wallAt, campaignAt: campaignOf(from, wallAt), pace: 0 }
  }
}

async function holdNow(sql: Sql): Promise<void> {
  const segments = await segmentsOf(sql)
  const wallAt = Date.now()
  const clock = clockOf(() => segments)
  const isHeldAlready = segments.findLast((segment) => segment.wallAt <= wallAt)?.pace === 0
  if (isHeldAlready && segments.every((segment) => segment.wallAt <= wallAt)) return
  await insertSegment(sql, { wallAt, campaignAt: clock.campaignAt(wallAt), pace: 0 })
}

/** After its last day a campaign's clock has real pace, for good. */
async function isOver(sql: Sql): Promise<boolean> {
  const last = (await segmentsOf(sql)).at(-1)
  return last !== undefined && last.pace === 1 && last.wallAt <= Date.now()
}

async function segmentsOf(sql: Sql): Promise<ClockSegment[]> {
  const rows = await sql<{ wall: Date; campaign: Date; pace: number }[]>`
    select wall_at as wall, campaign_at as campaign, pace from clock_segment order by id`
  return rows.map(({ wall, campaign, pace }) => ({
    wallAt: wall.getTime(),
    campaignAt: campaign.getTime(),
    pace,
  }))
}

async function insertSegment(sql: Sql | Tx, segment: ClockSegment): Promise<number> {
  const rows = await sql<{ id: number }[]>`
    insert into clock_segment (wall_at, campaign_at, pace)
    values (${new Date(segment.wallAt)}, ${new Date(segment.campaignAt)}, ${segment.pace})
    returning id`
  return rows[0]!.id
}
