import { z } from '@hono/zod-openapi'
import { planAnswers, reportKinds } from '../../db/schema/oversight.ts'
import { isPlainDate } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'

const commentMax = 2_000

/** Line breaks are a comment's own; other control characters are nobody's. */
const comment = z
  .string()
  .max(commentMax)
  .transform((text) => text.replaceAll('\r\n', '\n').trim())
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
  .refine((text) => !/[\u0000-\u0009\u000b-\u001f\u007f]/.test(text), { error: 'textCharacters' })

export const answerBody = z
  .strictObject({
    version: z.coerce.number().int().min(1).max(10_000).openapi({ type: 'integer', example: 1 }),
    answer: z.enum(planAnswers),
    comment: comment.optional(),
  })
  .refine(({ answer, comment }) => answer !== 'objects' || !!comment, {
    error: 'objectionNeedsComment',
    path: ['comment'],
  })
  .openapi('PlanAnswer')

export const answeredAnswer = z.object({
  municipalityCode: z.string(),
  version: z.int(),
  answer: z.enum(planAnswers),
  inForce: z.int().nullable(),
})

export const planAnswer = z.object({
  versions: z.array(
    z.object({
      version: z.int(),
      publishedAt: z.string(),
      sha256: z.object({ ja: z.string(), en: z.string() }),
    }),
  ),
  /** Of the caller's municipality; left out for callers without one. */
  municipality: z
    .object({
      code: z.string(),
      inForce: z.int().nullable(),
      answers: z.array(
        z.object({
          version: z.int(),
          answer: z.enum(planAnswers),
          comment: z.string().optional(),
          answeredAt: z.string(),
        }),
      ),
    })
    .optional(),
})

const day = z
  .string()
  .refine(isPlainDate)
  .transform((text) => text as PlainDate)
  .openapi({ type: 'string', format: 'date' })

export const incidentBody = z
  .strictObject({
    knownOn: day,
    isMalicious: z.boolean(),
    isSealed: z.boolean(),
    caseReference: z.string().regex(/^[A-Za-z0-9/_.-]{1,40}$/),
  })
  .openapi('Incident')

export const reportBody = z
  .strictObject({ kind: z.enum(reportKinds), reportedOn: day })
  .openapi('IncidentReport')

export const incidentsAnswer = z.object({
  incidents: z.array(
    z.object({
      id: z.string(),
      municipalityCode: z.string(),
      knownOn: z.string(),
      caseReference: z.string(),
      isMalicious: z.boolean(),
      isSealed: z.boolean(),
      mustReport: z.boolean(),
      promptFrom: z.string(),
      promptBy: z.string(),
      finalBy: z.string(),
      promptOn: z.string().nullable(),
      finalOn: z.string().nullable(),
    }),
  ),
})
