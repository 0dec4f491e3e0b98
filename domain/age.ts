/**
 * Civil age: it is reached at the end of the day BEFORE the birthday, so that law and programme count
 * the new age from that day on (Act on Calculation of Age, 明治35年法律第50号, with Civil Code art. 143).
 * A child is 12, and takes the adult product, on the eve of the twelfth birthday.
 */
import { addDays, addMonths, compareDates, type PlainDate, partsOf } from './calendar.ts'
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
