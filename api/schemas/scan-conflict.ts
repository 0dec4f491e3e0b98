/** What a tablet tells of a scan that came back late, and what its venue's lead says of it. */
import { z } from '@hono/zod-openapi'
import type { ReportedConflict, ScannedFacts } from '../../db/queries/scan-conflicts.ts'
import { conflictOutcomes } from '../../db/schema/index.ts'
import { readRoutes } from '../../domain/scan.ts'
import { plainDate, text } from './fields.ts'

const instant = z.iso.datetime().openapi({ example: '2021-06-09T03:04:05.678Z' })

export const conflictBody = z
  .strictObject({
    scanId: z.uuid(),
    /** Of the refusal, or of the finding by which it is held. */
    code: z
      .string()
      .regex(/^[a-zA-Z]{1,40}$/)
      .openapi({ example: 'ticketLineCheck' }),
    status: z.int().min(0).max(599),
    keptAt: instant,
    cameBackAt: instant,
    /** As it was sent, whatever is wrong with it. */
    scan: z.looseObject({}).optional(),
  })
  .openapi('ScanConflict')

export const settleConflictBody = z
  .strictObject({ outcome: z.enum(conflictOutcomes) })
  .openapi('ScanConflictSettlement')

export const conflictsQuery = z.object({
  venueCode: z
    .string()
    .regex(/^\d{10}$/, { error: 'venueCodeForm' })
    .optional(),
})

export const conflictsAnswer = z.object({
  open: z.int(),
  conflicts: z.array(
    z.object({
      id: z.string(),
      scanId: z.string(),
      venueCode: z.string(),
      deviceName: z.string(),
      code: z.string(),
      status: z.int(),
      keptAt: z.string(),
      cameBackAt: z.string(),
      readBy: z.string().optional(),
      claimedDoseNumber: z.int().optional(),
      givenOn: z.string().optional(),
      givenAtLocalTime: z.string().optional(),
      productCode: z.string().optional(),
      lotNumber: z.string().optional(),
      hasReading: z.boolean(),
    }),
  ),
})
export const readingAnswer = z.object({
  ticket: z.string().optional(),
  birth: z.string().optional(),
})

/** Longer than any line, shorter than anything that somebody would hide in one. */
const readingMaxChars = 80
const anyText = z.string().max(readingMaxChars)
const bornOn = z.union([anyText, z.int()]).transform(String)

/** What a refused body says as far as it can be understood: a wrong field is left out. */
export function factsOf(scan: Record<string, unknown> = {}): ScannedFacts {
  return {
    readBy: ifFits(z.enum(readRoutes), scan.readBy) ?? null,
    claimedDoseNumber: ifFits(z.int().min(1).max(9), scan.claimedDoseNumber) ?? null,
    givenOn: ifFits(plainDate, scan.givenOn) ?? null,
    givenAtLocalTime:
      ifFits(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/), scan.givenAtLocalTime) ?? null,
    productCode: ifFits(text(20, 'pfizer'), scan.productCode) ?? null,
    lotNumber: ifFits(text(20, 'ET3674'), scan.lotNumber) ?? null,
  }
}

/** Undefined for a scan of which the system has more than it is told here. */
export function readingIn(scan: Record<string, unknown> | undefined): ReportedConflict['read'] {
  if (!scan) return undefined
  const named = ifFits(z.looseObject({ number: anyText, municipalityCode: anyText }), scan.ticket)
  const ticket =
    ifFits(anyText, scan.line) ?? (named && `${named.municipalityCode} ${named.number}`)
  const birth = ifFits(bornOn, scan.bornOn ?? scan.birthYear)
  return { ...(ticket !== undefined && { ticket }), ...(birth !== undefined && { birth }) }
}

function ifFits<T extends z.ZodType>(schema: T, value: unknown): z.output<T> | undefined {
  const parsed = schema.safeParse(value)
  return parsed.success ? parsed.data : undefined
}
