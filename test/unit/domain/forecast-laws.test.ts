// Laws of the forecast over doses that nobody thought of. The intervals are written here once more,
// by hand, so that an error in the profiles does not agree with itself.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, compareDates, daysBetween, plainDate } from '../../../domain/calendar.ts'
import { dueWindowAfter, type ForecastDose, forecastDoses } from '../../../domain/forecast.ts'
import { type ProfileId, profileIds } from '../../../domain/profiles.ts'

const bornOn = plainDate('1950-05-05')
const assessedOn = plainDate('2023-12-31')

const minimumDays: Record<ProfileId, Record<string, number>> = {
  'jp-2021': { '208': 19, '207': 21, '211': 19, '210': 28, '218': 19, '219': 19, pair: 28 },
  'cdc-2021': { '208': 21, '207': 28, pair: 28 },
  'cdc-2022': { '208': 21, '207': 28, '211': 21, '210': 28, pair: 28 },
}

const aDose: fc.Arbitrary<ForecastDose> = fc.record(
  {
    cvx: fc.constantFrom('207', '208', '210', '211', '212', '213', '218', '219'),
    givenOn: fc.integer({ min: 0, max: 120 }).map((days) => addDays(plainDate('2021-09-01'), days)),
    inadvertent: fc.boolean(),
    subStandardBecause: fc.constantFrom('subpotent' as const, 'expiredLot' as const),
  },
  { requiredKeys: ['cvx', 'givenOn'] },
)
const aProfile = fc.constantFrom(...profileIds)
const someDoses = fc.array(aDose, { maxLength: 5 })

const ask = (profile: ProfileId, doses: readonly ForecastDose[]) =>
  forecastDoses({ profile, bornOn, assessedOn, doses })

describe('whatever doses were given', () => {
  it('the order in which they are told does not matter', () => {
    fc.assert(
      fc.property(
        aProfile,
        someDoses.chain((doses) =>
          fc.tuple(
            fc.constant(doses),
            fc.shuffledSubarray(doses, { minLength: doses.length, maxLength: doses.length }),
          ),
        ),
        (profile, [doses, shuffled]) => {
          const told = ask(profile, doses)
          const retold = ask(profile, shuffled)
          const plain = (result: typeof told) =>
            result.evaluations.map(({ index: _, ...rest }) => rest)
          expect(plain(retold)).toEqual(plain(told))
          expect(retold.forecast).toEqual(told.forecast)
        },
      ),
    )
  })

  it('each gets one evaluation, in the order of the dates, that names its place', () => {
    fc.assert(
      fc.property(aProfile, someDoses, (profile, doses) => {
        const { evaluations } = ask(profile, doses)
        expect(evaluations.map(({ index }) => index).sort()).toEqual(doses.map((_, i) => i))
        expect(evaluations.map(({ date }) => date)).toEqual(doses.map((d) => d.givenOn).sort())
        for (const { index, date, cvx } of evaluations) {
          expect(doses[index]).toMatchObject({ givenOn: date, cvx })
        }
      }),
    )
  })

  it('no dose is proposed before the minimum interval after the last one', () => {
    fc.assert(
      fc.property(aProfile, someDoses, (profile, doses) => {
        const { forecast } = ask(profile, doses)
        const last = doses
          .filter((dose) => !dose.inadvertent)
          .map((dose) => dose.givenOn)
          .sort()
          .at(-1)
        if (forecast.status === 'complete' || last === undefined) return
        const table = minimumDays[profile]
        const minimum = table[forecast.cvx ?? 'pair'] ?? table.pair!
        expect(daysBetween(last, forecast.earliest!)).toBeGreaterThanOrEqual(minimum)
      }),
      { numRuns: 500 },
    )
  })

  it('a dose given on the earliest day counts in full, and a day before it does not', () => {
    fc.assert(
      fc.property(aProfile, someDoses, (profile, doses) => {
        const { forecast } = ask(profile, doses)
        const isOpen = forecast.status !== 'complete' && doses.some((dose) => !dose.inadvertent)
        if (!isOpen || !forecast.cvx) return
        const { cvx } = forecast
        const next = (givenOn: typeof forecast.earliest) =>
          ask(profile, [...doses, { cvx, givenOn: givenOn! }]).evaluations.find(
            ({ index }) => index === doses.length,
          )!
        const onTime = next(forecast.earliest)
        expect(onTime.status).toBe('valid')
        expect(onTime.findings.filter(({ code }) => code === 'intervalTooShort')).toEqual([])
        expect(['gracePeriod', 'allowableInterval']).not.toContain(onTime.reason)
        const early = next(addDays(forecast.earliest!, -1))
        expect(['gracePeriod', 'intervalTooShort']).toContain(early.reason)
      }),
      { numRuns: 500 },
    )
  })

  it('its dates stand in order', () => {
    fc.assert(
      fc.property(aProfile, someDoses, (profile, doses) => {
        const { earliest, recommended, pastDue } = ask(profile, doses).forecast
        if (!earliest || !recommended) return
        expect(compareDates(earliest, recommended)).toBeLessThanOrEqual(0)
        if (pastDue) expect(compareDates(recommended, pastDue)).toBeLessThanOrEqual(0)
      }),
    )
  })

  it('Japan calls none invalid for its date, and a second one ends the reminders', () => {
    fc.assert(
      fc.property(fc.constantFrom('208', '207', '210', '211'), fc.nat(200), (cvx, days) => {
        const first = { cvx, givenOn: plainDate('2022-07-01') }
        const second = { cvx, givenOn: addDays(first.givenOn, days) }
        const { evaluations, forecast } = ask('jp-2021', [first, second])
        expect(evaluations.map(({ status }) => status)).toEqual(['valid', 'valid'])
        const isShort = days < minimumDays['jp-2021'][cvx]!
        expect(evaluations[1]?.findings.map(({ code }) => code)).toEqual(
          isShort ? ['intervalTooShort'] : [],
        )
        expect(forecast).toEqual({ status: 'complete' })
      }),
    )
  })
})

describe('the window of a plan', () => {
  it('never opens before the minimum, and is overdue only after the last day', () => {
    const codes = ['pfizer', 'moderna', 'astrazeneca', 'novavax', 'pfizer5to11', 'unheardOf']
    const minimumOf: Record<string, number> = {
      pfizer: 19,
      novavax: 19,
      pfizer5to11: 19,
      moderna: 21,
    }
    fc.assert(
      fc.property(
        fc.constantFrom(...codes),
        fc.option(fc.constantFrom(...codes), { nil: undefined }),
        fc.integer({ min: 0, max: 20_000 }),
        (productCode, nextProductCode, day) => {
          const givenOn = addDays(plainDate('2000-01-01'), day)
          const { earliest, due, latest, overdueOn } = dueWindowAfter({
            productCode,
            givenOn,
            ...(nextProductCode ? { nextProductCode } : {}),
          })
          const isPair = nextProductCode !== undefined && nextProductCode !== productCode
          const minimum = isPair ? 28 : (minimumOf[productCode] ?? 28)
          expect(daysBetween(givenOn, earliest)).toBe(minimum)
          expect(compareDates(earliest, due)).toBeLessThanOrEqual(0)
          expect(daysBetween(latest ?? due, overdueOn)).toBe(1)
        },
      ),
    )
  })
})
