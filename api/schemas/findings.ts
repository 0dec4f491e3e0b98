import { z } from '@hono/zod-openapi'
import { decisionReasons } from '../../domain/finding-severity.ts'
import { findingCodes } from '../../domain/findings.ts'
import { plainDate, text } from './fields.ts'

const day = z.string().openapi({ example: '2021-06-09' })
const states = ['ruleHit', 'checkedRight', 'wrong', 'corrected', 'withdrawn'] as const

/** Of a query: `1`, `true` or nothing. */
const flag = z.enum(['1', 'true']).optional()

export const findingsQuery = z.object({
  state: z.enum(states).optional(),
  code: z.enum(findingCodes).optional(),
  owner: z.union([z.literal('none'), z.guid()]).optional(),
  overdue: flag,
  page: z.coerce.number().int().min(1).max(1_000).optional(),
})

export const findingParam = z.object({
  doseId: z.guid().openapi({ param: { name: 'doseId', in: 'path' } }),
  code: z.enum(findingCodes).openapi({ param: { name: 'code', in: 'path' } }),
})

export const findingsAnswer = z.object({
  counts: z.array(
    z.object({
      code: z.string(),
      open: z.int(),
      wrong: z.int(),
      overdue: z.int(),
      unowned: z.int(),
      oldestOn: day,
    }),
  ),
  findings: z.array(
    z
      .object({
        doseId: z.string(),
        code: z.string(),
        severity: z.enum(['serious', 'minor', 'record']),
        state: z.enum(states),
        hits: z.boolean(),
        foundOn: day,
        dueOn: day,
        ownerId: z.string().nullable(),
        decidedOn: day.nullable(),
        reason: z.string().nullable(),
        isError: z.boolean(),
        reportId: z.string().nullable(),
        /** Sent back as `If-Match` with a decision. */
        revision: z.string(),
        courseId: z.string(),
        doseNumber: z.int(),
        givenOn: day,
        recordedOn: day,
        /** Null of whoever is protected. */
        venueCode: z.string().nullable(),
        productCode: z.string(),
        lotNumber: z.string(),
      })
      .openapi('Finding'),
  ),
  hasMore: z.boolean(),
})

export const decideBody = z
  .strictObject({
    decision: z.enum(['checkedRight', 'wrong']),
    isError: z.boolean().optional(),
    reason: z.enum(decisionReasons),
  })
  .openapi('FindingDecision')

export const assignBody = z.strictObject({
  ownerId: z.guid().nullable(),
  dueOn: plainDate.optional(),
})

/** Of a page's form, which sends no headers. */
export const revisionSchema = z.string().regex(/^[A-Za-z]{1,20}\.[01]\.\d{1,20}$/)

export const decidedAnswer = z.object({
  state: z.enum(states),
  reportId: z.string().optional(),
})

export const reportsAnswer = z.object({
  reports: z.array(
    z
      .object({
        id: z.string(),
        form: z.enum(['4-10-2', '4-10-3']),
        month: day.nullable(),
        openedOn: day,
        dueOn: day,
        sentOn: day.nullable(),
        findings: z.int(),
        isOverdue: z.boolean(),
      })
      .openapi('ErrorReport'),
  ),
})

export const sentBody = z.strictObject({ sentOn: plainDate })

export const lotQuery = z.object({
  productCode: text(20, 'pfizer'),
  lotNumber: text(20, 'MIHON01'),
  after: z.guid().optional(),
})

const countOfLot = z.object({ people: z.int(), doses: z.int() })

export const lotPeopleAnswer = z.object({
  here: countOfLot,
  /** One sum over all other towns, without whoever is protected. */
  elsewhere: countOfLot,
  people: z.array(z.object({ courseId: z.string(), givenOn: day, doseNumber: z.int() })),
  next: z.string().optional(),
})
