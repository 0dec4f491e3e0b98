/**
 * The Merkle tree of RFC 6962, section 2.1: leaves and inner nodes are hashed apart by their first
 * byte, and a tree of n leaves is split at the largest power of two below n. Hashes are 32 bytes.
 */
import { hash } from 'node:crypto'

export type Hash = Uint8Array

export const HASH_BYTES = 32

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

/** The root of a tree without leaves. */
export const emptyRoot: Hash = sha256(new Uint8Array())

export function leafHash(bytes: Uint8Array): Hash {
  return sha256(leafPrefix, bytes)
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return sha256(nodePrefix, left, right)
}

export function sha256(...parts: Uint8Array[]): Hash {
  return hash('sha256', parts.length === 1 ? parts[0]! : Buffer.concat(parts), 'buffer')
}

/**
 * A growing tree that keeps only the roots of its complete subtrees, largest first: one for every
 * bit of the size. That is all it takes to add leaves and to say the root.
 */
export class CompactRange {
  #size: number
  readonly #roots: Hash[]

  private constructor(size: number, roots: Hash[]) {
    this.#size = size
    this.#roots = roots
  }

  static empty(): CompactRange {
    return new CompactRange(0, [])
  }

  /** Takes up a range that was kept. Throws when its roots do not fit its size. */
  static from(kept: { size: number; roots: Hash[] }): CompactRange {
    const { size, roots } = kept
    if (!Number.isSafeInteger(size) || size < 0) throw new Error('A tree has a whole size.')
    if (roots.length !== bitsIn(size) || roots.some((root) => root.length !== HASH_BYTES)) {
      throw new Error(`A tree of ${size} leaves has ${bitsIn(size)} complete subtrees.`)
    }
    return new CompactRange(size, [...roots])
  }

  get size(): number {
    return this.#size
  }

  get roots(): readonly Hash[] {
    return this.#roots
  }

  copy(): CompactRange {
    return new CompactRange(this.#size, [...this.#roots])
  }

  /** Adds the hash of the next leaf. */
  append(leaf: Hash): void {
    let root = leaf
    // Every trailing one of the size is a complete subtree that this leaf fills up.
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      root = nodeHash(this.#roots.pop()!, root)
    }
    this.#roots.push(root)
    this.#size += 1
  }

  root(): Hash {
    const last = this.#roots.at(-1)
    if (!last) return emptyRoot
    return this.#roots.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last)
  }
}

function bitsIn(size: number): number {
  let bits = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2
  return bits
}
