import { z } from '@hono/zod-openapi'

/** More rows than any log of this kind has. */
const largestSize = 1_000_000_000_000

const count = (min: number, example: number) =>
  z.coerce.number().int().min(min).max(largestSize).openapi({ type: 'integer', example })

/** -1 asks for the head of the empty log too. */
export const headsQuery = z.object({ after: count(-1, 1_200).default(-1) })

export const headsAnswer = z.object({
  origin: z.string().openapi({ example: 'sesshu.invalid/access-ledger/5f0c8a3b1d2e' }),
  publicKey: z.string().openapi({ description: 'Verifier key, as in c2sp.org/signed-note' }),
  newest: z.string().nullable().openapi({ description: 'The largest head, a signed checkpoint' }),
  heads: z.array(z.string()).openapi({ description: 'Smallest first' }),
})

export const leavesQuery = z.object({ from: count(0, 1_200), to: count(0, 1_240) })

export const leavesAnswer = z.object({
  from: z.int(),
  leaves: z.array(z.string()).openapi({ description: 'Leaf hashes of RFC 6962, base64' }),
})
