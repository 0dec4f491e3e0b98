/** What is said over keyd's socket: one JSON object a line, binary as base64, answers in any order. */
import { z } from 'zod'
import { type FileRecipient, fileRecipients } from '../domain/file-keys.ts'
import { type FieldName, fieldNames, indexNames } from '../domain/sealed-fields.ts'

/** Sizes beyond which a line, a list or a text is no honest request. */
export const limits = {
  lineBytes: 8 * 1024 * 1024,
  /** Until it has shown its token. */
  strangerBytes: 1_024,
  items: 5_000,
  values: 20_000,
  valueChars: 512,
  pendingPerConnection: 512,
  connections: 64,
} as const

/** Ids are written in one way alone: they are part of what keys are bound to. */
const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const municipalityCode = z.string().regex(/^\d{6}$/)
const version = z.int().min(1).max(65_535)
const base64 = z.base64().max(4_096)
const code = z.string().regex(/^[a-zA-Z.]{1,80}$/)
const fields = z.array(z.enum(fieldNames)).min(1).max(fieldNames.length)

/** Many short binary values are one text: apart, they cost more to write and read than to make. */
const packed = z.boolean().optional()

const residentKey = z.object({
  municipalityCode,
  residentId: uuid,
  wrapped: base64,
  keyVersion: version,
  dekVersion: version,
})

export const requests = {
  hello: z.object({ token: z.string().min(1).max(200) }),
  createKeys: z.object({
    municipalityCode,
    residentIds: z.array(uuid).min(1).max(limits.items),
    /** Whose keys are wanted; left out: every field's. */
    fields: fields.optional(),
    packed,
  }),
  unlock: z.object({
    items: z
      .array(residentKey.extend({ lookId: uuid, fields }))
      .min(1)
      .max(limits.items),
  }),
  index: z.object({
    items: z
      .array(
        z.object({
          municipalityCode,
          index: z.enum(indexNames),
          values: z.array(z.string().max(limits.valueChars)).min(1).max(limits.values),
          packed,
        }),
      )
      .min(1)
      .max(limits.items),
  }),
  /** As much as a few seconds allow; asked again until it is done. */
  rewrapTown: z.object({ municipalityCode }),
  /** Names the version that is left behind, so that an interrupted rotation can be repeated. */
  rotate: z.object({ municipalityCode, from: version }),
  destroyVersion: z.object({ municipalityCode, version, approvalId: uuid.optional() }),
  erase: z.object({
    municipalityCode,
    residentIds: z.array(uuid).min(1).max(1_000),
    reason: code,
    approvalId: uuid.optional(),
  }),
  matchMyNumber: z.object({
    /** Of the asking town's resident, and of the former town (naming nobody yet). */
    lookIds: z.tuple([uuid, uuid]),
    key: residentKey,
    sealed: base64,
    moveInEventId: uuid,
    formerMunicipality: municipalityCode,
    legalBasis: code,
    consentRecordedBy: z.string().min(1).max(80).optional(),
  }),
  fileRecipients: z.object({}),
  unwrapFile: z.object({
    recipient: z.enum(fileRecipients),
    /** Of the sealed file: a few stanzas and their MAC. */
    header: base64,
    because: z.object({
      for: z.enum(['import', 'stick', 'results']),
      id: z.string().regex(/^[0-9a-zA-Z-]{1,80}$/),
    }),
  }),
  /** SHA-256 of a receipt, in hex. */
  signReceipt: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  /** SHA-256 of the manifest of a batch of letters, in hex. */
  signManifest: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  publicKey: z.object({}),
  status: z.object({ municipalityCode: municipalityCode.optional() }),
} as const

export type Op = keyof typeof requests
export type Request<Name extends Op> = z.output<(typeof requests)[Name]>

export type WireFieldKeys = Partial<Record<FieldName, string>>
/** One of many: the others are answered all the same. */
export type Refused = { refused: string; detail: string }
export type WireWrapped = { wrapped: string; keyVersion: number; dekVersion: number }

/**
 * In the order of the request, base64 of one after another: the wrapped key of `wrappedBytes`, then 32
 * bytes for each field asked for.
 */
export type PackedKeys = {
  packed: string
  wrappedBytes: number
  keyVersion: number
  dekVersion: number
}

export type Answers = {
  hello: { client: string }
  createKeys: { keys: (WireWrapped & { fieldKeys: WireFieldKeys })[] } | PackedKeys
  unlock: { items: ({ fieldKeys: WireFieldKeys } | Refused)[] }
  index: { items: ({ hmacs: string[] } | { packed: string } | Refused)[] }
  rewrapTown: { version: number; rewrapped: number; isDone: boolean }
  rotate: { version: number }
  destroyVersion: { destroyed: number }
  erase: { erased: number }
  matchMyNumber: { residentId?: string }
  fileRecipients: { recipients: Record<FileRecipient, string> }
  unwrapFile: { fileKey: string }
  /** Ed25519 over `receiptSigned` of domain/stick.ts; the key raw, base64. */
  signReceipt: { signature: string; publicKey: string }
  /** Ed25519 over `manifestSigned` of domain/manifest-signature.ts; the key raw, base64. */
  signManifest: { signature: string; publicKey: string }
  publicKey: { publicKey: string }
  status: KeydStatus
}

export type KeydStatus = {
  store: string
  client: string
  /** Versions that still have a key, ascending, by municipality. */
  versions: Record<string, number[]>
  log: { seq: number; hash: string }
  erasures: { seq: number; hash: string }
  /** Since it began: how many keys it handed out, refused, made; how many values it indexed. */
  counts: Record<string, number>
}

export type WireRequest = { id: number; op: string } & Record<string, unknown>
export type WireAnswer = { id: number } & (
  | { answer: unknown }
  | (Refused & { retryAfterMs?: number })
)
