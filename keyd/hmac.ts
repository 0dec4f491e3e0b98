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

export type Hmac = {
  /** Writes the first `bytes` (at most 32) of the value's HMAC at an offset of `into`. */
  write(value: string, into: Buffer, offset: number, bytes: number): void
  /** Forgets the key. */
  wipe(): void
}

export function hmacUnder(key: Uint8Array): Hmac {
  const short = key.length > BLOCK_BYTES ? createHash('sha256').update(key).digest() : key
  const inner = Buffer.alloc(BLOCK_BYTES + ROOM_BYTES)
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES)
  for (let i = 0; i < BLOCK_BYTES; i++) {
    inner[i] = (short[i] ?? 0) ^ INNER
    outer[i] = (short[i] ?? 0) ^ OUTER
  }
  return {
    write(value, into, offset, bytes) {
      // Three bytes are the most that one UTF-16 unit comes to.
      if (value.length * 3 > ROOM_BYTES) throw new RangeError('The value is too long')
      const end = BLOCK_BYTES + inner.write(value, BLOCK_BYTES, 'utf8')
      outer.write(hash('sha256', inner.subarray(0, end), 'binary'), BLOCK_BYTES, 'binary')
      into.write(hash('sha256', outer, 'binary'), offset, bytes, 'binary')
    },
    wipe() {
      inner.fill(0)
      outer.fill(0)
    },
  }
}
