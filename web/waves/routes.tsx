/** The pages and forms of waves, and the page of readiness. Plain forms: each leads back to its page. */
import { type Context, Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { z } from 'zod'
import { mayActFor } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import { townClerk } from '../../auth/staff.ts'
import { namesOf } from '../../db/auth/accounts.ts'
import { readOutboxHealth } from '../../db/queries/outbox.ts'
import { townsThatPrint } from '../../db/queries/pages/ticket-sheets.ts'
import { readiness } from '../../db/queries/ready.ts'
import { newsLags, readPace, setPace } from '../../db/queries/wave-opening.ts'
import {
  groupsOfTown,
  listWaves,
  makeWave,
  pauseWave,
  readWave,
  recountWave,
  releaseWave,
  resumeWave,
  takeWave,
  type WaveRow,
  withdrawWave,
} from '../../db/queries/wave-plans.ts'
import type { WaveKey } from '../../db/queries/waves.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { parseTypedBirth } from '../../domain/keying.ts'
import { isGroupCode } from '../../domain/wave.ts'
import { lazyPlace, type WebDeps, type WebPlace } from '../deps.ts'
import { pageHeaders } from '../headers.ts'
import { href, type Page, pagesAt } from '../page.ts'
import { problemPage } from '../pages/problem.tsx'
import { type Typed, wavesPage } from './list-page.tsx'
import { paceForm, pacePage } from './pace-page.tsx'
import { readyPage, readyTowns } from './ready-page.tsx'
import { wavePage } from './wave-page.tsx'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>
type PageOf = (c: Context) => Page

export function wavePages(deps: WebDeps, given?: WebPlace): Hono {
  const app = new Hono()
  const pageAt = pagesAt(deps, lazyPlace(given))
  listRoutes(app, deps, pageAt)
  oneRoutes(app, deps, pageAt)
  paceRoutes(app, deps, pageAt)
  app.get('/ready', async (c) => html(c, await readyFor(pageAt(c), c.req.query('municipality'))))
  return app
}

function listRoutes(app: Hono, deps: WebDeps, pageAt: PageOf): void {
  const show = async (c: Context, typed?: Typed, said = c.req.query('said')) => {
    const { office } = townClerk()
    const [list, groups, names] = await Promise.all([
      listWaves(deps.sql, office),
      groupsOfTown(deps.sql, office),
      namesOf(deps.sql, office),
    ])
    return wavesPage(pageAt(c), { list, groups, names, said, typed })
  }
  app.get('/waves', async (c) => html(c, await show(c)))
  app.post('/waves', async (c) => {
    const sent = await c.req.parseBody()
    const typed = typedFrom(sent)
    try {
      const wave = await makeWave(deps.sql, waveFrom(sent, typed), townClerk().id)
      return onward(c, `/waves/${wave.waveId}?said=made`)
    } catch (error) {
      return html(c, await show(c, typed, refusedAs(error)), 422)
    }
  })
}

const deeds = {
  count: { work: recountWave, said: 'counted' },
  take: { work: takeWave, said: 'taken' },
  pause: { work: pauseWave, said: 'paused' },
  resume: { work: resumeWave, said: 'resumed' },
  withdraw: { work: withdrawWave, said: 'withdrawn' },
} as const

const releaseForm = z.object({ atLeast: z.coerce.number().int(), atMost: z.coerce.number().int() })

function oneRoutes(app: Hono, deps: WebDeps, pageAt: PageOf): void {
  app.get('/waves/:id', async (c) => {
    const key = keyOf(c)
    const wave = await readWave(deps.sql, key)
    const page = pageAt(c)
    if (!wave) return html(c, problemPage(page, ...notFound(page)), 404)
    return html(c, wavePage(page, { ...(await besides(deps, wave)), said: c.req.query('said') }))
  })
  app.post('/waves/:id/:what', async (c) => {
    const key = keyOf(c)
    const what = c.req.param('what')
    const said = await press(deps, key, what, await c.req.parseBody()).catch(refusedAs)
    if (said === 'waveNotFound') throw new Refusal(404, 'notFound')
    return onward(c, `/waves/${key.waveId}?said=${said}`)
  })
}

function paceRoutes(app: Hono, { sql }: WebDeps, pageAt: PageOf): void {
  app.get('/wave-pace', async (c) => {
    const [pace, health] = await Promise.all([readPace(sql), readOutboxHealth(sql)])
    const isLagging = newsLags(health, pace)
    return html(c, pacePage(pageAt(c), { pace, health, isLagging, said: c.req.query('said') }))
  })
  app.post('/wave-pace', async (c) => {
    const sent = paceForm.safeParse(await c.req.parseBody())
    if (sent.success) await setPace(sql, sent.data)
    return onward(c, `/wave-pace?said=${sent.success ? 'paceKept' : 'malformed'}`)
  })
}

/** Answers the word for what was done. Throws what the deed throws. */
async function press(
  { sql }: WebDeps,
  key: WaveKey,
  what: string,
  sent: Record<string, unknown>,
): Promise<string> {
  const by = townClerk().id
  if (what === 'release') {
    const seen = releaseForm.safeParse(sent)
    if (!seen.success) return 'malformed'
    await releaseWave(sql, key, { by, seen: seen.data })
    return 'released'
  }
  if (!Object.hasOwn(deeds, what)) throw new Refusal(404, 'notFound')
  const deed = deeds[what as keyof typeof deeds]
  await deed.work(sql, key, by)
  return deed.said
}

async function besides({ sql }: WebDeps, wave: WaveRow) {
  const { id: readerId, office } = townClerk()
  const [names, pace, health] = await Promise.all([
    namesOf(sql, office),
    readPace(sql),
    readOutboxHealth(sql),
  ])
  return { wave, names, readerId, pace, isLagging: newsLags(health, pace) }
}

/** The own town; somebody of the whole system says which. */
async function readyFor(page: Page, municipality: string | undefined): Promise<Html> {
  const { who } = page
  const own = who.kind === 'account' && who.office !== 'system' ? who.office : undefined
  const code = own ?? municipality
  if (!code) return readyTowns(page, await townsThatPrint(page.sql))
  if (!/^\d{6}$/.test(code) || !mayActFor(code)) throw new Refusal(404, 'notFound')
  return readyPage(page, await readiness(page, code))
}

const field = (sent: Record<string, unknown>, name: string): string => {
  const value = sent[name]
  return typeof value === 'string' ? value.trim() : ''
}

function typedFrom(sent: Record<string, unknown>): Typed {
  return {
    bornOnOrBefore: field(sent, 'bornOnOrBefore'),
    facilityCode: field(sent, 'facilityCode'),
    priorityGroup: field(sent, 'priorityGroup'),
  }
}

/** Throws DomainError for what the form cannot mean. */
function waveFrom(sent: Record<string, unknown>, typed: Typed) {
  const waveId = z.guid().safeParse(sent.waveId)
  if (!waveId.success) throw new DomainError('malformed', 'No id', 'waveId')
  const { bornOnOrBefore, facilityCode, priorityGroup } = typed
  const day = bornOnOrBefore ? dayTyped(bornOnOrBefore) : undefined
  if ([facilityCode, priorityGroup].some((code) => code && !isGroupCode(code))) {
    throw new DomainError('malformedGroupCode', 'No code', 'groups')
  }
  if (!bornOnOrBefore && !facilityCode && !priorityGroup) {
    throw new DomainError('waveNoCriterion', 'No condition', 'wave')
  }
  return {
    waveId: waveId.data.toLowerCase(),
    municipalityCode: townClerk().office,
    bornOnOrBefore: day,
    facilityCode: facilityCode || undefined,
    priorityGroup: priorityGroup || undefined,
  }
}

/** By era or by the western year. Throws `invalidDate`. */
function dayTyped(text: string): PlainDate {
  try {
    const { bornOn } = parseTypedBirth(text)
    if (bornOn) return bornOn
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
  }
  throw new DomainError('invalidDate', 'Neither by era nor by year', 'bornOnOrBefore')
}

/** The code of a refusal that the page can show; anything else is thrown on. */
function refusedAs(error: unknown): string {
  if (error instanceof DomainError && error.field) return error.code
  throw error
}

/** Throws `Refusal` 404 for what is no id of ours. */
function keyOf(c: Context): WaveKey {
  const id = z.guid().safeParse(c.req.param('id'))
  if (!id.success) throw new Refusal(404, 'notFound')
  return { waveId: id.data.toLowerCase(), municipalityCode: townClerk().office }
}

function notFound({ words }: Page): [string, string] {
  return [words.problems.notFound, words.problems.notFoundLead]
}

async function html(c: Context, body: Html, status: 200 | 404 | 422 = 200): Promise<Response> {
  return c.html(`<!doctype html>${await body}`, status, pageHeaders)
}

function onward(c: Context, path: string): Response {
  return c.redirect(href({ lang: c.req.query('lang') === 'en' ? 'en' : 'ja' }, path), 303)
}
