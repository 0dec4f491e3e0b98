/**
 * Evaluation of the doses given and forecast of the next one: a pure function of profile, doses,
 * birth date and assessment date (after the CDC's Logic Specification 4.6, in our words).
 */
import { ageReachedOn } from './age.ts'
import { addDays, addMonths, compareDates, laterOf } from './calendar.ts'
import type { PlainDate } from './course.ts'
import { DomainError } from './errors.ts'
import {
  countValid,
  dosesNeeded,
  type Evaluated,
  type Evaluation,
  evaluated,
  type ForecastDose,
  intervalRule,
  intervalStart,
  isComplete,
  productSoFar,
} from './evaluation.ts'
import { findProduct } from './product.ts'
import {
  type IntervalRule,
  isKnownCvx,
  type Opening,
  type Profile,
  type ProfileId,
  profileOf,
  seriesOf,
} from './profiles.ts'

export {
  type Evaluation,
  type EvaluationReason,
  type EvaluationStatus,
  evaluateDoses,
  type ForecastDose,
} from './evaluation.ts'

export type ForecastStatus = 'notComplete' | 'due' | 'overdue' | 'complete'

export type Forecast = {
  status: ForecastStatus
  /** Dose that comes next and doses of its series, once one was given; left out when complete. */
  doseNumber?: number
  seriesDoses?: number
  /** Product of the doses so far, where they agree. */
  cvx?: string
  earliest?: PlainDate
  recommended?: PlainDate
  /** Last day that is still in time; left out where the rules set none. */
  pastDue?: PlainDate
  /** Last day of the approved window, where there is one; a dose after it is late, never refused. */
  latest?: PlainDate
}

export type ForecastInput = {
  profile: ProfileId
  bornOn: PlainDate
  assessedOn: PlainDate
  /** In any order. */
  doses: readonly ForecastDose[]
}

export type ForecastResult = { evaluations: Evaluation[]; forecast: Forecast }

/** More than anybody was ever given; a longer list is not one person's. */
export const dosesMax = 50

/**
 * Evaluations in the order of the dates, and the forecast. Throws `unknownProfile`,
 * `bornAfterAssessment`, `tooManyDoses`, and with the field of the dose `unknownVaccine`,
 * `doseInFuture`, `doseBeforeBirth`.
 */
export function forecastDoses(input: ForecastInput): ForecastResult {
  const profile = profileOf(input.profile)
  refuseImpossible(input)
  const doses = evaluated(profile, input.doses, input.bornOn)
  return {
    evaluations: doses.map(({ evaluation }) => evaluation),
    forecast: forecastAfter(profile, input, doses),
  }
}

function forecastAfter(
  profile: Profile,
  input: ForecastInput,
  earlier: readonly Evaluated[],
): Forecast {
  if (isComplete(profile, earlier)) return { status: 'complete' }

  const product = productSoFar(profile, earlier)
  const doseNumber = countValid(earlier) + 1
  const next = {
    doseNumber,
    ...(earlier.length > 0 ? { seriesDoses: dosesNeeded(profile, earlier) } : {}),
    ...(product ? { cvx: product.cvx } : {}),
  }
  const previous = intervalStart(earlier)
  if (!previous) {
    const openFrom = opensForOn(profile, input.bornOn)
    const window = openFrom === undefined ? {} : { earliest: openFrom, recommended: openFrom }
    return { status: statusOn(input.assessedOn, openFrom), ...next, ...window }
  }
  const window = windowAfter(profile, previous.givenOn, intervalRule(profile, earlier))
  const { overdueOn, ...dates } = window
  return { status: statusOn(input.assessedOn, dates.recommended, overdueOn), ...next, ...dates }
}

function statusOn(
  assessedOn: PlainDate,
  dueOn: PlainDate | undefined,
  overdueOn?: PlainDate,
): ForecastStatus {
  if (overdueOn && compareDates(assessedOn, overdueOn) >= 0) return 'overdue'
  return dueOn && compareDates(assessedOn, dueOn) >= 0 ? 'due' : 'notComplete'
}

type Window = {
  earliest: PlainDate
  recommended: PlainDate
  pastDue?: PlainDate
  latest?: PlainDate
  overdueOn?: PlainDate
}

function windowAfter(profile: Profile, givenOn: PlainDate, rule: IntervalRule): Window {
  const earliest = addDays(givenOn, rule.minimumDays)
  const recommended = addDays(givenOn, rule.recommendedDays)
  if (rule.latestDays === undefined) {
    const overdue = profile.overdueAfterRecommended ? { overdueOn: addDays(recommended, 1) } : {}
    return { earliest, recommended, ...overdue }
  }
  const isWindowEnd = profile.latestDayIs === 'lastOfWindow'
  const lastInTime = addDays(givenOn, isWindowEnd ? rule.latestDays : rule.latestDays - 1)
  const pastDue = laterOf(lastInTime, earliest)
  return {
    earliest,
    recommended,
    pastDue,
    ...(isWindowEnd ? { latest: pastDue } : {}),
    overdueOn: addDays(pastDue, 1),
  }
}

export type DueWindow = {
  earliest: PlainDate
  due: PlainDate
  latest?: PlainDate
  overdueOn: PlainDate
}

/**
 * The window of the next dose in the Japanese programme, for a plan. `overdueOn` is the day after the
 * recommended day, or after the last day of the window where the product has one: Pfizer d+22,
 * Moderna, mixed and unknown d+29, AstraZeneca d+85.
 */
export function dueWindowAfter(previous: {
  productCode: string
  givenOn: PlainDate
  /** 1 after the first dose, 2 after the second of three. */
  dosesGiven?: number
  /** Where it is known that another product comes next. */
  nextProductCode?: string
}): DueWindow {
  const rule = jpIntervalAfter(previous)
  const { earliest, recommended, latest, overdueOn } = windowAfter(
    profileOf('jp-2021'),
    previous.givenOn,
    rule,
  )
  return { earliest, due: recommended, ...(latest ? { latest } : {}), overdueOn: overdueOn! }
}

function jpIntervalAfter(previous: {
  productCode: string
  dosesGiven?: number
  nextProductCode?: string
}): IntervalRule {
  const profile = profileOf('jp-2021')
  const { productCode, nextProductCode = productCode, dosesGiven = 1 } = previous
  const cvx = findProduct(productCode)?.cvx
  const series = cvx === undefined ? undefined : seriesOf(profile, cvx)
  if (!series || nextProductCode !== productCode) return profile.otherPair
  return series.intervals[dosesGiven - 1] ?? profile.otherPair
}

/** The first day on which dose 1 was open to somebody of this birth date. */
function opensForOn(profile: Profile, bornOn: PlainDate): PlainDate | undefined {
  return profile.openings.map((opening) => opensOn(profile, opening, bornOn)).sort(compareDates)[0]
}

function opensOn(profile: Profile, { from, age }: Opening, bornOn: PlainDate): PlainDate {
  const reachedOn =
    profile.ageCountsFrom === 'eve'
      ? ageReachedOn(bornOn, age)
      : addMonths(bornOn, 'years' in age ? age.years * 12 : age.months)
  return from ? laterOf(from, reachedOn) : reachedOn
}

function refuseImpossible({ bornOn, assessedOn, doses }: ForecastInput): void {
  if (compareDates(bornOn, assessedOn) > 0) {
    throw new DomainError('bornAfterAssessment', 'Born after the assessment date', 'bornOn')
  }
  if (doses.length > dosesMax) {
    throw new DomainError('tooManyDoses', `At most ${dosesMax} doses`, 'doses')
  }
  doses.forEach((dose, i) => {
    const field = `doses.${i}`
    if (!isKnownCvx(dose.cvx)) {
      throw new DomainError('unknownVaccine', 'No COVID-19 vaccine with this CVX code', field)
    }
    if (compareDates(dose.givenOn, assessedOn) > 0) {
      throw new DomainError('doseInFuture', 'Given after the assessment date', field)
    }
    if (compareDates(dose.givenOn, bornOn) < 0) {
      throw new DomainError('doseBeforeBirth', 'Given before birth', field)
    }
  })
}
