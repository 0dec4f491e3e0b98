/** The code systems of the FHIR edge. */

/** CVX by its FHIR address; some senders still write the OID. */
export const cvxSystems: readonly string[] = [
  'http://hl7.org/fhir/sid/cvx',
  'urn:oid:2.16.840.1.113883.12.292',
]

export const systems = {
  cvx: 'http://hl7.org/fhir/sid/cvx',
  doseStatus: 'http://terminology.hl7.org/CodeSystem/immunization-evaluation-dose-status',
  doseStatusReason:
    'http://terminology.hl7.org/CodeSystem/immunization-evaluation-dose-status-reason',
  reason: 'urn:sesshu:evaluation-reason',
  dueStatus: 'http://terminology.hl7.org/CodeSystem/immunization-recommendation-status',
  forecastStatus: 'http://hl7.org/fhir/us/immds/CodeSystem/ForecastStatus',
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
} as const

export const targetDisease = {
  coding: [{ system: systems.snomed, code: '840539006', display: 'COVID-19' }],
}

/** LOINC's names for the dates of a forecast. */
export const dateCriteria = [
  { field: 'earliest', code: '30981-5', display: 'Earliest date to give' },
  { field: 'recommended', code: '30980-7', display: 'Date vaccine due' },
  { field: 'pastDue', code: '59778-1', display: 'Date when overdue for immunization' },
  { field: 'latest', code: '59777-3', display: 'Latest date next dose may be given' },
] as const
