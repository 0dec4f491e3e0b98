import { z } from '@hono/zod-openapi'
import { isGroupCode } from '../../domain/wave.ts'
import { birthDate } from './fields.ts'
import { eventId, municipalityCode } from './register.ts'

const groupCode = z
  .string()
  .refine(isGroupCode, { error: 'malformedGroupCode' })
  .openapi({ type: 'string', example: 'F001' })

const criteria = {
  bornOnOrBefore: birthDate.optional(),
  facilityCode: groupCode.optional(),
  priorityGroup: groupCode.optional(),
}

type Criteria = { [Name in keyof typeof criteria]?: string | undefined }

export const hasCriterion = (of: Criteria) =>
  Boolean(of.bornOnOrBefore || of.facilityCode || of.priorityGroup)

export const waveBody = z
  .strictObject({
    waveId: eventId,
    municipalityCode,
    ...criteria,
    /** Left out: at once in a demo, elsewhere when a second person has released it. */
    opens: z.enum(['atOnce', 'whenReleased']).optional(),
  })
  .refine(hasCriterion, { error: 'waveNoCriterion' })
  .openapi('WaveToMake')

export const waveParam = z.object({
  id: z.guid().openapi({ param: { name: 'id', in: 'path' } }),
})
export const wavesQuery = z.object({ municipalityCode })

const count = z.object({ atLeast: z.int(), atMost: z.int(), already: z.int() })

export const releaseBody = z.strictObject({
  /** As it was on the screen of whoever releases. */
  count: z.strictObject({ atLeast: z.int().min(0), atMost: z.int().min(0) }),
})

export const openedAnswer = z.object({ waveId: z.string(), courses: z.int() })
export const waveAnswer = z
  .object({
    waveId: z.string(),
    municipalityCode: z.string(),
    bornOnOrBefore: z.string().optional(),
    facilityCode: z.string().optional(),
    priorityGroup: z.string().optional(),
    state: z.enum(['made', 'opening', 'paused', 'complete', 'withdrawn']),
    count: count.optional(),
    countedAt: z.string().optional(),
    madeAt: z.string(),
    madeBy: z.string().optional(),
    releasedAt: z.string().optional(),
    releasedBy: z.string().optional(),
    pausedAt: z.string().optional(),
    withdrawnAt: z.string().optional(),
    completedAt: z.string().optional(),
    courses: z.int(),
  })
  .openapi('Wave')
export const wavesAnswer = z.object({ waves: z.array(waveAnswer) })

export const paceBody = z
  .strictObject({
    coursesPerSecond: z.int().min(1).max(1_000).optional(),
    waitingNewsAtMost: z.int().min(1).max(1_000_000).optional(),
    oldestNewsSecondsAtMost: z.int().min(1).max(86_400).optional(),
  })
  .openapi('WavePace')
export const paceAnswer = z.object({
  coursesPerSecond: z.int(),
  waitingNewsAtMost: z.int(),
  oldestNewsSecondsAtMost: z.int(),
})
