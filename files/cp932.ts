/**
 * CP932 the other way round, which the runtime does not offer: a table made from its decoder, so that
 * whatever it reads is written back. Of characters with two codes (NEC and IBM have some in common) the
 * one that Windows writes is taken.
 */
import { isUtf8 } from 'node:buffer'
import { decoderOf } from './decode.ts'

let codes: Map<number, number> | undefined

/** Of one UTF-16 unit: a byte, or lead and trail as one number; undefined where it has no code. */
export function cp932Code(unit: number): number | undefined {
  codes ??= tableOf()
  return codes.get(unit)
}

/** Undefined where a character has no code. */
export function encodeCp932(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length * 2)
  let length = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    const code = unit < 0x80 ? unit : cp932Code(unit)
    if (code === undefined) return undefined
    if (code > 0xff) bytes[length++] = code >> 8
    bytes[length++] = code & 0xff
  }
  return bytes.subarray(0, length)
}

/** What was UTF-8 and has been read as CP932: the bytes behind it are sound UTF-8. */
export function wasUtf8(text: string): boolean {
  const bytes = encodeCp932(text)
  return bytes !== undefined && isUtf8(bytes)
}

/** Later entries give way to earlier ones: IBM's first block, JIS, NEC row 13, IBM's copy by NEC last. */
function tableOf(): Map<number, number> {
  const table = new Map<number, number>()
  const decoder = decoderOf('cp932')
  for (const lead of leads()) {
    for (let trail = 0x40; trail <= 0xfc; trail += 1) {
      if (trail === 0x7f) continue
      const text = decoder.decode(Uint8Array.of(lead, trail))
      const unit = text.charCodeAt(0)
      if (text.length === 1 && unit !== 0xfffd && !table.has(unit)) {
        table.set(unit, (lead << 8) | trail)
      }
    }
  }
  for (const byte of singles()) {
    table.set(decoder.decode(Uint8Array.of(byte)).charCodeAt(0), byte)
  }
  return table
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, step) => from + step)

function singles(): number[] {
  return [...range(0x00, 0x7f), ...range(0xa1, 0xdf)]
}

function leads(): number[] {
  return [...range(0x81, 0x9f), ...range(0xe0, 0xec), ...range(0xef, 0xfc), 0xed, 0xee]
}
