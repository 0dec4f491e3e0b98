import { type Spelling, spellingsOf } from './spellings.ts'

export type Marker = { text: string; what: string }

export type Needle = Spelling & { marker: Marker }

export type Found = { needle: Needle; at: number }

const prefixBytes = 4
const filterBits = 24

/**
 * Looks for thousands of byte strings at once: a bitmap over three bytes turns nearly every position
 * away, a map over four finds the candidates.
 */
export class Needles {
  /** No needle is longer, so that a reader of chunks knows how much of the last one to keep. */
  readonly bytesAtMost: number
  private readonly filter = new Uint8Array(2 ** (filterBits - 3))
  private readonly byPrefix = new Map<number, Needle[]>()

  constructor(markers: Marker[]) {
    const needles = markers.flatMap((marker) =>
      spellingsOf(marker.text).map((spelling) => ({ ...spelling, marker })),
    )
    this.bytesAtMost = Math.max(prefixBytes, ...needles.map(({ bytes }) => bytes.length))
    for (const needle of needles) {
      const three = needle.bytes.readUIntBE(0, 3)
      this.filter[three >> 3]! |= 1 << (three & 7)
      const prefix = needle.bytes.readUInt32BE(0)
      this.byPrefix.set(prefix, [...(this.byPrefix.get(prefix) ?? []), needle])
    }
  }

  *findIn(bytes: Buffer): Generator<Found> {
    const { filter, byPrefix } = this
    let three = bytes.length < 2 ? 0 : bytes.readUInt16BE(0)
    for (let at = 0; at + prefixBytes <= bytes.length; at += 1) {
      three = ((three << 8) | bytes[at + 2]!) & 0xffffff
      if ((filter[three >> 3]! & (1 << (three & 7))) === 0) continue
      for (const needle of byPrefix.get(bytes.readUInt32BE(at)) ?? []) {
        const end = at + needle.bytes.length
        if (
          end > bytes.length ||
          bytes.compare(needle.bytes, 0, needle.bytes.length, at, end) !== 0
        ) {
          continue
        }
        yield { needle, at }
      }
    }
  }
}
