/**
 * `$immds-forecast` (hl7.org/fhir/us/immds) without its HTTP: FHIR R4 `Parameters` in, `Parameters`
 * with one `evaluation` per dose in the order of the dates and one `recommendation` out. Anything
 * wrong in the request: status 400 and an `OperationOutcome` that names each fault and its place.
 *
 * Dates are read as they are written. Immunizations that were not given (`not-done`,
 * `entered-in-error`) are no doses and get no evaluation.
 */
import { DomainError } from '../../domain/errors.ts'
import {
  type Evaluation,
  type Forecast,
  type ForecastDose,
  forecastDoses,
} from '../../domain/forecast.ts'
import { unspecifiedCvx } from '../../domain/profiles.ts'
import {
  BadRequest,
  type ForecastRequest,
  type Immunization,
  type Issue,
  isCvx,
  type Placed,
  readRequest,
} from './immds-request.ts'
import { dateCriteria, systems, targetDisease } from './vocabulary.ts'

/** A reader mends the first faults first; more would only hide them. */
const issuesMax = 20

export type FhirAnswer = { status: 200 | 400; body: Record<string, unknown> }

export function immdsForecast(body: unknown): FhirAnswer {
  try {
    return { status: 200, body: answer(readRequest(body)) }
  } catch (error) {
    if (error instanceof BadRequest) return { status: 400, body: operationOutcome(error.issues) }
    throw error
  }
}

function answer(request: ForecastRequest): Record<string, unknown> {
  const given = request.immunizations.filter(({ value }) => value.status === 'completed')
  const { evaluations, forecast } = forecastOf(request, given)
  const subject = referenceTo('Patient', request.patient.value.id, 'the patient of the request')
  return {
    resourceType: 'Parameters',
    parameter: [
      ...evaluations.map((evaluation) => ({
        name: 'evaluation',
        resource: evaluationResource(request, subject, evaluation, given[evaluation.index]!),
      })),
      { name: 'recommendation', resource: recommendationResource(request, subject, forecast) },
    ],
  }
}

function forecastOf(request: ForecastRequest, given: Placed<Immunization>[]) {
  try {
    return forecastDoses({
      profile: request.profile,
      bornOn: request.patient.value.birthDate,
      assessedOn: request.assessedOn,
      doses: given.map(({ value }) => doseOf(value)),
    })
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const index = error.field?.match(/^doses\.(\d+)$/)?.[1]
    const place =
      index === undefined
        ? [...request.patient.at, 'birthDate']
        : [...given[Number(index)]!.at, doseFieldAtFault(error.code)]
    throw new BadRequest([{ code: 'invalid', text: `${error.message} (${error.code})`, at: place }])
  }
}

function doseOf(immunization: Immunization): ForecastDose {
  const { expirationDate, isSubpotent, occurrenceDateTime: givenOn } = immunization
  const cvx = immunization.vaccineCode.coding.find(isCvx)!.code
  if (isSubpotent) return { cvx, givenOn, subStandardBecause: 'subpotent' }
  if (expirationDate !== undefined && expirationDate < givenOn) {
    return { cvx, givenOn, subStandardBecause: 'expiredLot' }
  }
  return { cvx, givenOn }
}

function doseFieldAtFault(code: string): string {
  return code === 'unknownVaccine' ? 'vaccineCode' : 'occurrenceDateTime'
}

type Reference = { reference: string } | { display: string }

function evaluationResource(
  request: ForecastRequest,
  patient: Reference,
  evaluation: Evaluation,
  immunization: Placed<Immunization>,
) {
  const reasons = reasonsOf(evaluation)
  const isValid = evaluation.status === 'valid'
  return {
    resourceType: 'ImmunizationEvaluation',
    status: 'completed',
    patient,
    date: request.assessedOn,
    targetDisease,
    immunizationEvent: referenceTo(
      'Immunization',
      immunization.value.id,
      `parameter ${immunization.at[1]} of the request`,
    ),
    doseStatus: {
      coding: [
        isValid
          ? { system: systems.doseStatus, code: 'valid', display: 'Valid' }
          : { system: systems.doseStatus, code: 'notvalid', display: 'Not valid' },
      ],
      text: evaluation.status,
    },
    ...(reasons.length > 0 ? { doseStatusReason: reasons } : {}),
    series: request.profile,
  }
}

function reasonsOf(evaluation: Evaluation) {
  const codes = new Set<string>(evaluation.findings.map(({ code }) => code))
  const all = evaluation.reason === null ? codes : new Set([evaluation.reason, ...codes])
  return [...all].map((code) => ({
    coding: [...publicReason(code), { system: systems.reason, code }],
  }))
}

/** The public vocabulary has five words; those of ours that it can say are said in it too. */
function publicReason(code: string) {
  const system = systems.doseStatusReason
  if (code === 'expiredLot') {
    return [{ system, code: 'explot', display: 'Expired lot' }]
  }
  if (['tooSoon', 'intervalTooShort', 'ageOutsideProduct'].includes(code)) {
    return [{ system, code: 'outsidesched', display: 'Administered outside recommended schedule' }]
  }
  return []
}

function recommendationResource(request: ForecastRequest, patient: Reference, forecast: Forecast) {
  const criteria = dateCriteria.flatMap(({ field, code, display }) => {
    const value = forecast[field]
    return value ? [{ code: { coding: [{ system: systems.loinc, code, display }] }, value }] : []
  })
  return {
    resourceType: 'ImmunizationRecommendation',
    patient,
    date: request.assessedOn,
    recommendation: [
      {
        vaccineCode: [{ coding: [{ system: systems.cvx, code: forecast.cvx ?? unspecifiedCvx }] }],
        targetDisease,
        forecastStatus: { coding: statusCodings(forecast) },
        ...(criteria.length > 0 ? { dateCriterion: criteria } : {}),
        series: request.profile,
        ...(forecast.doseNumber ? { doseNumberPositiveInt: forecast.doseNumber } : {}),
        ...(forecast.seriesDoses ? { seriesDosesPositiveInt: forecast.seriesDoses } : {}),
      },
    ],
  }
}

/** FHIR's own vocabulary first (due, overdue, complete), then the guide's, which knows no dates. */
function statusCodings({ status }: Forecast) {
  const guide = { system: systems.forecastStatus }
  switch (status) {
    case 'due':
      return [
        { system: systems.dueStatus, code: 'due', display: 'Due' },
        { ...guide, code: 'notComplete', display: 'Not Complete' },
      ]
    case 'overdue':
      return [
        { system: systems.dueStatus, code: 'overdue', display: 'Overdue' },
        { ...guide, code: 'notComplete', display: 'Not Complete' },
      ]
    case 'complete':
      return [
        { system: systems.dueStatus, code: 'complete', display: 'Complete' },
        { ...guide, code: 'complete', display: 'Complete' },
      ]
    case 'notComplete':
      return [{ ...guide, code: 'notComplete', display: 'Not Complete' }]
    default:
      return assertNever(status)
  }
}

function referenceTo(type: string, id: string | undefined, display: string): Reference {
  return id === undefined ? { display } : { reference: `${type}/${id}` }
}

function operationOutcome(issues: Issue[]): Record<string, unknown> {
  return {
    resourceType: 'OperationOutcome',
    issue: issues.slice(0, issuesMax).map(({ code, text, at }) => ({
      severity: 'error',
      code,
      diagnostics: text,
      expression: [fhirPath(at)],
    })),
  }
}

function fhirPath(at: (string | number)[]): string {
  return at.reduce<string>(
    (path, part) => (typeof part === 'number' ? `${path}[${part}]` : `${path}.${part}`),
    'Parameters',
  )
}

function assertNever(value: never): never {
  throw new Error(`No case for ${String(value)}`)
}
