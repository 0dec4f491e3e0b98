import { createHash } from 'node:crypto'
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { z } from 'zod'
import { assertMayActFor } from '../../auth/caller.ts'
import { type RegisterReport, recordReport } from '../../db/queries/moves.ts'
import type { ApiDeps } from '../deps.ts'
import { validationHook } from '../problem.ts'
import { deathBody, moveBody, protectionBody, reportAnswer } from '../schemas/moves.ts'
import { json, refusals } from '../schemas/route.ts'

const moves = route('/moves', 'Tell a move: a plan, a fact, a cancellation', moveBody)
const deaths = route('/deaths', 'Tell a death; of several days told the earliest holds', deathBody)
const protections = route('/protections', 'Tell a support measure and its period', protectionBody)

/** Moves, deaths and protections as registers tell them, in any order and as often as they like. */
export function moveRoutes(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  app.openapi(moves, async (c) => c.json(await record(deps, c.req.valid('json')), 200))
  app.openapi(deaths, async (c) => {
    return c.json(await record(deps, { kind: 'deceased', ...c.req.valid('json') }), 200)
  })
  app.openapi(protections, async (c) => {
    return c.json(await record(deps, { kind: 'protected', ...c.req.valid('json') }), 200)
  })
  return app
}

async function record(deps: ApiDeps, report: RegisterReport) {
  assertMayActFor([report.municipalityCode])
  const bodySha256 = createHash('sha256').update(JSON.stringify(report)).digest('hex')
  const reported = await recordReport(deps.sql, report, bodySha256, deps.clock.today())
  if (reported.hasNews) deps.wakeRelays()
  return reported.answer
}

function route<T extends z.ZodType, P extends string>(path: P, summary: string, body: T) {
  return createRoute({
    method: 'post',
    path,
    summary,
    request: { body: { required: true, content: json(body) } },
    responses: {
      200: {
        description: 'Recorded; the same event again gets the same answer',
        content: json(reportAnswer),
      },
      ...refusals,
    },
  })
}
