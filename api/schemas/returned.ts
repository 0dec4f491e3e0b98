import { z } from '@hono/zod-openapi'
import { callOutcomes, phoneSources, plainPhone } from '../../domain/follow-up-call.ts'
import {
  addressAtMost,
  addressGrounds,
  plainPostcode,
  returnEndings,
  returnReasons,
} from '../../domain/returned-post.ts'
import { plainDate, text } from './fields.ts'

const counts = <Word extends string>(words: readonly [Word, ...Word[]]) =>
  z.partialRecord(z.enum(words), z.int())

const page = z.coerce.number().int().min(1).max(1_000).default(1)

/** The mark at the edge, the foot line, the letter's id or its short number. */
export const returnBody = z
  .strictObject({ mark: text(160, '2F1A88C04A11/1/1'), reason: z.enum(returnReasons) })
  .openapi('ReturnedLetter')

export const returnAnswer = z.object({
  id: z.string(),
  isRepeat: z.boolean(),
  letter: z.object({ kind: z.string(), round: z.int() }).optional(),
  sentOn: z.string(),
  stops: z.boolean(),
  ended: z.enum(returnEndings).optional(),
})

/** Refusals: `postcodeForm`. */
export const elsewhereBody = z
  .strictObject({
    ground: z.enum(addressGrounds),
    postcode: z
      .string()
      .max(20)
      .transform((typed) => plainPostcode(typed) ?? '')
      .refine((plain) => plain !== '', { error: 'postcodeForm' })
      .openapi({ example: '1050011' }),
    address: text(addressAtMost, '東京都見本区見本町1-2-3'),
    fromOn: plainDate.optional(),
    untilOn: plainDate.optional(),
  })
  .openapi('ForwardingAddress')

export const endingBody = z
  .strictObject({ as: z.enum(['sameAddressAgain', 'noFurther', 'enteredByMistake']) })
  .openapi('ReturnEnding')

export const returnsQuery = z.object({ show: z.enum(['open', 'ended']).default('open'), page })

export const returnsAnswer = z.object({
  counts: z.object({
    open: z.int(),
    stopped: z.int(),
    month: counts(returnReasons),
    ended: counts(returnEndings),
  }),
  items: z.array(
    z.object({
      id: z.string(),
      shortId: z.string(),
      kind: z.string().nullable(),
      round: z.int().nullable(),
      reason: z.enum(returnReasons),
      sentOn: z.string(),
      returnedOn: z.string(),
      stops: z.boolean(),
      endedOn: z.string().nullable(),
      endedBecause: z.enum(returnEndings).nullable(),
    }),
  ),
  hasMore: z.boolean(),
})

export const followUpsQuery = z.object({
  show: z.enum(['due', 'mine', 'all']).default('due'),
  page,
})

export const followUpsAnswer = z.object({
  counts: z.object({
    ...{ open: z.int(), due: z.int(), mine: z.int(), withoutPhone: z.int(), protected: z.int() },
    calls: z.object({ today: counts(callOutcomes), month: counts(callOutcomes) }),
  }),
  items: z.array(
    z.object({
      taskId: z.string(),
      kind: z.enum(['followUp', 'addressReturned']),
      returnId: z.string().nullable(),
      ageClass: z.int(),
      openedOn: z.string(),
      overdueOn: z.string().nullable(),
      stage: z.string().nullable(),
      hasPhone: z.boolean(),
      holder: z.string().nullable(),
      nextTryOn: z.string().nullable(),
      tries: z.int(),
      lastOutcome: z.enum(callOutcomes).nullable(),
    }),
  ),
  hasMore: z.boolean(),
})

export const callBody = z
  .strictObject({
    callId: z.uuid(),
    outcome: z.enum(callOutcomes),
    nextTryOn: plainDate.optional(),
  })
  .openapi('FollowUpCall')
export const callAnswer = z.object({ nextTryOn: z.string().optional(), isDone: z.boolean() })

/** Refusal: `phoneForm`. */
export const phoneBody = z
  .strictObject({
    number: z
      .string()
      .max(40)
      .transform((typed) => plainPhone(typed) ?? '')
      .refine((plain) => plain !== '', { error: 'phoneForm' })
      .openapi({ example: '03-0000-0000' }),
    source: z.enum(phoneSources),
  })
  .openapi('ContactPhone')

export const holderBody = z.strictObject({ to: z.uuid().nullable() }).openapi('FollowUpHolder')
export const nextAnswer = z.object({ taskId: z.string().nullable() })
