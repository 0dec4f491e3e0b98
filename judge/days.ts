/**
 * The judge's own calendar: civil days in Asia/Tokyo (`YYYY-MM-DD`) and instants (epoch ms). Shared
 * with nobody, so that no mistake in a sender's dates can hide here as well.
 */
export type Day = string

const dayMs = 86_400_000
const tokyoOffsetMs = 9 * 3_600_000
const minuteMs = 60_000

export function addDays(day: Day, days: number): Day {
  return fromUtcMidnight(utcMidnight(day) + days * dayMs)
}

/** Days from `a` to `b`; negative when `b` is earlier. */
export function daysBetween(a: Day, b: Day): number {
  return Math.round((utcMidnight(b) - utcMidnight(a)) / dayMs)
}

/** The instant (epoch ms) of a minute of a Tokyo day; minute 0 is midnight. */
export function instantOf(day: Day, minuteOfDay = 0): number {
  return utcMidnight(day) - tokyoOffsetMs + minuteOfDay * minuteMs
}

export function dayOf(instantMs: number): Day {
  return fromUtcMidnight(instantMs + tokyoOffsetMs)
}

export function laterDay(a: Day, b: Day): Day {
  return a > b ? a : b
}

export function earlierDay(a: Day, b: Day): Day {
  return a < b ? a : b
}

function utcMidnight(day: Day): number {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  return Date.UTC(year, month - 1, date)
}

function fromUtcMidnight(ms: number): Day {
  return new Date(ms).toISOString().slice(0, 10)
}
