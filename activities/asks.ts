/** The asks of `domain/activity-contract.ts` as schemas: what a workflow sends is checked at the edge. */
import { z } from 'zod'
import { isPlainDate } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'
import { isMunicipalityCode } from '../domain/municipality-code.ts'

const plainDate = z.custom<PlainDate>((value) => isPlainDate(value))
const municipalityCode = z.string().refine(isMunicipalityCode)
const workflowNowMs = z.number().int().nonnegative()
const roundsAtMost = 9

const step = {
  doseNumber: z.number().int().min(1).max(20),
  occasion: z.guid(),
  round: z.number().int().min(0).max(roundsAtMost),
  on: plainDate,
}

export const sendNoticeAsk = z.object({
  courseId: z.guid(),
  step: z.object({
    ...step,
    kind: z.enum(['reminder', 'relocationNotice']),
    phase: z.literal('overdue').exactOptional(),
    round: step.round.min(1),
  }),
  workflowNowMs,
})

export const openFollowUpAsk = z.object({
  courseId: z.guid(),
  step: z.object({
    ...step,
    kind: z.literal('followUp'),
    phase: z.literal('overdue').exactOptional(),
  }),
  workflowNowMs,
})

export const newestFactsAsk = z.object({ courseId: z.guid() })

export const nextEveningAsk = z.object({ afterBatchOn: plainDate.exactOptional(), workflowNowMs })

export const townsAsk = z.object({ batchOn: plainDate, workflowNowMs })

export const batchAsk = z.object({ municipalityCode, batchOn: plainDate, workflowNowMs })
