/** A town's ladder of notices: its settings, quiet days, paper that is not keyed, and what was told by hand. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { Refusal } from '../../auth/refusal.ts'
import { townClerk } from '../../auth/staff.ts'
import { ladderDeeds, ladderOf } from '../../db/queries/ladder.ts'
import { keepManualNotice, takeBackManualNotice } from '../../db/queries/manual-notices.ts'
import type { ApiDeps } from '../deps.ts'
import { validationHook } from '../problem.ts'
import {
  idParam,
  ladderAnswer,
  manualNoticeAnswer,
  manualNoticeBody,
  quietDayBody,
  quietDayParam,
  releaseRuleAnswer,
  releaseRuleBody,
  unkeyedPaperAnswer,
  unkeyedPaperBody,
} from '../schemas/ladder.ts'
import { json, refusals } from '../schemas/route.ts'

const done = { 204: { description: 'Done' }, ...refusals }

const show = createRoute({
  method: 'get',
  path: '/notice-settings',
  summary: 'What the own municipality decides about its notices, and who changed it last',
  responses: { 200: { description: 'The settings', content: json(ladderAnswer) }, ...refusals },
})
const putQuietDay = createRoute({
  method: 'put',
  path: '/quiet-days/{day}',
  summary: 'Send nothing on a day to come',
  request: { params: quietDayParam, body: { required: true, content: json(quietDayBody) } },
  responses: done,
})
const deleteQuietDay = createRoute({
  method: 'delete',
  path: '/quiet-days/{day}',
  summary: 'Send on a day after all',
  request: { params: quietDayParam },
  responses: done,
})
const decideRelease = createRoute({
  method: 'post',
  path: '/release-rule',
  summary:
    'Say how far letters leave by themselves: stricter at once, looser once another administrator agrees',
  request: { body: { required: true, content: json(releaseRuleBody) } },
  responses: {
    200: { description: 'In force, or asked for', content: json(releaseRuleAnswer) },
    ...refusals,
  },
})
const agreeToRelease = createRoute({
  method: 'post',
  path: '/release-rule/{id}/agree',
  summary: 'Agree to fewer checks that another administrator asked for: they are in force',
  request: { params: idParam },
  responses: done,
})
const declarePaper = createRoute({
  method: 'post',
  path: '/unkeyed-paper',
  summary: 'Say that dose forms lie unkeyed: first reminders that they may answer wait',
  request: { body: { required: true, content: json(unkeyedPaperBody) } },
  responses: {
    201: { description: 'Kept', content: json(unkeyedPaperAnswer) },
    ...refusals,
  },
})
const keyed = createRoute({
  method: 'post',
  path: '/unkeyed-paper/{id}/keyed',
  summary: 'Say that they are keyed: what waited is looked at again the next morning',
  request: { params: idParam },
  responses: done,
})
const tell = createRoute({
  method: 'post',
  path: '/manual-notices',
  summary:
    'Keep that somebody was told by hand: within three days it replaces the automatic notice',
  request: { body: { required: true, content: json(manualNoticeBody) } },
  responses: { 201: { description: 'Kept', content: json(manualNoticeAnswer) }, ...refusals },
})
const untell = createRoute({
  method: 'delete',
  path: '/manual-notices/{residentId}/{id}',
  summary: 'Take back that somebody was told',
  request: {
    params: idParam.extend({
      residentId: idParam.shape.id.openapi({ param: { name: 'residentId', in: 'path' } }),
    }),
  },
  responses: done,
})

export function ladderRoutes({ sql, clock }: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  const town = () => townClerk().office
  app.openapi(show, async (c) => {
    const { settings, changes, releaseAsks, ...others } = await ladderOf(sql, town(), clock.today())
    if (!settings) throw new Refusal(404, 'notFound')
    const told = changes.map((one) => ({ ...one, changedAt: one.changedAt.toISOString() }))
    const asks = releaseAsks.map((one) => ({ ...one, expiresAt: one.expiresAt.toISOString() }))
    return c.json({ ...others, settings, changes: told, releaseAsks: asks }, 200)
  })
  app.openapi(decideRelease, async (c) => {
    const { id } = townClerk()
    const approvalId = await ladderDeeds.changeSettings(sql, town(), c.req.valid('json'), id)
    return c.json(approvalId ? { approvalId } : {}, 200)
  })
  app.openapi(agreeToRelease, async (c) => {
    const { id } = c.req.valid('param')
    orNotFound(await ladderDeeds.agreeToRelease(sql, town(), id.toLowerCase(), townClerk().id))
    return c.body(null, 204)
  })
  app.openapi(putQuietDay, async (c) => {
    const quiet = { ...c.req.valid('param'), ...c.req.valid('json') }
    await ladderDeeds.declareQuietDay(sql, town(), quiet, clock.today())
    return c.body(null, 204)
  })
  app.openapi(deleteQuietDay, async (c) => {
    const { day } = c.req.valid('param')
    orNotFound(await ladderDeeds.takeBackQuietDay(sql, town(), day, clock.today()))
    return c.body(null, 204)
  })
  app.openapi(declarePaper, async (c) => {
    const { venueCode = null, slipsAbout = null, ...days } = c.req.valid('json')
    const paper = { ...days, venueCode, slipsAbout }
    const { id } = await ladderDeeds.declarePaper(sql, town(), paper, clock.today())
    return c.json({ unkeyedPaperId: id }, 201)
  })
  app.openapi(keyed, async (c) => {
    const { id } = c.req.valid('param')
    orNotFound(await ladderDeeds.paperIsKeyed(sql, town(), id, clock.today()))
    return c.body(null, 204)
  })
  app.openapi(tell, async (c) => {
    const { manualNoticeId, residentId, ...notice } = c.req.valid('json')
    const told = { ...notice, ...(manualNoticeId && { id: manualNoticeId }) }
    const row = { municipalityCode: town(), residentId }
    const kept = orNotFound(await keepManualNotice(sql, row, told, clock.today()))
    return c.json({ manualNoticeId: kept.id }, 201)
  })
  app.openapi(untell, async (c) => {
    const { residentId, id } = c.req.valid('param')
    orNotFound(await takeBackManualNotice(sql, { municipalityCode: town(), residentId }, id))
    return c.body(null, 204)
  })
  return app
}

function orNotFound<T>(found: T | undefined | false): T {
  if (found === undefined || found === false) throw new Refusal(404, 'notFound')
  return found
}
