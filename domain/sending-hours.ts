/** On which days a town sends notices. The hours of a day are the sender's to keep (`towns_that_rest`). */
import { addDays, compareDates, laterOf, weekdayOf } from './calendar.ts'
import type { PlainDate } from './course.ts'
import { isHoliday } from './holidays.ts'

export type QuietDays = {
  /** 0 is Sunday. */
  weekdays: readonly number[]
  holidays: boolean
  /** Declared by the town. */
  days: readonly PlainDate[]
}

export const noQuietDays: QuietDays = { weekdays: [], holidays: false, days: [] }

/** A town that has declared a whole season quiet still sends: what is owed must not wait for ever. */
const quietAtMostDays = 31

export function isQuietDay(day: PlainDate, quiet: QuietDays): boolean {
  return (
    quiet.weekdays.includes(weekdayOf(day)) ||
    (quiet.holidays && isHoliday(day)) ||
    quiet.days.includes(day)
  )
}

/** The day itself, or the first one after it on which a town sends. */
export function sendingDayFrom(day: PlainDate, quiet: QuietDays): PlainDate {
  for (let ahead = 0; ahead <= quietAtMostDays; ahead += 1) {
    const candidate = addDays(day, ahead)
    if (!isQuietDay(candidate, quiet)) return candidate
  }
  return day
}

/**
 * The day of something that falls due on `on`: postponed to a sending day, never advanced. What is late
 * already keeps its day, unless today is quiet.
 */
export function sendingDayOf(on: PlainDate, today: PlainDate, quiet: QuietDays): PlainDate {
  if (compareDates(on, today) < 0 && !isQuietDay(today, quiet)) return on
  return sendingDayFrom(laterOf(on, today), quiet)
}
