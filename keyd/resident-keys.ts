import { randomBytes } from 'node:crypto'
import { DomainError } from '../domain/errors.ts'
import { type FieldName, fieldNames } from '../domain/sealed-fields.ts'
import type { KeyStore } from './key-store.ts'
import type { WireFieldKeys, WireWrapped } from './protocol.ts'
import { derive, KEY_BYTES, residentKeyPlace, unwrap, WrapBroken, wrap } from './wrap.ts'

export type WrappedKey = {
  municipalityCode: string
  residentId: string
  wrapped: string
  keyVersion: number
  dekVersion: number
}

/** Only ever counted up when a resident's whole row is sealed anew. */
export const FIRST_DEK_VERSION = 1

export function newResidentKey(
  townKey: Buffer,
  place: { municipalityCode: string; residentId: string; keyVersion: number },
): WireWrapped & { fieldKeys: WireFieldKeys } {
  const dek = randomBytes(KEY_BYTES)
  const at = { ...place, dekVersion: FIRST_DEK_VERSION }
  const wrapped = wrap(townKey, dek, residentKeyPlace(at)).toString('base64')
  const fieldKeys = fieldKeysOf(dek, fieldNames)
  dek.fill(0)
  return { wrapped, keyVersion: at.keyVersion, dekVersion: at.dekVersion, fieldKeys }
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
