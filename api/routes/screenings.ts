/** A visit without a dose, taken back: by the tablet at once, by staff with a reason. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { voidScreening } from '../../db/queries/dose-changes/void-screening.ts'
import { undoReason } from '../../domain/dose-change.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem, validationHook } from '../problem.ts'
import { doseParam, reasonBody, voidedScreeningAnswer } from '../schemas/doses.ts'
import { json, problem, refusals } from '../schemas/route.ts'
import { caller, officeOf } from './doses.ts'

const voiding = createRoute({
  method: 'post',
  path: '/screenings/{id}/void',
  summary: 'A visit without a dose that was none. A tablet takes back its own for a minute',
  request: { params: doseParam, body: { required: true, content: json(reasonBody) } },
  responses: {
    200: { description: 'Done; its slip is free again', content: json(voidedScreeningAnswer) },
    404: problem('No such screening in one’s own municipality'),
    ...refusals,
  },
})

export function screeningRoutes(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  app.openapi(voiding, async (c) => {
    const { id: screeningId } = c.req.valid('param')
    const { reason } = c.req.valid('json')
    const by = caller()
    const isTablet = by.kind === 'device'
    if (isTablet && reason !== undoReason) throw new Problem(422, 'malformed', 'reason')
    const who = isTablet ? { undoBy: by.id, nowMs: Date.now() } : { municipalityCode: officeOf(by) }
    const voided = await voidScreening(deps, { screeningId, reason, ...who }, deps.clock.today())
    if (!voided) throw new Problem(404, 'notFound')
    deps.wakeRelays()
    return c.json(voided, 200)
  })
  return app
}
