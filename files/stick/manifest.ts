import { z } from 'zod'
import { layoutKinds } from '../../domain/municipal-file.ts'
import {
  isPlainFileName,
  manifestText,
  type StickManifest,
  stickFormat,
  stickLimits,
} from '../../domain/stick.ts'
import { StickRefused } from './refusal.ts'

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const recipient = z.string().regex(/^age1[02-9ac-hj-np-z]{20,120}$/)
const plainDate = z.iso.date()

const fileSchema = z.strictObject({
  name: z.string().refine(isPlainFileName),
  kind: z.enum(layoutKinds).optional(),
  mode: z.enum(['full', 'difference']),
  rows: count.nullable(),
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  controlSums: z.strictObject({ digits: count }),
  sealedBytes: count,
})

export const manifestSchema = z.strictObject({
  format: z.literal(stickFormat),
  municipalityCode: z.string().regex(/^\d{6}$/),
  sequence: z.int().min(1).max(999_999_999),
  madeAt: z.iso.datetime(),
  expiresOn: plainDate,
  recipient,
  returnTo: recipient.optional(),
  files: z.array(fileSchema).min(1).max(stickLimits.files),
})

/** Throws `StickRefused`. Only bytes that `manifestText` writes are accepted: one meaning, one spelling. */
export function parseManifest(bytes: Uint8Array): StickManifest {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const json = jsonOf(text)
  const named = z.object({ format: z.string() }).safeParse(json)
  if (!named.success) throw new StickRefused('stickManifestBroken')
  if (named.data.format !== stickFormat) throw new StickRefused('stickFormatUnknown')
  const parsed = manifestSchema.safeParse(json)
  if (!parsed.success) throw new StickRefused('stickManifestBroken')
  const manifest = parsed.data as StickManifest
  if (manifestText(manifest) !== text) throw new StickRefused('stickManifestBroken')
  return manifest
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new StickRefused('stickManifestBroken')
  }
}
