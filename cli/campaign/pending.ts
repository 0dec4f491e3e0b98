/** What a campaign day still has to do before it may end, as the database has it. */
import type { DayGate } from '../../config/campaign.ts'
import { type ClockSegment, clockOf } from '../../config/clock.ts'
import type { Sql } from '../../db/client.ts'
import { townsToLookThrough } from '../../db/queries/cohorts.ts'
import { plainDate } from '../../domain/calendar.ts'
import { type Day, dayOf, instantOf } from '../../simulator/days.ts'

/** Notices are made from 9:00 to 10:00, so that what the afternoon brings finds them queued. */
const noticesMadeMinute = 13 * 60 + 30
/** What the cast tells between queue and seal has arrived by then, however slow the machine. */
const toldMinute = 18 * 60 + 30
const dayEndsMinute = 23 * 60 + 30
/**
 * How long a day is waited for that does not get done. Days are longer in a larger campaign, since more
 * has to be done in them; what queues up behind a wave takes many days' time to work off.
 */
const patienceAtLeastMs = 40_000
const patienceDays = 20
/** A gate is looked at this often in a day. */
const looksPerDay = 36
/** Letters queued after the towns' usual evening leave with the next one. */
const eveningMinute = 19 * 60

export function dayGates(sql: Sql, untold: Untold, dayLengthMs: number): DayGate[] {
  const patienceMs = Math.max(patienceAtLeastMs, patienceDays * dayLengthMs)
  const lookEveryMs = dayLengthMs / looksPerDay
  return [
    {
      minuteOfDay: noticesMadeMinute,
      ...{ patienceMs, lookEveryMs },
      pending: async (gateMs) => [
        ...(await dueSteps(sql, dayOf(gateMs))),
        ...(await openTurns(sql, dayOf(gateMs))),
      ],
    },
    {
      minuteOfDay: toldMinute,
      ...{ patienceMs, lookEveryMs },
      pending: async (gateMs) => untold(instantOf(dayOf(gateMs), noticesMadeMinute), gateMs),
    },
    {
      minuteOfDay: dayEndsMinute,
      ...{ patienceMs, lookEveryMs },
      pending: async (gateMs) => [
        ...(await dueSteps(sql, dayOf(gateMs))),
        ...(await unsent(sql, dayOf(gateMs))),
      ],
    },
  ]
}

/** Ids of the cast's facts of a campaign period (ms) that the simulator has not told yet. */
export type Untold = (fromMs: number, untilMs: number) => string[]

/** Steps that have fallen due and were not taken. */
async function dueSteps(sql: Sql, day: Day): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select c.id || ' ' || (step ->> 'kind') || ' ' || (step ->> 'on') as id
      from course c, jsonb_array_elements(c.steps) step
     where c.stage not in ('complete', 'closed')
       and step ->> 'kind' <> 'stage' and step ->> 'on' <= ${day}`
  return rows.map((row) => row.id)
}

/** Towns whose cohorts of the day are not looked through: their mails and invitations are to come. */
async function openTurns(sql: Sql, day: Day): Promise<string[]> {
  const towns = await townsToLookThrough(sql, plainDate(day), noticesMadeMinute)
  return towns.map(({ municipalityCode }) => `${municipalityCode} ${day}`)
}

/** Mails under way, and letters that were there in time for the day's evening. */
async function unsent(sql: Sql, day: Day): Promise<string[]> {
  const eveningAt = new Date(await wallOf(sql, instantOf(day, eveningMinute)))
  const rows = await sql<{ id: string }[]>`
    select id::text from notice_attempt
     where (channel = 'mail' and state in ('queued', 'attempting'))
        or (channel = 'letter' and state = 'queued' and queued_at < ${eveningAt})`
  return rows.map((row) => row.id)
}

/** The wall instant of a campaign instant that has come, or is to come at today's pace. */
async function wallOf(sql: Sql, campaignMs: number): Promise<number> {
  const rows = await sql<{ wall: Date; campaign: Date; pace: number }[]>`
    select wall_at as wall, campaign_at as campaign, pace from clock_segment order by id`
  const segments = rows.map(
    ({ wall, campaign, pace }): ClockSegment => ({
      wallAt: wall.getTime(),
      campaignAt: campaign.getTime(),
      pace,
    }),
  )
  const ran = segments.findLast((one) => one.pace > 0 && one.campaignAt <= campaignMs)
  if (!ran) return clockOf(() => segments).wallAt(campaignMs)
  return ran.wallAt + (campaignMs - ran.campaignAt) / ran.pace
}
