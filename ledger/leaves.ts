import { HASH_BYTES, type Hash } from './merkle.ts'

/** Hashes side by side in one buffer: a log of millions fits into memory. */
export class Leaves {
  #bytes: Buffer
  #size = 0

  constructor(room = 1_024) {
    this.#bytes = Buffer.alloc(room * HASH_BYTES)
  }

  get size(): number {
    return this.#size
  }

  at(i: number): Buffer {
    if (i < 0 || i >= this.#size) throw new RangeError(`no hash at ${i} of ${this.#size}`)
    return this.#bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)
  }

  isAt(i: number, hash: Hash): boolean {
    if (i < 0 || i >= this.#size || hash.length !== HASH_BYTES) return false
    // No view a hash: this is asked millions of times.
    const from = i * HASH_BYTES
    return this.#bytes.compare(hash, 0, HASH_BYTES, from, from + HASH_BYTES) === 0
  }

  push(hash: Hash): void {
    if ((this.#size + 1) * HASH_BYTES > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)])
    }
    this.#bytes.set(hash, this.#size * HASH_BYTES)
    this.#size += 1
  }

  /** The first place from `from` on at which this hash stands, or -1. */
  indexOf(hash: Hash, from = 0): number {
    for (let i = Math.max(from, 0); i < this.#size; i += 1) if (this.isAt(i, hash)) return i
    return -1
  }

  cutTo(size: number): void {
    this.#size = Math.min(size, this.#size)
  }
}
