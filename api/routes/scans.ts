import { hash } from 'node:crypto'
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { z } from 'zod'
import { type Recorded, recordScan, type ScanAnswer } from '../../db/queries/record-scan.ts'
import { bindWaitingScans } from '../../db/queries/waiting-scans.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { Scan } from '../../domain/scan.ts'
import { findingText } from '../../i18n/findings.ts'
import type { ApiDeps } from '../deps.ts'
import { languageOf, problemBody, toProblem, validationHook } from '../problem.ts'
import { problemSchema, scanAnswer, scanBatchBody, scanBody, toScan } from '../schemas/scan.ts'

const refusals = {
  409: problem('The scanId was used for another body; nothing was written.'),
  422: problem('The scan cannot be: code, sentence and cure; nothing was written.'),
}

const oneScan = createRoute({
  method: 'post',
  path: '/scans',
  summary: 'Record one scan; answered after commit, idempotent by scanId',
  request: { body: { required: true, content: { 'application/json': { schema: scanBody } } } },
  responses: {
    200: { description: 'The same scan again: the same answer', content: answerContent() },
    201: { description: 'Recorded, held or waiting', content: answerContent() },
    ...refusals,
  },
})

const manyScans = createRoute({
  method: 'post',
  path: '/scans/batch',
  summary: 'Record many scans; each stands for itself',
  request: { body: { required: true, content: { 'application/json': { schema: scanBatchBody } } } },
  responses: { 200: { description: 'One result per scan, in order' }, ...refusals },
})

/** How many scans of one batch are on their way to the database at a time. */
const batchConcurrency = 4

export function scanRoutes(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(oneScan, async (c) => {
    await deps.gate?.admit(1)
    const recorded = await record(deps, c.req.valid('json'))
    return c.json(localised(recorded.answer, c), recorded.isRepeat ? 200 : 201)
  })

  app.openapi(manyScans, async (c) => {
    const { scans } = c.req.valid('json')
    await deps.gate?.admit(scans.length)
    const results = await inOrder(scans, (scan) => recordOneOfMany(deps, scan, c))
    return c.json({ results }, 200)
  })
  return app
}

async function record(deps: ApiDeps, body: z.output<typeof scanBody>): Promise<Recorded> {
  const scan = toScan(body)
  await deps.gate?.assertVenue(scan.venueCode)
  const bodySha256 = hash('sha256', JSON.stringify(scan))
  const today = deps.clock.today()
  const recorded = await recordScan(deps.sql, scan, bodySha256, today)
  if (recorded.hasNews || (await lookAgain(deps, scan, recorded, today))) deps.wakeRelays()
  const isUnknown = recorded.answer.verdict === 'waiting' && !recorded.isRepeat
  if (isUnknown) await deps.gate?.noteUnknown()
  return recorded
}

/** The ticket may have been registered while the scan was being written. */
async function lookAgain(deps: ApiDeps, scan: Scan, { answer }: Recorded, today: PlainDate) {
  if (answer.verdict !== 'waiting') return false
  const ticket = { municipalityCode: scan.issuingMunicipalityCode, number: scan.ticketNumber }
  return bindWaitingScans(deps.sql, [ticket], today)
}

async function recordOneOfMany(deps: ApiDeps, sent: unknown, c: Context) {
  try {
    const recorded = await record(deps, scanBody.parse(sent))
    return { status: recorded.isRepeat ? 200 : 201, answer: localised(recorded.answer, c) }
  } catch (error) {
    const found = toProblem(error)
    if (found.status >= 500) deps.log.error({ err: error }, 'a scan of a batch failed')
    return { status: found.status, problem: problemBody(found, c.req.header('accept-language')) }
  }
}

/** Maps with bounded concurrency; the results keep the order of the items. */
async function inOrder<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length)
  let next = 0
  const lane = async () => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index]!)
    }
  }
  await Promise.all(Array.from({ length: batchConcurrency }, lane))
  return results
}

function localised(answer: ScanAnswer, c: Context): z.output<typeof scanAnswer> {
  const language = languageOf(c.req.header('accept-language'))
  const findings = answer.findings.map((code) => ({ code, ...findingText(code, language) }))
  return { ...answer, findings }
}

function answerContent() {
  return { 'application/json': { schema: scanAnswer } }
}

function problem(description: string) {
  return { description, content: { 'application/problem+json': { schema: problemSchema } } }
}
