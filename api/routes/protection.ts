/** Stays outside the register, consents, and where a protected person can be reached. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { assertMayActFor } from '../../auth/caller.ts'
import { arrangeDelivery, deliveryFor, endDelivery } from '../../db/queries/delivery.ts'
import { endConsent, registerStay } from '../../db/queries/stays.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem, validationHook } from '../problem.ts'
import {
  arrangement,
  deliveryAnswer,
  deliveryBody,
  deliveryKeyBody,
  stayAnswer,
  stayBody,
  taskParam,
  townQuery,
  withdrawalAnswer,
  withdrawalBody,
} from '../schemas/protection.ts'
import { json, problem, refusals } from '../schemas/route.ts'

const stays = createRoute({
  method: 'post',
  path: '/stays',
  summary: 'Tell somebody who lives here and is registered elsewhere, or nowhere',
  request: { body: { required: true, content: json(stayBody) } },
  responses: { 200: { description: 'Kept', content: json(stayAnswer) }, ...refusals },
})

const withdrawals = createRoute({
  method: 'post',
  path: '/stays/withdrawals',
  summary: 'Withdraw a consent: nothing flows between the two towns any more',
  request: { body: { required: true, content: json(withdrawalBody) } },
  responses: { 200: { description: 'Withdrawn', content: json(withdrawalAnswer) }, ...refusals },
})

const arrange = createRoute({
  method: 'put',
  path: '/delivery-arrangements',
  summary: 'Say where a person whom this town protects can be reached',
  request: { body: { required: true, content: json(deliveryBody) } },
  responses: { 200: { description: 'Kept', content: json(deliveryAnswer) }, ...refusals },
})

const end = createRoute({
  method: 'post',
  path: '/delivery-arrangements/delete',
  summary: 'Forget where a person can be reached',
  request: { body: { required: true, content: json(deliveryKeyBody) } },
  responses: { 200: { description: 'Forgotten', content: json(deliveryAnswer) }, ...refusals },
})

const read = createRoute({
  method: 'get',
  path: '/tasks/{id}/delivery',
  summary: 'Where the person of an open task by hand can be reached; each look is in the ledger',
  request: { params: taskParam, query: townQuery },
  responses: {
    200: { description: 'As it was arranged', content: json(arrangement) },
    404: problem('No such task here, a task that is done, or nothing arranged'),
    ...refusals,
  },
})

export function protectionRoutes(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(stays, async (c) => {
    const stay = c.req.valid('json')
    assertMayActFor([stay.municipalityCode])
    const answer = await registerStay(deps, stay, deps.clock.today())
    deps.wakeRelays()
    return c.json(answer, 200)
  })

  app.openapi(withdrawals, async (c) => {
    const told = c.req.valid('json')
    assertMayActFor([told.municipalityCode])
    await endConsent(deps, told, deps.clock.today())
    deps.wakeRelays()
    return c.json({ status: 'withdrawn' as const }, 200)
  })

  app.openapi(arrange, async (c) => {
    const told = c.req.valid('json')
    assertMayActFor([told.municipalityCode])
    await arrangeDelivery(deps, told, deps.clock.today())
    return c.json({ status: 'kept' as const }, 200)
  })

  app.openapi(end, async (c) => {
    const key = c.req.valid('json')
    assertMayActFor([key.municipalityCode])
    const wasThere = await endDelivery(deps, key)
    return c.json({ status: wasThere ? ('deleted' as const) : ('nothing' as const) }, 200)
  })

  app.openapi(read, async (c) => {
    const { municipalityCode } = c.req.valid('query')
    assertMayActFor([municipalityCode])
    const task = { municipalityCode, taskId: c.req.valid('param').id }
    const found = await deliveryFor(deps, task, deps.clock.today())
    if (!found) throw new Problem(404, 'notFound')
    return c.json(found, 200)
  })
  return app
}
