/** What is attached to nobody: doses told without a ticket, the worklist, and how a clerk settles it. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { z } from 'zod'
import { assertMayActFor } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import { townClerk } from '../../auth/staff.ts'
import { statedBirth } from '../../db/queries/record-scan.ts'
import { bindToldDoses } from '../../db/queries/resolve/bind-doses.ts'
import { keepToldDose } from '../../db/queries/resolve/keep-dose.ts'
import type { ItemKind } from '../../db/queries/resolve/open-item.ts'
import { type Decision, type SettledItem, settle } from '../../db/queries/resolve/settle.ts'
import { settleTask } from '../../db/queries/resolve/settle-task.ts'
import { itemsPerPage, readWorklist } from '../../db/queries/resolve/worklist.ts'
import { DomainError } from '../../domain/errors.ts'
import { parseTicket } from '../../domain/ticket.ts'
import { findingText } from '../../i18n/findings.ts'
import type { ApiDeps } from '../deps.ts'
import { type Language, languageOf, validationHook } from '../problem.ts'
import { idAnswer, idParam } from '../schemas/people.ts'
import { json, problem, refusals } from '../schemas/route.ts'
import {
  decisionBody,
  outcomeBody,
  settledAnswer,
  toldDoseAnswer,
  toldDoseBody,
  worklistAnswer,
  worklistQuery,
} from '../schemas/unattached.ts'

const tellDose = createRoute({
  method: 'post',
  path: '/doses/without-ticket',
  summary: 'Tell of a dose that was given without a slip; kept, and attached to nobody yet',
  request: { body: { required: true, content: json(toldDoseBody) } },
  responses: {
    200: { description: 'The same again: the same answer', content: json(toldDoseAnswer) },
    201: { description: 'Kept', content: json(toldDoseAnswer) },
    ...refusals,
  },
})
const resolve = (path: string, what: string) =>
  createRoute({
    method: 'post',
    path,
    summary: `Settle ${what} that is attached to nobody: whose it is, or why it is nobody’s`,
    request: { params: idParam, body: { required: true, content: json(decisionBody) } },
    responses: {
      200: { description: 'Settled', content: json(settledAnswer) },
      404: problem('No such item of this municipality'),
      ...refusals,
    },
  })
const settleOne = createRoute({
  method: 'post',
  path: '/tasks/{id}/settle',
  summary: 'Say what came of a task',
  request: { params: idParam, body: { required: true, content: json(outcomeBody) } },
  responses: {
    200: { description: 'Settled', content: json(idAnswer) },
    404: problem('No such open task of this municipality'),
    ...refusals,
  },
})
const list = createRoute({
  method: 'get',
  path: '/worklist',
  summary: 'What waits for a person at the own municipality, oldest first, and how much',
  request: { query: worklistQuery },
  responses: { 200: { description: 'A page of 50', content: json(worklistAnswer) } },
})

export function unattachedRoutes(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(tellDose, async (c) => {
    const { ticket, ...told } = c.req.valid('json')
    assertMayActFor([told.municipalityCode])
    await deps.gate?.admit(1)
    const sheet = ticket && ownSheet(ticket, told.municipalityCode)
    const today = deps.clock.today()
    const { isRepeat } = await keepToldDose(
      deps,
      withoutUndefined({ ...told, ...(sheet && { ticketNumber: sheet }) }),
      today,
    )
    if (sheet && (await bindToldDoses(deps, [told.municipalityCode], today))) deps.wakeRelays()
    const answer = { eventId: told.eventId, verdict: 'waiting' as const }
    return c.json(answer, isRepeat ? 200 : 201)
  })

  const settled = async (kind: ItemKind, id: string, body: Body, language: Language) =>
    told(id, await settleItem(deps, kind, id, decisionOf(body)), language)

  app.openapi(resolve('/scans/{id}/resolve', 'a scan'), async (c) => {
    const { id } = c.req.valid('param')
    const language = languageOf(c.req.header('accept-language'))
    return c.json(await settled('scan', id, c.req.valid('json'), language), 200)
  })
  app.openapi(resolve('/doses/without-ticket/{id}/resolve', 'a dose'), async (c) => {
    const { id } = c.req.valid('param')
    const language = languageOf(c.req.header('accept-language'))
    return c.json(await settled('dose', id, c.req.valid('json'), language), 200)
  })

  app.openapi(settleOne, async (c) => {
    const { id } = c.req.valid('param')
    await settleOneTask(deps, id, c.req.valid('json').outcome)
    return c.json({ id }, 200)
  })

  app.openapi(list, async (c) => {
    const found = await readWorklist(deps.sql, townClerk().office, c.req.valid('query'))
    const items = found.items.slice(0, itemsPerPage)
    const last = found.items.length > itemsPerPage ? items.at(-1) : undefined
    const asOf = new Date(deps.clock.now()).toISOString()
    const next = last && { next: `${last.since}|${last.id}` }
    return c.json({ asOf, counts: found.counts, items, ...next }, 200)
  })
  return app
}

type Body = z.output<typeof decisionBody>

/** Throws 404 for what is not the caller's municipality's, and what `settle` throws. */
async function settleItem(
  deps: ApiDeps,
  kind: ItemKind,
  id: string,
  decision: Decision,
): Promise<SettledItem> {
  const { office, id: by } = townClerk()
  const asked = { kind, id, office, by, decision }
  const done = await settle(deps, asked, deps.clock.today())
  if (!done) throw new Refusal(404, 'notFound')
  if ('attached' in done && done.attached.hasNews) deps.wakeRelays()
  return done
}

async function settleOneTask(
  deps: ApiDeps,
  id: string,
  outcome: z.output<typeof outcomeBody>['outcome'],
): Promise<void> {
  const { office: municipalityCode, id: by } = townClerk()
  const done = await settleTask(deps.sql, { municipalityCode, id, outcome, by }, deps.clock.today())
  if (!done) throw new Refusal(404, 'notFound')
  deps.wakeRelays()
}

/** Throws `whoIsIt` unless exactly one way of naming a person is there. */
function decisionOf(body: Body): Decision {
  if (body.as === 'reject') return body
  const { residentId, registerNumber, ticket, reason } = body
  const stated = statedBirth(body)
  const ways = [residentId, registerNumber, ticket].filter((way) => way !== undefined)
  if (ways.length !== 1) throw new DomainError('whoIsIt', 'name one person', 'residentId')
  if (residentId) return { as: 'attach', to: { residentId }, reason }
  if (registerNumber) return { as: 'attach', to: { registerNumber, ...stated }, reason }
  const ticketNumber = ownSheet(ticket!, townClerk().office)
  return { as: 'attach', to: { ticketNumber, ...stated }, reason }
}

/** The ten digits of a sheet of one's own town. Throws `notYourMunicipality`, and what a ticket may. */
function ownSheet(ticket: { municipalityCode: string; number: string }, town: string): string {
  const { municipalityCode, number } = parseTicket(ticket)
  if (municipalityCode !== town) throw new Refusal(403, 'notYourMunicipality')
  return number
}

function told(id: string, done: SettledItem, language: Language): z.output<typeof settledAnswer> {
  if ('rejected' in done) return { id, outcome: 'rejected', findings: [] }
  const { verdict, doseId, findings, next } = done.attached.answer
  return {
    id,
    // Somebody decided whose it is: it neither waits nor is held any more.
    outcome: verdict as Exclude<typeof verdict, 'held' | 'waiting'>,
    ...(doseId === undefined ? {} : { doseId }),
    findings: findings.map((code) => ({ code, ...findingText(code, language) })),
    ...(next ? { next } : {}),
  }
}

function withoutUndefined({
  person,
  ...told
}: Omit<z.output<typeof toldDoseBody>, 'ticket'> & {
  ticketNumber?: string
}) {
  return { ...told, ...(person ? { person } : {}) }
}
