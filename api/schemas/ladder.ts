import { z } from '@hono/zod-openapi'
import { noticeKinds } from '../../domain/course.ts'
import { plainDate, text } from './fields.ts'

export const manualNoticeBody = z
  .strictObject({
    /** Told again under the same id, it is kept once. */
    manualNoticeId: z.uuid().optional(),
    residentId: z.guid(),
    kind: z.enum(noticeKinds),
    toldOn: plainDate,
    toldBy: z.enum(['phone', 'counter', 'visit', 'letter']),
  })
  .openapi('ManualNotice')
export const manualNoticeAnswer = z.object({ manualNoticeId: z.string() })

export const quietDayParam = z.object({
  day: plainDate.openapi({ param: { name: 'day', in: 'path' } }),
})
export const quietDayBody = z.strictObject({ why: text(60, '市長選挙') }).openapi('QuietDay')

export const releaseRuleBody = z
  .strictObject({
    releaseAutomaticallyUpTo: z.int().min(0).max(100_000).optional(),
    waitsForReconciliation: z.boolean().optional(),
  })
  .openapi('ReleaseRule')
export const releaseRuleAnswer = z.object({ approvalId: z.string().optional() })

export const unkeyedPaperBody = z
  .strictObject({
    /** Left out: of no venue in particular. */
    venueCode: z
      .string()
      .regex(/^\d{10}$/, { error: 'venueCodeForm' })
      .optional(),
    givenFrom: plainDate,
    givenTo: plainDate,
    slipsAbout: z.int().min(1).max(100_000).optional(),
  })
  .openapi('UnkeyedPaper')
export const unkeyedPaperAnswer = z.object({ unkeyedPaperId: z.string() })
export const idParam = z.object({ id: z.guid().openapi({ param: { name: 'id', in: 'path' } }) })

export const ladderAnswer = z
  .object({
    settings: z.record(z.string(), z.union([z.int(), z.boolean(), z.array(z.int())])),
    quietDays: z.array(z.object({ day: z.string(), why: z.string() })),
    unkeyedPaper: z.array(
      z.object({
        id: z.string(),
        venueCode: z.string().nullable(),
        givenFrom: z.string(),
        givenTo: z.string(),
        slipsAbout: z.int().nullable(),
        declaredOn: z.string(),
        keyedOn: z.string().nullable(),
      }),
    ),
    /** Fewer checks that one administrator asked for and another may agree to. */
    releaseAsks: z.array(
      z.object({
        id: z.string(),
        askedBy: z.string(),
        expiresAt: z.string(),
        isApproved: z.boolean(),
        releaseAutomaticallyUpTo: z.int(),
        waitsForReconciliation: z.boolean(),
      }),
    ),
    changes: z.array(
      z.object({
        name: z.string(),
        before: z.string().nullable(),
        after: z.string().nullable(),
        changedBy: z.string(),
        changedAt: z.string(),
      }),
    ),
  })
  .openapi('NoticeSettings')
