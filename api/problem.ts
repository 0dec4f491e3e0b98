import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ZodError } from 'zod'
import { Refusal } from '../auth/refusal.ts'
import { DomainError } from '../domain/errors.ts'
import { hasProblemText, problemText } from '../i18n/problems.ts'

/** A refusal that reaches the caller as problem+json. Throwing it means: nothing was written. */
export class Problem extends Error {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly field?: string
  readonly headers: Record<string, string>

  constructor(
    status: ContentfulStatusCode,
    code: string,
    field?: string,
    headers: Record<string, string> = {},
  ) {
    super(code)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.headers = headers
    if (field !== undefined) this.field = field
  }
}

export type ProblemBody = {
  type: string
  title: string
  status: number
  code: string
  detail: string
  whatToDo: string
  field?: string
}

export type Language = 'ja' | 'en'

/** Japanese unless English is asked for. */
export function languageOf(acceptLanguage: string | undefined): Language {
  return acceptLanguage?.startsWith('en') ? 'en' : 'ja'
}

/** The sentence and the cure in the reader's language. */
export function problemBody(problem: Problem, acceptLanguage: string | undefined): ProblemBody {
  const text = problemText(problem.code, languageOf(acceptLanguage))
  return {
    type: `urn:sesshu:problem:${problem.code}`,
    title: text.title,
    status: problem.status,
    code: problem.code,
    detail: text.detail,
    whatToDo: text.whatToDo,
    ...(problem.field ? { field: problem.field } : {}),
  }
}

export function sendProblem(c: Context, problem: Problem): Response {
  const body = problemBody(problem, c.req.header('accept-language'))
  return c.body(JSON.stringify(body), problem.status, {
    ...problem.headers,
    'content-type': 'application/problem+json; charset=utf-8',
  })
}

/** Refusals that are not the body's fault; all others are 422. */
const domainStatuses: Record<string, ContentfulStatusCode> = {
  idUsedForAnotherBody: 409,
  alreadySettled: 409,
  batchRecording: 409,
  keyVersionInUse: 409,
  findingIsOver: 409,
  findingReported: 409,
  errorReportSent: 409,
  ticketStands: 409,
  noSlipStillNeeded: 409,
  firstDoseUnrecorded: 409,
  notResidentHere: 409,
  noNumberRange: 409,
  numberRangeUsedUp: 409,
  rangeOverlaps: 409,
  rangeHoldsNumbers: 409,
  nothingToPrint: 409,
  waveNotFound: 404,
  waveIsOver: 409,
  waveHasMaker: 409,
  waveNeedsMaker: 409,
  waveSamePerson: 403,
  waveCountMoved: 409,
  waveNotReleased: 409,
  waveTakesTwo: 403,
  releaseTakesTwo: 403,
  samePerson: 403,
  approvalOver: 409,
  batchNotFound: 404,
  batchNotProposed: 409,
  batchNotChecked: 409,
  batchSamePerson: 403,
  batchCountMoved: 409,
  batchHandedOver: 409,
  batchNotPrinted: 409,
  batchIsPosted: 409,
  batchPagesDiffer: 409,
  batchNotAccounted: 409,
  noCourse: 409,
  letterNotUnique: 409,
  protectedByHand: 409,
  addressStillWrong: 409,
  courseIsOver: 409,
  courseNotDeclined: 409,
  purposeNotAllowed: 403,
  approvalMissing: 403,
  linkNotYours: 403,
  unknownLink: 404,
  alreadyOnePerson: 409,
  laterLinkFirst: 409,
  doseSinceLink: 409,
  tooManyFiles: 429,
  residentErased: 410,
  doseChangedMeanwhile: 412,
  findingChangedMeanwhile: 412,
  doseIsVoided: 409,
  confirmedOnPaper: 409,
  notConfirmed: 409,
  undoIsOver: 409,
  importElsewhere: 409,
  importPartlyApplied: 409,
  layoutNotConfirmed: 409,
  planNotAccepted: 409,
  decisionsMissing: 409,
  sequenceTooLow: 409,
  fileTooLarge: 413,
  noRoomForFile: 507,
  keydOverLimit: 429,
  matchOverLimit: 429,
  sealBroken: 500,
  ledgerStalled: 503,
  keydBusy: 503,
}

/** What a caller is told of anything thrown below a route; unknown errors say nothing of themselves. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof Refusal) {
    return new Problem(error.status, error.code, undefined, error.headers)
  }
  if (error instanceof DomainError) {
    if (error.code === 'keydAway') return new Problem(503, 'keysAway')
    if (keyFaults.includes(error.code)) return new Problem(500, 'internal')
    return new Problem(domainStatuses[error.code] ?? 422, error.code, error.field)
  }
  if (error instanceof ZodError) return fromZod(error)
  if (error instanceof HTTPException) return fromHttp(error)
  const state = sqlStateOf(error)
  if (connectionFaults.test(state)) return new Problem(503, 'tryAgain')
  return valueFaults.includes(state)
    ? new Problem(422, 'malformed', 'body')
    : new Problem(500, 'internal')
}

/** What keyd says of a caller that is wrong itself: nothing that whoever asked could do about it. */
const keyFaults = [
  'keydFault',
  'keydNotAllowed',
  'keydRequestInvalid',
  'lookMissing',
  'lookTooOld',
  'lookDiffers',
  'wrappedKeyBroken',
  'keyVersionUnknown',
  'keyVersionDestroyed',
  'sealedUnderOtherKey',
  'fieldNotUnlocked',
  'invalidSealPlace',
]

/** Every route's answer to a body that does not fit its schema. */
export function validationHook(result: { success: boolean; error?: unknown }): void {
  if (!result.success) throw result.error
}

function fromZod(error: ZodError): Problem {
  const [issue] = error.issues
  const code = issue && hasProblemText(issue.message) ? issue.message : 'malformed'
  return new Problem(422, code, issue?.path.join('.') || 'body')
}

function fromHttp(error: HTTPException): Problem {
  switch (error.status) {
    case 400:
      return new Problem(422, 'malformed', 'body')
    case 413:
      return new Problem(413, 'bodyTooLarge')
    case 415:
      return new Problem(415, 'unsupportedMediaType', 'content-type')
    default:
      return new Problem(error.status as ContentfulStatusCode, 'notFound')
  }
}

const connectionFaults = /^(ECONN|CONNECT|EPIPE|ETIMEDOUT|ENOENT|CONNECTION_|57P|08|53)/

/** Characters that cannot be kept (22021, 22P05) and a broken check (23514): a net below the schemas. */
const valueFaults = ['22021', '22P05', '23514']

function sqlStateOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}
