/**
 * One row of the access ledger as bytes that nobody can read in two ways, and the hashes over them.
 * A row says nothing of its place: the tree and the chain do, so that a row that was moved is known
 * again. `detail` is ciphertext, and the id is random, so that a leaf hash tells nothing of a row.
 */
import type { LedgerRow } from '../domain/ledger-row.ts'
import { type Hash, leafHash, sha256 } from './merkle.ts'

/** Raised when a field is added: rows written before keep the bytes of their own version. */
const version = 1
const kinds = { absent: 0, text: 1, bytes: 2, list: 3 } as const

export function canonicalBytes(row: LedgerRow): Uint8Array {
  const bytes = new Writer(longestBytes(row))
  bytes.number8(version)
  bytes.text(row.id)
  bytes.text(row.lookedAt)
  bytes.text(row.actor)
  bytes.text(row.actorRole)
  bytes.text(row.office)
  bytes.text(row.purpose)
  bytes.text(row.municipalityCode)
  bytes.text(row.residentId)
  bytes.text(row.courseId)
  bytes.list(row.fields)
  bytes.text(row.legalBasis)
  bytes.text(row.breakGlassId)
  bytes.base64(row.detail)
  return bytes.end()
}

export function leafHashOf(row: LedgerRow): Hash {
  return leafHash(canonicalBytes(row))
}

/** Before the first row. */
export const chainBegin: Hash = new Uint8Array(32)

const chainPrefix = Uint8Array.of(2)

/** Links a row to the one before: whoever holds two neighbours can tell without the tree. */
export function chainHash(before: Hash, leaf: Hash): Hash {
  return sha256(chainPrefix, before, leaf)
}

/** UTF-8 takes at most three bytes for a UTF-16 unit; every field has a kind and a length. */
function longestBytes(row: LedgerRow): number {
  let bytes = 1
  for (const value of Object.values(row)) {
    const items = Array.isArray(value) ? value : [value ?? '']
    bytes += 9
    for (const item of items) bytes += 4 + 3 * String(item).length
  }
  return bytes
}

/** Kind, length, content: nothing in a content can end it early. Sealing is the hot path. */
class Writer {
  readonly #bytes: Buffer
  #at = 0

  constructor(longest: number) {
    this.#bytes = Buffer.allocUnsafe(longest)
  }

  number8(value: number): void {
    this.#at = this.#bytes.writeUInt8(value, this.#at)
  }

  text(value: string | null): void {
    this.number8(value === null ? kinds.absent : kinds.text)
    this.#sized(value ?? '', 'utf8')
  }

  base64(value: string | null): void {
    this.number8(value === null ? kinds.absent : kinds.bytes)
    this.#sized(value ?? '', 'base64')
  }

  list(values: string[]): void {
    this.number8(kinds.list)
    const lengthAt = this.#at
    this.#at = this.#bytes.writeUInt32BE(values.length, lengthAt + 4)
    for (const value of values) this.#sized(value, 'utf8')
    this.#bytes.writeUInt32BE(this.#at - lengthAt - 4, lengthAt)
  }

  #sized(value: string, encoding: 'utf8' | 'base64'): void {
    const written = this.#bytes.write(value, this.#at + 4, encoding)
    this.#bytes.writeUInt32BE(written, this.#at)
    this.#at += 4 + written
  }

  end(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }
}
