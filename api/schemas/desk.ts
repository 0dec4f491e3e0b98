import { z } from '@hono/zod-openapi'
import { birthDate, plainDate, text } from './fields.ts'

/** One of two questions; other fields beside them are refused. */
export const deskFindBody = z
  .union([
    z.strictObject({ letter: text(80, '8F3A-11C0') }),
    z.strictObject({
      ticketNumber: z.string().max(64).openapi({ example: '0000000017' }),
      bornOn: birthDate,
    }),
  ])
  .openapi('DeskQuestion')

export const statementKinds = ['alreadyVaccinated', 'declines', 'notMine'] as const

/** `on` and `place` as the caller puts it: words, not a date. */
export const deskStatementBody = z
  .strictObject({
    /** Chosen by whoever sends it; sent again, it is kept once. */
    statementId: z.uuid(),
    residentId: z.uuid(),
    kind: z.enum(statementKinds),
    on: text(40, 'around 30 June', 0).optional(),
    place: text(200, 'a clinic near the station', 0).optional(),
  })
  .openapi('DeskStatement')
export const deskReopenBody = z.strictObject({ residentId: z.uuid() })

/** What a clerk finds out. */
export const deskOutcome = z.enum(['doseRecorded', 'notFound', 'lookedInto'])
export const deskSettleForm = z.object({ statement: z.uuid(), outcome: deskOutcome })

const day = z.string()
export const deskRecordAnswer = z
  .object({
    residentId: z.string(),
    name: z.object({ family: z.string(), given: z.string(), kana: z.string() }).optional(),
    course: z
      .object({
        id: z.string(),
        stage: z.string(),
        dosesGiven: z.int(),
        closedBecause: z.string().nullable(),
        earliestOn: day.nullable(),
        dueOn: day.nullable(),
        remindersWaitUntil: day.nullable(),
      })
      .optional(),
    doses: z.array(z.object({ doseNumber: z.int(), givenOn: day, productCode: z.string() })),
    notices: z.array(
      z.object({ kind: z.string(), round: z.int(), channel: z.string(), leftOn: day }),
    ),
    statements: z.array(
      z.object({
        id: z.string(),
        kind: z.string(),
        saidOn: day,
        via: z.string(),
        outcome: z.string().nullable(),
        endedOn: day.nullable(),
      }),
    ),
  })
  .openapi('DeskRecord')
export const deskHeardAnswer = z.object({
  id: z.string(),
  remindersWaitUntil: plainDate.optional(),
})
export const deskReopenAnswer = z.object({ status: z.literal('reopened') })
