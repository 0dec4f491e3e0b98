/**
 * How long a town waits for late records, reckoned anew from the doses: max(the town's minimum, the 95th
 * percentile of the recording lag of doses recorded in the 28 days before), the minimum below 50 doses.
 * A dose voided since may have counted or not on that day: hence bounds.
 */
import type { Tx } from '../db/client.ts'
import {
  type KeptGrace,
  keepGraces,
  keptGraces,
  type LagRow,
  lagsNotKept,
  sendersGraces,
  type TownSetting,
} from '../db/queries/monitor/towns.ts'
import { addDays, type Day } from './days.ts'
import type { GraceBounds, GraceOf } from './facts.ts'

const windowDays = 28
const enoughDoses = 50
const longestDays = 365
const defaultMinimumDays = 21
/** A first dose of AstraZeneca, and a year of grace: no plan in force was made before. */
const backDays = 120

/** Reckons what is missing up to `day` and keeps it, so that a day's value stays as it was. */
export async function gracesUntil(tx: Tx, day: Day, towns: TownSetting[]): Promise<GraceOf> {
  const minimums = new Map(towns.map((one) => [one.town, one.minimumGraceDays]))
  const lags = await lagsNotKept(tx, { from: addDays(day, -backDays), to: day, windowDays })
  const fresh = lags.map((one): KeptGrace => {
    const bounds = boundsOf(one, minimums.get(one.town) ?? defaultMinimumDays)
    return { town: one.town, day: one.day, ...bounds }
  })
  await keepGraces(tx, fresh)
  const kept = new Map((await keptGraces(tx)).map((one) => [`${one.town} ${one.day}`, one]))
  return (town, each) => {
    const bounds = kept.get(`${town} ${each}`)
    if (bounds) return bounds
    const minimum = minimums.get(town) ?? defaultMinimumDays
    return { shortest: minimum, longest: minimum }
  }
}

function boundsOf(lags: LagRow, minimum: number): GraceBounds {
  const values = [
    lags.doses >= enoughDoses ? (lags.all ?? 0) : 0,
    lags.standing >= enoughDoses ? (lags.counted ?? 0) : 0,
  ].map((percentile) => Math.min(Math.max(minimum, percentile), longestDays))
  return { shortest: Math.min(...values), longest: Math.max(...values) }
}

export type GraceDifference = { town: string; day: Day; longer: boolean }

/** Where the sender goes by a value that no honest reckoning gives. */
export async function graceDifferences(
  tx: Tx,
  grace: GraceOf,
  day: Day,
): Promise<GraceDifference[]> {
  const kept = await sendersGraces(tx, addDays(day, -1))
  return kept
    .filter((one) => one.day <= day)
    .flatMap(({ town, day: each, days }) => {
      const { shortest, longest } = grace(town, each)
      return days < shortest || days > longest ? [{ town, day: each, longer: days > longest }] : []
    })
}
