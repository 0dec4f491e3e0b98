import { cast } from './cast.ts'
import { castPerson } from './cast-person.ts'
import type { Day } from './days.ts'
import { addDays } from './days.ts'
import { loadNames } from './names.ts'
import { randomOf } from './random.ts'
import { type RateName, type Rates, rates } from './rates.ts'
import { residentsByQuota } from './residents.ts'
import { loadRollout } from './rollout.ts'
import {
  castNextVillage,
  castVillage,
  cities,
  loadTowns,
  prefectureNumber,
  venuesOf,
} from './towns.ts'
import type { Truth } from './truth.ts'

/** The first day of the general roll-out of 2021, and of the table of doses by day. */
export const epoch: Day = '2021-04-12'
export const defaultDays = 140

/** Older people: 65 or more within fiscal 2021. */
const olderBornOnOrBefore = '1957-04-01'
const everyoneBornOnOrBefore = '2009-04-01'
const secondWaveDay = 28

export type TruthOptions = {
  residents: number
  days: number
  seed: number
  rates: RateName | Rates
}

/** A whole campaign, decided beforehand: the same options give the same truth, to the byte. */
export function makeTruth(options: TruthOptions): Truth {
  if (options.residents < cast.length) {
    throw new RangeError(`A campaign needs at least its cast of ${cast.length} residents.`)
  }
  const towns = loadTowns()
  const nameOf = loadNames()
  const codes = [...cities.map((city) => city.code), castVillage, castNextVillage]
  const people = cast.map((row, index) => castPerson(row, index, { epoch, towns, nameOf }))
  const others = residentsByQuota({
    count: options.residents - cast.length,
    firstNameIndex: cast.length,
    epoch,
    days: options.days,
    rates: typeof options.rates === 'string' ? rates[options.rates] : options.rates,
    rollout: loadRollout(prefectureNumber, epoch),
    random: randomOf(options.seed),
    towns,
    nameOf,
  })
  return {
    header: {
      epoch,
      days: options.days,
      venues: codes.flatMap((code) => venuesOf(towns.get(code)!)),
      waves: codes.flatMap((municipalityCode) => [
        { municipalityCode, bornOnOrBefore: olderBornOnOrBefore, on: epoch },
        {
          municipalityCode,
          bornOnOrBefore: everyoneBornOnOrBefore,
          on: addDays(epoch, secondWaveDay),
        },
      ]),
      ladder: ladderFor(options.days),
      seed: options.seed,
      rates: typeof options.rates === 'string' ? options.rates : 'custom',
    },
    people: [...people, ...others],
  }
}

const longCampaignDays = 120

/** What a new town begins with; in a short campaign nobody would ever be invited after ninety days. */
function ladderFor(days: number): NonNullable<Truth['header']['ladder']> {
  const invitationAfterDays = days >= longCampaignDays ? 90 : Math.max(28, Math.floor(days / 2))
  // Every day is one on which notices leave: the cast's doses are told on the very day of their notice.
  return { preDueDays: 7, invitationAfterDays, quietWeekdays: [], holidaysAreQuiet: false }
}
