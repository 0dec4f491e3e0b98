/**
 * What anybody may fetch of the access ledger, and a witness does each minute: signed heads and leaf
 * hashes. No row, no id, no count of one person's looks: a leaf is a hash over a random id.
 */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { currentLog, headsAfter, newestHead } from '../../db/ledger/heads.ts'
import { leavesAtMost, readLeaves } from '../../db/ledger/leaves.ts'
import type { ApiDeps } from '../deps.ts'
import { type Budget, budgetOf } from '../leaf-budget.ts'
import { Problem, validationHook } from '../problem.ts'
import { headsAnswer, headsQuery, leavesAnswer, leavesQuery } from '../schemas/ledger.ts'
import { json, problem } from '../schemas/route.ts'

/** A day of heads is two answers. */
const headsAtMost = 1_000
/** What one request costs beside its leaves, so that empty answers are not free. */
const costOfRequest = 200
const budgetLeaves = { most: 2_000_000, perSecond: 20_000 }

const refusals = {
  404: problem('No sealer has run yet'),
  422: problem('The numbers are no numbers'),
  429: problem('Too much at once; ask again later'),
}

const heads = createRoute({
  method: 'get',
  path: '/ledger/heads',
  summary: 'Signed heads of the access ledger that are larger than a size',
  request: { query: headsQuery },
  responses: { 200: { description: 'Heads', content: json(headsAnswer) }, ...refusals },
})

const leaves = createRoute({
  method: 'get',
  path: '/ledger/leaves',
  summary: 'Leaf hashes of the access ledger, from one place to before another',
  request: { query: leavesQuery },
  responses: {
    200: { description: 'As many as fit into one answer', content: json(leavesAnswer) },
    ...refusals,
  },
})

export function ledgerRoutes(
  { sql }: Pick<ApiDeps, 'sql'>,
  budget: Budget = budgetOf(budgetLeaves),
): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(heads, async (c) => {
    spend(budget, costOfRequest)
    const log = await currentLog(sql)
    if (!log) throw new Problem(404, 'ledgerNotBegun')
    const { after } = c.req.valid('query')
    const found = await headsAfter(sql, log.origin, after, headsAtMost)
    const newest = await newestHead(sql, log.origin)
    const answer = { ...log, newest: newest?.checkpoint ?? null }
    return c.json({ ...answer, heads: found.map(({ checkpoint }) => checkpoint) }, 200)
  })

  app.openapi(leaves, async (c) => {
    const { from, to } = c.req.valid('query')
    spend(budget, costOfRequest + Math.min(Math.max(to - from, 0), leavesAtMost))
    const found = await readLeaves(sql, from, to)
    return c.json({ from, leaves: found.map((leaf) => Buffer.from(leaf).toString('base64')) }, 200)
  })
  return app
}

function spend(budget: Budget, amount: number): void {
  if (!budget.take(amount)) throw new Problem(429, 'tooMuchAtOnce')
}
