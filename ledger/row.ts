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
  return Buffer.concat([
    Buffer.from([version]),
    text(row.id),
    text(row.lookedAt),
    text(row.actor),
    text(row.actorRole),
    text(row.office),
    text(row.purpose),
    text(row.municipalityCode),
    text(row.residentId),
    text(row.courseId),
    list(row.fields),
    text(row.legalBasis),
    text(row.breakGlassId),
    row.detail === null ? absent() : field(kinds.bytes, Buffer.from(row.detail, 'base64')),
  ])
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

function text(value: string | null): Buffer {
  return value === null ? absent() : field(kinds.text, Buffer.from(value, 'utf8'))
}

function list(values: string[]): Buffer {
  const items = values.map((value) => lengthAnd(Buffer.from(value, 'utf8')))
  return field(kinds.list, Buffer.concat([number(values.length), ...items]))
}

function absent(): Buffer {
  return field(kinds.absent, Buffer.alloc(0))
}

/** Kind, length, content: nothing in the content can end it early. */
function field(kind: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([kind]), lengthAnd(content)])
}

function lengthAnd(content: Buffer): Buffer {
  return Buffer.concat([number(content.length), content])
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
