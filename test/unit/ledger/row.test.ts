// The bytes of a row can be read back in one way only, so that two rows never share a hash.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LedgerRow } from '../../../domain/ledger-row.ts'
import { canonicalBytes, leafHashOf } from '../../../ledger/row.ts'
import { aLook } from '../../support/ledger.ts'

const word = fc.string({ unit: 'binary', maxLength: 12 })
const maybe = fc.option(word)
const row: fc.Arbitrary<LedgerRow> = fc.record({
  id: word,
  lookedAt: word,
  actor: word,
  actorRole: word,
  office: word,
  purpose: word,
  municipalityCode: word,
  residentId: maybe,
  courseId: maybe,
  fields: fc.array(word, { maxLength: 4 }),
  legalBasis: maybe,
  breakGlassId: maybe,
  detail: fc.option(fc.uint8Array({ maxLength: 9 }).map((b) => Buffer.from(b).toString('base64'))),
})

type Field = string | string[] | null

/** Reads the bytes back with nothing but the format's own rule: kind, length, content. */
function readBack(bytes: Buffer): { version: number; fields: Field[] } {
  const fields: Field[] = []
  let at = 1
  const take = (length: number) => {
    at += length
    return bytes.subarray(at - length, at)
  }
  const sized = () => take(take(4).readUInt32BE())
  while (at < bytes.length) {
    const kind = take(1)[0]
    if (kind === 3) {
      const end = take(4).readUInt32BE() + at
      const items = Array.from({ length: take(4).readUInt32BE() }, () => sized().toString())
      expect(at).toBe(end)
      fields.push(items)
    } else {
      const content = sized()
      fields.push(kind === 0 ? null : content.toString(kind === 2 ? 'base64' : 'utf8'))
    }
  }
  return { version: bytes[0]!, fields }
}

describe('the bytes of a row', () => {
  it('are read back as the row, in the order of its fields, whatever stands in them', () => {
    fc.assert(
      fc.property(row, (one) => {
        const order: (keyof LedgerRow)[] = [
          ...(['id', 'lookedAt', 'actor', 'actorRole', 'office', 'purpose'] as const),
          ...(['municipalityCode', 'residentId', 'courseId', 'fields'] as const),
          ...(['legalBasis', 'breakGlassId', 'detail'] as const),
        ]
        const { version, fields } = readBack(Buffer.from(canonicalBytes(one)))
        expect(version).toBe(1)
        expect(fields).toEqual(order.map((name) => one[name]))
      }),
    )
  })

  it('differ when text moves between fields, or an empty text takes the place of none', () => {
    const base = aLook({ fields: ['ab', 'c'] })
    const others = [
      { ...base, fields: ['a', 'bc'] },
      { ...base, fields: ['abc'] },
      { ...base, residentId: null, courseId: base.residentId },
      { ...base, legalBasis: '' },
      { ...base, detail: '' },
    ]
    const hashes = [base, ...others].map((one) => Buffer.from(leafHashOf(one)).toString('hex'))
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})
