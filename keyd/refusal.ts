import { DomainError } from '../domain/errors.ts'
import type { Refused } from './protocol.ts'

/** Refused for now: the same request may be answered later. */
export class RefusedForNow extends DomainError {
  readonly retryAfterMs: number

  constructor(code: string, detail: string, retryAfterMs: number) {
    super(code, detail)
    this.retryAfterMs = retryAfterMs
  }
}

/** Answers an item with its refusal; what is no refusal goes on as a fault. */
export async function orRefused<T>(work: () => Promise<T> | T): Promise<T | Refused> {
  try {
    return await work()
  } catch (error) {
    return refusalOf(error)
  }
}

export function refusalOf(error: unknown): Refused {
  if (!(error instanceof DomainError)) throw error
  return { refused: error.code, detail: error.message }
}

export function isRefused(answer: object): answer is Refused {
  return 'refused' in answer
}
