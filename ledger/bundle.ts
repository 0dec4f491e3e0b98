/**
 * The ledger in one file, JSON lines: a header, a row a line in the ledger's order, the heads, and an
 * end that counts both. It holds ids and ciphertext, no name; whoever has it can check it alone.
 */
import { z } from 'zod'
import type { ExportedRow } from '../domain/ledger-row.ts'
import { Leaves } from './leaves.ts'
import { sha256 } from './merkle.ts'
import { leafHashOf } from './row.ts'

export const bundleFormat = 'sesshu-ledger-bundle/1'

const text = z.string()
const rowSchema = z.strictObject({
  seq: z.int(),
  id: text,
  lookedAt: text,
  actor: text,
  actorRole: text,
  office: text,
  purpose: text,
  municipalityCode: text,
  residentId: text.nullable(),
  courseId: text.nullable(),
  fields: z.array(text),
  legalBasis: text.nullable(),
  breakGlassId: text.nullable(),
  detail: z.base64().nullable(),
  leafHash: z.base64(),
  chainHash: z.base64(),
})
const headerSchema = z.strictObject({
  format: z.literal(bundleFormat),
  origin: text,
  publicKey: text,
  exportedAt: z.iso.datetime(),
})
const endSchema = z.strictObject({ rows: z.int(), heads: z.int() })

export type BundleHeader = z.output<typeof headerSchema>
export type BundleLine =
  | BundleHeader
  | { row: ExportedRow }
  | { head: string }
  | { end: z.output<typeof endSchema> }

export function bundleLine(line: BundleLine): string {
  return `${JSON.stringify(line)}\n`
}

export type Bundle = {
  header: BundleHeader
  /** By place in the file: the number that the row has, NaN for a line that is no row. */
  seqs: number[]
  /** What the row's bytes give, and what stands beside them. */
  computed: Leaves
  stored: Leaves
  chain: Leaves
  heads: string[]
  /** The file has its end, and the end counts what came before it. */
  isWhole: boolean
}

/** The file is no bundle. */
export class BundleError extends Error {
  constructor() {
    super('This is no bundle of an access ledger.')
    this.name = 'BundleError'
  }
}

/** Reads a bundle and computes each row's hash; judges nothing. Throws `BundleError`. */
export async function readBundle(lines: AsyncIterable<string> | Iterable<string>): Promise<Bundle> {
  let bundle: Bundle | undefined
  for await (const line of lines) {
    const json = parseJson(line)
    if (bundle) take(bundle, line, json)
    else bundle = begin(json)
  }
  if (!bundle) throw new BundleError()
  return bundle
}

function begin(json: unknown): Bundle {
  const header = headerSchema.safeParse(json).data
  if (!header) throw new BundleError()
  const hashes = { computed: new Leaves(), stored: new Leaves(), chain: new Leaves() }
  return { header, seqs: [], ...hashes, heads: [], isWhole: false }
}

function take(bundle: Bundle, line: string, json: unknown): void {
  const [kind, value] = Object.entries((json ?? {}) as object)[0] ?? []
  if (kind === 'head' && typeof value === 'string') {
    bundle.heads.push(value)
  } else if (kind === 'end') {
    const end = endSchema.safeParse(value).data
    bundle.isWhole = end?.rows === bundle.seqs.length && end.heads === bundle.heads.length
  } else {
    takeRow(bundle, line, value)
  }
}

/** A line that is no row any more still stands where a row stood. */
function takeRow({ seqs, computed, stored, chain }: Bundle, line: string, value: unknown): void {
  const row = rowSchema.safeParse(value).data
  seqs.push(row?.seq ?? Number.NaN)
  computed.push(row ? leafHashOf(row) : sha256(Buffer.from(line, 'utf8')))
  stored.push(hashFrom(row?.leafHash))
  chain.push(hashFrom(row?.chainHash))
}

/** What is no hash is taken as one that nothing gives. */
function hashFrom(base64 = ''): Uint8Array {
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length === 32 ? bytes : new Uint8Array(32)
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
