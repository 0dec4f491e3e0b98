/**
 * What a witness has seen, a JSON line each: who it is and which log it follows; leaf hashes as they
 * came; the heads that it checked over them and co-signed. The file is only ever appended to. Leaves
 * after the last head were not checked before the witness was stopped: the next ones replace them.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { openCheckpoint, openCosignature } from './checkpoint.ts'
import { Leaves } from './leaves.ts'
import { CompactRange, HASH_BYTES, type Hash } from './merkle.ts'
import { parseVerifier, type VerifierKey } from './note-key.ts'

export const witnessFormat = 'sesshu-witness/1'

export type SeenHead = { size: number; root: Hash; checkpoint: string; seenAt: Date }

export type Witnessed = {
  /** The log that this witness follows, as it first met it. */
  log: VerifierKey
  witness: VerifierKey
  /** All leaves below the last head. */
  leaves: Leaves
  /** Smallest first. */
  heads: SeenHead[]
  /** The tree of the last head. */
  range: CompactRange
}

/** The file is not what a witness writes, or was changed since. */
export class WitnessFileError extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(`Line ${line} of the witness's file: ${message}`)
    this.name = 'WitnessFileError'
    this.line = line
  }
}

const headerSchema = z.strictObject({
  format: z.literal(witnessFormat),
  logKey: z.string(),
  witnessKey: z.string(),
})
const leavesSchema = z.strictObject({ from: z.int().min(0), leaves: z.base64() })
const headSchema = z.strictObject({ checkpoint: z.string() })
const lineSchema = z.union([leavesSchema, headSchema])

type Header = z.output<typeof headerSchema>
type Line = z.output<typeof lineSchema>
export type WitnessLine = Header | Line

export function leavesLine(from: number, leaves: readonly Hash[]): WitnessLine {
  return { from, leaves: Buffer.concat(leaves).toString('base64') }
}

/**
 * Reads a witness's file and checks all it says: each head is over the leaves before it, signed by
 * the log and by the witness. A last line that was cut short was never said; `isCut` is told of it.
 * Throws `WitnessFileError`.
 */
export async function readWitness(
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<Witnessed & { isCut: boolean }> {
  let reader: Reader | undefined
  let number = 0
  let cutAt: number | undefined
  for await (const line of lines) {
    number += 1
    if (cutAt !== undefined) throw new WitnessFileError(cutAt, 'neither leaves nor a head.')
    const json = parseJson(line)
    if (!reader) {
      reader = new Reader(headerSchema.safeParse(json).data)
      continue
    }
    const said = lineSchema.safeParse(json).data
    if (said) reader.take(number, said)
    else cutAt = number
  }
  if (!reader) throw new WitnessFileError(1, 'this is no file of a witness.')
  return { ...reader.end(), isCut: cutAt !== undefined }
}

class Reader {
  readonly #seen: Witnessed
  /** The tree of the last head, and the leaves that came after it. */
  #ahead = CompactRange.empty()

  constructor(header: Header | undefined) {
    if (!header) throw new WitnessFileError(1, 'this is no file of a witness.')
    try {
      const log = parseVerifier(header.logKey)
      const witness = parseVerifier(header.witnessKey)
      const range = CompactRange.empty()
      this.#seen = { log, witness, leaves: new Leaves(), heads: [], range }
    } catch {
      throw new WitnessFileError(1, 'its keys cannot be read.')
    }
  }

  take(line: number, said: Line): void {
    if ('checkpoint' in said) this.#takeHead(line, said.checkpoint)
    else this.#takeLeaves(line, said.from, Buffer.from(said.leaves, 'base64'))
  }

  #takeLeaves(line: number, from: number, bytes: Buffer): void {
    const { leaves, range } = this.#seen
    if (from === range.size) {
      leaves.cutTo(from)
      this.#ahead = range.copy()
    }
    if (from !== this.#ahead.size || bytes.length % HASH_BYTES !== 0) {
      throw new WitnessFileError(line, `leaves from ${from}, but ${this.#ahead.size} comes next.`)
    }
    for (let at = 0; at < bytes.length; at += HASH_BYTES) {
      const leaf = bytes.subarray(at, at + HASH_BYTES)
      leaves.push(leaf)
      this.#ahead.append(leaf)
    }
  }

  #takeHead(line: number, checkpoint: string): void {
    const { heads, log, witness } = this.#seen
    try {
      const { size, root } = openCheckpoint(checkpoint, log)
      const seenAt = new Date(openCosignature(checkpoint, witness) * 1_000)
      if (size !== this.#ahead.size || !Buffer.from(root).equals(this.#ahead.root())) {
        throw new Error(`the head at ${size} is not over the leaves before it.`)
      }
      heads.push({ size, root, checkpoint, seenAt })
      this.#seen.range = this.#ahead.copy()
    } catch (error) {
      throw new WitnessFileError(line, (error as Error).message)
    }
  }

  end(): Witnessed {
    this.#seen.leaves.cutTo(this.#seen.range.size)
    return this.#seen
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Appends lines and returns once they lie on the disk. */
export function appendToWitness(path: string, lines: WitnessLine[]): void {
  const file = openSync(path, 'a', 0o600)
  try {
    writeSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
