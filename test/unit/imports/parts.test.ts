import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeChanges, encodeChanges } from '../../../db/imports/change-lines.ts'
import { Newcomers } from '../../../db/imports/same-person-tasks.ts'
import { SeenKeys } from '../../../db/imports/seen.ts'
import type { ChangeRow } from '../../../db/imports/types.ts'
import { Hmac } from '../../../keyd/hmac.ts'

describe('the parts of an import', () => {
  test('newcomers are kept to be looked at, but not those of a city’s first file', () => {
    const newcomers = new Newcomers()
    const piece = Array.from({ length: 4_000 }, (_, i) => `id${i}`)
    for (let pieces = 1; pieces <= 5; pieces += 1) {
      newcomers.add(piece)
      expect(newcomers.few).toHaveLength(pieces * piece.length)
    }
    newcomers.add(['one more'])
    expect(newcomers.few).toHaveLength(0)
    newcomers.add(['and another'])
    expect(newcomers.few).toHaveLength(0)
  })

  test('an HMAC of two one-shot hashes is the library’s, for any key and value', () => {
    const hmac = new Hmac()
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        fc.string({ unit: 'binary', maxLength: 512 }).filter((text) => text.length <= 512),
        (key, value) => {
          const into = Buffer.alloc(40)
          hmac.setKey(key)
          hmac.write(value, into, 4, 32)
          const whole = createHmac('sha256', key).update(value, 'utf8').digest()
          expect(into.subarray(4, 36).equals(whole)).toBe(true)
        },
      ),
    )
  })

  test('it follows RFC 4231, test case 2', () => {
    const hmac = new Hmac()
    const into = Buffer.alloc(32)
    hmac.setKey(Buffer.from('Jefe'))
    hmac.write('what do ya want for nothing?', into, 0, 32)
    expect(into.toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
    hmac.wipe()
    hmac.write('x', into, 0, 32)
    const blank = createHmac('sha256', Buffer.alloc(64)).update('x').digest('hex')
    expect(into.toString('hex')).not.toBe(blank)
  })

  test('keys that were seen are known, and no others, beyond several growths', () => {
    const seen = new SeenKeys()
    const most = 200_000
    let [wronglyKnown, forgotten] = [0, 0]
    for (let n = 0; n < most; n++) if (seen.add(String(1_000_000 + n))) wronglyKnown += 1
    for (let n = 0; n < most; n++) if (!seen.has(String(1_000_000 + n))) forgotten += 1
    for (let n = 0; n < most; n++) if (seen.has(String(n))) wronglyKnown += 1
    expect({ wronglyKnown, forgotten }).toEqual({ wronglyKnown: 0, forgotten: 0 })
    expect(seen.size).toBe(most)
  })

  test('a change set is read as it was written, wherever its bytes are cut; cut off, it is refused', async () => {
    const changes: ChangeRow[] = [
      {
        rowNumber: 2,
        outcome: 'rejected',
        notes: [{ column: 'B', header: '氏名', code: 'c', value: '見本\n"' }],
      },
      { outcome: 'missing', residentId: 'a' },
    ]
    const bytes = encodeChanges(changes)
    for (let cut = 0; cut <= bytes.length; cut++) {
      const read: ChangeRow[] = []
      for await (const some of decodeChanges(parts(bytes.subarray(0, cut), bytes.subarray(cut)))) {
        read.push(...some)
      }
      expect(read).toEqual(changes)
    }
    const short = async () => {
      for await (const _ of decodeChanges(parts(bytes.subarray(0, -1))));
    }
    await expect(short()).rejects.toThrow()
  })
})

async function* parts(...bytes: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* bytes
}
