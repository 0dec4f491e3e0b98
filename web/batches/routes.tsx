/** The pages and forms of the evenings' batches. Plain forms: each leads back to its page. */
import { type Context, Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { z } from 'zod'
import { assertMayActFor, boundTo, currentCaller } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import { namesOf } from '../../db/auth/accounts.ts'
import { readSample } from '../../db/people/sample-letters.ts'
import { type BatchKey, type BatchRow, batchSettings } from '../../db/queries/batches/batch.ts'
import {
  askToReprint,
  keepMarks,
  readDifferences,
  reconcileBatch,
} from '../../db/queries/batches/marks.ts'
import {
  askToAbort,
  checkBatch,
  listBatches,
  readBatch,
  releaseBatch,
} from '../../db/queries/batches/release.ts'
import { letterOfDigits } from '../../db/queries/batches/sheets.ts'
import { townNames } from '../../db/queries/municipalities.ts'
import { abortReasons, explanations, reprintReasons } from '../../domain/batch.ts'
import { isPlainDate } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { lazyPlace, type WebDeps, type WebPlace } from '../deps.ts'
import { pageHeaders } from '../headers.ts'
import { href, type Page, pagesAt } from '../page.ts'
import { problemPage } from '../pages/problem.tsx'
import { batchPage } from './batch-page.tsx'
import { batchesPage } from './list-page.tsx'
import { samplePage } from './sample-page.tsx'
import { batchPath } from './words.ts'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export function batchPages(deps: WebDeps, given?: WebPlace): Hono {
  const app = new Hono()
  const pageAt = pagesAt(deps, lazyPlace(given))
  const { sql, vault, clock } = deps

  app.get('/batches', async (c) => {
    const list = await listBatches(sql, boundTo())
    const names = await townNames(
      sql,
      list.map((batch) => batch.municipalityCode),
    )
    return html(c, batchesPage(pageAt(c), { list, names, said: c.req.query('said') }))
  })
  app.get('/batches/:municipality/:date', async (c) => {
    const page = pageAt(c)
    const found = await readBatch(sql, keyOf(c))
    if (!found) return html(c, problemPage(page, ...notFound(page)), 404)
    const besides = await besidesOf(deps, found.batch)
    return html(c, batchPage(page, { ...found, ...besides, said: c.req.query('said') }))
  })
  app.get('/batches/:municipality/:date/sample', async (c) => {
    const page = pageAt(c)
    const batch = (await readBatch(sql, keyOf(c)))?.batch
    if (batch?.state !== 'proposed') return html(c, problemPage(page, ...notFound(page)), 404)
    const sample = await readSample(sql, vault, batch, clock.today())
    return html(c, samplePage(page, { batch, ...sample }))
  })
  for (const what of presses) {
    app.post(`/batches/:municipality/:date/${what}`, async (c) => {
      const key = keyOf(c)
      const sent = await c.req.parseBody({ all: true })
      const said = await press(deps, key, what, sent).catch(refusedAs)
      if (said === 'batchNotFound') throw new Refusal(404, 'notFound')
      const lang = c.req.query('lang') === 'en' ? 'en' : 'ja'
      return c.redirect(href({ lang }, `${batchPath(key)}?said=${said}`), 303)
    })
  }
  return app
}

/** Each stands in the table of capabilities by its own name: a printing house may not release. */
const presses = ['check', 'release', 'abort', 'marks', 'reprints', 'reconcile'] as const

const seenForm = z.object({
  letters: z.coerce.number().int().min(0),
  referenceOn: z.string().refine(isPlainDate),
})
const marksForm = z.object({ readingId: z.guid(), marks: z.string().min(1) })
const abortForm = z.object({ reason: z.enum(abortReasons) })
const reprintForm = z.object({ letter: z.string().min(1).max(40), reason: z.enum(reprintReasons) })
const oneOrMany = z.union([z.enum(explanations), z.array(z.enum(explanations))]).optional()
const reconcileForm = z.object({
  printedPages: z.coerce.number().int().min(0),
  postedOn: z.string().refine(isPlainDate),
  explained: oneOrMany,
})

/** Answers the word for what was done, `malformed` for what no form of ours sends. */
async function press(
  { sql, clock }: WebDeps,
  key: BatchKey,
  what: (typeof presses)[number],
  sent: Record<string, unknown>,
): Promise<string> {
  const by = presser()
  switch (what) {
    case 'check':
      return sending(seenForm, sent, async (seen) => {
        await checkBatch(sql, key, { by, ...seen })
        return 'checked'
      })
    case 'release':
      return sending(seenForm, sent, async (seen) => {
        await releaseBatch(sql, key, { by, ...seen })
        return 'released'
      })
    case 'abort':
      return sending(abortForm, sent, async ({ reason }) => {
        await askToAbort(sql, key, { by, reason })
        return 'aborted'
      })
    case 'marks':
      return sending(marksForm, sent, async ({ readingId, marks }) => {
        const lines = marks.split(/[\r\n]+/).filter((line) => line.trim() !== '')
        if (lines.length === 0) return 'malformed'
        await keepMarks(sql, key, { readingId, marks: lines, by })
        return 'kept'
      })
    case 'reprints':
      return sending(reprintForm, sent, async ({ letter, reason }) => {
        const letterId = await letterOfDigits(sql, key, letter)
        await askToReprint(sql, key, { by, letterId, reason })
        return 'reprinted'
      })
    case 'reconcile':
      return sending(reconcileForm, sent, async ({ printedPages, postedOn, explained = [] }) => {
        const codes = typeof explained === 'string' ? [explained] : explained
        const told = { by, printedPages, postedOn: postedOn as PlainDate, explained: codes }
        await reconcileBatch(sql, key, { ...told, today: clock.today() })
        return 'posted'
      })
    default:
      return assertNever(what)
  }
}

function assertNever(value: never): never {
  throw new Error(`unexpected ${String(value)}`)
}

async function sending<T>(
  form: z.ZodType<T>,
  sent: Record<string, unknown>,
  work: (told: T) => Promise<string>,
): Promise<string> {
  const parsed = form.safeParse(sent)
  return parsed.success ? work(parsed.data) : 'malformed'
}

async function besidesOf({ sql, clock }: WebDeps, batch: BatchRow) {
  const caller = currentCaller()
  const { municipalityCode: town } = batch
  const hasSheets = batch.state === 'printed' || batch.state === 'posted'
  const [settings, names, towns, differences] = await Promise.all([
    batchSettings(sql, town),
    namesOf(sql, town),
    townNames(sql, [town]),
    hasSheets ? readDifferences(sql, batch) : undefined,
  ])
  const isOfTown = caller?.kind === 'account' && caller.role !== 'printOperator'
  const readerId = caller?.kind === 'account' ? caller.id : ''
  const besides = { settings, names, differences, isOfTown, readerId, today: clock.today() }
  return { ...besides, town: towns.get(town) ?? '' }
}

function presser(): string {
  const caller = currentCaller()
  if (caller?.kind !== 'account') throw new Refusal(403, 'notAllowed')
  return caller.id
}

/** Throws `Refusal` for another town's, and for what is no town or day. */
function keyOf(c: Context): BatchKey {
  const municipalityCode = c.req.param('municipality') ?? ''
  const date = c.req.param('date') ?? ''
  if (!/^\d{6}$/.test(municipalityCode) || !isPlainDate(date)) throw new Refusal(404, 'notFound')
  assertMayActFor([municipalityCode])
  return { municipalityCode, batchOn: date }
}

/** The code of a refusal that the page can show; anything else is thrown on. */
function refusedAs(error: unknown): string {
  if (error instanceof DomainError && error.field) return error.code
  throw error
}

function notFound({ words }: Page): [string, string] {
  return [words.problems.notFound, words.problems.notFoundLead]
}

async function html(c: Context, body: Html, status: 200 | 404 = 200): Promise<Response> {
  return c.html(`<!doctype html>${await body}`, status, pageHeaders)
}
