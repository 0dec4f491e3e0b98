/** Register rows of one person, by HTTP: asked for by one, agreed to by another (`/approvals`), carried out here. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { townClerk } from '../../auth/staff.ts'
import { findApproval } from '../../db/auth/approvals.ts'
import { linkPeople, proposeLink } from '../../db/queries/links/link.ts'
import { listLinks, type ShownRow } from '../../db/queries/links/list.ts'
import { proposeUnlink, unlinkPeople } from '../../db/queries/links/unlink.ts'
import { wallNow } from '../../web/deps.ts'
import type { ApiDeps } from '../deps.ts'
import { validationHook } from '../problem.ts'
import {
  askedAnswer,
  carryOutBody,
  linkBody,
  linkedAnswer,
  linksAnswer,
  unlinkBody,
} from '../schemas/links.ts'
import { idParam } from '../schemas/people.ts'
import { json, refusals } from '../schemas/route.ts'

const list = createRoute({
  method: 'get',
  path: '/links',
  summary: 'What one’s own office asked for and did about register rows of one person; no names',
  responses: { 200: { description: 'The newest 100', content: json(linksAnswer) } },
})
const ask = createRoute({
  method: 'post',
  path: '/links',
  summary: 'Ask that two register rows be one person’s; an administrator approves it',
  request: { body: { required: true, content: json(linkBody) } },
  responses: { 201: { description: 'Asked', content: json(askedAnswer) }, ...refusals },
})
const askUndo = createRoute({
  method: 'post',
  path: '/links/{id}/unlink',
  summary: 'Ask that a link be taken back; an administrator approves it',
  request: { params: idParam, body: { required: true, content: json(unlinkBody) } },
  responses: { 201: { description: 'Asked', content: json(askedAnswer) }, ...refusals },
})
const carryOut = createRoute({
  method: 'post',
  path: '/links/approved',
  summary: 'Carry out what two people agreed to: a link, or that it is taken back',
  request: { body: { required: true, content: json(carryOutBody) } },
  responses: { 200: { description: 'Done', content: json(linkedAnswer) }, ...refusals },
})

export function linkRoutes(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(list, async (c) => {
    const { office } = townClerk()
    const found = await listLinks(deps, office, wallNow(), { opensNames: false })
    return c.json({ asked: found.asked.map(askedShown), links: found.links.map(linkShown) }, 200)
  })
  app.openapi(ask, async (c) => {
    const { office, id } = townClerk()
    const asked = { office, ...c.req.valid('json') }
    const approvalId = await proposeLink(deps, asked, id, deps.clock.today())
    return c.json({ approvalId }, 201)
  })
  app.openapi(askUndo, async (c) => {
    const { office, id } = townClerk()
    const linkId = c.req.valid('param').id.toLowerCase()
    const { reason } = c.req.valid('json')
    return c.json({ approvalId: await proposeUnlink(deps, { office, linkId, reason }, id) }, 201)
  })
  app.openapi(carryOut, async (c) => {
    const { office } = townClerk()
    const asked = { office, approvalId: c.req.valid('json').approvalId.toLowerCase() }
    const approval = await findApproval(deps.sql, asked.approvalId, office)
    const doIt = approval?.kind === 'unlinkPeople' ? unlinkPeople : linkPeople
    const { linkId, hasNews } = await doIt(deps, asked, deps.clock.today())
    if (hasNews) deps.wakeRelays()
    return c.json({ linkId }, 200)
  })
  return app
}

type Found = Awaited<ReturnType<typeof listLinks>>

function askedShown({ approval, sinceOn, namesAgree, ...rows }: Found['asked'][number]) {
  return {
    approvalId: approval.id,
    kind: approval.kind as 'linkPeople' | 'unlinkPeople',
    ...{ now: rowShown(rows.now), former: rowShown(rows.former), since: sinceOn, namesAgree },
    isApproved: approval.approvedBy !== null,
  }
}

function linkShown(link: Found['links'][number]) {
  const { id: linkId, sinceOn: since, namesAgree, reason, linkedOn, undone } = link
  return {
    ...{ linkId, now: rowShown(link.now), former: rowShown(link.former) },
    ...{ since, namesAgree, reason, linkedOn, ...(undone && { undoneOn: undone.on }) },
  }
}

function rowShown({ municipalityCode, registerNumber }: ShownRow) {
  return { municipalityCode, ...(registerNumber !== undefined && { registerNumber }) }
}
