/**
 * On which days a town sends nothing, by the judge's own reckoning: the law on public holidays (国民の祝日に
 * 関する法律) as rules, where a sender keeps a list of days.
 */
import { addDays, type Day } from './days.ts'

export type Quiet = (day: Day) => boolean

export const neverQuiet: Quiet = () => false

/** `weekdays`: 0 is Sunday. */
export function quietOf(rule: { quietWeekdays: number[]; holidaysAreQuiet: boolean }): Quiet {
  return (day) =>
    rule.quietWeekdays.includes(weekdayOf(day)) || (rule.holidaysAreQuiet && isHoliday(day))
}

/** The day itself, or the first one after it on which something is sent. */
export function sendingDayFrom(day: Day, isQuiet: Quiet): Day {
  let candidate = day
  while (isQuiet(candidate)) candidate = addDays(candidate, 1)
  return candidate
}

export function isHoliday(day: Day): boolean {
  return isNamed(day) || isSubstitute(day) || isBetween(day)
}

/** Article 3 (2): of a holiday on a Sunday, the next day that is none. */
function isSubstitute(day: Day): boolean {
  for (let before = addDays(day, -1); isNamed(before); before = addDays(before, -1)) {
    if (weekdayOf(before) === 0) return true
  }
  return false
}

/** Article 3 (3): the day between two holidays. */
function isBetween(day: Day): boolean {
  return isNamed(addDays(day, -1)) && isNamed(addDays(day, 1))
}

const fixed = ['01-01', '02-11', '02-23', '04-29', '05-03', '05-04', '05-05', '11-03', '11-23']
/** In 2021 the law on the Olympic Games moved these: Marine Day, Sports Day, Mountain Day. */
const moved: Record<string, string[]> = { 2021: ['07-22', '07-23', '08-08'] }
const notMoved = ['08-11']

function isNamed(day: Day): boolean {
  const [year = '', month, date] = day.split('-')
  const monthDay = `${month}-${date}`
  if (fixed.includes(monthDay)) return true
  if (monthDay === equinox(Number(year), 3) || monthDay === equinox(Number(year), 9)) return true
  const own = moved[year]
  if (own?.includes(monthDay)) return true
  if (!own && notMoved.includes(monthDay)) return true
  return (
    isMonday(day, 2, '01') ||
    isMonday(day, 3, '09') ||
    (!own && (isMonday(day, 3, '07') || isMonday(day, 2, '10')))
  )
}

function isMonday(day: Day, nth: number, ofMonth: string): boolean {
  const [, month, date] = day.split('-')
  return month === ofMonth && weekdayOf(day) === 1 && Math.ceil(Number(date) / 7) === nth
}

/** By the usual formula, which the published days of 1980 to 2099 follow. */
function equinox(year: number, month: 3 | 9): string {
  const base = month === 3 ? 20.8431 : 23.2488
  const since = year - 1980
  return `0${month}-${Math.floor(base + 0.242194 * since - Math.floor(since / 4))}`
}

function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay()
}
