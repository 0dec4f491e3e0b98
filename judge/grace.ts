/** How long a town waits for late records, reckoned anew from the acknowledgements. */
import { addDays, type Day, daysBetween } from './days.ts'

export type RecordedDose = { municipalityCode: string; givenOn: Day; recordedOn: Day }

/** Shortest and longest grace that the rule allows on that day, in days. */
export type GraceBounds = { shortest: number; longest: number }
export type Grace = (municipalityCode: string, on: Day) => GraceBounds

const minimumDays = 21
const windowDays = 28
const enoughDoses = 50
const percentile = 0.95

/**
 * max(21, 95th percentile of recording lag among the doses recorded in the last 28 days), 21 below
 * 50 doses. Whether "the last 28 days" hold today's records depends on the hour at which it was
 * reckoned, and two common definitions of a percentile differ by a fraction: hence bounds.
 */
export function graceOf(doses: RecordedDose[]): Grace {
  const byTown = new Map<string, RecordedDose[]>()
  for (const dose of doses) {
    const list = byTown.get(dose.municipalityCode)
    if (list) list.push(dose)
    else byTown.set(dose.municipalityCode, [dose])
  }
  const reckoned = new Map<string, GraceBounds>()
  return (municipalityCode, on) => {
    const key = `${municipalityCode} ${on}`
    const before = reckoned.get(key)
    if (before) return before
    const bounds = boundsOn(byTown.get(municipalityCode) ?? [], on)
    reckoned.set(key, bounds)
    return bounds
  }
}

function boundsOn(doses: RecordedDose[], on: Day): GraceBounds {
  const values = [on, addDays(on, -1)].flatMap((last) =>
    [windowDays, windowDays - 1].flatMap((days) => {
      const first = addDays(on, -days)
      const lags = doses
        .filter((dose) => dose.recordedOn >= first && dose.recordedOn <= last)
        .map((dose) => daysBetween(dose.givenOn, dose.recordedOn))
        .sort((a, b) => a - b)
      return percentilesOf(lags)
    }),
  )
  return {
    shortest: Math.max(minimumDays, Math.min(...values)),
    longest: Math.max(minimumDays, ...values),
  }
}

function percentilesOf(sorted: number[]): number[] {
  if (sorted.length < enoughDoses) return [minimumDays]
  const between = percentile * (sorted.length - 1)
  const nearestRank = Math.ceil(percentile * sorted.length) - 1
  return [sorted[Math.floor(between)]!, sorted[Math.ceil(between)]!, sorted[nearestRank]!]
}
