/**
 * Civil age: it is reached at the end of the day BEFORE the birthday, so that law and programme count
 * the new age from that day on (Act on Calculation of Age, 明治35年法律第50号, with Civil Code art. 143).
 * A child is 12, and takes the adult product, on the eve of the twelfth birthday.
 */
import {
  addDays,
  addMonths,
  compareDates,
  earliestYear,
  type PlainDate,
  partsOf,
  plainDateOf,
} from './calendar.ts'
import { DomainError } from './errors.ts'

/** An age written in whole years or, for the youngest, in whole months. */
export type Age = { years: number } | { months: number }

/** Civil age in whole years. Throws `dateBeforeBirth` for a day on which nobody was born yet. */
export function ageOn(bornOn: PlainDate, on: PlainDate): number {
  if (compareDates(on, bornOn) < 0) {
    throw new DomainError('dateBeforeBirth', 'The date lies before the birth date')
  }
  const years = partsOf(on).year - partsOf(bornOn).year
  const reached = (age: number) => compareDates(on, ageReachedOn(bornOn, { years: age })) >= 0
  if (reached(years + 1)) return years + 1
  return years === 0 || reached(years) ? years : years - 1
}

/**
 * The first day on which a civil age counts: the eve of the birthday or of the day of the month.
 * Born on 29 February: in a common year the eve is 28 February, because the birthday falls away and
 * the period ends with the month (Civil Code art. 143(2)).
 */
export function ageReachedOn(bornOn: PlainDate, age: Age): PlainDate {
  const months = 'years' in age ? age.years * 12 : age.months
  if (months === 0) return bornOn
  return addDays(addMonths(bornOn, months), -1)
}

/** Reached on the first and not yet the second of two ages; `to` left out = no upper end. */
export function isWithinAges(bornOn: PlainDate, on: PlainDate, from: Age, to?: Age): boolean {
  if (compareDates(on, ageReachedOn(bornOn, from)) < 0) return false
  return to === undefined || compareDates(on, ageReachedOn(bornOn, to)) < 0
}

/** The band that figures tell people by: older people are those who have reached 65. */
export type AgeBand = '-64' | '65-' | 'UNK'

/**
 * What is kept of a birth date in the clear, so that scans, waves and figures need no more. `ageClass`
 * is the lower bound of the five-year class in which the person is on `ageClassOn`, the last day of a
 * fiscal year: the programme calls people up by the age they reach within it, so that its own waves
 * divide no class. A month is the most that `olderFrom` says of a birthday.
 */
export type AgeFacts = {
  ageClass: number
  ageClassOn: PlainDate
  /** First day of the month in which 65 is reached, for those who reach it in that fiscal year. */
  olderFrom?: PlainDate
  /** Not 18 yet when that fiscal year begins: products draw their age lines below that. */
  isMinor: boolean
}

const classYears = 5
/** The very old are few: one open class instead of ever smaller ones. */
export const highestAgeClass = 100
const olderAge = 65
/** The highest age line of any product; from here on none of them asks for the day. */
const grownUpAge = 18

/** The facts as of the fiscal year of a day, which no birth may follow. Throws `dateBeforeBirth`. */
export function ageFactsOf(bornOn: PlainDate, today: PlainDate): AgeFacts {
  const ageClassOn = fiscalYearEnd(today)
  const age = ageOn(bornOn, ageClassOn)
  return {
    ageClass: Math.min(Math.floor(age / classYears) * classYears, highestAgeClass),
    ageClassOn,
    ...(age === olderAge ? { olderFrom: olderFromOf(bornOn) } : {}),
    isMinor: compareDates(ageReachedOn(bornOn, { years: grownUpAge }), beginOfYear(ageClassOn)) > 0,
  }
}

function olderFromOf(bornOn: PlainDate): PlainDate {
  const { year, month } = partsOf(ageReachedOn(bornOn, { years: olderAge }))
  return plainDateOf({ year, month, day: 1 })
}

/** 31 March at or after a day: in Japan the year of offices and schools ends there. */
export function fiscalYearEnd(day: PlainDate): PlainDate {
  const { year, month } = partsOf(day)
  return plainDateOf({ year: month <= 3 ? year : year + 1, month: 3, day: 31 })
}

function beginOfYear(fiscalYearEnd: PlainDate): PlainDate {
  return plainDateOf({ year: partsOf(fiscalYearEnd).year - 1, month: 4, day: 1 })
}

type AgeClass = Pick<AgeFacts, 'ageClass' | 'ageClassOn'>

/** The birth dates of a class, both ends included. */
export function birthDatesOf({ ageClass, ageClassOn }: AgeClass): {
  from: PlainDate
  to: PlainDate
} {
  const to = latestBirthWithAge(ageClass, ageClassOn)
  if (ageClass === highestAgeClass) return { from: earliestBirth, to }
  return { from: addDays(latestBirthWithAge(ageClass + classYears, ageClassOn), 1), to }
}

/** Earlier than anybody alive was born. */
const earliestBirth = plainDateOf({ year: earliestYear, month: 1, day: 1 })

/** The last birth date with which an age has been reached on a day. */
function latestBirthWithAge(years: number, on: PlainDate): PlainDate {
  if (years === 0) return on
  // The age is reached on the eve of the birthday.
  const birthday = addDays(on, 1)
  const bornOn = addMonths(birthday, -years * 12)
  const existed = partsOf(bornOn).day === partsOf(birthday).day
  return existed ? bornOn : addDays(bornOn, -1)
}

/** Whether somebody of a class was born on or before a day, as far as the class can tell. */
export function bornOnOrBefore(of: AgeClass, day: PlainDate): 'yes' | 'no' | 'perhaps' {
  const { from, to } = birthDatesOf(of)
  if (compareDates(to, day) <= 0) return 'yes'
  return compareDates(from, day) > 0 ? 'no' : 'perhaps'
}

/**
 * The band on the day of a dose. Certain on every day of the facts' fiscal year, but for the month in
 * which somebody reaches 65, which counts as a whole; `UNK` where another year's class cannot tell.
 */
export function ageBandOf(facts: AgeFacts, on: PlainDate): AgeBand {
  const { ageClass, ageClassOn, olderFrom } = facts
  if (olderFrom) return compareDates(on, olderFrom) >= 0 ? '65-' : '-64'
  // Whoever was 65 in that year without a month had been so before it began.
  const begin = beginOfYear(ageClassOn)
  const isWithin = compareDates(on, begin) >= 0 && compareDates(on, ageClassOn) <= 0
  if (isWithin) return ageClass >= olderAge ? '65-' : '-64'
  const { from, to } = birthDatesOf(facts)
  const olderOn = (bornOn: PlainDate) => ageReachedOn(bornOn, { years: olderAge })
  if (compareDates(olderOn(to), on) <= 0) return '65-'
  return compareDates(olderOn(from), on) > 0 ? '-64' : 'UNK'
}
