// T13: whatever an activity throws, what a history keeps of it names nobody.
import { ApplicationFailure } from '@temporalio/common'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { activityOf, ProgrammingError } from '../../../activities/failures.ts'
import { createLog } from '../../../config/log.ts'
import { PersonNotVisible } from '../../../db/queries/plan-input.ts'
import { DomainError } from '../../../domain/errors.ts'

const secret = '見本 花子 hanako@example.jp 東京都千代田区1-1'
const log = createLog({ name: 'test', to: { write: () => {} } })

async function failureOf(thrown: unknown): Promise<ApplicationFailure> {
  const activity = activityOf({ log }, 'sendNotice', z.unknown(), async () => {
    throw thrown
  })
  const failure = await activity({}).catch((error) => error)
  expect(failure).toBeInstanceOf(ApplicationFailure)
  return failure
}

const said = (failure: ApplicationFailure) =>
  JSON.stringify([
    failure.message,
    failure.type,
    failure.details,
    failure.stack,
    failure.cause ?? '',
  ])

test('law: T13: no text of an error, its name, code, cause or details comes along', async () => {
  const text = fc.oneof(
    fc.constantFrom(secret, 'hanako', '4000000001'),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
  )
  const thrown = fc.oneof(
    text,
    fc
      .record({ message: text, name: text, code: text, responseCode: fc.integer(), response: text })
      .map(({ message, ...more }) =>
        Object.assign(new Error(`${secret}${message}`, { cause: secret }), more),
      ),
    text.map((each) => ApplicationFailure.nonRetryable(secret, `type ${each}`, secret)),
  )
  await fc.assert(
    fc.asyncProperty(thrown, async (error) => {
      const failure = await failureOf(error)
      expect(said(failure)).not.toMatch(/見本|hanako|千代田|4000000001/)
      expect(failure.type).toBe('outage')
      expect(failure.nonRetryable).toBe(false)
      expect(failure.message).toMatch(/^sendNotice failed: [A-Z]\w{0,45}( [0-9A-Z_]{3,32})?$/)
    }),
  )
})

test('what an operator needs stays: the kind, the code, the course', async () => {
  const reset = Object.assign(new TypeError('x'), { code: 'ECONNRESET' })
  expect((await failureOf(reset)).message).toBe('sendNotice failed: TypeError ECONNRESET')
  const stalled = new DomainError('ticketUnknown', secret)
  expect((await failureOf(stalled)).message).toMatch(
    /^sendNotice failed: DomainError ticketUnknown$/,
  )
  const lost = await failureOf(new PersonNotVisible('0a1b2c3d'))
  expect([lost.type, lost.message]).toMatchObject([
    'personNotVisible',
    expect.stringMatching(/0a1b2c3d/),
  ])
  const fault = await failureOf(new ProgrammingError('batch 131041 is not sealed'))
  expect([fault.type, fault.nonRetryable]).toEqual(['programmingError', true])
})

test('an ask that is refused is told by the paths of its fields, not by their values', async () => {
  const ask = z.object({ step: z.object({ on: z.iso.date() }) })
  const activity = activityOf({ log }, 'sendNotice', ask, async () => undefined)
  const failure = await activity({ step: { on: secret } }).catch((error) => error)
  expect(failure.message).toBe('sendNotice: not an ask: step.on invalid_format')
  expect(said(failure)).not.toMatch(/hanako/)
})
