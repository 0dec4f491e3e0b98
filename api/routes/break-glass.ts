import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Auth } from '../../auth/auth.ts'
import { breakTheGlass, endEmergency, reviewWithinHours } from '../../auth/break-glass.ts'
import { boundTo } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import { type BreakGlassLine, listBreakGlass, reviewBreakGlass } from '../../db/auth/break-glass.ts'
import { validationHook } from '../problem.ts'
import { idAnswer, idParam } from '../schemas/people.ts'
import { json, refusals } from '../schemas/route.ts'
import {
  breakGlassAnswer,
  breakGlassBody,
  openedAnswer,
  reviewBody,
} from '../schemas/two-people.ts'
import { administrator as account } from './devices.ts'

const open = createRoute({
  method: 'post',
  path: '/break-glass',
  summary: 'Look into another municipality’s register in an emergency, for an hour at most',
  request: { body: { required: true, content: json(breakGlassBody) } },
  responses: { 201: { description: 'Open', content: json(openedAnswer) }, ...refusals },
})
const close = createRoute({
  method: 'post',
  path: '/break-glass/{id}/close',
  summary: 'End it before its time',
  request: { params: idParam },
  responses: { 200: { description: 'Ended', content: json(idAnswer) }, ...refusals },
})
const list = createRoute({
  method: 'get',
  path: '/break-glass',
  summary: 'Every use with its review; an administrator sees the own office’s',
  responses: { 200: { description: 'The newest 200', content: json(breakGlassAnswer) } },
})
const review = createRoute({
  method: 'post',
  path: '/break-glass/{id}/review',
  summary: 'Say what became of it; the named reviewer alone, once',
  request: { params: idParam, body: { required: true, content: json(reviewBody) } },
  responses: { 201: { description: 'Kept', content: json(idAnswer) }, ...refusals },
})

export function breakGlassRoutes(auth: Auth): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(open, async (c) => {
    const { id, expiresAt } = await breakTheGlass(auth, account(), c.req.valid('json'))
    return c.json({ id, expiresAt: expiresAt.toISOString() }, 201)
  })

  app.openapi(close, async (c) => {
    const { id } = c.req.valid('param')
    await endEmergency(auth.sql, account(), id)
    return c.json({ id }, 200)
  })

  app.openapi(list, async (c) => {
    const uses = await listBreakGlass(auth.sql, reviewWithinHours, boundTo())
    return c.json({ uses: uses.map(shown) }, 200)
  })

  app.openapi(review, async (c) => {
    const { id } = c.req.valid('param')
    const { outcome } = c.req.valid('json')
    const isKept = await reviewBreakGlass(auth.sql, id, account().id, outcome)
    if (!isKept) throw new Refusal(404, 'notFound')
    return c.json({ id }, 201)
  })
  return app
}

function shown(line: BreakGlassLine) {
  const { openedAt, expiresAt, outcome, reviewedAt: _, ...rest } = line
  return {
    ...rest,
    openedAt: openedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(outcome && { outcome }),
  }
}
