// $immds-forecast as a FHIR client sees it: resources in, resources or an OperationOutcome out.
import { describe, expect, it } from 'vitest'
import { immdsForecast } from '../../../api/fhir/immds-forecast.ts'

const cvxSystem = 'http://hl7.org/fhir/sid/cvx'

const assessment = (valueDate: unknown = '2021-12-31') => ({ name: 'assessmentDate', valueDate })
const patient = (change: object = {}) => ({
  name: 'patient',
  resource: { resourceType: 'Patient', id: 'made-up-1', birthDate: '1950-05-05', ...change },
})
const profile = (valueString: unknown) => ({ name: 'profile', valueString })
function immunization(cvx: string, occurrenceDateTime: unknown, change: object = {}) {
  return {
    name: 'immunization',
    resource: {
      resourceType: 'Immunization',
      status: 'completed',
      vaccineCode: { coding: [{ system: cvxSystem, code: cvx }] },
      occurrenceDateTime,
      ...change,
    },
  }
}
const parameters = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter })

// biome-ignore lint/suspicious/noExplicitAny: a client reads JSON.
type Json = any

function accepted(...parameter: object[]): {
  evaluations: Json[]
  recommendation: Json
  all: Json
} {
  const answer = immdsForecast(parameters(...parameter))
  expect(answer).toMatchObject({ status: 200, body: { resourceType: 'Parameters' } })
  const parts = (answer.body as Json).parameter
  const named = (name: string) =>
    parts.filter((part: Json) => part.name === name).map((part: Json) => part.resource)
  expect(named('recommendation')).toHaveLength(1)
  return {
    evaluations: named('evaluation'),
    recommendation: named('recommendation')[0],
    all: answer.body,
  }
}

function faults(body: unknown): [string, string][] {
  const answer = immdsForecast(body)
  expect(answer).toMatchObject({ status: 400, body: { resourceType: 'OperationOutcome' } })
  const { issue } = answer.body as Json
  for (const one of issue) {
    expect(one.severity).toBe('error')
    expect(one.diagnostics).toMatch(/\S/)
  }
  return issue.map((one: Json) => [one.code, one.expression[0]])
}

const datesOf = (recommendation: Json) =>
  Object.fromEntries(
    (recommendation.recommendation[0].dateCriterion ?? []).map((criterion: Json) => {
      expect(criterion.code.coding[0].system).toBe('http://loinc.org')
      return [criterion.code.coding[0].code, criterion.value]
    }),
  )
const statusCodes = (recommendation: Json) =>
  recommendation.recommendation[0].forecastStatus.coding.map((coding: Json) => coding.code)

describe('the answer', () => {
  it('evaluates each dose in the order of the dates and recommends the next', () => {
    const { evaluations, recommendation } = accepted(
      profile('cdc-2022'),
      immunization('208', '2021-11-01', { id: 'second' }),
      assessment('2021-11-05'),
      immunization('208', '2021-10-20', { id: 'first' }),
      patient(),
    )
    expect(evaluations.map((one) => one.immunizationEvent.reference)).toEqual([
      'Immunization/first',
      'Immunization/second',
    ])
    expect(evaluations.map((one) => one.doseStatus.coding[0])).toEqual([
      {
        system: 'http://terminology.hl7.org/CodeSystem/immunization-evaluation-dose-status',
        code: 'valid',
        display: 'Valid',
      },
      {
        system: 'http://terminology.hl7.org/CodeSystem/immunization-evaluation-dose-status',
        code: 'notvalid',
        display: 'Not valid',
      },
    ])
    expect(evaluations[0].doseStatusReason).toBeUndefined()
    expect(evaluations[1].doseStatusReason[0].coding.map((coding: Json) => coding.code)).toEqual([
      'outsidesched',
      'tooSoon',
    ])
    expect(evaluations[1]).toMatchObject({
      resourceType: 'ImmunizationEvaluation',
      status: 'completed',
      patient: { reference: 'Patient/made-up-1' },
      date: '2021-11-05',
      series: 'cdc-2022',
    })
    expect(recommendation).toMatchObject({
      resourceType: 'ImmunizationRecommendation',
      patient: { reference: 'Patient/made-up-1' },
      date: '2021-11-05',
      recommendation: [
        {
          vaccineCode: [{ coding: [{ system: cvxSystem, code: '208' }] }],
          doseNumberPositiveInt: 2,
          seriesDosesPositiveInt: 2,
        },
      ],
    })
    expect(datesOf(recommendation)).toEqual({
      '30981-5': '2021-11-22',
      '30980-7': '2021-11-22',
      '59778-1': '2021-12-26',
    })
    expect(statusCodes(recommendation)).toEqual(['notComplete'])
  })

  it('uses the Japanese rules unless told otherwise, and tells the end of a window', () => {
    const { evaluations, recommendation } = accepted(
      assessment(),
      patient(),
      immunization('210', '2021-10-01'),
    )
    expect(evaluations[0].series).toBe('jp-2021')
    expect(datesOf(recommendation)).toEqual({
      '30981-5': '2021-10-29', // 28
      '30980-7': '2021-11-26', // 56
      '59778-1': '2021-12-24', // 84
      '59777-3': '2021-12-24',
    })
    expect(statusCodes(recommendation)).toEqual(['overdue', 'notComplete'])
  })

  it('leaves past due out where there is none', () => {
    const { recommendation } = accepted(
      assessment('2021-06-22'),
      patient(),
      immunization('208', '2021-06-01'),
    )
    expect(datesOf(recommendation)).toEqual({ '30981-5': '2021-06-20', '30980-7': '2021-06-22' })
    expect(statusCodes(recommendation)).toEqual(['due', 'notComplete'])
  })

  it('lists findings of a valid dose as its reasons', () => {
    const { evaluations, recommendation } = accepted(
      assessment(),
      patient(),
      immunization('208', '2021-06-01'),
      immunization('207', '2021-06-10'),
    )
    expect(evaluations[1].doseStatus.coding[0].code).toBe('valid')
    const codes = evaluations[1].doseStatusReason.map((one: Json) => one.coding.at(-1).code)
    expect(codes).toEqual(['intervalTooShort', 'productMismatch'])
    expect(statusCodes(recommendation)).toEqual(['complete', 'complete'])
    expect(recommendation.recommendation[0].dateCriterion).toBeUndefined()
  })

  it('with no doses recommends the first, of no product', () => {
    const { evaluations, recommendation } = accepted(assessment(), patient())
    expect(evaluations).toEqual([])
    expect(recommendation.recommendation[0]).toMatchObject({
      vaccineCode: [{ coding: [{ code: '213' }] }],
      doseNumberPositiveInt: 1,
    })
  })

  it('reads a date as it is written, whatever the time and offset', () => {
    const days = ['2021-06-01', '2021-06-01T23:30:00+09:00', '2021-06-01T00:10:00Z'].map(
      (written) =>
        accepted(assessment(), patient(), immunization('208', written)).recommendation
          .recommendation[0].dateCriterion[0].value,
    )
    expect(new Set(days)).toEqual(new Set(['2021-06-20']))
  })

  it('passes over what was not given, and finds CVX among other codings', () => {
    const { evaluations } = accepted(
      assessment(),
      patient({ id: undefined }),
      immunization('208', '2021-06-10', { status: 'not-done' }),
      immunization('208', '2021-06-11', { status: 'entered-in-error' }),
      immunization('', '2021-06-01', {
        vaccineCode: {
          coding: [
            { system: 'http://snomed.info/sct', code: '1119349007' },
            { system: 'urn:oid:2.16.840.1.113883.12.292', code: '208' },
          ],
        },
      }),
    )
    expect(evaluations).toHaveLength(1)
    expect(evaluations[0].immunizationEvent).toEqual({ display: 'parameter 4 of the request' })
    expect(evaluations[0].patient).toEqual({ display: 'the patient of the request' })
  })

  it.each([
    [{ isSubpotent: true }, ['subpotent']],
    [{ expirationDate: '2021-06-21' }, ['explot', 'expiredLot']],
  ])('calls a dose with %j not valid', (change, codes) => {
    const { evaluations, recommendation } = accepted(
      assessment(),
      patient(),
      immunization('208', '2021-06-01'),
      immunization('208', '2021-06-22', change),
    )
    expect(evaluations[1].doseStatus).toMatchObject({
      coding: [{ code: 'notvalid' }],
      text: 'subStandard',
    })
    expect(evaluations[1].doseStatusReason[0].coding.map((one: Json) => one.code)).toEqual(codes)
    expect(recommendation.recommendation[0].doseNumberPositiveInt).toBe(2)
  })

  it('takes a lot on its last day', () => {
    const dose = immunization('208', '2021-06-01', { expirationDate: '2021-06-01' })
    const { evaluations } = accepted(assessment(), patient(), dose)
    expect(evaluations[0].doseStatus.coding[0].code).toBe('valid')
  })
})

describe('bad input', () => {
  const dose = immunization('208', '2021-06-01')

  it.each<[string, unknown, [string, string][]]>([
    ['no body', undefined, [['structure', 'Parameters']]],
    ['a text', 'Parameters', [['structure', 'Parameters']]],
    [
      'another resource',
      { resourceType: 'Bundle', parameter: [] },
      [['value', 'Parameters.resourceType']],
    ],
    [
      'nothing',
      parameters(),
      [
        ['required', 'Parameters.parameter'],
        ['required', 'Parameters.parameter'],
      ],
    ],
    [
      'two patients',
      parameters(assessment(), patient(), patient()),
      [['multiple-matches', 'Parameters.parameter']],
    ],
    [
      'half a birth date',
      parameters(assessment(), patient({ birthDate: '1950' })),
      [['value', 'Parameters.parameter[1].resource.birthDate']],
    ],
    [
      'no birth date',
      parameters(assessment(), patient({ birthDate: undefined })),
      [['structure', 'Parameters.parameter[1].resource.birthDate']],
    ],
    [
      'a day that is none',
      parameters(assessment('2021-02-30'), patient()),
      [['value', 'Parameters.parameter[0].valueDate']],
    ],
    [
      'another profile',
      parameters(assessment(), patient(), profile('eu-2021')),
      [['value', 'Parameters.parameter[2].valueString']],
    ],
    [
      'a misspelt parameter',
      parameters(assessment(), patient(), { ...dose, name: 'imunization' }),
      [['not-supported', 'Parameters.parameter[2].name']],
    ],
    [
      'half a dose date',
      parameters(assessment(), patient(), immunization('208', '2021-06')),
      [['value', 'Parameters.parameter[2].resource.occurrenceDateTime']],
    ],
    [
      'a dose on 31 June',
      parameters(assessment(), patient(), immunization('208', '2021-06-31T10:00:00Z')),
      [['value', 'Parameters.parameter[2].resource.occurrenceDateTime']],
    ],
    [
      'no CVX coding',
      parameters(
        assessment(),
        patient(),
        immunization('208', '2021-06-01', { vaccineCode: { coding: [{ code: '208' }] } }),
      ),
      [['value', 'Parameters.parameter[2].resource.vaccineCode.coding']],
    ],
    [
      'no status',
      parameters(assessment(), patient(), immunization('208', '2021-06-01', { status: undefined })),
      [['value', 'Parameters.parameter[2].resource.status']],
    ],
    [
      'a future dose',
      parameters(assessment('2021-05-31'), patient(), dose),
      [['invalid', 'Parameters.parameter[2].resource.occurrenceDateTime']],
    ],
    [
      'a dose before birth',
      parameters(assessment(), patient({ birthDate: '2021-06-02' }), dose),
      [['invalid', 'Parameters.parameter[2].resource.occurrenceDateTime']],
    ],
    [
      'a vaccine against something else',
      parameters(assessment(), dose, patient(), immunization('140', '2021-06-01')),
      [['invalid', 'Parameters.parameter[3].resource.vaccineCode']],
    ],
    [
      'a birth after the assessment',
      parameters(assessment('1949-01-01'), patient()),
      [['invalid', 'Parameters.parameter[1].resource.birthDate']],
    ],
  ])('%s is told with its place', (_, body, expected) => {
    expect(faults(body)).toEqual(expected)
  })

  it('is told all at once', () => {
    const body = parameters(
      patient({ birthDate: 'x' }),
      immunization('208', 'x'),
      immunization('208', 'y'),
    )
    expect(faults(body).map(([, place]) => place)).toEqual([
      'Parameters.parameter',
      'Parameters.parameter[0].resource.birthDate',
      'Parameters.parameter[1].resource.occurrenceDateTime',
      'Parameters.parameter[2].resource.occurrenceDateTime',
    ])
  })

  it('beyond the limits is refused, and the answer has a limit too', () => {
    const many = (count: number, date: string) =>
      Array.from({ length: count }, () => immunization('208', date))
    expect(faults(parameters(assessment(), patient(), ...many(51, '2021-06-01')))).toHaveLength(1)
    expect(faults(parameters(assessment(), patient(), ...many(200, '2021-06-01')))).toEqual([
      ['too-long', 'Parameters.parameter'],
    ])
    expect(faults(parameters(assessment(), patient(), ...many(50, 'x')))).toHaveLength(20)
  })

  it('is not repeated: it may be a birth date', () => {
    const secret = '1950-05-5'
    const answer = immdsForecast(parameters(assessment(), patient({ birthDate: secret })))
    expect(JSON.stringify(answer)).not.toContain(secret)
  })
})
