/** What `npm test` left behind, read and checked. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { type TestRun, testRunFormat } from '../domain/control.ts'

/** Where `bin/test.mjs` writes it, in the checkout. */
export const lastRunFile = resolve(import.meta.dirname, '..', join('.sesshu-tests', 'last.json'))

const schema = z.object({
  format: z.literal(testRunFormat),
  ranAt: z.iso.datetime(),
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/)
    .optional(),
  isDirty: z.boolean().optional(),
  tests: z.array(
    z.object({
      file: z.string(),
      name: z.string(),
      status: z.enum(['passed', 'failed', 'skipped']),
    }),
  ),
})

/** Undefined when there is no such file. Throws for one that is no run of our tests. */
export function readTestRun(path: string): TestRun | undefined {
  if (!existsSync(path)) return undefined
  return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
}
