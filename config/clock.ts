/**
 * The only clock. Real time, or a campaign clock: a table of segments (wall instant, campaign
 * instant, pace) by which a whole campaign runs in compressed days on any server.
 *
 * Business time (days, due dates, batches) goes through here; security time (tokens, leases, locks)
 * is always wall time. Pace is campaign milliseconds per wall millisecond; 0 = held.
 */
import type { Sql } from '../db/client.ts'
import { tokyoDateOf } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'

export type ClockSegment = { wallAt: number; campaignAt: number; pace: number }

/** A timer that would have to wait on a held clock asks again after this long at least. */
const heldRetryMs = 250
/** Of campaign time; less than a day's gate has patience for (`cli/campaign/pending.ts`). */
const heldAgainAtMost = 8 * 86_400_000

export type Clock = {
  /** Campaign instant (epoch ms) at a wall instant (epoch ms). */
  campaignAt(wallMs: number): number
  /** Wall instant at which a campaign instant is reached; a hint, since the pace may change. */
  wallAt(campaignMs: number, nowWallMs?: number): number
  /** The same for the one asker of its kind: on a held clock the soonest that it can be, however long held. */
  soonestAt(campaignMs: number, nowWallMs?: number): number
  /** Today in Asia/Tokyo, in campaign time. */
  todayAt(wallMs: number): PlainDate
  today(): PlainDate
  now(): number
  isCampaign(): boolean
  /** Reads the segments again. */
  refresh(): Promise<void>
  close(): void
}

export function clockOf(segments: () => ClockSegment[], wallNow: () => number = Date.now): Clock {
  const segmentAtWall = (wallMs: number) => {
    const all = segments()
    return all.findLast((s) => s.wallAt <= wallMs) ?? all[0]
  }
  const campaignAt = (wallMs: number) => {
    const segment = segmentAtWall(wallMs)
    return segment ? segment.campaignAt + (wallMs - segment.wallAt) * segment.pace : wallMs
  }
  /** A held clock goes on at any moment, at the pace at which it last ran; before that nobody knows it. */
  const soonestMs = (aheadMs: number) => {
    const ran = segments().findLast(({ pace }) => pace > 0)
    return ran ? aheadMs / ran.pace : 0
  }
  const reachedAt = (
    campaignMs: number,
    nowWallMs: number,
    againMs: (held: ClockSegment) => number,
  ) => {
    const segment = segmentAtWall(nowWallMs)
    if (!segment) return campaignMs
    const aheadMs = campaignMs - campaignAt(nowWallMs)
    if (aheadMs <= 0) return nowWallMs
    if (segment.pace > 0) return nowWallMs + aheadMs / segment.pace
    return nowWallMs + Math.max(heldRetryMs, soonestMs(aheadMs) + againMs(segment))
  }
  const clock: Clock = {
    campaignAt,
    wallAt: (campaignMs, nowWallMs = wallNow()) => {
      // Among thousands, asking would be what it is held for. Half as long again as it has been held, and
      // no more: what asks late holds the next gate, which must not be as long as this one.
      const againMs = (segment: ClockSegment) =>
        Math.min((nowWallMs - segment.wallAt) / 2, soonestMs(heldAgainAtMost))
      return reachedAt(campaignMs, nowWallMs, againMs)
    },
    soonestAt: (campaignMs, nowWallMs = wallNow()) => reachedAt(campaignMs, nowWallMs, () => 0),
    todayAt: (wallMs) => tokyoDateOf(new Date(campaignAt(wallMs))),
    today: () => clock.todayAt(wallNow()),
    now: () => campaignAt(wallNow()),
    isCampaign: () => segments().length > 0,
    refresh: async () => {},
    close: () => {},
  }
  return clock
}

export const realClock: Clock = clockOf(() => [])

const refreshEveryMs = 200

/**
 * The clock of a running process: follows `clock_segment`. On a system without segments (any real
 * one) it reads the table once and is real time.
 */
export async function followClock(sql: Sql): Promise<Clock> {
  let segments: ClockSegment[] = []
  const read = async () => {
    const rows = await sql<{ wall: Date; campaign: Date; pace: number }[]>`
      select wall_at as wall, campaign_at as campaign, pace from clock_segment order by id`
    segments = rows.map((r) => ({
      wallAt: r.wall.getTime(),
      campaignAt: r.campaign.getTime(),
      pace: r.pace,
    }))
  }
  await read()
  const clock = clockOf(() => segments)
  clock.refresh = read
  const followCampaign = process.env.SESSHU_DEMO === '1'
  if (followCampaign) {
    // A failed read keeps the last segments: the database being away is what holds the clock.
    const timer = setInterval(() => void read().catch(() => {}), refreshEveryMs)
    timer.unref()
    clock.close = () => clearInterval(timer)
  }
  return clock
}
