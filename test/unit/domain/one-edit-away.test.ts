/** Proves: every number that one slip of a reader makes is thought of, and the number itself is not. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { oneEditAway } from '../../../domain/misread.ts'

const digits = fc.stringMatching(/^\d{10}$/)

test('law: one digit changed, or two neighbours swapped, is one slip away', () => {
  fc.assert(
    fc.property(
      digits,
      fc.nat(9),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(8),
      (number, i, by, at) => {
        const near = new Set(oneEditAway(number))
        const changed = [...number].with(i, String((Number(number[i]) + by) % 10)).join('')
        expect(near.has(changed)).toBe(true)
        const swapped = [...number]
          .with(at, number[at + 1]!)
          .with(at + 1, number[at]!)
          .join('')
        expect(near.has(swapped)).toBe(swapped !== number)
        expect(near.has(number)).toBe(false)
        expect(near.size).toBeLessThanOrEqual(99)
      },
    ),
  )
})
