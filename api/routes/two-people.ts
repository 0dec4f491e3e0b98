import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Auth } from '../../auth/auth.ts'
import { Refusal } from '../../auth/refusal.ts'
import {
  type ApprovalRow,
  approve,
  findApproval,
  insertApproval,
  listApprovals,
} from '../../db/auth/approvals.ts'
import { validationHook } from '../problem.ts'
import { idAnswer, idParam } from '../schemas/people.ts'
import { json, refusals } from '../schemas/route.ts'
import { approvalBody, approvalsAnswer } from '../schemas/two-people.ts'
import { administrator } from './devices.ts'

const ask = createRoute({
  method: 'post',
  path: '/approvals',
  summary: 'Ask for what takes two people; another administrator approves it',
  request: { body: { required: true, content: json(approvalBody) } },
  responses: { 201: { description: 'Asked', content: json(idAnswer) }, ...refusals },
})
const list = createRoute({
  method: 'get',
  path: '/approvals',
  summary: 'What was asked for in one’s own office, newest first',
  responses: { 200: { description: 'The newest 200', content: json(approvalsAnswer) } },
})
const say = createRoute({
  method: 'post',
  path: '/approvals/{id}/approve',
  summary: 'Agree to what somebody else asked for',
  request: { params: idParam },
  responses: { 200: { description: 'Agreed', content: json(idAnswer) }, ...refusals },
})

/** An approval serves once, within its time, for exactly what it names. */
const hoursDefault = 24

export function twoPeopleRoutes(auth: Auth): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(ask, async (c) => {
    const { kind, subject, reasonCode, hours = hoursDefault } = c.req.valid('json')
    const { id: askedBy, office } = administrator()
    const asked = { kind, subject, reasonCode, hours, askedBy, office }
    return c.json({ id: await insertApproval(auth.sql, asked) }, 201)
  })

  app.openapi(list, async (c) => {
    const approvals = await listApprovals(auth.sql, administrator().office)
    return c.json({ approvals: approvals.map(shown) }, 200)
  })

  app.openapi(say, async (c) => {
    const { id } = c.req.valid('param')
    const said = await sayYes(auth, id)
    if (said !== 'approved') throw new Refusal(refusedAs[said], said)
    return c.json({ id }, 200)
  })
  return app
}

const refusedAs = { notFound: 404, samePerson: 403, approvalOver: 409 } as const

/** The administrator who asks agrees to what somebody else of the office asked for. */
export async function sayYes(auth: Auth, id: string): Promise<'approved' | keyof typeof refusedAs> {
  const { id: by, office } = administrator()
  const asked = await findApproval(auth.sql, id, office)
  if (!asked) return 'notFound'
  if (asked.askedBy === by) return 'samePerson'
  return (await approve(auth.sql, id, office, by)) ? 'approved' : 'approvalOver'
}

function shown(row: ApprovalRow) {
  const { id, kind, subject, reasonCode, askedBy } = row
  return {
    ...{ id, kind, subject, reasonCode, askedBy },
    askedAt: row.askedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    ...(row.approvedBy && { approvedBy: row.approvedBy }),
    ...(row.usedAt && { usedAt: row.usedAt.toISOString() }),
  }
}
