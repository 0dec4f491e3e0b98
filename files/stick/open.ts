/**
 * Reads a stick that somebody brings: first what it says of itself, and who says so; then, file by file, what
 * is in it. Nothing of a file counts before its last byte has been compared.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import {
  createTally,
  keyCode,
  manifestName,
  parseSignature,
  type StickFile,
  type StickManifest,
  type StickSignature,
  sealedName,
  signatureName,
  stickLimits,
  toBase64,
} from '../../domain/stick.ts'
import { openSealed, type Unwrap } from '../sealed-file.ts'
import { parseManifest } from './manifest.ts'
import { isSignedBy } from './portable/town-key.ts'
import { isPulledOut, StickPulledOut, StickRefused } from './refusal.ts'

export type KnownKey = {
  /** Raw, 32 bytes, base64. */
  publicKey: string
  municipalityCode: string
  state: 'registered' | 'confirmed' | 'revoked'
}

/** What the system knows and a stick has to fit. */
export type StickTrust = {
  today: PlainDate
  /** The system's own recipient. */
  recipient: string
  /** Undefined when nobody registered that key. */
  keyOf(publicKey: string): Promise<KnownKey | undefined>
  isTown(municipalityCode: string): Promise<boolean>
  /** Whether this very stick was taken over before. */
  wasTaken(manifestSha256: string): Promise<boolean>
  /** The highest number among that town's sticks that were taken over; 0 before the first. */
  lastSequence(municipalityCode: string): Promise<number>
}

export type StickSeen = {
  manifest: StickManifest
  /** Of `manifest.json`: the stick's name in the database, and what a receipt is about. */
  manifestSha256: string
  publicKey: string
  /** It was taken over already: it is carried on, and no error. */
  isTaken: boolean
}

/** What could be read of a stick that was refused, for whoever has to look into it. Nothing is proven. */
export type StickClaim = {
  manifestSha256?: string
  municipalityCode?: string
  sequence?: number
  /** Of the key that it shows. */
  publicKey?: string
  keyCode?: string
}

/** Whether a folder looks like a stick of ours at all. */
export async function looksLikeStick(folder: string): Promise<boolean> {
  const [manifest, first] = await Promise.all([
    exists(join(folder, manifestName)),
    exists(join(folder, sealedName(0))),
  ])
  return manifest || first
}

/**
 * Checks everything that can be checked without opening a file. Throws `StickRefused` or `StickPulledOut`;
 * what the stick claims to be is told to `onClaim` before that.
 */
export async function inspectStick(
  folder: string,
  trust: StickTrust,
  onClaim: (claim: StickClaim) => void = () => {},
): Promise<StickSeen> {
  const claim: StickClaim = {}
  try {
    const bytes = await readSmall(folder, manifestName)
    claim.manifestSha256 = sha256(bytes)
    const signed = parseSignature((await readSmall(folder, signatureName)).toString('latin1'))
    if (!signed) throw new StickRefused('stickSignatureWrong')
    claim.publicKey = toBase64(signed.publicKey)
    claim.keyCode = keyCode(createHash('sha256').update(signed.publicKey).digest())
    const manifest = parseManifest(bytes)
    claim.municipalityCode = manifest.municipalityCode
    claim.sequence = manifest.sequence
    await assertSigner(signed, bytes, manifest, trust)
    const isTaken = await assertFits(manifest, claim.manifestSha256, trust)
    await assertFilesThere(folder, manifest)
    const { manifestSha256, publicKey } = claim
    return { manifest, manifestSha256, publicKey, isTaken }
  } catch (error) {
    throw error instanceof DomainError ? error : pulledOutOr(error)
  } finally {
    onClaim(claim)
  }
}

/**
 * The plain bytes of one file. Whoever takes them keeps nothing unless the iteration ends: only then the
 * length, the hash and the sums are known to be those of the manifest.
 */
export async function* readStickFile(
  folder: string,
  manifest: StickManifest,
  index: number,
  unwrap: Unwrap,
): AsyncGenerator<Uint8Array> {
  const said = manifest.files[index] as StickFile
  const hash = createHash('sha256')
  const tally = createTally()
  try {
    const sealed = createReadStream(join(folder, sealedName(index)), { highWaterMark: 1024 * 1024 })
    for await (const piece of openSealed(sealed, unwrap)) {
      hash.update(piece)
      tally.add(piece)
      yield piece
    }
  } catch (error) {
    throw asRefusal(error, said.name)
  }
  const { rows, bytes, controlSums } = tally.done()
  if (hash.digest('hex') !== said.sha256) throw new StickRefused('stickHashWrong', said.name)
  const isSame =
    rows === said.rows && bytes === said.bytes && controlSums.digits === said.controlSums.digits
  if (!isSame) throw new StickRefused('stickCountsWrong', said.name)
}

async function assertSigner(
  signed: StickSignature,
  bytes: Uint8Array,
  { municipalityCode }: StickManifest,
  trust: StickTrust,
): Promise<void> {
  const known = await trust.keyOf(toBase64(signed.publicKey))
  if (!known) throw new StickRefused('stickSignerUnknown')
  if (!isSignedBy(signed, bytes)) throw new StickRefused('stickSignatureWrong')
  if (known.municipalityCode !== municipalityCode) throw new StickRefused('stickOfAnotherTown')
  if (known.state === 'registered') throw new StickRefused('stickSignerUnconfirmed')
  if (known.state === 'revoked') throw new StickRefused('stickSignerRevoked')
  if (!(await trust.isTown(municipalityCode))) throw new StickRefused('stickTownUnknown')
}

/** Answers whether this very stick was taken over before. */
async function assertFits(
  manifest: StickManifest,
  manifestSha256: string,
  trust: StickTrust,
): Promise<boolean> {
  if (manifest.recipient !== trust.recipient) throw new StickRefused('stickRecipientWrong')
  // Carried on after its last day, too: what was taken over in time gets its receipt.
  if (await trust.wasTaken(manifestSha256)) return true
  if (manifest.expiresOn < trust.today) throw new StickRefused('stickExpired')
  const last = await trust.lastSequence(manifest.municipalityCode)
  if (manifest.sequence === last) throw new StickRefused('stickSequenceUsed')
  if (manifest.sequence < last) throw new StickRefused('stickSequenceOld')
  return false
}

async function assertFilesThere(folder: string, { files }: StickManifest): Promise<void> {
  for (const [index, { name, bytes, sealedBytes }] of files.entries()) {
    if (bytes > stickLimits.fileBytes) throw new StickRefused('stickTooLarge', name)
    const found = await stat(join(folder, sealedName(index))).catch(async (error) => {
      // Gone with the whole stick, or missing from it.
      if (error.code === 'ENOENT' && (await exists(join(folder, manifestName)))) return undefined
      throw error
    })
    if (!found?.isFile()) throw new StickRefused('stickFileMissing', name)
    if (found.size < sealedBytes) throw new StickRefused('stickHalfWritten', name)
    if (found.size > sealedBytes) throw new StickRefused('stickFileBroken', name)
  }
}

/** A manifest or a signature that is not there yet is a stick that somebody is still writing, or gave up. */
export async function readSmall(folder: string, name: string): Promise<Buffer> {
  let file: FileHandle
  try {
    file = await open(join(folder, name), 'r')
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (isMissing && (await exists(folder))) throw new StickRefused('stickHalfWritten', name)
    throw error
  }
  try {
    const buffer = Buffer.alloc(stickLimits.manifestBytes + 1)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    if (bytesRead > stickLimits.manifestBytes) throw new StickRefused('stickTooLarge', name)
    if (bytesRead === 0) throw new StickRefused('stickHalfWritten', name)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

export function asRefusal(error: unknown, name: string): unknown {
  if (error instanceof DomainError) {
    const isBroken = ['sealedFileBroken', 'sealedFileCut', 'notSealed', 'sealedHeaderBroken']
    if (isBroken.includes(error.code)) return new StickRefused('stickFileBroken', name)
    if (error.code === 'notSealedForUs') return new StickRefused('stickRecipientWrong', name)
    return error
  }
  return pulledOutOr(error)
}

function pulledOutOr(error: unknown): unknown {
  return isPulledOut(error) ? new StickPulledOut(error) : error
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
