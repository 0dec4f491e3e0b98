/**
 * HMAC-SHA-256 (RFC 2104) of many short values under one key. Made of two one-shot hashes: the library's
 * own object for an HMAC costs more than twice as much to set up as the hashing itself, and a city's
 * register asks for tens of millions.
 */
import { createHash, hash } from 'node:crypto'

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
const INNER = 0x36
const OUTER = 0x5c
const ROOM_BYTES = 2_048

/** One at a time: whoever has set a key writes with it before anybody else does, or wipes it. */
export class Hmac {
  readonly #inner = Buffer.alloc(BLOCK_BYTES + ROOM_BYTES)
  readonly #outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES)

  setKey(key: Uint8Array): void {
    const short = key.length > BLOCK_BYTES ? createHash('sha256').update(key).digest() : key
    for (let i = 0; i < BLOCK_BYTES; i++) {
      this.#inner[i] = (short[i] ?? 0) ^ INNER
      this.#outer[i] = (short[i] ?? 0) ^ OUTER
    }
  }

  /** Writes the first `bytes` (at most 32) of the value's HMAC at an offset of `into`. */
  write(value: string, into: Buffer, offset: number, bytes: number): void {
    // Three bytes are the most that one UTF-16 unit comes to.
    if (value.length * 3 > ROOM_BYTES) throw new RangeError('The value is too long')
    const end = BLOCK_BYTES + this.#inner.write(value, BLOCK_BYTES, 'utf8')
    this.#outer.write(digestOf(this.#inner.subarray(0, end)), BLOCK_BYTES, 'binary')
    into.write(digestOf(this.#outer), offset, bytes, 'binary')
  }

  /** Forgets the key. */
  wipe(): void {
    this.#inner.fill(0, 0, BLOCK_BYTES)
    this.#outer.fill(0)
  }
}

/** A byte a character: a string is what the one-shot hash gives back fastest. */
function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'binary')
}
