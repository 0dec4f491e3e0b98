/** Packs a stick where there is no file system: each file comes as a stream and leaves as one. */
import { sha256 } from '@noble/hashes/sha2.js'
import { Encrypter } from 'age-encryption'
import type { PlainDate } from '../../../domain/course.ts'
import type { ImportMode } from '../../../domain/import.ts'
import type { LayoutKind } from '../../../domain/municipal-file.ts'
import {
  createTally,
  keyCode,
  manifestText,
  type StickFile,
  type StickManifest,
  signatureText,
  stickFormat,
} from '../../../domain/stick.ts'
import { signManifest, type TownKey } from './town-key.ts'

export type SealedFile = Omit<StickFile, 'name' | 'kind' | 'mode'>

/** Gives the sealed bytes to `write`, piece by piece; answers what goes into the manifest. */
export async function sealStream(
  recipient: string,
  plain: ReadableStream<Uint8Array>,
  write: (piece: Uint8Array) => Promise<void>,
): Promise<SealedFile> {
  const tally = createTally()
  const hash = sha256.create()
  const counted = plain.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        tally.add(chunk)
        hash.update(chunk)
        controller.enqueue(chunk)
      },
    }),
  )
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  const reader = (await encrypter.encrypt(counted)).getReader()
  let sealedBytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    sealedBytes += value.length
    await write(value)
  }
  return { ...tally.done(), sha256: hex(hash.digest()), sealedBytes }
}

export type Listing = {
  key: TownKey
  recipient: string
  sequence: number
  madeAt: string
  expiresOn: string
  files: readonly { name: string; kind?: LayoutKind; mode: ImportMode; sealed: SealedFile }[]
}

/** The two texts that make files a stick. */
export function listStick(listing: Listing): { manifest: Uint8Array; signature: string } {
  const { key, recipient, sequence, madeAt } = listing
  const manifest: StickManifest = {
    ...{ format: stickFormat, municipalityCode: key.municipalityCode, sequence, madeAt },
    expiresOn: listing.expiresOn as unknown as PlainDate,
    recipient,
    returnTo: key.recipient,
    files: listing.files.map(({ name, kind, mode, sealed }) => ({
      name,
      ...(kind && { kind }),
      mode,
      ...sealed,
    })),
  }
  const bytes = new TextEncoder().encode(manifestText(manifest))
  return { manifest: bytes, signature: signatureText(signManifest(key, bytes)) }
}

export function codeOf(publicKey: Uint8Array): string {
  return keyCode(sha256(publicKey))
}

export function hashOf(bytes: Uint8Array): string {
  return hex(sha256(bytes))
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
