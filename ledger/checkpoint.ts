/**
 * Heads of the log as c2sp.org/tlog-checkpoint writes them: origin, size and root on a line each,
 * signed; and the co-signatures of c2sp.org/tlog-cosignature, by which a witness says at what time
 * it saw this as the largest tree that continues all it had seen before.
 */
import { sign, verify } from 'node:crypto'
import { HASH_BYTES, type Hash } from './merkle.ts'
import { NoteError, openNote, parseNote, signatureBy, signatureLine, signNote } from './note.ts'
import type { SignerKey, VerifierKey } from './note-key.ts'

export type Checkpoint = { origin: string; size: number; root: Hash }

/** A key signs only for the log that has its name. */
export function signCheckpoint(head: { size: number; root: Hash }, signer: SignerKey): string {
  return signNote(checkpointText({ origin: signer.verifier.name, ...head }), signer)
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`
}

/** Throws `NoteError` unless the key has signed it and it is a head of that key's own log. */
export function openCheckpoint(note: string, key: VerifierKey): Checkpoint {
  const head = parseCheckpointText(openNote(note, key))
  if (head.origin !== key.name) {
    throw new NoteError('notSigned', `This is a head of ${head.origin}, not of ${key.name}.`)
  }
  return head
}

/** What a head says of itself, believed by nobody yet. Throws `NoteError`. */
export function readCheckpoint(note: string): Checkpoint {
  return parseCheckpointText(parseNote(note).text)
}

function parseCheckpointText(text: string): Checkpoint {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n')
  const bytes = Buffer.from(root, 'base64')
  const isWhole = /^(0|[1-9]\d{0,14})$/.test(size) && bytes.length === HASH_BYTES
  // No extension lines: this log writes none, and nobody could check what they say.
  if (origin === '' || !isWhole || rest.length !== 1 || bytes.toString('base64') !== root) {
    throw new NoteError('malformed', 'This is not a head: origin, size and root.')
  }
  return { origin, size: Number(size), root: bytes }
}

const timeBytes = 8

/** The head with one more line: the witness saw it at this time (seconds since 1970). */
export function cosign(note: string, witness: SignerKey, seconds: number): string {
  const { text } = parseNote(note)
  const time = Buffer.alloc(timeBytes)
  time.writeBigUInt64BE(BigInt(seconds))
  const signature = sign(null, cosignedBytes(text, BigInt(seconds)), witness.key)
  return note + signatureLine(witness.verifier, Buffer.concat([time, signature]))
}

/** When the witness saw the head (seconds since 1970). Throws `NoteError` without its signature. */
export function openCosignature(note: string, witness: VerifierKey): number {
  const parsed = parseNote(note)
  const { signature } = signatureBy(parsed, witness)
  const isLongEnough = signature.length > timeBytes
  const seconds = isLongEnough ? Buffer.from(signature).readBigUInt64BE(0) : 0n
  const bytes = signature.subarray(timeBytes)
  if (!isLongEnough || !verify(null, cosignedBytes(parsed.text, seconds), witness.key, bytes)) {
    throw new NoteError('wrongSignature', `${witness.name} has not co-signed this head.`)
  }
  return Number(seconds)
}

function cosignedBytes(text: string, seconds: bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`, 'utf8')
}
