/**
 * The watch's own calendar: civil days in Asia/Tokyo (`YYYY-MM-DD`). Shared with nobody, so that no
 * mistake in a sender's dates can hide here as well.
 */
export type Day = string

const dayMs = 86_400_000
const tokyoOffsetMs = 9 * 3_600_000

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}

/** The day in Tokyo of an instant (epoch ms). */
export function dayOf(ms: number): Day {
  return new Date(ms + tokyoOffsetMs).toISOString().slice(0, 10)
}

/** Minutes since midnight in Tokyo. */
export function minuteOf(ms: number): number {
  return Math.floor((ms + tokyoOffsetMs) / 60_000) % 1440
}

export function laterDay(a: Day, b: Day | null | undefined): Day {
  return b != null && b > a ? b : a
}

export function earlierDay(a: Day, b: Day | null | undefined): Day {
  return b != null && b < a ? b : a
}

/** Every day from `first` to `last`, both included; none when `last` lies before. */
export function daysFrom(first: Day, last: Day): Day[] {
  const days: Day[] = []
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day)
  return days
}

/** 0 is Sunday. */
export function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay()
}
