import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { assertMayActFor } from '../../auth/caller.ts'
import { townOfVenue } from '../../db/auth/devices.ts'
import { putLots } from '../../db/queries/lots.ts'
import { putMunicipality, putVenue } from '../../db/queries/municipalities.ts'
import { registerResidents } from '../../db/queries/register.ts'
import { bindToldDoses } from '../../db/queries/resolve/bind-doses.ts'
import { registerTickets, type TicketResult } from '../../db/queries/tickets.ts'
import { bindWaitingScans } from '../../db/queries/waiting-scans.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem, validationHook } from '../problem.ts'
import {
  codeParam,
  lotsBody,
  municipalityBody,
  residentsAnswer,
  residentsBody,
  ticketsAnswer,
  ticketsBody,
  venueBody,
  venueParam,
} from '../schemas/register.ts'
import { json, refusals } from '../schemas/route.ts'
import { assertPlanInForce } from './plan.ts'

const codeAnswer = z.object({ code: z.string() })

const municipality = createRoute({
  method: 'put',
  path: '/municipalities/{code}',
  summary: 'Say who signs a municipality’s notices, and its settings',
  request: { params: codeParam, body: { required: true, content: json(municipalityBody) } },
  responses: { 200: { description: 'Kept', content: json(codeAnswer) }, ...refusals },
})

const venue = createRoute({
  method: 'put',
  path: '/venues/{code}',
  summary: 'Name a venue by its institution code',
  request: { params: venueParam, body: { required: true, content: json(venueBody) } },
  responses: { 200: { description: 'Kept', content: json(codeAnswer) }, ...refusals },
})

const lots = createRoute({
  method: 'put',
  path: '/lots',
  summary: 'Name lots that are given out',
  request: { body: { required: true, content: json(lotsBody) } },
  responses: {
    200: { description: 'Kept', content: json(z.object({ lots: z.int() })) },
    ...refusals,
  },
})

const residents = createRoute({
  method: 'post',
  path: '/residents',
  summary: 'Register residents; each item has its own result',
  request: { body: { required: true, content: json(residentsBody) } },
  responses: {
    200: { description: 'One result per item, in order', content: json(residentsAnswer) },
    ...refusals,
  },
})

const tickets = createRoute({
  method: 'post',
  path: '/tickets',
  summary: 'Register sheets issued to residents; each item has its own result',
  request: { body: { required: true, content: json(ticketsBody) } },
  responses: {
    200: { description: 'One result per item, in order', content: json(ticketsAnswer) },
    ...refusals,
  },
})

/** Municipalities, venues, lots, residents and sheets. */
export function registerRoutes(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(municipality, async (c) => {
    const { code } = c.req.valid('param')
    assertMayActFor([code])
    await putMunicipality(deps.sql, code, c.req.valid('json'))
    return c.json({ code }, 200)
  })

  app.openapi(venue, async (c) => {
    const { code } = c.req.valid('param')
    // Nobody takes a venue over from another town by naming it.
    const town = await townOfVenue(deps.sql, code)
    assertMayActFor([c.req.valid('json').municipalityCode, ...(town ? [town] : [])])
    await putVenue(deps.sql, code, c.req.valid('json'))
    return c.json({ code }, 200)
  })

  app.openapi(lots, async (c) => {
    const { lots } = c.req.valid('json')
    const unknown = await putLots(deps.sql, lots, deps.clock.today())
    if (unknown !== undefined) {
      throw new Problem(422, 'unknownProduct', `lots.${unknown}.productCode`)
    }
    return c.json({ lots: lots.length }, 200)
  })

  app.openapi(residents, async (c) => {
    const { residents } = c.req.valid('json')
    const towns = residents.map((one) => one.municipalityCode)
    assertMayActFor(towns)
    await assertPlanInForce(deps.sql, towns)
    const { results, hasNews } = await registerResidents(deps, residents, deps.clock.today())
    if (hasNews) deps.wakeRelays()
    return c.json({ results }, 200)
  })

  app.openapi(tickets, async (c) => {
    const { tickets } = c.req.valid('json')
    assertMayActFor(tickets.map((one) => one.municipalityCode))
    const today = deps.clock.today()
    const { results, hasNews } = await registerTickets(deps, tickets, today)
    const hasBound = await bindWaitingScans(deps, accepted(tickets, results), today)
    const towns = tickets.map((one) => one.municipalityCode)
    const hasTold = await bindToldDoses(deps, towns, today)
    if (hasNews || hasBound || hasTold) deps.wakeRelays()
    return c.json({ results }, 200)
  })
  return app
}

/** What is registered now, by the number as it is kept: what was refused binds nothing. */
function accepted(tickets: { municipalityCode: string }[], results: TicketResult[]) {
  return results.flatMap(({ number, status }, i) =>
    status === 'refused' ? [] : [{ municipalityCode: tickets[i]!.municipalityCode, number }],
  )
}
