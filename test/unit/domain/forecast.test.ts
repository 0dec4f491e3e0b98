// The three profiles against tables derived by hand from the published intervals: every expected
// date is written out, none is computed.
import { describe, expect, it } from 'vitest'
import type { Age } from '../../../domain/age.ts'
import { plainDate } from '../../../domain/calendar.ts'
import { type ForecastDose, forecastDoses } from '../../../domain/forecast.ts'
import { type ProfileId, profileOf } from '../../../domain/profiles.ts'

const born = '1950-05-05'

function doseOf(text: string): ForecastDose {
  const [cvx = '', givenOn = ''] = text.split(':')
  return { cvx, givenOn: plainDate(givenOn) }
}

function ask(profile: ProfileId, doses: (string | ForecastDose)[], assess: string, bornOn = born) {
  return forecastDoses({
    profile,
    bornOn: plainDate(bornOn),
    assessedOn: plainDate(assess),
    doses: doses.map((dose) => (typeof dose === 'string' ? doseOf(dose) : dose)),
  })
}

function verdicts(profile: ProfileId, doses: (string | ForecastDose)[]) {
  return ask(profile, doses, '2023-12-31').evaluations.map(({ status, reason }) =>
    reason ? `${status} ${reason}` : status,
  )
}

describe('the second dose after 1 June 2021 (days added) is', () => {
  it.each<[ProfileId, string, string, string]>([
    // cdc-2021: early doses are still accepted.
    ['cdc-2021', '208', '208:2021-06-17', 'valid allowableInterval'], // 16
    ['cdc-2021', '208', '208:2021-06-18', 'valid gracePeriod'], // 17
    ['cdc-2021', '208', '208:2021-06-21', 'valid gracePeriod'], // 20
    ['cdc-2021', '208', '208:2021-06-22', 'valid'], // 21
    ['cdc-2021', '207', '207:2021-06-24', 'valid allowableInterval'], // 23
    ['cdc-2021', '207', '207:2021-06-25', 'valid gracePeriod'], // 24
    ['cdc-2021', '207', '207:2021-06-29', 'valid'], // 28
    ['cdc-2021', '208', '207:2021-06-28', 'valid gracePeriod'], // 27, a pair
    ['cdc-2021', '208', '207:2021-06-29', 'valid'],
    ['cdc-2021', '213', '213:2021-06-24', 'valid allowableInterval'],
    ['cdc-2021', '208', '208:2021-06-01', 'valid allowableInterval'], // the same day
    ['cdc-2021', '208', '211:2021-06-29', 'notValid vaccineNotInProfile'],
    // cdc-2022 before 1 November 2021 is as lenient.
    ['cdc-2022', '208', '208:2021-06-17', 'valid allowableInterval'],
    ['cdc-2022', '208', '217:2021-06-22', 'valid'], // one product, two codes
    ['cdc-2022', '211', '211:2021-06-18', 'valid gracePeriod'],
    ['cdc-2022', '210', '210:2021-06-29', 'valid'],
    // jp-2021: no grace, nothing invalid.
    ['jp-2021', '208', '208:2021-06-19', 'valid intervalTooShort'], // 18
    ['jp-2021', '208', '208:2021-06-20', 'valid'], // 19
    ['jp-2021', '211', '211:2022-06-20', 'valid'],
    ['jp-2021', '207', '207:2021-06-21', 'valid intervalTooShort'], // 20
    ['jp-2021', '207', '207:2021-06-22', 'valid'], // 21
    ['jp-2021', '210', '210:2021-06-28', 'valid intervalTooShort'], // 27
    ['jp-2021', '210', '210:2021-06-29', 'valid'], // 28
    ['jp-2021', '210', '210:2021-12-01', 'valid'], // late, never restarted
    ['jp-2021', '208', '207:2021-06-28', 'valid intervalTooShort'], // 27
    ['jp-2021', '208', '207:2021-06-29', 'valid productMismatch'], // 28
    ['jp-2021', '208', '213:2021-06-29', 'valid productUnspecified'],
    ['jp-2021', '208', '212:2021-06-29', 'notValid vaccineNotInProfile'],
    ['jp-2021', '213', '208:2021-06-28', 'valid intervalTooShort'], // 27: unknown is a pair
  ])('%s: %s then %s: %s', (profile, first, second, expected) => {
    expect(verdicts(profile, [`${first}:2021-06-01`, second])[1]).toBe(expected)
  })
})

describe('enforcement from 1 November 2021 (cdc-2022)', () => {
  it.each([
    ['208', '2021-10-20', '2021-10-31', 'valid allowableInterval'], // 11
    ['208', '2021-10-20', '2021-11-01', 'notValid tooSoon'], // 12
    ['208', '2021-10-20', '2021-11-05', 'notValid tooSoon'], // 16
    ['208', '2021-10-20', '2021-11-06', 'valid gracePeriod'], // 17
    ['208', '2021-10-20', '2021-11-09', 'valid gracePeriod'], // 20
    ['208', '2021-10-20', '2021-11-10', 'valid'], // 21
    ['207', '2021-10-20', '2021-11-12', 'notValid tooSoon'], // 23
    ['207', '2021-10-20', '2021-11-13', 'valid gracePeriod'], // 24
    ['207', '2021-10-20', '2021-11-17', 'valid'], // 28
    ['211', '2022-08-01', '2022-08-17', 'notValid tooSoon'], // 16
    ['211', '2022-08-01', '2022-08-22', 'valid'], // 21
    ['213', '2022-08-01', '2022-08-24', 'notValid tooSoon'], // 23
    ['213', '2022-08-01', '2022-08-25', 'valid gracePeriod'], // 24
  ])('%s on %s and %s: %s', (cvx, first, second, expected) => {
    expect(verdicts('cdc-2022', [`${cvx}:${first}`, `${cvx}:${second}`])[1]).toBe(expected)
  })

  it('leaves the profile of May 2021 as it was', () => {
    expect(verdicts('cdc-2021', ['208:2021-10-20', '208:2021-11-01'])[1]).toBe(
      'valid allowableInterval',
    )
  })
})

describe('after one dose on 1 June 2021 the next is', () => {
  it.each<[ProfileId, string, string, string, string | undefined]>([
    ['cdc-2021', '208', '2021-06-22', '2021-06-22', '2021-07-12'], // 21, 21, 41
    ['cdc-2021', '207', '2021-06-29', '2021-06-29', '2021-07-12'], // 28, 28, 41
    ['cdc-2021', '213', '2021-06-29', '2021-06-29', '2021-07-12'],
    ['cdc-2022', '208', '2021-06-22', '2021-06-22', '2021-07-26'], // 55
    ['cdc-2022', '207', '2021-06-29', '2021-06-29', '2021-07-26'],
    ['cdc-2022', '211', '2021-06-22', '2021-06-22', '2021-07-26'],
    ['cdc-2022', '213', '2021-06-29', '2021-06-29', '2021-07-26'],
    ['cdc-2022', '210', '2021-06-29', '2021-06-29', undefined],
    ['jp-2021', '208', '2021-06-20', '2021-06-22', undefined], // 19, 21
    ['jp-2021', '207', '2021-06-22', '2021-06-29', undefined], // 21, 28
    ['jp-2021', '211', '2021-06-20', '2021-06-22', undefined],
    ['jp-2021', '210', '2021-06-29', '2021-07-27', '2021-08-24'], // 28, 56, 84
    ['jp-2021', '218', '2021-06-20', '2021-06-22', undefined],
    ['jp-2021', '213', '2021-06-29', '2021-06-29', undefined], // 28, 28
  ])('%s %s: earliest %s, recommended %s, past due after %s', (profile, cvx, ...dates) => {
    const { forecast } = ask(profile, [`${cvx}:2021-06-01`], '2021-06-02', '2014-05-05')
    expect([forecast.earliest, forecast.recommended, forecast.pastDue]).toEqual(dates)
    expect(forecast).toMatchObject({ status: 'notComplete', doseNumber: 2, seriesDoses: 2 })
  })

  it.each<[ProfileId, string, string, string]>([
    ['cdc-2021', '208', '2021-06-21', 'notComplete'],
    ['cdc-2021', '208', '2021-06-22', 'due'],
    ['cdc-2021', '208', '2021-07-12', 'due'],
    ['cdc-2021', '208', '2021-07-13', 'overdue'],
    ['cdc-2022', '208', '2021-07-26', 'due'],
    ['cdc-2022', '208', '2021-07-27', 'overdue'],
    ['cdc-2022', '210', '2022-07-27', 'due'],
    ['jp-2021', '208', '2021-06-21', 'notComplete'],
    ['jp-2021', '208', '2021-06-22', 'due'],
    ['jp-2021', '208', '2021-06-23', 'overdue'],
    ['jp-2021', '207', '2021-06-29', 'due'],
    ['jp-2021', '207', '2021-06-30', 'overdue'],
    ['jp-2021', '210', '2021-08-24', 'due'],
    ['jp-2021', '210', '2021-08-25', 'overdue'],
  ])('%s %s: on %s %s', (profile, cvx, assess, status) => {
    expect(ask(profile, [`${cvx}:2021-06-01`], assess).forecast.status).toBe(status)
  })
})

describe('a dose that does not count', () => {
  it('moves the next earliest date on, from itself', () => {
    const { evaluations, forecast } = ask(
      'cdc-2022',
      ['208:2021-10-20', '208:2021-11-01'],
      '2021-11-05',
    )
    expect(evaluations.map(({ status }) => status)).toEqual(['valid', 'notValid'])
    expect(forecast).toEqual({
      status: 'notComplete',
      doseNumber: 2,
      seriesDoses: 2,
      cvx: '208',
      earliest: '2021-11-22', // 21 after the invalid one
      recommended: '2021-11-22',
      pastDue: '2021-12-26', // 55
    })
  })

  it('starts the interval of the repeated dose', () => {
    const doses = ['208:2021-11-01', '208:2021-11-10', '208:2021-11-22', '208:2021-12-13']
    // 9 days: too soon. 12 days after that: too soon again. 21 days after that: valid.
    expect(verdicts('cdc-2022', doses)).toEqual([
      'valid',
      'notValid tooSoon',
      'notValid tooSoon',
      'valid',
    ])
  })

  it('of another product makes a pair', () => {
    const { forecast } = ask('cdc-2022', ['208:2022-01-01', '207:2022-01-10'], '2022-01-11')
    expect(forecast.earliest).toBe('2022-02-07') // 28
    expect(forecast.cvx).toBeUndefined()
  })

  it('given by mistake is passed over', () => {
    const mistaken = { ...doseOf('208:2022-01-10'), inadvertent: true }
    const doses = ['208:2022-01-01', mistaken]
    expect(verdicts('cdc-2022', doses)).toEqual(['valid', 'notValid inadvertent'])
    expect(ask('cdc-2022', doses, '2022-01-11').forecast.earliest).toBe('2022-01-22')
    expect(verdicts('cdc-2022', [...doses, '208:2022-01-22'])[2]).toBe('valid')
    expect(ask('cdc-2022', [mistaken], '2022-01-11').forecast).toMatchObject({ doseNumber: 1 })
  })

  it.each(['subpotent', 'expiredLot'] as const)('%s is sub-standard and repeated', (because) => {
    const weak = { ...doseOf('208:2022-01-22'), subStandardBecause: because }
    const doses = ['208:2022-01-01', weak]
    expect(verdicts('cdc-2022', doses)).toEqual(['valid', `subStandard ${because}`])
    expect(ask('cdc-2022', doses, '2022-01-23').forecast).toMatchObject({
      doseNumber: 2,
      earliest: '2022-02-12',
    })
  })

  it('in a profile without the product leaves the course where it was', () => {
    const { evaluations, forecast } = ask('jp-2021', ['212:2021-06-01'], '2021-06-02')
    expect(evaluations[0]).toMatchObject({ status: 'notValid', reason: 'vaccineNotInProfile' })
    expect(forecast).toMatchObject({ doseNumber: 1, earliest: '2021-06-29' })
  })
})

describe('a complete series', () => {
  it.each<[ProfileId, string[]]>([
    ['cdc-2021', ['212:2021-06-01']],
    ['cdc-2022', ['212:2021-06-01']],
    ['cdc-2021', ['208:2021-06-01', '212:2021-06-29']],
    ['cdc-2022', ['208:2021-06-01', '207:2021-06-29']],
    ['jp-2021', ['208:2021-06-01', '208:2021-06-05']],
    ['jp-2021', ['208:2021-06-01', '207:2021-06-05']],
    ['jp-2021', ['219:2022-11-01', '219:2022-11-22', '219:2023-01-17']],
  ])('%s %j asks for nothing more', (profile, doses) => {
    expect(ask(profile, doses, '2023-12-31').forecast).toEqual({ status: 'complete' })
  })

  it.each<[ProfileId, string]>([
    ['cdc-2022', '212:2021-06-01'],
    ['cdc-2021', '212:2021-06-01'],
  ])('%s: a dose after %s is extraneous', (profile, first) => {
    expect(verdicts(profile, [first, '208:2021-08-01'])[1]).toBe('extraneous seriesComplete')
  })

  it('in Japan lists the dose too many for the clerk', () => {
    const doses = ['208:2021-06-01', '208:2021-06-22', '208:2021-07-20']
    const third = ask('jp-2021', doses, '2021-12-31').evaluations[2]
    expect(third).toMatchObject({ status: 'extraneous', reason: 'seriesComplete' })
    expect(third?.findings).toEqual([{ code: 'extraDose' }])
  })

  it('of three: 21 days, then eight weeks', () => {
    const bornOn = '2020-01-10'
    const afterOne = ask('jp-2021', ['219:2022-11-01'], '2022-11-02', bornOn).forecast
    expect(afterOne).toMatchObject({ doseNumber: 2, seriesDoses: 3, recommended: '2022-11-22' })
    const two = ['219:2022-11-01', '219:2022-11-22']
    expect(ask('jp-2021', two, '2022-12-01', bornOn).forecast).toMatchObject({
      doseNumber: 3,
      seriesDoses: 3,
      earliest: '2023-01-17', // 56
      recommended: '2023-01-17',
    })
  })
})

describe('findings of the Japanese programme', () => {
  const outside = (minimumAge: Age, belowAge?: Age) => ({
    code: 'ageOutsideProduct',
    minimumAge,
    ...(belowAge ? { belowAge } : {}),
  })
  const findings = (doses: (string | ForecastDose)[], bornOn = born) =>
    ask('jp-2021', doses, '2023-12-31', bornOn).evaluations.at(-1)?.findings

  it('say how short an interval was', () => {
    expect(findings(['208:2021-06-01', '208:2021-06-19'])).toEqual([
      { code: 'intervalTooShort', actualDays: 18, minimumDays: 19 },
    ])
  })

  it('keep the reason for another product, or that none was stated', () => {
    const second = { ...doseOf('207:2021-06-29'), mixedBecause: 'reaction' as const }
    expect(findings(['208:2021-06-01', second])).toEqual([
      { code: 'productMismatch', because: 'reaction' },
    ])
    expect(findings(['208:2021-06-01', '207:2021-06-20'])).toEqual([
      { code: 'intervalTooShort', actualDays: 19, minimumDays: 28 },
      { code: 'productMismatch', because: 'notStated' },
    ])
  })

  it('call no mismatch what nobody can name', () => {
    expect(findings(['213:2021-06-01', '208:2021-06-29'])).toEqual([])
    expect(findings(['208:2021-06-01', '213:2021-06-29'])).toEqual([{ code: 'productUnspecified' }])
  })

  it.each([
    // Twelve is reached on the eve of the birthday; Pfizer went down to twelve on 1 June 2021.
    ['208:2021-06-14', '2009-06-15', []],
    ['208:2021-06-13', '2009-06-15', [outside({ years: 12 })]],
    ['208:2021-05-31', '2009-01-15', [outside({ years: 16 })]],
    ['211:2022-06-14', '2009-06-15', [outside({ years: 18 })]],
    ['218:2022-05-03', '2010-05-05', []],
    ['218:2022-05-04', '2010-05-05', [outside({ years: 5 }, { years: 12 })]],
    ['219:2022-11-01', '2022-05-02', []],
    ['219:2022-10-31', '2022-05-02', [outside({ months: 6 }, { years: 5 })]],
  ])('of %s born %s are %j', (dose, bornOn, expected) => {
    expect(findings([dose], bornOn)).toEqual(expected)
  })

  it('let a child who turned twelve keep the child product', () => {
    expect(findings(['218:2022-05-01', '218:2022-05-22'], '2010-05-05')).toEqual([])
    expect(findings(['218:2022-05-01', '208:2022-05-29'], '2010-05-05')).toEqual([
      { code: 'productMismatch', because: 'notStated' },
    ])
  })

  it('are no matter of the other profiles', () => {
    const { evaluations } = ask('cdc-2022', ['208:2021-06-01', '207:2021-06-05'], '2021-07-01')
    expect(evaluations.map(({ findings }) => findings)).toEqual([[], []])
  })
})

describe('the first dose', () => {
  it.each<[ProfileId, string, string]>([
    ['jp-2021', '1950-05-05', '2021-02-17'],
    ['jp-2021', '2005-06-15', '2021-06-01'], // 16 only on 14 June, but from 12 on 1 June
    ['jp-2021', '2005-03-15', '2021-03-14'], // 16 before the age went down
    ['jp-2021', '2009-08-20', '2021-08-19'],
    ['jp-2021', '2014-03-01', '2022-02-21'],
    ['jp-2021', '2017-12-24', '2022-10-24'],
    ['jp-2021', '2022-08-31', '2023-02-28'],
    ['cdc-2021', '2009-06-15', '2021-06-15'],
    ['cdc-2022', '2008-02-29', '2020-02-29'],
    ['cdc-2022', '2007-02-28', '2019-02-28'],
  ])('%s, born %s: open from %s', (profile, bornOn, expected) => {
    const { evaluations, forecast } = ask(profile, [], '2023-12-31', bornOn)
    expect(evaluations).toEqual([])
    expect(forecast).toEqual({
      status: 'due',
      doseNumber: 1,
      earliest: expected,
      recommended: expected,
    })
  })

  it('is not due before it is open', () => {
    expect(ask('jp-2021', [], '2021-02-16').forecast.status).toBe('notComplete')
    expect(ask('jp-2021', [], '2021-02-17').forecast.status).toBe('due')
  })
})

describe('input that cannot be', () => {
  it.each([
    [['208:2021-06-02'], '2021-06-01', 'doseInFuture', 'doses.0'],
    [['208:2021-05-01', '208:2021-06-02'], '2021-06-01', 'doseInFuture', 'doses.1'],
    [['208:1949-06-02'], '2021-06-01', 'doseBeforeBirth', 'doses.0'],
    [['999:2021-05-01'], '2021-06-01', 'unknownVaccine', 'doses.0'],
    [['140:2021-05-01'], '2021-06-01', 'unknownVaccine', 'doses.0'],
    [[], '1949-06-01', 'bornAfterAssessment', 'bornOn'],
    [Array(51).fill('208:2021-05-01'), '2021-06-01', 'tooManyDoses', 'doses'],
  ])('%j assessed on %s fails as %s', (doses, assess, code, field) => {
    expect(() => ask('jp-2021', doses, assess)).toThrow(expect.objectContaining({ code, field }))
  })

  it('a dose on the day of the assessment is no future one', () => {
    expect(ask('jp-2021', ['208:2021-06-01'], '2021-06-01').evaluations).toHaveLength(1)
  })

  it('an unknown profile is named', () => {
    expect(() => profileOf('eu-2021')).toThrow(expect.objectContaining({ code: 'unknownProfile' }))
  })
})
