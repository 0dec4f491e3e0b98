/** Laws of a sealed value: it opens where it was sealed, with its own key, unchanged; and nowhere else. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fieldNames } from '../../../domain/sealed-fields.ts'
import { sealOverheadBytes } from '../../../vault/field-seal.ts'
import { type FieldKeys, open, type SealPlace, seal } from '../../../vault/vault.ts'

const part = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => !text.includes('|'))
const place: fc.Arbitrary<SealPlace> = fc.record({
  table: part,
  column: part,
  field: fc.constantFrom(...fieldNames),
  municipalityCode: part,
  rowId: part,
})
const text = fc.string({ unit: 'grapheme', maxLength: 300 })
const version = fc.integer({ min: 1, max: 65_535 })

function keysOf(dekVersion: number): FieldKeys {
  const keys: FieldKeys = { dekVersion }
  for (const field of fieldNames) keys[field] = randomBytes(32)
  return keys
}

const broken = expect.objectContaining({ code: 'sealBroken' })

it('what was sealed is opened as it was', () => {
  fc.assert(
    fc.property(place, text, version, (at, plain, dekVersion) => {
      const keys = keysOf(dekVersion)
      const sealed = seal(keys, at, plain)
      expect(open(keys, at, sealed)).toBe(plain)
      expect(sealed.length).toBe(sealOverheadBytes + Buffer.byteLength(plain))
    }),
  )
})

it('the same text is never sealed to the same bytes', () => {
  const keys = keysOf(1)
  const at = { table: 't', column: 'c', field: 'name', municipalityCode: '1', rowId: 'r' } as const
  expect(new Set(Array.from({ length: 100 }, () => String(seal(keys, at, 'x')))).size).toBe(100)
})

it('ciphertext moved to another table, column, town, row or field is refused', () => {
  fc.assert(
    fc.property(place, place, text, (from, to, plain) => {
      const keys = keysOf(1)
      for (const name of ['table', 'column', 'municipalityCode', 'rowId', 'field'] as const) {
        if (from[name] === to[name]) continue
        const moved = { ...from, [name]: to[name] }
        expect(() => open(keys, moved, seal(keys, from, plain))).toThrow(broken)
      }
    }),
  )
})

it('two places never look alike, however their parts are cut', () => {
  const keys = keysOf(1)
  const at = { field: 'name', municipalityCode: '1', rowId: 'r' } as const
  expect(() => seal(keys, { ...at, table: 'a|b', column: 'c' }, 'x')).toThrow(
    expect.objectContaining({ code: 'invalidSealPlace' }),
  )
})

it('one changed bit is refused, wherever it is', () => {
  fc.assert(
    fc.property(place, text, fc.nat(), (at, plain, n) => {
      const keys = keysOf(1)
      const sealed = Uint8Array.from(seal(keys, at, plain))
      const bit = n % (sealed.length * 8)
      sealed[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => open(keys, at, sealed)).toThrow(
        expect.objectContaining({
          code: expect.stringMatching(/^(sealBroken|sealedUnderOtherKey)$/),
        }),
      )
    }),
  )
})

it('a shortened value is refused at every length', () => {
  const keys = keysOf(1)
  const at = { table: 't', column: 'c', field: 'name', municipalityCode: '1', rowId: 'r' } as const
  const sealed = seal(keys, at, '見本 花子')
  for (let length = 0; length < sealed.length; length += 1) {
    expect(() => open(keys, at, sealed.subarray(0, length))).toThrow(broken)
  }
})

it('another version of the data key is named, and a forged version is refused', () => {
  fc.assert(
    fc.property(place, text, version, version, (at, plain, sealedUnder, shown) => {
      fc.pre(sealedUnder !== shown)
      const keys = keysOf(sealedUnder)
      const sealed = seal(keys, at, plain)
      const others = { ...keys, dekVersion: shown }
      expect(() => open(others, at, sealed)).toThrow(
        expect.objectContaining({ code: 'sealedUnderOtherKey' }),
      )
      const forged = Buffer.from(sealed)
      forged.writeUInt16BE(shown, 1)
      expect(() => open(others, at, forged)).toThrow(broken)
    }),
  )
})

it("another resident's key opens nothing, and no key seals nothing", () => {
  fc.assert(
    fc.property(place, text, (at, plain) => {
      const sealed = seal(keysOf(1), at, plain)
      expect(() => open(keysOf(1), at, sealed)).toThrow(broken)
      const missing = expect.objectContaining({ code: 'fieldNotUnlocked' })
      expect(() => open({ dekVersion: 1 }, at, sealed)).toThrow(missing)
      expect(() => seal({ dekVersion: 1 }, at, plain)).toThrow(missing)
    }),
  )
})
