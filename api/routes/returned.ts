/** Letters that came back, and the telephone after the last reminder, for programs of a municipality. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { Refusal } from '../../auth/refusal.ts'
import { townClerk } from '../../auth/staff.ts'
import { assertColleague } from '../../db/auth/colleagues.ts'
import { givePhone, handOver, recordCall, takeNext } from '../../db/queries/returned/calls.ts'
import { readFollowUps } from '../../db/queries/returned/follow-ups.ts'
import { readReturns } from '../../db/queries/returned/read.ts'
import { recordReturn } from '../../db/queries/returned/record.ts'
import { settleReturn, writeElsewhere } from '../../db/queries/returned/settle.ts'
import { DomainError } from '../../domain/errors.ts'
import { readLetterMark } from '../../domain/returned-post.ts'
import type { ApiDeps } from '../deps.ts'
import { validationHook } from '../problem.ts'
import { idAnswer, idParam } from '../schemas/people.ts'
import {
  callAnswer,
  callBody,
  elsewhereBody,
  endingBody,
  followUpsAnswer,
  followUpsQuery,
  holderBody,
  nextAnswer,
  phoneBody,
  returnAnswer,
  returnBody,
  returnsAnswer,
  returnsQuery,
} from '../schemas/returned.ts'
import { json, problem, refusals } from '../schemas/route.ts'

const takeBack = createRoute({
  method: 'post',
  path: '/returned-letters',
  summary:
    'A letter came back: which one, and why. Letters to its person wait where the address is wrong',
  request: { body: { required: true, content: json(returnBody) } },
  responses: {
    200: { description: 'It came back before', content: json(returnAnswer) },
    201: { description: 'Kept', content: json(returnAnswer) },
    ...refusals,
  },
})
const listReturns = createRoute({
  method: 'get',
  path: '/returned-letters',
  summary: 'Letters that came back, and counts; names nobody',
  request: { query: returnsQuery },
  responses: { 200: { description: 'A page of 50', content: json(returnsAnswer) } },
})
const settle = createRoute({
  method: 'post',
  path: '/returned-letters/{id}/settle',
  summary: 'Settle a letter that came back, without another address',
  request: { params: idParam, body: { required: true, content: json(endingBody) } },
  responses: {
    200: { description: 'Settled', content: json(idAnswer) },
    404: problem('No such letter of this municipality'),
    ...refusals,
  },
})
const elsewhere = createRoute({
  method: 'post',
  path: '/returned-letters/{id}/address',
  summary: 'Enter where to write instead of the registered address, with its legal ground',
  request: { params: idParam, body: { required: true, content: json(elsewhereBody) } },
  responses: {
    200: { description: 'Entered', content: json(idAnswer) },
    404: problem('No such letter of this municipality'),
    ...refusals,
  },
})
const listFollowUps = createRoute({
  method: 'get',
  path: '/follow-ups',
  summary: 'Whom to call, older people first, and counts; names nobody',
  request: { query: followUpsQuery },
  responses: { 200: { description: 'A page of 50', content: json(followUpsAnswer) } },
})
const next = createRoute({
  method: 'post',
  path: '/follow-ups/next',
  summary: 'Take the next person that no colleague has',
  responses: { 200: { description: 'The task, or null', content: json(nextAnswer) } },
})
const call = createRoute({
  method: 'post',
  path: '/follow-ups/{id}/calls',
  summary: 'What came of a call',
  request: { params: idParam, body: { required: true, content: json(callBody) } },
  responses: {
    200: { description: 'Kept', content: json(callAnswer) },
    404: problem('No such task, or nobody to call for it'),
    ...refusals,
  },
})
const phone = createRoute({
  method: 'put',
  path: '/follow-ups/{id}/phone',
  summary: 'A number, and where it is from',
  request: { params: idParam, body: { required: true, content: json(phoneBody) } },
  responses: {
    200: { description: 'Kept', content: json(idAnswer) },
    404: problem('No such task, or nobody to call for it'),
    ...refusals,
  },
})
const holder = createRoute({
  method: 'put',
  path: '/follow-ups/{id}/holder',
  summary: 'Hand over to a colleague, or back to all',
  request: { params: idParam, body: { required: true, content: json(holderBody) } },
  responses: {
    200: { description: 'Handed over', content: json(idAnswer) },
    404: problem('No such task, or nobody to call for it'),
    ...refusals,
  },
})

export function returnedRoutes(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  const today = () => deps.clock.today()
  const own = (id: string) => ({ municipalityCode: townClerk().office, id })
  const task = (taskId: string) => ({ municipalityCode: townClerk().office, taskId })

  app.openapi(takeBack, async (c) => {
    const { mark: typed, reason } = c.req.valid('json')
    const mark = readLetterMark(typed)
    if (!mark) throw new DomainError('letterNotFound', 'On no letter', 'mark')
    const { office: municipalityCode } = townClerk()
    const done = await recordReturn(deps.sql, { municipalityCode, mark, reason }, today())
    if (!done.isRepeat) deps.wakeRelays()
    return c.json(done, done.isRepeat ? 200 : 201)
  })
  app.openapi(listReturns, async (c) => {
    const asked = { office: townClerk().office, ...c.req.valid('query') }
    return c.json(await readReturns(deps.sql, asked, today()), 200)
  })
  app.openapi(settle, async (c) => {
    const { id } = c.req.valid('param')
    const { as } = c.req.valid('json')
    found(await settleReturn(deps.sql, own(id), as, today()))
    deps.wakeRelays()
    return c.json({ id }, 200)
  })
  app.openapi(elsewhere, async (c) => {
    const { id } = c.req.valid('param')
    const { fromOn = today(), ...address } = c.req.valid('json')
    found(await writeElsewhere(deps, own(id), { ...address, fromOn }, today()))
    deps.wakeRelays()
    return c.json({ id }, 200)
  })
  followUpRoutes(app, deps, task)
  return app
}

type TaskOf = (taskId: string) => { municipalityCode: string; taskId: string }

function followUpRoutes(app: OpenAPIHono, deps: ApiDeps, task: TaskOf): void {
  const today = () => deps.clock.today()
  app.openapi(listFollowUps, async (c) => {
    const { office, id: reader } = townClerk()
    const asked = { office, reader, ...c.req.valid('query') }
    return c.json(await readFollowUps(deps.sql, asked, today()), 200)
  })
  app.openapi(next, async (c) => {
    const { office, id: by } = townClerk()
    return c.json({ taskId: (await takeNext(deps.sql, { office, by }, today())) ?? null }, 200)
  })
  app.openapi(call, async (c) => {
    const { id } = c.req.valid('param')
    const asked = { ...c.req.valid('json'), by: townClerk().id }
    const done = found(await recordCall(deps, task(id), asked, today()))
    deps.wakeRelays()
    return c.json(done, 200)
  })
  app.openapi(phone, async (c) => {
    const { id } = c.req.valid('param')
    found(await givePhone(deps, task(id), c.req.valid('json'), today()))
    return c.json({ id }, 200)
  })
  app.openapi(holder, async (c) => {
    const { id } = c.req.valid('param')
    const { to } = c.req.valid('json')
    if (to) await assertColleague(deps.sql, townClerk().office, to)
    found(await handOver(deps.sql, task(id), to, today()))
    return c.json({ id }, 200)
  })
}

/** Throws `Refusal` 404 for what is not there. */
function found<T>(done: T | undefined | false): T {
  if (done === undefined || done === false) throw new Refusal(404, 'notFound')
  return done
}
