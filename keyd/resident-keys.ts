import { randomBytes } from 'node:crypto'
import { DomainError } from '../domain/errors.ts'
import type { FieldName } from '../domain/sealed-fields.ts'
import { Hmac } from './hmac.ts'
import type { KeyStore } from './key-store.ts'
import type { PackedKeys, WireFieldKeys, WireWrapped } from './protocol.ts'
import {
  derive,
  IV_BYTES,
  KEY_BYTES,
  residentKeyPlace,
  unwrap,
  WRAPPED_KEY_BYTES,
  WrapBroken,
  wrap,
} from './wrap.ts'

export type WrappedKey = {
  municipalityCode: string
  residentId: string
  wrapped: string
  keyVersion: number
  dekVersion: number
}

/** Only ever counted up when a resident's whole row is sealed anew. */
export const FIRST_DEK_VERSION = 1

type NewKeyPlace = { municipalityCode: string; residentId: string; keyVersion: number }

export function newResidentKey(
  townKey: Buffer,
  place: NewKeyPlace,
  fields: readonly FieldName[],
): WireWrapped & { fieldKeys: WireFieldKeys } {
  const dek = randomBytes(KEY_BYTES)
  const at = { ...place, dekVersion: FIRST_DEK_VERSION }
  const wrapped = wrap(townKey, dek, residentKeyPlace(at)).toString('base64')
  const fieldKeys = fieldKeysOf(dek, fields)
  dek.fill(0)
  return { wrapped, keyVersion: at.keyVersion, dekVersion: at.dekVersion, fieldKeys }
}

const hmac = new Hmac()

/** The same of many, in one run of bytes; their randomness is drawn at once. */
export function packedKeys(
  townKey: Buffer,
  places: readonly NewKeyPlace[],
  fields: readonly FieldName[],
): PackedKeys {
  const dekVersion = FIRST_DEK_VERSION
  const drawn = randomBytes(places.length * (KEY_BYTES + IV_BYTES))
  const labels = fields.map((field) => `sesshu/field/${field}`)
  const bytes = Buffer.alloc(places.length * (WRAPPED_KEY_BYTES + labels.length * KEY_BYTES))
  let at = 0
  places.forEach((place, i) => {
    const dek = drawn.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES)
    const ivAt = places.length * KEY_BYTES + i * IV_BYTES
    const iv = drawn.subarray(ivAt, ivAt + IV_BYTES)
    const boundTo = residentKeyPlace({ ...place, dekVersion })
    at += wrap(townKey, dek, boundTo, iv).copy(bytes, at)
    hmac.setKey(dek)
    for (const label of labels) {
      hmac.write(label, bytes, at, KEY_BYTES)
      at += KEY_BYTES
    }
  })
  hmac.wipe()
  drawn.fill(0)
  const packed = bytes.toString('base64')
  bytes.fill(0)
  return {
    ...{ packed, wrappedBytes: WRAPPED_KEY_BYTES },
    ...{ keyVersion: places[0]!.keyVersion, dekVersion },
  }
}

/** The data key leaves this process never, and this function only into `use`. */
export async function withResidentKey<T>(
  store: KeyStore,
  key: WrappedKey,
  use: (dek: Buffer) => T | Promise<T>,
): Promise<T> {
  const townKey = await store.townKey(key.municipalityCode, key.keyVersion)
  const dek = unwrapped(townKey, key)
  try {
    return await use(dek)
  } finally {
    dek.fill(0)
  }
}

export function fieldKeysOf(dek: Buffer, fields: readonly FieldName[]): WireFieldKeys {
  const keys: WireFieldKeys = {}
  for (const field of fields) keys[field] = fieldKey(dek, field).toString('base64')
  return keys
}

export function fieldKey(dek: Buffer, field: FieldName): Buffer {
  return derive(dek, `sesshu/field/${field}`)
}

/** The row that the key was made for is part of it: shown for another resident, it does not open. */
function unwrapped(townKey: Buffer, key: WrappedKey): Buffer {
  try {
    return unwrap(townKey, Buffer.from(key.wrapped, 'base64'), residentKeyPlace(key))
  } catch (error) {
    if (!(error instanceof WrapBroken)) throw error
    throw new DomainError(
      'wrappedKeyBroken',
      'The wrapped key was changed or is not of this resident',
    )
  }
}
