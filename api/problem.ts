import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { problemText } from '../i18n/problems.ts'

/** A refusal that reaches the caller as problem+json. Throwing it means: nothing was written. */
export class Problem extends Error {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly field?: string

  constructor(status: ContentfulStatusCode, code: string, field?: string) {
    super(code)
    this.name = 'Problem'
    this.status = status
    this.code = code
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

/** The sentence and the cure in the reader's language; Japanese unless English is asked for. */
export function problemBody(problem: Problem, acceptLanguage: string | undefined): ProblemBody {
  const text = problemText(problem.code, acceptLanguage?.startsWith('en') ? 'en' : 'ja')
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
    'content-type': 'application/problem+json; charset=utf-8',
  })
}
