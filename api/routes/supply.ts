import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { townOfficer } from '../../auth/caller.ts'
import { countsAtVenues, reserveOf } from '../../db/queries/supply.ts'
import { supplyPeriod } from '../../domain/supply-period.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem, validationHook } from '../problem.ts'

import { json, problem } from '../schemas/route.ts'
import { countsAnswer, countsQuery, reserveAnswer } from '../schemas/supply.ts'

const counts = createRoute({
  method: 'get',
  path: '/supply/doses',
  summary: 'Doses at the venues of one’s own municipality by day, product, lot and number',
  request: { query: countsQuery },
  responses: {
    200: { description: 'Exact; held and waiting beside', content: json(countsAnswer) },
    422: problem('A period that cannot be'),
  },
})
const reserve = createRoute({
  method: 'get',
  path: '/supply/reserve',
  summary: 'Next doses that are promised, by product, week and venue of the first',
  responses: {
    200: { description: 'From the courses as they stand', content: json(reserveAnswer) },
  },
})

export function supplyRoutes({ sql, clock }: Pick<ApiDeps, 'sql' | 'clock'>): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(counts, async (c) => {
    const { office: municipalityCode } = townOfficer()
    const period = supplyPeriod(c.req.valid('query'), clock.today())
    if (!period) throw new Problem(422, 'malformed', 'from')
    const { doses, unresolved, countedAt } = await countsAtVenues(sql, {
      municipalityCode,
      ...period,
    })
    const at = countedAt?.toISOString() ?? null
    return c.json({ axis: 'venue' as const, ...period, countedAt: at, doses, unresolved }, 200)
  })

  app.openapi(reserve, async (c) => {
    const { office } = townOfficer()
    const on = clock.today()
    const lines = await reserveOf(sql, office, on)
    return c.json({ axis: 'venueOfFirstDose' as const, on, lines }, 200)
  })
  return app
}
