import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

export const KEY_BYTES = 32
/** [1 format][12 IV][ciphertext][16 tag] */
const FORMAT = 1
export const IV_BYTES = 12
const TAG_BYTES = 16
export const WRAP_OVERHEAD_BYTES = 1 + IV_BYTES + TAG_BYTES
export const WRAPPED_KEY_BYTES = KEY_BYTES + WRAP_OVERHEAD_BYTES

/** What a wrapped key was bound to does not fit, or a bit of it changed. */
export class WrapBroken extends Error {
  constructor() {
    super('The wrapped key was changed, or belongs elsewhere, or another key wrapped it.')
    this.name = 'WrapBroken'
  }
}

/**
 * AES-256-GCM of a key under a key. It unwraps only with the same `boundTo`. `iv` is given by whoever draws
 * the randomness of many at once, and used for nothing else.
 */
export function wrap(
  under: Uint8Array,
  key: Uint8Array,
  boundTo: string,
  iv: Uint8Array = randomBytes(IV_BYTES),
): Buffer {
  const cipher = createCipheriv('aes-256-gcm', under, iv)
  cipher.setAAD(Buffer.from(boundTo, 'utf8'))
  const body = [cipher.update(key), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat([Buffer.of(FORMAT), iv, ...body])
}

/** Throws `WrapBroken`. */
export function unwrap(under: Uint8Array, wrapped: Uint8Array, boundTo: string): Buffer {
  const { iv, body } = wrapParts(wrapped)
  const tagAt = body.length - TAG_BYTES
  const decipher = createDecipheriv('aes-256-gcm', under, iv, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(boundTo, 'utf8'))
  decipher.setAuthTag(body.subarray(tagAt))
  const key = decipher.update(body.subarray(0, tagAt))
  try {
    decipher.final()
    return key
  } catch {
    key.fill(0)
    throw new WrapBroken()
  }
}

/** For a root key that wraps inside a token: what it makes has the same form. */
export function joinWrap(iv: Uint8Array, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(FORMAT), iv, body])
}

/** `body` is the ciphertext followed by the tag. Throws `WrapBroken`. */
export function wrapParts(wrapped: Uint8Array): { iv: Buffer; body: Buffer } {
  const bytes = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.byteLength)
  if (bytes.length < WRAP_OVERHEAD_BYTES || bytes[0] !== FORMAT) throw new WrapBroken()
  return { iv: bytes.subarray(1, 1 + IV_BYTES), body: bytes.subarray(1 + IV_BYTES) }
}

/** What binds a resident's data key to its row. */
export function residentKeyPlace(key: {
  municipalityCode: string
  residentId: string
  keyVersion: number
  dekVersion: number
}): string {
  const { municipalityCode, residentId, keyVersion, dekVersion } = key
  return `resident_key|${municipalityCode}|${residentId}|${keyVersion}|${dekVersion}`
}

/** A key for one purpose from a key that never leaves. */
export function derive(key: Uint8Array, label: string): Buffer {
  return createHmac('sha256', key).update(label, 'utf8').digest()
}
