/**
 * What a municipality does at a person's own request: discloses everything it holds about them, erases
 * it, answers what they said. Two people agree to the first two; keyd itself checks the second.
 */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Auth } from '../../auth/auth.ts'
import { assertMayActFor, currentCaller } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import { consumeApproval } from '../../db/auth/approvals.ts'
import { officeOf, townNames } from '../../db/queries/municipalities.ts'
import { type Disclosure, readDisclosure } from '../../db/residents/disclosure.ts'
import { openMessages, settleMessage } from '../../db/residents/messages.ts'
import { disclosureHtml } from '../../web/disclosure.tsx'
import type { ApiDeps } from '../deps.ts'
import { validationHook } from '../problem.ts'
import { idAnswer, idParam } from '../schemas/people.ts'
import {
  disclosureAnswer,
  disclosureBody,
  erasureAnswer,
  erasureBody,
  messagesAnswer,
  settleBody,
} from '../schemas/rights.ts'
import { json, refusals } from '../schemas/route.ts'

const disclose = createRoute({
  method: 'post',
  path: '/disclosures',
  summary: 'Everything that is held about one person, for that person',
  request: { body: { required: true, content: json(disclosureBody) } },
  responses: {
    200: { description: 'As JSON, and to print', content: json(disclosureAnswer) },
    ...refusals,
  },
})
const erase = createRoute({
  method: 'post',
  path: '/erasures',
  summary: 'Destroy a person’s key and empty what it sealed; doses stay without a person',
  request: { body: { required: true, content: json(erasureBody) } },
  responses: {
    200: { description: 'How many were erased now', content: json(erasureAnswer) },
    ...refusals,
  },
})
const messages = createRoute({
  method: 'get',
  path: '/resident-messages',
  summary: 'What residents said on their own pages and nobody has answered yet',
  responses: { 200: { description: 'The oldest 50', content: json(messagesAnswer) } },
})
const settle = createRoute({
  method: 'post',
  path: '/resident-messages/{id}/settle',
  summary: 'Note what came of it',
  request: { params: idParam, body: { required: true, content: json(settleBody) } },
  responses: { 200: { description: 'Noted', content: json(idAnswer) }, ...refusals },
})

export function rightsRoutes(auth: Auth, deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  const { sql, vault, clock } = deps

  app.openapi(disclose, async (c) => {
    const { municipalityCode, residentId, approvalId: id, lang } = c.req.valid('json')
    assertMayActFor([municipalityCode])
    const subject = { municipalityCode, residentId }
    const agreed = { id, kind: 'disclosure', office: municipalityCode, subject } as const
    if (!(await consumeApproval(auth.sql, agreed))) throw new Refusal(403, 'approvalMissing')
    const disclosure = await readDisclosure({ sql, vault }, subject, clock.today())
    if (!disclosure) throw new Refusal(404, 'notFound')
    const html = await disclosureHtml(disclosure, lang, await namesFor(deps, disclosure))
    return c.json({ disclosure: JSON.parse(JSON.stringify(disclosure)), html }, 200)
  })

  app.openapi(erase, async (c) => {
    const { municipalityCode, residentId, approvalId, reason } = c.req.valid('json')
    assertMayActFor([municipalityCode])
    const erased = await vault.erase(municipalityCode, [residentId], { reason, approvalId })
    deps.wakeRelays()
    return c.json({ erased }, 200)
  })

  app.openapi(messages, async (c) => {
    const { office } = staff()
    return c.json({ messages: await openMessages({ sql, vault }, office) }, 200)
  })

  app.openapi(settle, async (c) => {
    const { id } = c.req.valid('param')
    const { outcome } = c.req.valid('json')
    const { office, id: by } = staff()
    const message = { municipalityCode: office, id, outcome, by }
    const done = await settleMessage(sql, message, clock.today())
    if (!done) throw new Refusal(404, 'notFound')
    deps.wakeRelays()
    return c.json({ id }, 200)
  })
  return app
}

function staff() {
  const caller = currentCaller()
  if (caller?.kind !== 'account') throw new Refusal(401, 'unauthorized')
  return caller
}

async function namesFor({ sql }: ApiDeps, { municipalityCode, looks }: Disclosure) {
  const office = await officeOf(sql, municipalityCode)
  const codes = looks.flatMap(({ office: where }) =>
    typeof where === 'object' ? [where.municipalityCode] : [],
  )
  return {
    office: office ? `${office.municipalityName} ${office.officeJa}` : municipalityCode,
    towns: await townNames(sql, codes),
  }
}
