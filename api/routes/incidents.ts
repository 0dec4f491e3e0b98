import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import { boundTo } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import {
  addIncident,
  addReport,
  type IncidentLine,
  listIncidents,
} from '../../db/oversight/incidents.ts'
import { incidentDeadlines } from '../../domain/incident-clock.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem, validationHook } from '../problem.ts'
import { incidentBody, incidentsAnswer, reportBody } from '../schemas/oversight.ts'
import { idAnswer, idParam } from '../schemas/people.ts'
import { json, refusals } from '../schemas/route.ts'
import { administrator } from './devices.ts'

const add = createRoute({
  method: 'post',
  path: '/incidents',
  summary: 'Start the clock of a leak in one’s own municipality, from the day it became known',
  request: { body: { required: true, content: json(incidentBody) } },
  responses: { 201: { description: 'Kept', content: json(idAnswer) }, ...refusals },
})
const report = createRoute({
  method: 'post',
  path: '/incidents/{id}/reports',
  summary: 'Say that the prompt or the final report was made',
  request: { params: idParam, body: { required: true, content: json(reportBody) } },
  responses: { 201: { description: 'Kept', content: json(idAnswer) }, ...refusals },
})
const list = createRoute({
  method: 'get',
  path: '/incidents',
  summary: 'Incidents with their deadlines; an administrator sees the own municipality’s',
  responses: { 200: { description: 'The newest 200', content: json(incidentsAnswer) } },
})

type Deps = Pick<ApiDeps, 'sql'>

export function incidentRoutes({ sql }: Deps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(add, async (c) => {
    const { id: toldBy, office: municipalityCode } = administrator()
    const told = { ...c.req.valid('json'), municipalityCode, toldBy }
    return c.json({ id: await addIncident(sql, told) }, 201)
  })

  app.openapi(report, async (c) => {
    const { id: toldBy, office: municipalityCode } = administrator()
    const { id: incidentId } = c.req.valid('param')
    const told = { ...c.req.valid('json'), incidentId, municipalityCode, toldBy }
    const kept = await addReport(sql, told)
    if (kept === 'unknown') throw new Refusal(404, 'notFound')
    if (kept === 'known') throw new Problem(409, 'reportKnown')
    return c.json({ id: incidentId }, 201)
  })

  app.openapi(list, async (c) => {
    const incidents = await listIncidents(sql, boundTo())
    return c.json({ incidents: incidents.map(shown) }, 200)
  })
  return app
}

export function shown(line: IncidentLine) {
  return { ...line, ...incidentDeadlines(line) }
}

/** A box that is not ticked is not sent. */
const formOf = (sent: Record<string, unknown>) => ({
  ...sent,
  isMalicious: sent.isMalicious === 'yes',
  isSealed: sent.isSealed === 'yes',
})

/** The same by forms, for people without a script. */
export function incidentForms({ sql }: Deps) {
  return {
    add: async (c: Context): Promise<Response> => {
      const { lang, ...sent } = await c.req.parseBody()
      const parsed = incidentBody.safeParse(formOf(sent))
      if (!parsed.success) return back(c, 'malformed', lang)
      const { id: toldBy, office: municipalityCode } = administrator()
      await addIncident(sql, { ...parsed.data, municipalityCode, toldBy })
      return back(c, 'kept', lang)
    },
    report: async (c: Context): Promise<Response> => {
      const { lang, ...sent } = await c.req.parseBody()
      const parsed = reportBody.safeParse(sent)
      const incidentId = z.guid().safeParse(c.req.param('id'))
      if (!parsed.success || !incidentId.success) return back(c, 'malformed', lang)
      const { id: toldBy, office: municipalityCode } = administrator()
      const told = { ...parsed.data, incidentId: incidentId.data, municipalityCode, toldBy }
      const kept = await addReport(sql, told)
      return back(c, kept === 'unknown' ? 'malformed' : kept, lang)
    },
  }
}

function back(c: Context, said: string, lang: unknown): Response {
  return c.redirect(`/incidents?said=${said}${lang === 'en' ? '&lang=en' : ''}`, 303)
}
