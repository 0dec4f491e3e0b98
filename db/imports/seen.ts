/**
 * Which keys a file has named already: 64 bits of each in a table without objects, so that a city's file
 * costs some tens of megabytes, and two different keys are taken for one less than once in a million files.
 * The mixing begins with random numbers: nobody can write a file whose keys collide.
 */
import { randomBytes } from 'node:crypto'

const firstSlots = 1 << 16
const fullAt = 0.7

export class SeenKeys {
  readonly #seeds = new Uint32Array(randomBytes(8).buffer.slice(0, 8))
  #slots = new Uint32Array(firstSlots * 2)
  #count = 0
  #high = 0
  #low = 0

  /** Whether it was there before; it is from now on. */
  add(key: string): boolean {
    this.#mix(key)
    if (this.#put(this.#slots, this.#high, this.#low)) return true
    this.#count += 1
    if (this.#count > (this.#slots.length / 2) * fullAt) this.#grow()
    return false
  }

  has(key: string): boolean {
    this.#mix(key)
    return this.#find(this.#slots, this.#high, this.#low).isThere
  }

  get size(): number {
    return this.#count
  }

  #put(slots: Uint32Array, high: number, low: number): boolean {
    const { at, isThere } = this.#find(slots, high, low)
    slots[at] = high
    slots[at + 1] = low
    return isThere
  }

  /** Its place, or the first free one after where it belongs. Two zeros stand for a free one. */
  #find(slots: Uint32Array, high: number, low: number): { at: number; isThere: boolean } {
    const mask = slots.length / 2 - 1
    let slot = (low ^ high) & mask
    for (;;) {
      const at = slot * 2
      if (slots[at] === high && slots[at + 1] === low) return { at, isThere: true }
      if (slots[at] === 0 && slots[at + 1] === 0) return { at, isThere: false }
      slot = (slot + 1) & mask
    }
  }

  #grow(): void {
    const larger = new Uint32Array(this.#slots.length * 2)
    for (let at = 0; at < this.#slots.length; at += 2) {
      const [high, low] = [this.#slots[at]!, this.#slots[at + 1]!]
      if (high !== 0 || low !== 0) this.#put(larger, high, low)
    }
    this.#slots = larger
  }

  /** Two rounds of multiplying and folding over the characters, never both zero. */
  #mix(key: string): void {
    let a = this.#seeds[0]! ^ key.length
    let b = this.#seeds[1]! ^ 0x41c6ce57
    for (let i = 0; i < key.length; i++) {
      const unit = key.charCodeAt(i)
      a = Math.imul(a ^ unit, 0x9e3779b1)
      b = Math.imul(b ^ unit, 0x5f356495)
      a ^= a >>> 15
      b ^= b >>> 13
    }
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
    b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
    this.#high = (a ^ (a >>> 14)) >>> 0 || 1
    this.#low = (b ^ (b >>> 15)) >>> 0
  }
}
