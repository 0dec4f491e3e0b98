import { z } from '@hono/zod-openapi'
import { approvalKinds } from '../../db/auth/approvals.ts'
import { breakGlassReasons, reviewOutcomes } from '../../db/auth/break-glass.ts'

const hoursMax = 168
const subjectParts = 20

/** Ids and codes alone: what is kept in a table for years names nobody. */
const code = z.string().regex(/^[A-Za-z0-9/_.:-]{1,80}$/)
const subject = z
  .record(z.string().regex(/^[a-zA-Z]{1,40}$/), z.union([code, z.int()]))
  .refine((parts) => Object.keys(parts).length > 0 && Object.keys(parts).length <= subjectParts)
  .openapi({ example: { municipalityCode: '131041', keyVersion: 2 } })

export const approvalBody = z
  .strictObject({
    // links are asked for where both rows are compared, a release rule beside the one in force
    kind: z.enum(approvalKinds).exclude(['linkPeople', 'unlinkPeople', 'releaseRule']),
    subject,
    reasonCode: z
      .string()
      .regex(/^[a-zA-Z]{1,40}$/)
      .openapi({ example: 'audit' }),
    hours: z.int().min(1).max(hoursMax).optional(),
  })
  .openapi('Approval')

export const approvalsAnswer = z.object({
  approvals: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(approvalKinds),
      subject: z.record(z.string(), z.union([z.string(), z.number()])),
      reasonCode: z.string(),
      askedBy: z.string(),
      askedAt: z.string(),
      expiresAt: z.string(),
      approvedBy: z.string().optional(),
      usedAt: z.string().optional(),
    }),
  ),
})

const minutesMax = 60

export const breakGlassBody = z
  .strictObject({
    municipalityCode: z.string().regex(/^\d{6}$/, { error: 'municipalityCodeLength' }),
    reasonCode: z.enum(breakGlassReasons),
    caseReference: z
      .string()
      .regex(/^[A-Za-z0-9/_.-]{1,40}$/)
      .openapi({ example: '2021/0612-7' }),
    reviewerId: z.uuid(),
    minutes: z.int().min(1).max(minutesMax),
  })
  .openapi('BreakGlass')
export const openedAnswer = z.object({ id: z.string(), expiresAt: z.string() })

export const reviewBody = z.strictObject({ outcome: z.enum(reviewOutcomes) }).openapi('Review')

export const breakGlassAnswer = z.object({
  uses: z.array(
    z.object({
      id: z.string(),
      accountId: z.string(),
      office: z.string(),
      municipalityCode: z.string(),
      reasonCode: z.string(),
      caseReference: z.string(),
      reviewerId: z.string(),
      openedAt: z.string(),
      expiresAt: z.string(),
      outcome: z.enum(reviewOutcomes).optional(),
      isOverdue: z.boolean(),
    }),
  ),
})
