/** What a campaign day still has to do before it may end, as the database has it. */
import type { DayGate } from '../../config/campaign.ts'
import { type ClockSegment, clockOf } from '../../config/clock.ts'
import type { Sql } from '../../db/client.ts'
import { dayOf, instantOf } from '../../simulator/days.ts'

const gateMinute = 23 * 60 + 30
const patienceMs = 8_000
/** Letters queued after the towns' usual evening leave with the next one. */
const eveningMinute = 19 * 60

/** Steps that fell due and were not taken, mails under way, letters that missed their evening. */
export function endOfDayGate(sql: Sql): DayGate {
  return {
    minuteOfDay: gateMinute,
    patienceMs,
    async pending(gateMs) {
      const day = dayOf(gateMs)
      const eveningAt = new Date(await wallOf(sql, instantOf(day, eveningMinute)))
      const rows = await sql<{ id: string }[]>`
        select c.id || ' ' || (step ->> 'kind') || ' ' || (step ->> 'on') as id
          from course c, jsonb_array_elements(c.steps) step
         where c.stage not in ('complete', 'closed')
           and step ->> 'kind' <> 'stage' and step ->> 'on' <= ${day}
        union all
        select id::text from notice_attempt
         where (channel = 'mail' and state in ('queued', 'attempting'))
            or (channel = 'letter' and state = 'queued' and queued_at < ${eveningAt})`
      return rows.map((row) => row.id)
    },
  }
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
