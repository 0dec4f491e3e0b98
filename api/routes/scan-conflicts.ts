/** Scans that came back late: told by the tablet, seen and settled by whoever leads the venue. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import { currentCaller, type DeviceCaller } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import {
  type ConflictLine,
  keepConflict,
  openConflicts,
  readingOf,
  settleConflict,
} from '../../db/queries/scan-conflicts.ts'
import type { ApiDeps } from '../deps.ts'
import { validationHook } from '../problem.ts'
import { idAnswer, idParam } from '../schemas/people.ts'
import { json, refusals } from '../schemas/route.ts'
import {
  conflictBody,
  conflictsAnswer,
  conflictsQuery,
  factsOf,
  readingAnswer,
  readingIn,
  settleConflictBody,
} from '../schemas/scan-conflict.ts'
import { administrator } from './devices.ts'

const tell = createRoute({
  method: 'post',
  path: '/scan-conflicts',
  summary: 'Put a scan that came back late on the to-do list of the venue’s lead',
  request: { body: { required: true, content: json(conflictBody) } },
  responses: {
    200: { description: 'Told before', content: json(idAnswer) },
    201: { description: 'On the list', content: json(idAnswer) },
    ...refusals,
  },
})
const list = createRoute({
  method: 'get',
  path: '/scan-conflicts',
  summary: 'What is still open in one’s own municipality, or at one of its venues',
  request: { query: conflictsQuery },
  responses: { 200: { description: 'The longest kept 200', content: json(conflictsAnswer) } },
})
const reading = createRoute({
  method: 'get',
  path: '/scan-conflicts/{id}/reading',
  summary: 'What was read from that ticket, to find its paper; leaves a look',
  request: { params: idParam },
  responses: { 200: { description: 'As it was read', content: json(readingAnswer) } },
})
const settle = createRoute({
  method: 'post',
  path: '/scan-conflicts/{id}/settle',
  summary: 'Say what became of it; what named a person goes',
  request: { params: idParam, body: { required: true, content: json(settleConflictBody) } },
  responses: { 200: { description: 'Settled', content: json(idAnswer) }, ...refusals },
})

const askAgainAfterSeconds = '600'

export function scanConflictRoutes(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(tell, async (c) => {
    const { id: deviceId, municipalityCode, venueCode } = tablet()
    const { scan, ...told } = c.req.valid('json')
    await deps.gate?.admit(1)
    const read = readingIn(scan)
    const conflict = {
      ...told,
      ...{ municipalityCode, venueCode, deviceId, facts: factsOf(scan) },
      ...(read && { read }),
    }
    const kept = await keepConflict(deps, conflict, deps.clock.today())
    if (kept === 'full') {
      throw new Refusal(429, 'tooManyRequests', { 'Retry-After': askAgainAfterSeconds })
    }
    return c.json({ id: kept.id }, kept.isKnown ? 200 : 201)
  })

  app.openapi(list, async (c) => {
    const { office: municipalityCode } = administrator()
    const { venueCode } = c.req.valid('query')
    const found = await openConflicts(deps.sql, {
      municipalityCode,
      ...(venueCode && { venueCode }),
    })
    return c.json({ open: found.open, conflicts: found.conflicts.map(shown) }, 200)
  })

  app.openapi(reading, async (c) => {
    const { office: municipalityCode } = administrator()
    const read = await readingOf(deps, { municipalityCode, id: c.req.valid('param').id })
    if (!read) throw new Refusal(404, 'notFound')
    return c.json(read, 200)
  })

  app.openapi(settle, async (c) => {
    const { office: municipalityCode, id: by } = administrator()
    const { id } = c.req.valid('param')
    const settled = { municipalityCode, id, by, ...c.req.valid('json') }
    if (!(await settleConflict(deps.sql, settled))) throw new Refusal(404, 'notFound')
    return c.json({ id }, 200)
  })
  return app
}

/** The same by a form, for people without a script. */
export function settleConflictForm({ sql }: ApiDeps) {
  return async (c: Context): Promise<Response> => {
    const { lang, venue, ...sent } = await c.req.parseBody()
    const { office: municipalityCode, id: by } = administrator()
    const body = settleConflictBody.safeParse(sent)
    const id = z.guid().safeParse(c.req.param('id'))
    const query = new URLSearchParams()
    if (typeof venue === 'string' && /^\d{10}$/.test(venue)) query.set('venue', venue)
    if (lang === 'en') query.set('lang', 'en')
    const isSettled =
      body.success &&
      id.success &&
      (await settleConflict(sql, { municipalityCode, id: id.data, by, ...body.data }))
    query.set('said', isSettled ? 'settled' : body.success ? 'gone' : 'malformed')
    return c.redirect(`/conflicts?${query}`, 303)
  }
}

/** The table of capabilities lets nobody else come here. */
function tablet(): DeviceCaller {
  const caller = currentCaller()
  if (caller?.kind !== 'device') throw new Refusal(403, 'notAllowed')
  return caller
}

function shown(line: ConflictLine): z.output<typeof conflictsAnswer>['conflicts'][number] {
  const { id, scanId, venueCode, deviceName, code, status, hasReading } = line
  return {
    ...{ id, scanId, venueCode, deviceName, code, status, hasReading },
    keptAt: line.keptAt.toISOString(),
    cameBackAt: line.cameBackAt.toISOString(),
    ...(line.readBy && { readBy: line.readBy }),
    ...(line.claimedDoseNumber && { claimedDoseNumber: line.claimedDoseNumber }),
    ...(line.givenOn && { givenOn: line.givenOn }),
    ...(line.givenAtLocalTime && { givenAtLocalTime: line.givenAtLocalTime }),
    ...(line.productCode && { productCode: line.productCode }),
    ...(line.lotNumber && { lotNumber: line.lotNumber }),
  }
}
