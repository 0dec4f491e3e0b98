import { z } from '@hono/zod-openapi'
import { issueReasons } from '../../domain/ticket-slips.ts'
import { eventId, municipalityCode, registerNumber } from './register.ts'

const tenDigits = z
  .string()
  .regex(/^\d{10}$/, { error: 'ticketNumberLength' })
  .openapi({ example: '2000000000' })

export const rangeBody = z
  .strictObject({ municipalityCode, first: tenDigits, last: tenDigits })
  .openapi('NumberRange')
export const rangeAnswer = z.object({
  municipalityCode: z.string(),
  first: z.string(),
  last: z.string(),
  left: z.int(),
})
export const rangesQuery = z.object({ municipalityCode })
export const rangesAnswer = z.object({ ranges: z.array(rangeAnswer) })

/** For whom: exactly one of them. */
const holders = ['registerNumber', 'residentId', 'taskId'] as const

export const issueBody = z
  .strictObject({
    issueId: eventId,
    municipalityCode,
    reason: z.enum(issueReasons),
    registerNumber: registerNumber.optional(),
    residentId: eventId.optional(),
    taskId: eventId.optional(),
  })
  .refine((body) => holders.filter((name) => body[name] !== undefined).length === 1, {
    error: 'oneHolder',
    path: ['registerNumber'],
  })
  .openapi('TicketIssue')

export const issueAnswer = z.object({
  issueId: z.string(),
  municipalityCode: z.string(),
  number: z.string(),
  slips: z.array(
    z.object({ slipKind: z.enum(['vaccination', 'screenedOnly']), claimedDoseNumber: z.int() }),
  ),
  sheet: z.enum(['waiting', 'byHand']),
})

export const printBody = z
  .strictObject({ municipalityCode, sheetId: eventId.optional() })
  .openapi('TicketPrint')
export const printAnswer = z.object({ runId: z.string(), sheets: z.int() })
