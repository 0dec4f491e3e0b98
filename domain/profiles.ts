/**
 * Rule profiles: what the forecast knows about intervals, as data with the days from which it holds.
 * `jp-2021` is the programme's own; the other two are the public rules that other forecasters and
 * their test tables speak (CDC, May 2021 and November 2022), primary series only.
 *
 * Days are days ADDED to the previous dose: "N 日以上の間隔" excludes both days, so it is stored as N + 1.
 */
import type { Age } from './age.ts'
import type { PlainDate } from './course.ts'
import { DomainError } from './errors.ts'
import { products } from './product.ts'

export const profileIds = ['jp-2021', 'cdc-2021', 'cdc-2022'] as const
export type ProfileId = (typeof profileIds)[number]
export const defaultProfileId: ProfileId = 'jp-2021'

/** Unspecified COVID-19 vaccine. */
export const unspecifiedCvx = '213'

export type IntervalRule = {
  /** Below it a dose is too soon; from it up to the minimum lies the grace period. */
  absoluteMinimumDays?: number
  minimumDays: number
  recommendedDays: number
  latestDays?: number
}

export type SeriesRule = {
  cvx: string
  /** Other codes of the same product. */
  aliases?: readonly string[]
  doses: number
  /** To dose 2, dose 3 …: one fewer than doses. */
  intervals: readonly IntervalRule[]
}

/** What follows from a dose given too soon, for doses given from a day on. */
export type TooSoonRule = { from?: PlainDate; verdict: 'notValid' | 'allowed' | 'finding' }

/** From when and from what age dose 1 is open; the earliest of a profile's openings counts. */
export type Opening = { from?: PlainDate; age: Age }

export type Profile = {
  id: ProfileId
  series: readonly SeriesRule[]
  /** Two products, or one that nobody can name. */
  otherPair: IntervalRule
  /** In order of `from`; the last that has begun on the day of the dose holds. */
  tooSoon: readonly TooSoonRule[]
  openings: readonly Opening[]
  /** Whether an age counts from the eve of the birthday (Japanese law) or from the birthday. */
  ageCountsFrom: 'eve' | 'birthday'
  /** What `latestDays` names: the CDC writes the first day too late, Japan the last of the window. */
  latestDayIs: 'firstTooLate' | 'lastOfWindow'
  /** Where there is no latest day, a dose is overdue from the day after the recommended one. */
  overdueAfterRecommended: boolean
  /** Product, age and interval hits are listed for a clerk beside the evaluation. */
  hasFindings: boolean
}

const on = (date: string) => date as PlainDate
const interval = (
  absoluteMinimumDays: number,
  minimumDays: number,
  recommendedDays: number,
  latestDays?: number,
): IntervalRule => ({
  absoluteMinimumDays,
  minimumDays,
  recommendedDays,
  ...(latestDays === undefined ? {} : { latestDays }),
})
const twoDoses = (cvx: string, rule: IntervalRule): SeriesRule => ({
  cvx,
  doses: 2,
  intervals: [rule],
})
const janssen: SeriesRule = { cvx: '212', doses: 1, intervals: [] }

/** CDC, interim clinical considerations and logic supporting data of May 2021. */
const cdc2021: Profile = {
  id: 'cdc-2021',
  series: [
    twoDoses('208', interval(17, 21, 21, 42)),
    twoDoses('207', interval(24, 28, 28, 42)),
    janssen,
  ],
  otherPair: interval(24, 28, 28, 42),
  tooSoon: [{ verdict: 'allowed' }],
  openings: [{ age: { years: 12 } }],
  ageCountsFrom: 'birthday',
  latestDayIs: 'firstTooLate',
  overdueAfterRecommended: false,
  hasFindings: false,
}

/** CDC, logic supporting data of November 2022; the allowance for early doses ended in 2021. */
const cdc2022: Profile = {
  id: 'cdc-2022',
  series: [
    { ...twoDoses('208', interval(17, 21, 21, 56)), aliases: ['217'] },
    twoDoses('207', interval(24, 28, 28, 56)),
    twoDoses('211', interval(17, 21, 21, 56)),
    twoDoses('210', interval(24, 28, 28)),
    janssen,
  ],
  otherPair: interval(24, 28, 28, 56),
  tooSoon: [{ verdict: 'allowed' }, { from: on('2021-11-01'), verdict: 'notValid' }],
  openings: [{ age: { years: 12 } }],
  ageCountsFrom: 'birthday',
  latestDayIs: 'firstTooLate',
  overdueAfterRecommended: false,
  hasFindings: false,
}

/**
 * Domain rule: MHLW, Q&A 0036 (intervals, late second doses) and 0095 (two products).
 * Nothing is made invalid by an interval: a dose given is a dose, and a clerk decides on the finding.
 */
const jp2021: Profile = {
  id: 'jp-2021',
  series: [
    twoDoses('208', { minimumDays: 19, recommendedDays: 21 }),
    twoDoses('207', { minimumDays: 21, recommendedDays: 28 }),
    twoDoses('211', { minimumDays: 19, recommendedDays: 21 }),
    twoDoses('210', { minimumDays: 28, recommendedDays: 56, latestDays: 84 }),
    twoDoses('218', { minimumDays: 19, recommendedDays: 21 }),
    {
      cvx: '219',
      doses: 3,
      intervals: [
        { minimumDays: 19, recommendedDays: 21 },
        { minimumDays: 56, recommendedDays: 56 },
      ],
    },
  ],
  otherPair: { minimumDays: 28, recommendedDays: 28 },
  tooSoon: [{ verdict: 'finding' }],
  openings: products.flatMap((product) => product.minimumAges),
  ageCountsFrom: 'eve',
  latestDayIs: 'lastOfWindow',
  overdueAfterRecommended: true,
  hasFindings: true,
}

const profiles: Readonly<Record<ProfileId, Profile>> = {
  'jp-2021': jp2021,
  'cdc-2021': cdc2021,
  'cdc-2022': cdc2022,
}

/** Throws `unknownProfile`. */
export function profileOf(id: string): Profile {
  const known = profileIds.find((one) => one === id)
  if (known) return profiles[known]
  throw new DomainError('unknownProfile', `Profiles are ${profileIds.join(', ')}`, 'profile')
}

export function seriesOf(profile: Profile, cvx: string): SeriesRule | undefined {
  return profile.series.find((series) => series.cvx === cvx || series.aliases?.includes(cvx))
}

/** A code that at least one profile can speak about; any other is a wrong code in the input. */
export function isKnownCvx(cvx: string): boolean {
  return cvx === unspecifiedCvx || profileIds.some((id) => seriesOf(profiles[id], cvx))
}

export function tooSoonRuleOn(profile: Profile, givenOn: PlainDate): TooSoonRule {
  const begun = profile.tooSoon.filter((rule) => rule.from === undefined || rule.from <= givenOn)
  return begun.at(-1)!
}
