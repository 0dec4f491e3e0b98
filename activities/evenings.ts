/** When letters leave. One common evening for all towns (`eveningMinute`), in campaign time. */
import { withPurpose } from '../db/client.ts'
import { eveningMinute, townsToBatch } from '../db/queries/batches/batch.ts'
import type { Evening, EveningActivities, EveningTowns } from '../domain/activity-contract.ts'
import { addDays, compareDates, laterOf, tokyoInstant } from '../domain/calendar.ts'
import type { Instant, PlainDate } from '../domain/course.ts'
import { type ActivityDeps, type BusinessNow, businessNow } from './deps.ts'

type NextAsk = Parameters<EveningActivities['nextEvening']>[0]
type TownsAsk = Parameters<EveningActivities['townsWithQueuedLetters']>[0]

/** Names nobody, and concerns every town. */
const scope = { municipalityCode: [], purpose: 'eveningTowns' } as const

/** The first evening after the one given; of several missed ones only the last, at once. */
export async function nextEvening(deps: ActivityDeps, ask: NextAsk): Promise<Evening> {
  const minute = await withPurpose(deps.sql, scope, eveningMinute)
  const now = businessNow(deps.clock, ask.workflowNowMs)
  const lastPassed = hasPassed(now.today, minute, now) ? now.today : addDays(now.today, -1)
  const batchOn = ask.afterBatchOn
    ? laterOf(addDays(ask.afterBatchOn, 1), lastPassed)
    : addDays(lastPassed, 1)
  // Another evening of a day that had one would find its batches sealed; there is none in the past.
  const isMissed = ask.afterBatchOn && compareDates(ask.afterBatchOn, lastPassed) < 0
  return {
    batchOn,
    eveningAt: isMissed ? isoOf(now.wallMs) : wallInstant(deps, batchOn, minute, now),
  }
}

/** Codes, sorted, or the instant at which to ask again: the timer came too early. */
export async function townsWithQueuedLetters(
  deps: ActivityDeps,
  { batchOn, workflowNowMs }: TownsAsk,
): Promise<EveningTowns> {
  return withPurpose(deps.sql, scope, async (tx) => {
    const minute = await eveningMinute(tx)
    const now = businessNow(deps.clock, workflowNowMs)
    if (!hasPassed(batchOn, minute, now)) {
      return { notBefore: wallInstant(deps, batchOn, minute, now) }
    }
    return { towns: await townsToBatch(tx, batchOn) }
  })
}

function hasPassed(day: PlainDate, minute: number, { campaignMs }: BusinessNow): boolean {
  return campaignMs >= Date.parse(tokyoInstant(day, minute))
}

function wallInstant(
  { clock }: ActivityDeps,
  day: PlainDate,
  minute: number,
  { wallMs }: BusinessNow,
): Instant {
  return isoOf(clock.soonestAt(Date.parse(tokyoInstant(day, minute)), wallMs))
}

function isoOf(wallMs: number): Instant {
  return new Date(Math.ceil(wallMs)).toISOString()
}
