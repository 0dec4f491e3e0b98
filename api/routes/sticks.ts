/** Sealed sticks by HTTP: what came, what was refused, and the keys that count. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { townOfficer } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import {
  confirmStickKey,
  listStickKeys,
  registerStickKey,
  revokeStickKey,
} from '../../db/queries/sticks/keys.ts'
import { listRefusals } from '../../db/queries/sticks/refusals.ts'
import { listSticks } from '../../db/queries/sticks/sticks.ts'
import type { WebPlace } from '../../web/deps.ts'
import type { ApiDeps } from '../deps.ts'
import { validationHook } from '../problem.ts'
import { idAnswer, idParam } from '../schemas/people.ts'
import { json, refusals } from '../schemas/route.ts'
import { confirmBody, keysAnswer, stickKeyBody, sticksAnswer } from '../schemas/sticks.ts'

const sticks = createRoute({
  method: 'get',
  path: '/sticks',
  summary: 'Sealed sticks of one’s own municipality, and those that were not read',
  responses: { 200: { description: 'The newest', content: json(sticksAnswer) }, ...refusals },
})
const keys = createRoute({
  method: 'get',
  path: '/stick-keys',
  summary: 'Public keys of the municipality, newest first',
  responses: { 200: { description: 'All of them', content: json(keysAnswer) }, ...refusals },
})
const register = createRoute({
  method: 'post',
  path: '/stick-keys',
  summary: 'Register a public key; it counts once a second administrator has confirmed it',
  request: { body: { required: true, content: json(stickKeyBody) } },
  responses: { 201: { description: 'Registered', content: json(idAnswer) }, ...refusals },
})
const confirm = createRoute({
  method: 'post',
  path: '/stick-keys/{id}/confirm',
  summary: 'Confirm a key by its code, as whoever packs the sticks read it out',
  request: { params: idParam, body: { required: true, content: json(confirmBody) } },
  responses: { 200: { description: 'Confirmed', content: json(idAnswer) }, ...refusals },
})
const revoke = createRoute({
  method: 'post',
  path: '/stick-keys/{id}/revoke',
  summary: 'Withdraw a key; one person suffices',
  request: { params: idParam },
  responses: { 200: { description: 'Withdrawn', content: json(idAnswer) }, ...refusals },
})

export function stickRoutes(deps: ApiDeps, place?: WebPlace): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(sticks, async (c) => {
    const { office } = townOfficer()
    const [found, refused] = await Promise.all([
      listSticks(deps.sql, office),
      listRefusals(deps.sql, office),
    ])
    return c.json(
      {
        ...(await place?.stickKeys?.()),
        sticks: found.map(({ sequence, state, pulledOut, trouble, files }) => ({
          ...{ sequence, state, pulledOut, trouble },
          files: files.map(({ fileName, importId }) => ({ name: fileName, importId })),
        })),
        refused: refused.map(({ code, fileName, seenAt }) => ({
          ...{ code, file: fileName },
          seenAt: seenAt.toISOString(),
        })),
      },
      200,
    )
  })
  app.openapi(keys, async (c) => {
    const { office, id: reader } = townOfficer()
    const rows = await listStickKeys(deps.sql, office)
    // Whoever is to confirm a key hears its code from the town, and from nowhere else.
    const shown = rows.map(({ id, publicKey, code, state, registeredBy }) => ({
      ...{ id, publicKey, state },
      ...(state !== 'registered' || registeredBy === reader ? { code } : {}),
    }))
    return c.json({ keys: shown }, 200)
  })
  app.openapi(register, async (c) => {
    const { office: municipalityCode, id: by } = townOfficer()
    const { publicKey } = c.req.valid('json')
    return c.json(
      { id: await registerStickKey(deps.sql, { municipalityCode, publicKey, by }) },
      201,
    )
  })
  app.openapi(confirm, async (c) => {
    const { office: municipalityCode, id: by } = townOfficer()
    const { id } = c.req.valid('param')
    const { code } = c.req.valid('json')
    const isDone = await confirmStickKey(deps.sql, { municipalityCode, id, by, code })
    if (!isDone) throw new Refusal(404, 'notFound')
    return c.json({ id }, 200)
  })
  app.openapi(revoke, async (c) => {
    const { office: municipalityCode, id: by } = townOfficer()
    const { id } = c.req.valid('param')
    const isDone = await revokeStickKey(deps.sql, { municipalityCode, id, by })
    if (!isDone) throw new Refusal(404, 'notFound')
    return c.json({ id }, 200)
  })
  return app
}
