import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { DomainError } from '../domain/errors.ts'
import type { FieldName } from '../domain/sealed-fields.ts'
import type { FieldKeys } from './vault.ts'

/** Where a sealed value lies. It opens nowhere else: each part is bound to the ciphertext. */
export type SealPlace = {
  table: string
  column: string
  field: FieldName
  municipalityCode: string
  /** Resident id, or resident id + '/' + further parts of the key. */
  rowId: string
}

/** [1 format][2 version of the data key, big endian][12 IV][ciphertext][16 tag] */
const FORMAT = 1
const HEADER_BYTES = 3
const IV_BYTES = 12
const TAG_BYTES = 16
export const sealOverheadBytes = HEADER_BYTES + IV_BYTES + TAG_BYTES

/** AES-256-GCM under the field's key. Throws `fieldNotUnlocked` without that key. */
export function seal(keys: FieldKeys, at: SealPlace, text: string): Uint8Array {
  const iv = nextIv()
  const cipher = createCipheriv('aes-256-gcm', keyOf(keys, at.field), iv)
  cipher.setAAD(boundTo(at, keys.dekVersion))
  const body = cipher.update(text, 'utf8')
  cipher.final()
  const sealed = Buffer.allocUnsafe(sealOverheadBytes + body.length)
  sealed.writeUInt8(FORMAT, 0)
  sealed.writeUInt16BE(keys.dekVersion, 1)
  sealed.set(iv, HEADER_BYTES)
  sealed.set(body, HEADER_BYTES + IV_BYTES)
  sealed.set(cipher.getAuthTag(), HEADER_BYTES + IV_BYTES + body.length)
  return sealed
}

const IVS_AT_ONCE = 512
let drawn = Buffer.alloc(0)
let used = 0

/** Each is used once; drawn many at a time, because one draw costs as much as one sealing. */
function nextIv(): Uint8Array {
  if (used === drawn.length) {
    drawn = randomBytes(IVS_AT_ONCE * IV_BYTES)
    used = 0
  }
  used += IV_BYTES
  return drawn.subarray(used - IV_BYTES, used)
}

/**
 * The text again. Throws `fieldNotUnlocked` without the key, `sealedUnderOtherKey` when another version
 * of the data key sealed it, and `sealBroken` for one changed bit or any other place.
 */
export function open(keys: FieldKeys, at: SealPlace, sealed: Uint8Array): string {
  const key = keyOf(keys, at.field)
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  if (bytes.length < sealOverheadBytes || bytes[0] !== FORMAT) throw broken()
  if (bytes.readUInt16BE(1) !== keys.dekVersion) {
    throw new DomainError(
      'sealedUnderOtherKey',
      'Another version of the data key sealed this value',
    )
  }
  const tagAt = bytes.length - TAG_BYTES
  const iv = bytes.subarray(HEADER_BYTES, HEADER_BYTES + IV_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  decipher.setAAD(boundTo(at, keys.dekVersion))
  decipher.setAuthTag(bytes.subarray(tagAt))
  const text = decipher.update(bytes.subarray(HEADER_BYTES + IV_BYTES, tagAt))
  try {
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch {
    throw broken()
  }
}

function keyOf(keys: FieldKeys, field: FieldName): Uint8Array {
  const key = keys[field]
  if (!key) throw new DomainError('fieldNotUnlocked', `The key of ${field} was not asked for`)
  return key
}

/** Parts never hold the separator, or two places could look alike. */
function boundTo(at: SealPlace, dekVersion: number): Buffer {
  const parts = [at.table, at.column, at.municipalityCode, at.rowId]
  if (parts.some((part) => part === '' || part.includes('|'))) {
    throw new DomainError('invalidSealPlace', 'A part of the place is empty or holds a separator')
  }
  return Buffer.from([...parts, dekVersion].join('|'), 'utf8')
}

function broken(): DomainError {
  return new DomainError('sealBroken', 'The sealed value was changed or belongs to another place')
}
