/** What histories may keep of an error: a type, a code and ids, never a name or a refused value. */
import { ApplicationFailure } from '@temporalio/common'
import type { z } from 'zod'
import { describeError } from '../config/log.ts'
import { PersonNotVisible } from '../db/queries/plan-input.ts'
import { DomainError } from '../domain/errors.ts'
import type { ActivityDeps } from './deps.ts'

/** An ask that no retry can make right. */
export class ProgrammingError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ProgrammingError'
  }
}

/**
 * An activity whose ask is checked first and whose errors come out safe to keep: whatever is thrown
 * below, a failure is put together here anew, and no cause, detail or sentence is taken over.
 * Retried without end by type: `personNotVisible` (alarmed, since nobody may take it for "no longer
 * owed") and `outage`; never: `programmingError`.
 */
export function activityOf<Ask, Answer>(
  { log }: Pick<ActivityDeps, 'log'>,
  name: string,
  schema: z.ZodType<Ask>,
  work: (ask: Ask) => Promise<Answer>,
): (ask: Ask) => Promise<Answer> {
  return async (ask) => {
    try {
      const parsed = schema.safeParse(ask)
      if (!parsed.success) throw new ProgrammingError(`not an ask: ${pathsOf(parsed.error)}`)
      return await work(parsed.data)
    } catch (error) {
      throw failureOf(log, name, error)
    }
  }
}

function failureOf(log: ActivityDeps['log'], name: string, error: unknown): ApplicationFailure {
  if (error instanceof PersonNotVisible) {
    log.error({ alarm: 'personNotVisible', activity: name, error }, 'a person is not visible')
    return ApplicationFailure.create({ type: 'personNotVisible', message: error.message })
  }
  if (error instanceof ProgrammingError) {
    log.error({ alarm: 'programmingError', activity: name, error }, 'an ask was refused')
    return ApplicationFailure.nonRetryable(`${name}: ${error.message}`, 'programmingError')
  }
  log.warn({ activity: name, error }, 'an activity failed and is tried again')
  const { type, code } = describeError(error)
  const isOurs = error instanceof DomainError
  const words = [
    className.test(type) ? type : 'Error',
    ...(code !== undefined && (isOurs || systemCode.test(code)) ? [code] : []),
  ]
  return ApplicationFailure.create({
    type: 'outage',
    message: `${name} failed: ${words.join(' ')}`,
  })
}

// Name and code of an error are anybody's text: a mail server's, a driver's, a value that was read.
const className = /^[A-Z][A-Za-z]{0,40}Error$/
/** As ECONNRESET, CONNECTION_CLOSED, 57P01 or 550 are; never as long as a ticket's number. */
const systemCode = /^(?:[A-Z][A-Z_]{2,31}|[0-9A-Z]{3,5})$/

function pathsOf(error: z.ZodError): string {
  return error.issues.map(({ path, code }) => `${path.join('.') || 'ask'} ${code}`).join(', ')
}
