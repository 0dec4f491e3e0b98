import type { z } from 'zod'
import { problemSchema } from './scan.ts'

export function json<T extends z.ZodType>(schema: T) {
  return { 'application/json': { schema } }
}

export function problem(description: string) {
  return { description, content: { 'application/problem+json': { schema: problemSchema } } }
}

/** What every writing call may refuse with; nothing was written then. */
export const refusals = {
  409: problem('The id was used for another body'),
  422: problem('It cannot be: code, sentence and cure'),
}
