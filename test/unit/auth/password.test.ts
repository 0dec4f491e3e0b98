// Passwords: kept with their parameters, opened by the right one alone, unknown logins take as long.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashPassword, isPassword, usualCost } from '../../../auth/password.ts'

const quick = { logN: 4, r: 8, p: 1 }

test('a password opens its own hash and no other', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ minLength: 1 }),
      fc.string({ minLength: 1 }),
      async (one, other) => {
        fc.pre(one.normalize('NFKC') !== other.normalize('NFKC'))
        const kept = await hashPassword(one, quick)
        expect(kept).not.toContain(one.length > 3 ? one : '$scrypt$')
        expect(await isPassword(one, kept)).toBe(true)
        expect(await isPassword(other, kept)).toBe(false)
      },
    ),
    { numRuns: 30 },
  )
})

test('the same password twice is two hashes', async () => {
  expect(await hashPassword('correct horse', quick)).not.toBe(
    await hashPassword('correct horse', quick),
  )
})

test('a hash with other parameters still opens: they are kept with it', async () => {
  const kept = await hashPassword('correct horse', { logN: 5, r: 4, p: 2 })
  expect(kept).toMatch(/^scrypt\$5\$4\$2\$/)
  expect(await isPassword('correct horse', kept)).toBe(true)
})

test.each([
  ['nothing', null],
  ['another kind', '$2b$10$abcdefghijklmnopqrstuv'],
  ['a hash that asks for gigabytes', 'scrypt$28$64$1$AAAA$AAAA'],
])('%s opens to nobody', async (_, kept) => {
  expect(await isPassword('correct horse', kept)).toBe(false)
})

test('the usual cost is what OWASP names for 32 MiB', () => {
  expect(usualCost).toEqual({ logN: 15, r: 8, p: 3 })
})
