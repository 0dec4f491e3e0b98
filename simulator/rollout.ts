import { readFileSync } from 'node:fs'
import { dataFile, readCsv } from './csv.ts'
import { type Day, daysBetween } from './days.ts'

export type AgeBand = '-64' | '65-'

/** A distribution over whole days, as running shares: `upTo` of all have happened by `days`. */
export type Distribution = { days: number; upTo: number }[]

/** The real roll-out of one prefecture, as two distributions per age band. */
export type Rollout = {
  /** Days from the epoch to a first dose. */
  firstDose: Record<AgeBand, Distribution>
  /** Days from a first dose to its second. */
  secondDoseLag: Record<AgeBand, Distribution>
}

/**
 * Days from shot to record. Measured on 44 daily snapshots of the public figures of 2021 (doses of
 * June 7 to 20): half were known the next morning, 80% after a week, 95% after three.
 */
export const recordingLag: Distribution = [
  { days: 0, upTo: 0.5 },
  { days: 1, upTo: 0.6 },
  { days: 2, upTo: 0.65 },
  { days: 4, upTo: 0.73 },
  { days: 6, upTo: 0.8 },
  { days: 9, upTo: 0.86 },
  { days: 13, upTo: 0.9 },
  { days: 20, upTo: 0.95 },
  { days: 27, upTo: 0.98 },
  { days: 40, upTo: 1 },
]

export function loadRollout(prefecture: string, epoch: Day): Rollout {
  const rows = readCsv(readFileSync(dataFile('doses-by-day-2021.csv'), 'utf8')).filter(
    (row) => row.prefecture === prefecture,
  )
  const counts = (band: AgeBand, doseNumber: string) => {
    const byDay: number[] = []
    for (const row of rows) {
      if (row.age_band !== band || row.dose_number !== doseNumber) continue
      const day = daysBetween(epoch, row.date!)
      byDay[day] = (byDay[day] ?? 0) + Number(row.count)
    }
    return Array.from(byDay, (count) => count ?? 0)
  }
  const bands = ['-64', '65-'] as const
  const each = (make: (band: AgeBand) => Distribution) =>
    Object.fromEntries(bands.map((band) => [band, make(band)])) as Record<AgeBand, Distribution>
  return {
    firstDose: each((band) => distributionOf(counts(band, '1'))),
    secondDoseLag: each((band) => lagBetween(counts(band, '1'), counts(band, '2'))),
  }
}

function distributionOf(countByDay: number[]): Distribution {
  const all = countByDay.reduce((sum, count) => sum + count, 0)
  let sum = 0
  return countByDay.flatMap((count, days) => {
    sum += count
    return count > 0 ? [{ days, upTo: sum / all }] : []
  })
}

/**
 * The table counts doses, not people. First come, first served again: the n-th second dose is taken
 * to be the n-th first-dosed person's, which gives the lag of everyone whose second dose it holds.
 */
function lagBetween(firsts: number[], seconds: number[]): Distribution {
  const byLag: number[] = []
  let firstDay = 0
  let left = firsts[0] ?? 0
  seconds.forEach((count, secondDay) => {
    let toMatch = count
    while (toMatch > 0 && firstDay < firsts.length) {
      const matched = Math.min(left, toMatch)
      const lag = secondDay - firstDay
      if (lag > 0) byLag[lag] = (byLag[lag] ?? 0) + matched
      left -= matched
      toMatch -= matched
      if (left > 0) continue
      firstDay += 1
      left = firsts[firstDay] ?? 0
    }
  })
  return distributionOf(Array.from(byLag, (count) => count ?? 0))
}

/** The day by which a share of all has happened. */
export function quantile(distribution: Distribution, share: number): number {
  const found = distribution.find(({ upTo }) => share <= upTo) ?? distribution.at(-1)
  if (found === undefined) throw new Error('An empty distribution has no quantile')
  return found.days
}

/** `count` draws that follow the distribution as closely as `count` can: one from each equal part. */
export function spread(distribution: Distribution, count: number, jitter: () => number): number[] {
  return Array.from({ length: count }, (_, i) => quantile(distribution, (i + jitter()) / count))
}
