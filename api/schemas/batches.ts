import { z } from '@hono/zod-openapi'
import { abortReasons, batchStates, explanations, reprintReasons } from '../../domain/batch.ts'
import { plainDate } from './fields.ts'
import { municipalityCode } from './register.ts'

export const batchParam = z.object({
  municipality: z
    .string()
    .regex(/^\d{6}$/, { error: 'municipalityCodeLength' })
    .openapi({ param: { name: 'municipality', in: 'path' }, example: '131041' }),
  date: plainDate.openapi({ param: { name: 'date', in: 'path' }, example: '2021-07-05' }),
})

/** Left out by a printing house that prints for all towns: what it has in hand. */
export const batchesQuery = z.object({ municipalityCode: municipalityCode.optional() })

const dryRun = z.object({
  letters: z.int(),
  byKind: z.record(z.string(), z.int()),
  /** The day as of which it was counted. */
  referenceOn: z.string(),
})

export const batchAnswer = z
  .object({
    batchId: z.string(),
    municipalityCode: z.string(),
    date: z.string(),
    state: z.enum(batchStates),
    dryRun: dryRun.optional(),
    letters: z.int(),
    pages: z.int().optional(),
    stopped: z.record(z.string(), z.int()),
    withdrawn: z.int().optional(),
    releasedAutomatically: z.boolean(),
    checkedBy: z.string().optional(),
    releasedBy: z.string().optional(),
    abortAsked: z.boolean(),
    reconcileBy: z.string().optional(),
    postedOn: z.string().optional(),
    explained: z.array(z.enum(explanations)),
    pdfSha256: z.string().optional(),
    manifest: z
      .object({ sha256: z.string(), signature: z.string(), publicKey: z.string() })
      .optional(),
    /** The day of the batch that has to be accounted for first. */
    waitsFor: z.string().optional(),
  })
  .openapi('LetterBatch')

export const batchesAnswer = z.object({ batches: z.array(batchAnswer) })

/** What stood on the screen of whoever presses. */
export const seenBody = z
  .strictObject({ letters: z.int().min(0), referenceOn: plainDate })
  .openapi('DryRunSeen')

export const abortBody = z.strictObject({ reason: z.enum(abortReasons) }).openapi('BatchAbort')

/** As many sheets as an inserter makes while one waits. */
export const marksAtMost = 20_000

export const marksBody = z
  .strictObject({
    /** Of this reading: told again, it counts once. */
    readingId: z.guid(),
    marks: z
      .array(z.string().min(1).max(80))
      .min(1)
      .max(marksAtMost)
      .openapi({ example: ['2F1A88C04A11/1/1'] }),
  })
  .openapi('SheetMarks')

export const reconcileBody = z
  .strictObject({
    printedPages: z.int().min(0),
    postedOn: plainDate,
    explained: z.array(z.enum(explanations)).default([]),
  })
  .openapi('BatchReconciled')

export const reprintBody = z
  .strictObject({ letterId: z.guid(), reason: z.enum(reprintReasons) })
  .openapi('LetterReprint')

const sheet = z.object({ letterId: z.string(), page: z.int() })

export const differencesAnswer = z
  .object({
    missing: z.array(sheet),
    foreign: z.array(z.string()),
    readTwice: z.array(sheet),
    voidRead: z.array(sheet),
    pages: z.object({ manifest: z.int(), read: z.int() }),
  })
  .openapi('BatchDifferences')
