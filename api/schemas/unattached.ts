import { z } from '@hono/zod-openapi'
import { todos } from '../../db/queries/resolve/worklist.ts'
import {
  attachReasons,
  rejectReasons,
  taskOutcomes,
  ticketlessSources,
} from '../../domain/unattached.ts'
import { birthDate, birthYear, plainDate, text } from './fields.ts'

const municipalityCode = z
  .string()
  .regex(/^\d{6}$/, { error: 'municipalityCodeLength' })
  .openapi({ example: '131041' })
const ticket = z.strictObject({
  municipalityCode: z.string().max(16),
  number: z.string().max(64),
})

const given = {
  givenOn: plainDate,
  venueCode: z
    .string()
    .regex(/^\d{10}$/, { error: 'venueCodeForm' })
    .openapi({ example: '1310400018' }),
  productCode: text(20, 'pfizer'),
  lotNumber: text(20, 'ET3674'),
}

/** A dose without a slip; `person`, `ticket`, or both. */
export const toldDoseBody = z
  .strictObject({
    eventId: z.uuid(),
    municipalityCode,
    person: z
      .strictObject({
        name: text(120, '見本 太郎'),
        kana: text(120, 'ミホン タロウ'),
        bornOn: birthDate,
      })
      .optional(),
    ticket: ticket.optional(),
    ...given,
    claimedDoseNumber: z.int().min(1).max(9),
    source: z.enum(ticketlessSources),
  })
  .refine(({ person, ticket: sheet }) => person !== undefined || sheet !== undefined, {
    error: 'personOrTicket',
    path: ['person'],
  })
  .openapi('ToldDose')

export const toldDoseAnswer = z.object({ eventId: z.string(), verdict: z.literal('waiting') })

/** One of the three names whose it is; a number that is typed needs the birth year or date beside it. */
export const decisionBody = z
  .union([
    z.strictObject({
      as: z.literal('attach'),
      residentId: z.uuid().optional(),
      registerNumber: text(40, 'R1').optional(),
      ticket: ticket.optional(),
      birthYear: birthYear.optional(),
      bornOn: birthDate.optional(),
      reason: z.enum(attachReasons),
    }),
    z.strictObject({ as: z.literal('reject'), reason: z.enum(rejectReasons) }),
  ])
  .openapi('Decision')

export const settledAnswer = z
  .object({
    id: z.string(),
    outcome: z.enum([
      'recorded',
      'recordedWithFindings',
      'screenedOnly',
      'alreadyRecorded',
      'rejected',
    ]),
    doseId: z.string().optional(),
    findings: z.array(z.object({ code: z.string(), message: z.string(), whatToDo: z.string() })),
    next: z.object({ earliest: z.string(), due: z.string() }).optional(),
  })
  .openapi('SettledAnswer')

export const outcomeBody = z.strictObject({ outcome: z.enum(taskOutcomes) }).openapi('TaskOutcome')

/** `since|id` of the last item of the page before. */
const cursor = z
  .string()
  .max(100)
  .regex(/^[0-9 :.+-]{10,40}\|[0-9a-f-]{36}$/)
  .transform((sent) => {
    const [since, id] = sent.split('|') as [string, string]
    return { since, id }
  })

export const worklistQuery = z.object({
  todo: z.enum(todos).default('held'),
  kind: z
    .string()
    .regex(/^[a-zA-Z0-9]{1,40}$/)
    .optional(),
  after: cursor.optional(),
})

const count = z.object({ items: z.int(), oldestOn: z.string().nullable() })
export const worklistAnswer = z.object({
  asOf: z.string(),
  counts: z.object({ held: count, waiting: count, ticketless: count, tasks: count }),
  items: z.array(
    z.object({
      id: z.string(),
      todo: z.string(),
      kind: z.string(),
      why: z.string(),
      since: z.string(),
      sinceOn: z.string(),
      owner: z.string(),
      givenOn: z.string().nullable(),
      claimedDoseNumber: z.int().nullable(),
      productCode: z.string().nullable(),
      venueCode: z.string().nullable(),
      venueName: z.string().nullable(),
      courseId: z.string().nullable(),
      round: z.int().nullable(),
    }),
  ),
  next: z.string().optional(),
})
