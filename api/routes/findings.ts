import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { townOfficer } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import { withPurpose } from '../../db/client.ts'
import { assignFinding, decideFinding } from '../../db/queries/findings/decide.ts'
import { countFindings, findingsPerPage, listFindings } from '../../db/queries/findings/list.ts'
import { listReports, markReportSent } from '../../db/queries/findings/reports.ts'
import { peopleAtOnce, peopleOfLot, residencesOfLot } from '../../db/queries/lots.ts'
import { severityOf } from '../../domain/finding-severity.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem, validationHook } from '../problem.ts'
import {
  assignBody,
  decideBody,
  decidedAnswer,
  findingParam,
  findingsAnswer,
  findingsQuery,
  lotPeopleAnswer,
  lotQuery,
  reportsAnswer,
  sentBody,
} from '../schemas/findings.ts'
import { idAnswer, idParam } from '../schemas/people.ts'
import { json, problem, refusals } from '../schemas/route.ts'

const list = createRoute({
  method: 'get',
  path: '/findings',
  summary: 'Rule hits of one’s own municipality that somebody has to look into, due first',
  request: { query: findingsQuery },
  responses: {
    200: { description: '50 of them, and how many there are', content: json(findingsAnswer) },
  },
})
const decide = createRoute({
  method: 'post',
  path: '/findings/{doseId}/{code}/decide',
  summary: 'Say whether the record is right, and whether the dose was given in error',
  request: { params: findingParam, body: { required: true, content: json(decideBody) } },
  responses: {
    200: { description: 'Kept', content: json(decidedAnswer) },
    412: problem('Somebody else decided it since'),
    428: problem('If-Match is missing'),
    ...refusals,
  },
})
const assign = createRoute({
  method: 'post',
  path: '/findings/{doseId}/{code}/assign',
  summary: 'Say who looks into it, and by when',
  request: { params: findingParam, body: { required: true, content: json(assignBody) } },
  responses: { 200: { description: 'Kept', content: json(decidedAnswer) }, ...refusals },
})
const reports = createRoute({
  method: 'get',
  path: '/error-reports',
  summary: 'Reports of errors to the prefecture, those to be sent first',
  responses: { 200: { description: 'The newest 200', content: json(reportsAnswer) } },
})
const sent = createRoute({
  method: 'post',
  path: '/error-reports/{id}/sent',
  summary: 'Say on which day a report was sent',
  request: { params: idParam, body: { required: true, content: json(sentBody) } },
  responses: { 200: { description: 'Kept', content: json(idAnswer) }, ...refusals },
})
const lotPeople = createRoute({
  method: 'get',
  path: '/lots/people',
  summary:
    'How many were given a lot, here and elsewhere; those of one’s own municipality by course',
  request: { query: lotQuery },
  responses: { 200: { description: 'Numbers, and 200 people', content: json(lotPeopleAnswer) } },
})

type Deps = Pick<ApiDeps, 'sql' | 'clock'>

/** Throws 428 without If-Match. A tag that is none of ours is no revision either. */
function revisionSeen(c: Context): string {
  const header = c.req.header('if-match')
  if (header === undefined) throw new Problem(428, 'ifMatchMissing', 'if-match')
  return /^(?:W\/)?"([^"]*)"$/.exec(header.trim())?.[1] ?? ''
}

export function findingRoutes({ sql, clock }: Deps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  const by = ({ id }: { id: string }) => ({ accountId: id, today: clock.today() })

  app.openapi(list, async (c) => {
    const { office } = townOfficer()
    const { state, overdue, ...asked } = c.req.valid('query')
    const today = clock.today()
    const filter = {
      ...asked,
      ...(state && { states: [state] }),
      ...(overdue && { overdueOn: today }),
    }
    const found = await listFindings(sql, office, filter, today)
    const counts = await countFindings(sql, office, today)
    const findings = found.slice(0, findingsPerPage).map((line) => {
      return { ...line, severity: severityOf(line.code) }
    })
    // Only what the answer names leaves: whose the dose is stays here.
    return c.json(
      findingsAnswer.parse({ counts, findings, hasMore: found.length > findingsPerPage }),
      200,
    )
  })

  app.openapi(decide, async (c) => {
    const officer = townOfficer()
    const { isError = false, ...decision } = c.req.valid('json')
    const key = { municipalityCode: officer.office, ...c.req.valid('param') }
    const seenRevision = revisionSeen(c)
    const told = { ...decision, isError, seenRevision }
    const done = await decideFinding(sql, key, told, by(officer))
    if (!done) throw new Refusal(404, 'notFound')
    return c.json(done, 200)
  })

  app.openapi(assign, async (c) => {
    const officer = townOfficer()
    const key = { municipalityCode: officer.office, ...c.req.valid('param') }
    const done = await assignFinding(sql, key, c.req.valid('json'), by(officer))
    if (!done) throw new Refusal(404, 'notFound')
    return c.json(done, 200)
  })

  app.openapi(reports, async (c) => {
    const today = clock.today()
    const found = await listReports(sql, townOfficer().office)
    const shown = found.map((one) => ({ ...one, isOverdue: !one.sentOn && one.dueOn < today }))
    return c.json({ reports: shown }, 200)
  })

  app.openapi(sent, async (c) => {
    const officer = townOfficer()
    const { id } = c.req.valid('param')
    const report = { municipalityCode: officer.office, id, ...c.req.valid('json') }
    if (!(await markReportSent(sql, report, by(officer)))) throw new Refusal(404, 'notFound')
    return c.json({ id }, 200)
  })

  app.openapi(lotPeople, async (c) => {
    const { office: municipalityCode } = townOfficer()
    const { after, ...lot } = c.req.valid('query')
    const scope = { municipalityCode } as const
    const counts = await withPurpose(sql, { ...scope, purpose: 'showTown' }, (tx) =>
      residencesOfLot(tx, lot, clock.today()),
    )
    const found = await withPurpose(sql, { ...scope, purpose: 'checkFindings' }, (tx) =>
      peopleOfLot(tx, municipalityCode, lot, after),
    )
    const people = found.map(({ residentId: _, ...one }) => one)
    const next = found.length === peopleAtOnce ? found.at(-1)!.courseId : undefined
    return c.json({ ...counts, people, ...(next && { next }) }, 200)
  })
  return app
}
