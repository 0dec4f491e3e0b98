/**
 * Reads the `Parameters` of `$immds-forecast`: every fault is collected with its place, so that a
 * sender corrects all of them at once. Messages never repeat a value: it may be a birth date.
 */
import { z } from 'zod'
import { isPlainDate, type PlainDate } from '../../domain/calendar.ts'
import { dosesMax } from '../../domain/forecast.ts'
import { defaultProfileId, type ProfileId, profileIds } from '../../domain/profiles.ts'
import { cvxSystems, systems } from './vocabulary.ts'

/** Doses, patient, date and profile, with room for immunizations that were not given. */
const parametersMax = 2 * dosesMax + 3

const plainDate = z
  .string()
  .refine((text): text is PlainDate => isPlainDate(text), 'A full date, YYYY-MM-DD, that exists')
const dateTime = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/, 'A full date, YYYY-MM-DD, is needed')
  .transform((text) => text.slice(0, 10))
  .pipe(plainDate)
const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/, 'Not a FHIR id')

const patientSchema = z.object({
  resourceType: z.literal('Patient'),
  id: id.optional(),
  birthDate: plainDate,
})
const immunizationSchema = z.object({
  resourceType: z.literal('Immunization'),
  id: id.optional(),
  status: z.enum(['completed', 'not-done', 'entered-in-error']),
  vaccineCode: z.object({
    coding: z
      .array(z.object({ system: z.string().max(200).optional(), code: z.string().max(20) }))
      .max(10)
      .refine((codings) => codings.some(isCvx), `A coding of the system ${systems.cvx} is needed`),
  }),
  occurrenceDateTime: dateTime,
  isSubpotent: z.boolean().optional(),
  expirationDate: plainDate.optional(),
})
const parametersSchema = z.object({
  resourceType: z.literal('Parameters'),
  parameter: z.array(z.looseObject({ name: z.string().max(64) })).max(parametersMax),
})

export type Issue = { code: string; text: string; at: (string | number)[] }
type Patient = z.infer<typeof patientSchema>
export type Immunization = z.infer<typeof immunizationSchema>
/** A value with the place where it stood, for faults that show only later. */
export type Placed<T> = { value: T; at: (string | number)[] }
export type ForecastRequest = {
  assessedOn: PlainDate
  patient: Placed<Patient>
  profile: ProfileId
  immunizations: Placed<Immunization>[]
}

export class BadRequest extends Error {
  readonly issues: Issue[]

  constructor(issues: Issue[]) {
    super('bad request')
    this.issues = issues
  }
}

/** Throws `BadRequest` with every fault found. */
export function readRequest(body: unknown): ForecastRequest {
  const { parameter } = parse(parametersSchema, body, [])
  const issues: Issue[] = []
  const all = parameter.map((entry, i) => ({ entry, at: ['parameter', i] }))
  for (const { entry, at } of all) {
    if (!['assessmentDate', 'patient', 'immunization', 'profile'].includes(entry.name)) {
      issues.push({ code: 'not-supported', text: 'Unknown parameter', at: [...at, 'name'] })
    }
  }
  const named = (name: string) => all.filter(({ entry }) => entry.name === name)
  const one = <T>(name: string, field: string, schema: z.ZodType<T>): Placed<T> | undefined => {
    const found = named(name)
    if (found.length !== 1) {
      const code = found.length === 0 ? 'required' : 'multiple-matches'
      issues.push({ code, text: `Exactly one parameter '${name}' is needed`, at: ['parameter'] })
      return undefined
    }
    return collect(issues, schema, found[0]!, field)
  }

  const assessment = one('assessmentDate', 'valueDate', plainDate)
  const patient = one('patient', 'resource', patientSchema)
  const profile = named('profile').length > 0 && one('profile', 'valueString', z.enum(profileIds))
  const immunizations = named('immunization').map((found) =>
    collect(issues, immunizationSchema, found, 'resource'),
  )
  if (issues.length > 0 || !assessment || !patient) throw new BadRequest(issues)
  return {
    assessedOn: assessment.value,
    patient,
    profile: profile ? profile.value : defaultProfileId,
    immunizations: immunizations.filter((found) => found !== undefined),
  }
}

function collect<T>(
  issues: Issue[],
  schema: z.ZodType<T>,
  found: { entry: Record<string, unknown>; at: (string | number)[] },
  field: string,
): Placed<T> | undefined {
  const at = [...found.at, field]
  try {
    return { value: parse(schema, found.entry[field], at), at }
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error
    issues.push(...error.issues)
    return undefined
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown, at: (string | number)[]): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new BadRequest(
    result.error.issues.map((issue) => ({
      code: issueCode(issue.code),
      text: issue.message,
      at: [...at, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))],
    })),
  )
}

function issueCode(zodCode: string): string {
  switch (zodCode) {
    case 'invalid_type':
      return 'structure'
    case 'too_big':
      return 'too-long'
    default:
      return 'value'
  }
}

export function isCvx(coding: { system?: string | undefined }): boolean {
  return coding.system !== undefined && cvxSystems.includes(coding.system)
}
