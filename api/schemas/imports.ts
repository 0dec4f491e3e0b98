import { z } from '@hono/zod-openapi'
import { importStates, rowOutcomes } from '../../domain/import.ts'
import { layoutKinds } from '../../domain/municipal-file.ts'
import { municipalityCode } from './register.ts'

export const importQuery = z.object({
  municipality: municipalityCode,
  name: z.string().min(1).max(400).openapi({ example: 'juki-20210601.csv' }),
  mode: z.enum(['full', 'difference']).default('full'),
  kind: z.enum(layoutKinds).optional(),
})

export const receivedAnswer = z
  .object({ importId: z.string(), state: z.enum(importStates), isRepeat: z.boolean() })
  .openapi('ReceivedImport')

const count = z.number().int()
export const importCounts = z.object({
  rows: count,
  ...(Object.fromEntries(rowOutcomes.map((outcome) => [outcome, count])) as Record<
    (typeof rowOutcomes)[number],
    typeof count
  >),
})

export const importAnswer = z
  .object({
    importId: z.string(),
    municipalityCode: z.string(),
    file: z.string(),
    layout: z.enum(layoutKinds).nullable(),
    layoutState: z.enum(['unknown', 'known', 'guessed', 'needed']),
    encoding: z.enum(['utf-8', 'utf-8-bom', 'cp932', 'euc-jp']).nullable(),
    mode: z.enum(['full', 'difference']),
    state: z.enum(importStates),
    sha256: z.string(),
    sequence: z.number().optional(),
    counts: importCounts,
    missingFromFile: count,
    applied: count,
    undecided: count,
    noteCounts: z.record(z.string(), count),
    fileNotes: z.array(z.string()),
    isPaused: z.boolean(),
    wish: z.enum(['apply', 'discard', 'undo']).nullable(),
    hasResults: z.boolean().openapi({ description: 'Nothing more comes of the file of results' }),
    resultsLost: z.boolean().openapi({ description: 'It could not be written' }),
    refusal: z
      .object({ code: z.string(), detail: z.string(), whatToDo: z.string() })
      .optional()
      .openapi({ description: 'Why it is not where it should be, in words' }),
    progress: z
      .object({ phase: z.string(), done: z.number(), total: z.number(), rows: z.number() })
      .nullable(),
  })
  .openapi('Import')

const decision = z.enum(['keepOurs', 'takeTheirs'])
export const decideBody = z
  .strictObject({
    rows: z
      .array(z.strictObject({ row: z.number().int().min(1).max(10_000_000), decision }))
      .max(10_000)
      .default([]),
    rest: decision.optional(),
  })
  .openapi('ImportDecisions')

export const layoutBody = z
  .strictObject({
    /** `guessed`: it is read rightly as it was guessed. */
    as: z.enum(['guessed', 'said']),
    kind: z.enum(layoutKinds).optional(),
    name: z.string().min(1).max(60).optional(),
    columns: z.record(z.string().regex(/^\d{1,3}$/), z.string().max(60)).optional(),
  })
  .openapi('ImportLayout')
