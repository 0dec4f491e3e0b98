/**
 * How long a day of a campaign lasts. A timer is set by the pace of its moment, so that a clock which is held
 * day by day makes thousands fire early, ask, and wait anew: work that holds the next day. A campaign whose days
 * keep taking longer than they should has less of it at a slower pace.
 */
import { addDays, tokyoDateOf } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'

const dayMs = 86_400_000

/** One outage, or the weekend of a wave, is no habit. */
const daysToLearn = 3
/** A day that takes this many times what it should is a slow one. */
const slowFrom = 1.5
/** And this much longer: among few people a second or two of printing wakes nobody, and no slower day saves it. */
const slowByMs = 3_000
/** The most that one lesson makes a day longer. */
const mostAtOnce = 1.5

export type CampaignPace = {
  /** Campaign milliseconds per wall millisecond. */
  now(): number
  /** The clock stands or runs at this campaign instant (ms), seen at a wall instant (ms). */
  seen(campaignMs: number, wallMs: number): void
}

/** Only ever slower: what comes back to its speed has time to spare, and no timer fires late. */
export function campaignPace(dayLengthMs: number): CampaignPace {
  let lengthMs = dayLengthMs
  let day: PlainDate | undefined
  let beganAt: number | undefined
  let slowDays: number[] = []
  return {
    now: () => dayMs / lengthMs,
    seen(campaignMs, wallMs) {
      const today = tokyoDateOf(new Date(campaignMs))
      if (today === day) return
      // The first day was begun by nobody knows when.
      const isNext = day !== undefined && today === addDays(day, 1)
      if (isNext && beganAt !== undefined) learn(wallMs - beganAt)
      beganAt = isNext ? wallMs : undefined
      day = today
    },
  }

  function learn(tookMs: number): void {
    const isSlow = tookMs >= lengthMs * slowFrom && tookMs - lengthMs >= slowByMs
    slowDays = isSlow ? [...slowDays, tookMs] : []
    if (slowDays.length < daysToLearn) return
    lengthMs = Math.min(...slowDays, lengthMs * mostAtOnce)
    slowDays = []
  }
}
