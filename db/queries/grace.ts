/**
 * Reporting grace: how long a dose that was given may still be unrecorded before anyone is reminded.
 * Once a day and municipality, from what was recorded in the 28 whole days before it.
 */
import { addDays } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import { defaultSettings } from './plan-input.ts'

export const graceWindowDays = 28
/** Below this many doses a percentile says nothing, and the minimum holds. */
export const graceDosesAtLeast = 50
const gracePercentile = 0.95

export type Grace = {
  days: number
  /** Doses recorded in the window, voided ones left out. */
  doses: number
}

/**
 * The larger of the municipality's minimum and the 95th percentile (nearest rank, whole days) of
 * recording lag. The day itself is left out: its value must not depend on the hour of the question.
 */
export async function graceOn(tx: Tx, municipalityCode: string, day: PlainDate): Promise<Grace> {
  const [row] = await tx<{ doses: number; percentile: number | null; minimum: number | null }[]>`
    select count(*)::int as doses,
           percentile_disc(${gracePercentile}) within group (order by recorded_on - given_on)
             as percentile,
           (select minimum_grace_days from municipality_setting
             where municipality_code = ${municipalityCode}) as minimum
      from dose
     where municipality_code = ${municipalityCode} and voided_at is null
       and recorded_on >= ${addDays(day, -graceWindowDays)} and recorded_on < ${day}`
  const doses = row?.doses ?? 0
  const minimum = row?.minimum ?? defaultSettings.minimumGraceDays
  if (doses < graceDosesAtLeast || row?.percentile == null) return { days: minimum, doses }
  return { days: Math.min(Math.max(minimum, row.percentile), 365), doses }
}

/** The value of the day in days, computed by whoever asks first and kept from then on. */
export async function ensureGrace(
  tx: Tx,
  municipalityCode: string,
  day: PlainDate,
): Promise<number> {
  const kept = await keptGrace(tx, municipalityCode, day)
  if (kept !== undefined) return kept
  const { days, doses } = await graceOn(tx, municipalityCode, day)
  await tx`
    insert into municipality_grace (municipality_code, day, days, doses)
    values (${municipalityCode}, ${day}, ${days}, ${doses})
    on conflict do nothing`
  return (await keptGrace(tx, municipalityCode, day)) ?? days
}

async function keptGrace(
  tx: Tx,
  municipalityCode: string,
  day: PlainDate,
): Promise<number | undefined> {
  const [kept] = await tx<{ days: number }[]>`
    select days from municipality_grace
     where municipality_code = ${municipalityCode} and day = ${day}`
  return kept?.days
}
