/**
 * Evaluation of the doses that one person was given, one after the other in the order of the dates.
 *
 * The interval runs from the most recent dose, valid or not, unless that one was inadvertent; after a
 * dose that does not count, the next earliest date counts from it.
 */
import { daysBetween } from './calendar.ts'
import { ageFindings, type DoseFinding, type MixedBecause } from './check.ts'
import type { PlainDate } from './course.ts'
import {
  type IntervalRule,
  type Profile,
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

const dosesOfUnknownSeries = 2

/** What the scan of one dose wants to know: how a person's doses stand, without a forecast. */
export function evaluateDoses(
  profile: Profile,
  doses: readonly ForecastDose[],
  bornOn?: PlainDate,
): Evaluation[] {
  return evaluated(profile, doses, bornOn).map(({ evaluation }) => evaluation)
}

export function evaluated(
  profile: Profile,
  doses: readonly ForecastDose[],
  bornOn?: PlainDate,
): Evaluated[] {
  const done: Evaluated[] = []
  for (const { dose, index } of inOrderGiven(doses)) {
    done.push({ dose, evaluation: evaluate(profile, dose, index, done, bornOn) })
  }
  return done
}

/** A dose beside what was found of it; those given earlier decide over the next. */
export type Evaluated = { dose: ForecastDose; evaluation: Evaluation }

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
  if (isComplete(profile, earlier)) findings.push({ code: 'extraDose' })
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

/** The dose from which the next interval runs. */
export function intervalStart(earlier: readonly Evaluated[]): ForecastDose | undefined {
  return earlier.findLast(({ dose }) => !dose.inadvertent)?.dose
}

/** One product throughout, the next dose included: its own interval; otherwise the pair's. */
export function intervalRule(
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
export function productSoFar(
  profile: Profile,
  earlier: readonly Evaluated[],
): SeriesRule | undefined {
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

export function isComplete(profile: Profile, earlier: readonly Evaluated[]): boolean {
  return countValid(earlier) >= dosesNeeded(profile, earlier)
}

/** The first dose that counts decides the series; before there is one, the last one given does. */
export function dosesNeeded(profile: Profile, earlier: readonly Evaluated[]): number {
  const first = earlier.find(({ evaluation }) => evaluation.status === 'valid')?.dose
  const decisive = first ?? intervalStart(earlier)
  return (decisive && seriesOf(profile, decisive.cvx)?.doses) ?? dosesOfUnknownSeries
}

export function countValid(earlier: readonly Evaluated[]): number {
  return earlier.filter(({ evaluation }) => evaluation.status === 'valid').length
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
