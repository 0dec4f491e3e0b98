import { z } from '@hono/zod-openapi'
import { dayKinds } from '../../domain/supply-period.ts'
import { plainDate } from './fields.ts'

/** A period of at most 366 days; left out, the last fortnight. */
export const countsQuery = z.object({
  by: z.enum(dayKinds).optional(),
  from: plainDate.optional(),
  to: plainDate.optional(),
})

const day = z.string().openapi({ example: '2021-06-09' })

export const countsAnswer = z.object({
  axis: z.literal('venue'),
  by: z.enum(dayKinds),
  from: day,
  to: day,
  countedAt: z.string().nullable(),
  doses: z.array(
    z.object({
      venueCode: z.string(),
      venueName: z.string(),
      onDay: day,
      productCode: z.string(),
      lotNumber: z.string(),
      doseNumber: z.int(),
      doses: z.int(),
    }),
  ),
  unresolved: z.array(
    z.object({
      venueCode: z.string(),
      verdict: z.enum(['held', 'waiting']),
      productCode: z.string(),
      lotNumber: z.string(),
      doseNumber: z.int(),
      scans: z.int(),
    }),
  ),
})

export const reserveAnswer = z.object({
  axis: z.literal('venueOfFirstDose'),
  on: day,
  lines: z.array(
    z.object({
      productCode: z.string(),
      dueWeek: day,
      venueCode: z.string().nullable(),
      venueName: z.string().nullable(),
      doseNumber: z.int(),
      awaiting: z.int(),
      overdue: z.int(),
      inFollowUp: z.int(),
      reserved: z.int(),
    }),
  ),
})
