/**
 * Evaluation of the doses given and forecast of the next one: a pure function of profile, doses,
 * birth date and assessment date (after the CDC's Logic Specification 4.6, in our words).
 *
 * The interval runs from the most recent dose, valid or not, unless that one was inadvertent; after a
 * dose that does not count, the next earliest date counts from it.
 */
import { ageReachedOn } from './age.ts'
import { addDays, addMonths, compareDates, daysBetween, laterOf } from './calendar.ts'
import { ageFindings, type DoseFinding, type MixedBecause } from './check.ts'
import type { PlainDate } from './course.ts'
import { DomainError } from './errors.ts'
import { findProduct } from './product.ts'
import {
  type IntervalRule,
  isKnownCvx,
  type Opening,
  type Profile,
  type ProfileId,
  profileOf,
  type SeriesRule,
  seriesOf,
  tooSoonRuleOn,
  unspecifiedCvx,
} from './profiles.ts'

export type ForecastDose = {
  cvx: string
  givenOn: PlainDate
  /** Given by mistake and left out of account, also for the interval of the next one. */
  inadvertent?: boolean
  /** Why the dose does not count although its date fits. */
  subStandardBecause?: 'subpotent' | 'expiredLot'
  /** Why it was of another product than the one before. */
  mixedBecause?: MixedBecause
}

export type EvaluationStatus = 'valid' | 'notValid' | 'extraneous' | 'subStandard'

export type EvaluationReason =
  | 'tooSoon'
  | 'gracePeriod'
  | 'allowableInterval'
  | 'inadvertent'
  | 'vaccineNotInProfile'
  | 'seriesComplete'
  | 'subpotent'
  | 'expiredLot'
  | DoseFinding['code']

export type Evaluation = {
  date: PlainDate
  cvx: string
  status: EvaluationStatus
  reason: EvaluationReason | null
  findings: DoseFinding[]
  /** Position of the dose in the input. */
  index: number
}

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

const dosesOfUnknownSeries = 2

/**
 * Evaluations in the order of the dates, and the forecast. Throws `unknownProfile`,
 * `bornAfterAssessment`, `tooManyDoses`, and with the field of the dose `unknownVaccine`,
 * `doseInFuture`, `doseBeforeBirth`.
 */
export function forecastDoses(input: ForecastInput): ForecastResult {
  const profile = profileOf(input.profile)
  refuseImpossible(input)
  const evaluations = evaluateDoses(profile, input.doses, input.bornOn)
  return { evaluations, forecast: forecastAfter(profile, input, evaluations) }
}

/** What the scan of one dose wants to know: how a person's doses stand, without a forecast. */
export function evaluateDoses(
  profile: Profile,
  doses: readonly ForecastDose[],
  bornOn?: PlainDate,
): Evaluation[] {
  const evaluated: Evaluated[] = []
  for (const { dose, index } of inOrderGiven(doses)) {
    evaluated.push({ dose, evaluation: evaluate(profile, dose, index, evaluated, bornOn) })
  }
  return evaluated.map(({ evaluation }) => evaluation)
}

type Evaluated = { dose: ForecastDose; evaluation: Evaluation }

function evaluate(
  profile: Profile,
  dose: ForecastDose,
  index: number,
  earlier: readonly Evaluated[],
  bornOn?: PlainDate,
): Evaluation {
  const verdict = verdictOn(profile, dose, earlier)
  const findings = profile.hasFindings ? findingsOn(profile, dose, earlier, bornOn) : []
  const [firstFinding] = findings
  return {
    date: dose.givenOn,
    cvx: dose.cvx,
    status: verdict.status,
    reason: verdict.reason ?? firstFinding?.code ?? null,
    findings,
    index,
  }
}

type Verdict = { status: EvaluationStatus; reason?: EvaluationReason }

function verdictOn(profile: Profile, dose: ForecastDose, earlier: readonly Evaluated[]): Verdict {
  if (dose.inadvertent) return { status: 'notValid', reason: 'inadvertent' }
  if (isComplete(profile, earlier)) return { status: 'extraneous', reason: 'seriesComplete' }
  if (dose.subStandardBecause) return { status: 'subStandard', reason: dose.subStandardBecause }
  if (dose.cvx !== unspecifiedCvx && !seriesOf(profile, dose.cvx)) {
    return { status: 'notValid', reason: 'vaccineNotInProfile' }
  }
  return intervalVerdict(profile, dose, earlier)
}

function intervalVerdict(
  profile: Profile,
  dose: ForecastDose,
  earlier: readonly Evaluated[],
): Verdict {
  const previous = intervalStart(earlier)
  if (!previous) return { status: 'valid' }
  const rule = intervalRule(profile, earlier, dose.cvx)
  const days = daysBetween(previous.givenOn, dose.givenOn)
  if (days >= rule.minimumDays) return { status: 'valid' }
  if (days >= (rule.absoluteMinimumDays ?? rule.minimumDays)) {
    return { status: 'valid', reason: 'gracePeriod' }
  }
  const { verdict } = tooSoonRuleOn(profile, dose.givenOn)
  switch (verdict) {
    case 'notValid':
      return { status: 'notValid', reason: 'tooSoon' }
    case 'allowed':
      return { status: 'valid', reason: 'allowableInterval' }
    case 'finding':
      return { status: 'valid', reason: 'intervalTooShort' }
    default:
      return assertNever(verdict)
  }
}

function findingsOn(
  profile: Profile,
  dose: ForecastDose,
  earlier: readonly Evaluated[],
  bornOn?: PlainDate,
): DoseFinding[] {
  if (dose.inadvertent) return []
  const findings: DoseFinding[] = []
  const previous = intervalStart(earlier)
  if (previous && !isComplete(profile, earlier)) {
    const { minimumDays } = intervalRule(profile, earlier, dose.cvx)
    const actualDays = daysBetween(previous.givenOn, dose.givenOn)
    if (actualDays < minimumDays) {
      findings.push({ code: 'intervalTooShort', actualDays, minimumDays })
    }
  }
  if (isComplete(profile, earlier)) findings.push({ code: 'unneededDose' })
  if (dose.cvx === unspecifiedCvx) findings.push({ code: 'productUnspecified' })
  else if (differsFromBefore(profile, dose.cvx, previous)) {
    findings.push({ code: 'productMismatch', because: dose.mixedBecause ?? 'notStated' })
  }
  if (bornOn) {
    const isFirst = previous === undefined
    findings.push(...ageFindings({ cvx: dose.cvx, givenOn: dose.givenOn, bornOn, isFirst }))
  }
  return findings
}

function forecastAfter(
  profile: Profile,
  input: ForecastInput,
  evaluations: readonly Evaluation[],
): Forecast {
  const earlier = evaluations.map((evaluation) => ({
    evaluation,
    dose: input.doses[evaluation.index]!,
  }))
  if (isComplete(profile, earlier)) return { status: 'complete' }

  const product = productSoFar(profile, earlier)
  const doseNumber = countValid(earlier) + 1
  const next = {
    doseNumber,
    ...(earlier.length > 0 ? { seriesDoses: dosesNeeded(profile, earlier) } : {}),
    ...(product ? { cvx: product.cvx } : {}),
  }
  const opensOn = opensForOn(profile, input.bornOn)
  const previous = intervalStart(earlier)
  if (!previous) {
    const window = opensOn === undefined ? {} : { earliest: opensOn, recommended: opensOn }
    return { status: statusOn(input.assessedOn, opensOn), ...next, ...window }
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
  const lastInTime = addDays(givenOn, rule.latestDays + profile.pastDueOffsetDays)
  const pastDue = laterOf(lastInTime, earliest)
  return { earliest, recommended, pastDue, overdueOn: addDays(pastDue, 1) }
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
  const { earliest, recommended, pastDue, overdueOn } = windowAfter(
    profileOf('jp-2021'),
    previous.givenOn,
    rule,
  )
  return {
    earliest,
    due: recommended,
    ...(pastDue ? { latest: pastDue } : {}),
    overdueOn: overdueOn!,
  }
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

/** The dose from which the next interval runs. */
function intervalStart(earlier: readonly Evaluated[]): ForecastDose | undefined {
  return earlier.findLast(({ dose }) => !dose.inadvertent)?.dose
}

/** One product throughout, the next dose included: its own interval; otherwise the pair's. */
function intervalRule(
  profile: Profile,
  earlier: readonly Evaluated[],
  nextCvx?: string,
): IntervalRule {
  const product = productSoFar(profile, earlier)
  if (!product || (nextCvx !== undefined && seriesOf(profile, nextCvx) !== product)) {
    return profile.otherPair
  }
  const target = Math.max(countValid(earlier), 1)
  return product.intervals[target - 1] ?? profile.otherPair
}

/** The series of the doses that count and of the last one, if they are all of one product. */
function productSoFar(profile: Profile, earlier: readonly Evaluated[]): SeriesRule | undefined {
  const last = intervalStart(earlier)
  if (!last) return undefined
  const product = seriesOf(profile, last.cvx)
  const agrees = earlier.every(
    ({ dose, evaluation }) =>
      evaluation.status !== 'valid' || seriesOf(profile, dose.cvx) === product,
  )
  return agrees ? product : undefined
}

function differsFromBefore(profile: Profile, cvx: string, previous?: ForecastDose): boolean {
  if (!previous || previous.cvx === unspecifiedCvx) return false
  return seriesOf(profile, cvx) !== seriesOf(profile, previous.cvx) || !seriesOf(profile, cvx)
}

function isComplete(profile: Profile, earlier: readonly Evaluated[]): boolean {
  return countValid(earlier) >= dosesNeeded(profile, earlier)
}

/** The first dose that counts decides the series; before there is one, the last one given does. */
function dosesNeeded(profile: Profile, earlier: readonly Evaluated[]): number {
  const first = earlier.find(({ evaluation }) => evaluation.status === 'valid')?.dose
  const decisive = first ?? intervalStart(earlier)
  return (decisive && seriesOf(profile, decisive.cvx)?.doses) ?? dosesOfUnknownSeries
}

function countValid(earlier: readonly Evaluated[]): number {
  return earlier.filter(({ evaluation }) => evaluation.status === 'valid').length
}

/** The first day on which dose 1 was open to somebody of this birth date. */
function opensForOn(profile: Profile, bornOn: PlainDate): PlainDate | undefined {
  const days = profile.openings.flatMap((opening) => opensOn(profile, opening, bornOn) ?? [])
  return days.sort(compareDates)[0]
}

function opensOn(profile: Profile, opening: Opening, bornOn: PlainDate): PlainDate | undefined {
  const reachedOn = (age: Opening['age']) =>
    profile.ageCountsFrom === 'eve'
      ? ageReachedOn(bornOn, age)
      : addMonths(bornOn, 'years' in age ? age.years * 12 : age.months)
  const day = opening.from ? laterOf(opening.from, reachedOn(opening.age)) : reachedOn(opening.age)
  if (opening.until && compareDates(day, opening.until) >= 0) return undefined
  if (opening.belowAge && compareDates(day, reachedOn(opening.belowAge)) >= 0) return undefined
  return day
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

/** A total order, so that the order in which doses are told cannot matter. */
function inOrderGiven(doses: readonly ForecastDose[]) {
  const keyOf = (dose: ForecastDose) =>
    [
      dose.givenOn,
      dose.cvx,
      dose.inadvertent ? 1 : 0,
      dose.subStandardBecause ?? '',
      dose.mixedBecause ?? '',
    ].join('/')
  return doses
    .map((dose, index) => ({ dose, index, key: keyOf(dose) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index))
}

function assertNever(value: never): never {
  throw new Error(`No case for ${String(value)}`)
}
