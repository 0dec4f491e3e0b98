/** Tickets made here: ranges of numbers, issues, and printings. The same by forms, without a script. */
import { randomUUID } from 'node:crypto'
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import { assertMayActFor, boundTo } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import type { DataDir } from '../../config/data-dir.ts'
import { withPurpose } from '../../db/client.ts'
import { delegateRange, rangesOf } from '../../db/queries/number-ranges.ts'
import { issueTicket } from '../../db/queries/ticket-issue.ts'
import { askForRun, findRun, markPrinted } from '../../db/queries/ticket-runs.ts'
import { removeSheets } from '../../web/sheet-files.ts'
import type { ApiDeps } from '../deps.ts'
import { toProblem, validationHook } from '../problem.ts'
import { municipalityCode } from '../schemas/register.ts'
import { json, refusals } from '../schemas/route.ts'
import {
  issueAnswer,
  issueBody,
  printAnswer,
  printBody,
  rangeAnswer,
  rangeBody,
  rangesAnswer,
  rangesQuery,
} from '../schemas/tickets.ts'

const delegate = createRoute({
  method: 'put',
  path: '/number-ranges',
  summary: 'Delegate ticket numbers: those of them that end in our check digit are given out',
  request: { body: { required: true, content: json(rangeBody) } },
  responses: { 200: { description: 'Kept', content: json(rangeAnswer) }, ...refusals },
})

const ranges = createRoute({
  method: 'get',
  path: '/number-ranges',
  summary: 'A municipality’s ranges, and how many numbers are left',
  request: { query: rangesQuery },
  responses: { 200: { description: 'In order', content: json(rangesAnswer) } },
})

const issue = createRoute({
  method: 'post',
  path: '/tickets/issue',
  summary: 'Issue a ticket with the slips that are still needed; an older one falls',
  request: { body: { required: true, content: json(issueBody) } },
  responses: {
    200: { description: 'As issued before under this id', content: json(issueAnswer) },
    201: { description: 'Issued; its sheet waits to be printed', content: json(issueAnswer) },
    ...refusals,
  },
})

const print = createRoute({
  method: 'post',
  path: '/tickets/print',
  summary: 'Ask for the file of one waiting sheet, or of all that may be posted',
  request: { body: { required: true, content: json(printBody) } },
  responses: { 201: { description: 'Asked for', content: json(printAnswer) }, ...refusals },
})

export function ticketRoutes(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(delegate, async (c) => {
    const range = c.req.valid('json')
    assertMayActFor([range.municipalityCode])
    return c.json(await delegateRange(deps, range, deps.clock.today()), 200)
  })

  app.openapi(ranges, async (c) => {
    const { municipalityCode } = c.req.valid('query')
    assertMayActFor([municipalityCode])
    const scope = { municipalityCode, purpose: 'manageTown' } as const
    const found = await withPurpose(deps.sql, scope, (tx) => rangesOf(tx, municipalityCode))
    return c.json({ ranges: found }, 200)
  })

  app.openapi(issue, async (c) => {
    const { isRepeated, ...answer } = await issueNow(deps, c.req.valid('json'))
    return c.json(answer, isRepeated ? 200 : 201)
  })

  app.openapi(print, async (c) => {
    const asked = c.req.valid('json')
    assertMayActFor([asked.municipalityCode])
    return c.json(await askForRun(deps.sql, asked, deps.clock.today()), 201)
  })
  return app
}

async function issueNow(deps: ApiDeps, asked: z.output<typeof issueBody>) {
  assertMayActFor([asked.municipalityCode])
  const { hasNews, ...answer } = await issueTicket(deps, asked, deps.clock.today())
  if (hasNews) deps.wakeRelays()
  return answer
}

const issueForm = z.object({
  reason: issueBody.shape.reason,
  registerNumber: issueBody.shape.registerNumber,
  taskId: issueBody.shape.taskId,
  /** Given by the page, so that a form sent twice issues once. */
  issueId: issueBody.shape.issueId.default(() => randomUUID()),
})
const printForm = z.object({ sheetId: printBody.shape.sheetId })

/** Forms of `/tickets`: back to the page, which says what became of it. */
export function ticketForms(deps: ApiDeps, dataDir?: DataDir) {
  return {
    issue: (c: Context) =>
      answered(c, 'issued', async (sent) => {
        const { registerNumber, taskId, ...asked } = issueForm.parse(sent)
        const holder = taskId ? { taskId } : { registerNumber: registerNumber ?? '' }
        await issueNow(deps, { ...asked, ...holder, municipalityCode: townOf(sent) })
      }),
    print: (c: Context) =>
      answered(c, 'asked', async (sent) => {
        const { sheetId } = printForm.parse(sent)
        const asked = { municipalityCode: townOf(sent), sheetId }
        await askForRun(deps.sql, asked, deps.clock.today())
      }),
    printed: (c: Context) =>
      answered(c, 'printed', async () => {
        const runId = z.guid().parse(c.req.param('id'))
        const run = await findRun(deps.sql, runId)
        if (run) assertMayActFor([run.municipalityCode])
        if (!run || !(await markPrinted(deps.sql, run))) throw new Refusal(404, 'notFound')
        if (dataDir) await removeSheets(dataDir, run)
      }),
  }
}

/** The own municipality; a printer for all says which. Throws `notYourMunicipality`. */
function townOf(sent: Record<string, unknown>): string {
  const town = boundTo() ?? municipalityCode.parse(sent.town)
  assertMayActFor([town])
  return town
}

/** A refusal is said on the page by its code; any other fault is one of ours. */
async function answered(
  c: Context,
  said: string,
  work: (sent: Record<string, unknown>) => Promise<void>,
): Promise<Response> {
  const { lang, ...sent } = await c.req.parseBody()
  const town =
    typeof sent.town === 'string' && /^\d{6}$/.test(sent.town) ? `&town=${sent.town}` : ''
  const filled = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''))
  const query = await work(filled).then(
    () => `said=${said}`,
    (error) => {
      const problem = toProblem(error)
      if (problem.status >= 500) throw error
      return `refused=${problem.code}`
    },
  )
  return c.redirect(`/tickets?${query}${town}${lang === 'en' ? '&lang=en' : ''}`, 303)
}
