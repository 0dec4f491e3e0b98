/**
 * The civil calendar of Asia/Tokyo, by integer arithmetic alone.
 *
 * Plain dates never pass through `Date` or `Intl`: the runtime's zone data puts summer time into
 * 1948-51, and code inside a Temporal workflow must give the same answer for ever.
 */
import type { Instant, PlainDate } from './course.ts'
import { DomainError } from './errors.ts'

export type { Instant, PlainDate } from './course.ts'

export type CalendarParts = { year: number; month: number; day: number }

/** A typing slip such as 0201 or 20210 is caught here; nobody alive and no plan lies outside. */
export const earliestYear = 1800
export const latestYear = 2199

const minutesPerDay = 1_440
const msPerMinute = 60_000
const msPerDay = minutesPerDay * msPerMinute
const tokyoOffsetMs = 9 * 60 * msPerMinute

/** `YYYY-MM-DD` of a day that exists. Throws `invalidDate`. */
export function plainDate(text: string): PlainDate {
  if (isPlainDate(text)) return text
  throw new DomainError('invalidDate', 'Not a date that exists in the form YYYY-MM-DD')
}

export function isPlainDate(text: unknown): text is PlainDate {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  return isCalendarDay(partsOf(text as PlainDate))
}

/** The plain date of year, month and day. Throws `invalidDate`. */
export function plainDateOf({ year, month, day }: CalendarParts): PlainDate {
  if (![year, month, day].every(Number.isInteger) || !isCalendarDay({ year, month, day })) {
    throw new DomainError('invalidDate', 'There is no such day')
  }
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}` as PlainDate
}

export function partsOf(date: PlainDate): CalendarParts {
  return {
    year: Number(date.slice(0, 4)),
    month: Number(date.slice(5, 7)),
    day: Number(date.slice(8, 10)),
  }
}

export function addDays(date: PlainDate, days: number): PlainDate {
  if (!Number.isInteger(days)) throw new DomainError('invalidDate', 'Days are whole numbers')
  return dateOfDayNumber(dayNumberOf(date) + days)
}

/**
 * The same day of another month; a day that does not exist there becomes the 1st of the month after
 * it (03-31 plus 6 months = 10-01), as Japanese booster dates and the CDC's logic both count.
 */
export function addMonths(date: PlainDate, months: number): PlainDate {
  if (!Number.isInteger(months)) throw new DomainError('invalidDate', 'Months are whole numbers')
  const { year, month, day } = partsOf(date)
  const target = monthAfter(year, month, months)
  if (day <= daysInMonth(target.year, target.month)) return plainDateOf({ ...target, day })
  return plainDateOf({ ...monthAfter(target.year, target.month, 1), day: 1 })
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: PlainDate, to: PlainDate): number {
  return dayNumberOf(to) - dayNumberOf(from)
}

/** Negative, zero or positive, as `Array.prototype.sort` wants it. */
export function compareDates(a: PlainDate, b: PlainDate): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function laterOf(a: PlainDate, b: PlainDate): PlainDate {
  return a >= b ? a : b
}

/** 0 = Sunday … 6 = Saturday. */
export function weekdayOf(date: PlainDate): number {
  return modulo(dayNumberOf(date) + 4, 7)
}

/** The date in Tokyo at an instant. A text must say its offset. Throws `invalidInstant`. */
export function tokyoDateOf(instant: Date | Instant): PlainDate {
  const ms = typeof instant === 'string' ? msOfInstant(instant) : instant.getTime()
  if (Number.isNaN(ms)) throw new DomainError('invalidInstant', 'Not an instant')
  return dateOfDayNumber(Math.floor((ms + tokyoOffsetMs) / msPerDay))
}

/** The minute (0-1439) of its day in Tokyo at an instant. */
export function tokyoMinuteOf(instant: Date): number {
  return Math.floor(modulo(instant.getTime() + tokyoOffsetMs, msPerDay) / msPerMinute)
}

/** The instant at which clocks in Tokyo show `minuteOfDay` (0-1439) on a date. */
export function tokyoInstant(date: PlainDate, minuteOfDay: number): Instant {
  if (!Number.isInteger(minuteOfDay) || minuteOfDay < 0 || minuteOfDay >= minutesPerDay) {
    throw new DomainError('invalidMinuteOfDay', 'Minutes of a day run from 0 to 1439')
  }
  const minuteInUtc = minuteOfDay - tokyoOffsetMs / msPerMinute
  const dayInUtc = minuteInUtc < 0 ? addDays(date, -1) : date
  const minute = modulo(minuteInUtc, minutesPerDay)
  return `${dayInUtc}T${pad(Math.floor(minute / 60), 2)}:${pad(minute % 60, 2)}:00.000Z`
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

function isCalendarDay({ year, month, day }: CalendarParts): boolean {
  if (year < earliestYear || year > latestYear || month < 1 || month > 12) return false
  return day >= 1 && day <= daysInMonth(year, month)
}

function monthAfter(year: number, month: number, months: number) {
  const count = year * 12 + (month - 1) + months
  return { year: Math.floor(count / 12), month: modulo(count, 12) + 1 }
}

/**
 * Days since 1970-01-01. Years are counted from March, so that the leap day is the last of its year
 * and month lengths follow one linear formula.
 */
function dayNumberOf(date: PlainDate): number {
  const { year, month, day } = partsOf(date)
  const marchYear = month > 2 ? year : year - 1
  const dayOfMarchYear = Math.floor((153 * modulo(month - 3, 12) + 2) / 5) + day - 1
  return daysBeforeMarchYear(marchYear) + dayOfMarchYear - daysFromYearZeroTo1970
}

function dateOfDayNumber(dayNumber: number): PlainDate {
  const days = dayNumber + daysFromYearZeroTo1970
  // Leap days run less than one day ahead of their average, so the estimate is never too high.
  let marchYear = Math.floor(days / 365.2425)
  if (daysBeforeMarchYear(marchYear + 1) <= days) marchYear += 1
  const dayOfMarchYear = days - daysBeforeMarchYear(marchYear)
  const monthFromMarch = Math.floor((5 * dayOfMarchYear + 2) / 153)
  const day = dayOfMarchYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = modulo(monthFromMarch + 2, 12) + 1
  return plainDateOf({ year: month > 2 ? marchYear : marchYear + 1, month, day })
}

/** From 0000-03-01 to 1970-01-01 in the proleptic Gregorian calendar. */
const daysFromYearZeroTo1970 = 719_468

function daysBeforeMarchYear(year: number): number {
  return 365 * year + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400)
}

function msOfInstant(text: Instant): number {
  // Without an offset the runtime would read the text in the machine's own zone.
  if (!/(Z|[+-]\d{2}:\d{2})$/.test(text)) return Number.NaN
  return Date.parse(text)
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}
