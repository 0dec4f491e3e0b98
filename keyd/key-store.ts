/**
 * The keys of all municipalities, each wrapped under one root key. Where the root key lives is the
 * only difference between stores: in a file, or inside a token that never gives it away.
 */
import type { KeyObject } from 'node:crypto'
import type { FileRecipient } from '../domain/file-keys.ts'
import type { IndexName } from '../domain/sealed-fields.ts'

export type RootKey = {
  /** Shown by `status`: `files` or `pkcs11`. */
  readonly kind: string
  /** What comes back unwraps only with the same `boundTo`. */
  wrap(key: Uint8Array, boundTo: string): Promise<Uint8Array>
  /** Throws `WrapBroken`. */
  unwrap(wrapped: Uint8Array, boundTo: string): Promise<Buffer>
  close(): Promise<void>
}

export type KeyStore = {
  readonly kind: string
  hasTown(municipalityCode: string): Promise<boolean>
  /** Its first key and its index secret, if it has none yet. */
  makeTown(municipalityCode: string): Promise<void>
  /** Versions that still have a key, ascending. */
  versions(municipalityCode: string): Promise<number[]>
  newestVersion(municipalityCode: string): Promise<number>
  /** Throws `keyVersionUnknown` or `keyVersionDestroyed`. Not to be kept: it is wiped when destroyed. */
  townKey(municipalityCode: string, version: number): Promise<Buffer>
  /**
   * A new version, unless there is one newer than `from` already: repeating a rotation that was
   * interrupted makes no second one. Returns the newest.
   */
  rotate(municipalityCode: string, from: number): Promise<number>
  /** For ever. Throws `keyVersionInUse` for the newest. Repeating it is harmless. */
  destroy(municipalityCode: string, version: number): Promise<void>
  indexKey(municipalityCode: string, index: IndexName): Promise<Buffer>
  /** Ed25519, for the erasure list. */
  signingKey(): Promise<KeyObject>
  /** X25519 for sealed files, as age writes it (`AGE-SECRET-KEY-1…`); the first use makes it. */
  fileIdentity(name: FileRecipient): Promise<string>
  /** Every municipality that has keys. */
  towns(): Promise<string[]>
  /** Wipes what is in memory. */
  close(): Promise<void>
}
