/** The pages and forms of returned post and of the telephone. Plain forms: each leads back to its page. */
import { type Context, Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { z } from 'zod'
import { Refusal } from '../../auth/refusal.ts'
import { townClerk } from '../../auth/staff.ts'
import { namesOf } from '../../db/auth/accounts.ts'
import { colleaguesOf } from '../../db/auth/colleagues.ts'
import { takeNext } from '../../db/queries/returned/calls.ts'
import { readFollowUps, shownList } from '../../db/queries/returned/follow-ups.ts'
import { readReturn, readReturns, shownReturns } from '../../db/queries/returned/read.ts'
import { readFollowUp } from '../../db/queries/returned/read-follow-up.ts'
import { lazyPlace, type WebPlace } from '../deps.ts'
import { pageHeaders } from '../headers.ts'
import { href, type Page, pagesAt } from '../page.ts'
import { problemPage } from '../pages/problem.tsx'
import { callPage } from './call-page.tsx'
import { followUpsPage } from './follow-ups-page.tsx'
import {
  backByForm,
  callByForm,
  enterAddressByForm,
  type FormDeps,
  holderByForm,
  phoneByForm,
  settleByForm,
  takeInByForm,
} from './forms.ts'
import { returnsPage } from './list-page.tsx'
import { returnPage } from './one-page.tsx'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>
type PageOf = (c: Context) => Page

export function returnedPages(deps: FormDeps, given?: WebPlace): Hono {
  const app = new Hono()
  const pageAt = pagesAt(deps, lazyPlace(given))
  returnRoutes(app, deps, pageAt)
  followUpRoutes(app, deps, pageAt)
  return app
}

const pageNumber = z.coerce.number().int().min(1).max(1_000).catch(1)
const optional = z.string().max(40).optional().catch(undefined)

function returnRoutes(app: Hono, deps: FormDeps, pageAt: PageOf): void {
  app.get('/returned', async (c) => {
    const show = z.enum(shownReturns).catch('open').parse(c.req.query('show'))
    const at = pageNumber.parse(c.req.query('page'))
    const asked = { office: townClerk().office, show, page: at }
    const list = await readReturns(deps.sql, asked, deps.clock.today())
    const [said, reason] = [c.req.query('said'), c.req.query('reason')].map((q) =>
      optional.parse(q),
    )
    return html(c, returnsPage(pageAt(c), { list, show, at, said, reason }))
  })
  app.post('/returned', async (c) => {
    const sent = await c.req.parseBody()
    const { said, reason } = await takeInByForm(deps, sent)
    return onward(c, sent.lang, '/returned', { said, ...(reason && { reason }) })
  })
  app.get('/returned/:id', async (c) => {
    const key = { municipalityCode: townClerk().office, id: idOf(c) }
    const letter = await readReturn(deps, key, deps.clock.today())
    const page = pageAt(c)
    if (!letter) return missing(c, page)
    return html(c, returnPage(page, letter, optional.parse(c.req.query('said'))))
  })
  const press = (what: string, work: (id: string, sent: Sent) => Promise<string>) =>
    app.post(`/returned/:id/${what}`, async (c) => {
      const sent = await c.req.parseBody()
      const id = idOf(c)
      return onward(c, sent.lang, `/returned/${id}`, { said: await work(id, sent) })
    })
  press('address', (id, sent) => enterAddressByForm(deps, id, sent))
  press('settle', (id, sent) => settleByForm(deps, id, sent))
  press('back', (id) => backByForm(deps, id))
}

type Sent = Record<string, unknown>

function followUpRoutes(app: Hono, deps: FormDeps, pageAt: PageOf): void {
  app.get('/follow-ups', async (c) => {
    const { office, id: reader } = townClerk()
    const show = z.enum(shownList).catch('due').parse(c.req.query('show'))
    const at = pageNumber.parse(c.req.query('page'))
    const asked = { office, reader, show, page: at }
    const list = await readFollowUps(deps.sql, asked, deps.clock.today())
    const names = await namesOf(deps.sql, office)
    const said = optional.parse(c.req.query('said'))
    return html(c, followUpsPage(pageAt(c), { list, show, at, said, names }))
  })
  app.post('/follow-ups/next', async (c) => {
    const sent = await c.req.parseBody()
    const { office, id: by } = townClerk()
    const taskId = await takeNext(deps.sql, { office, by }, deps.clock.today())
    if (!taskId) return onward(c, sent.lang, '/follow-ups', { said: 'nobody' })
    return onward(c, sent.lang, `/follow-ups/${taskId}`)
  })
  app.get('/follow-ups/:id', async (c) => {
    const { office } = townClerk()
    const key = { municipalityCode: office, taskId: idOf(c) }
    const one = await readFollowUp(deps, key, deps.clock.today())
    const page = pageAt(c)
    if (!one) return missing(c, page)
    const colleagues = await colleaguesOf(deps.sql, office)
    const said = optional.parse(c.req.query('said'))
    return html(c, callPage(page, { one, colleagues, said }))
  })
  const press = (what: string, work: (id: string, sent: Sent) => Promise<string>) =>
    app.post(`/follow-ups/:id/${what}`, async (c) => {
      const sent = await c.req.parseBody()
      const id = idOf(c)
      const said = await work(id, sent)
      const to = said === 'done' ? '/follow-ups' : `/follow-ups/${id}`
      return onward(c, sent.lang, to, { said })
    })
  press('calls', (id, sent) => callByForm(deps, id, sent))
  press('phone', (id, sent) => phoneByForm(deps, id, sent))
  press('holder', (id, sent) => holderByForm(deps, id, sent))
}

/** Throws `Refusal` 404 for what is no id of ours. */
function idOf(c: Context): string {
  const id = z.guid().safeParse(c.req.param('id'))
  if (!id.success) throw new Refusal(404, 'notFound')
  return id.data.toLowerCase()
}

async function missing(c: Context, page: Page): Promise<Response> {
  const { notFound, notFoundLead } = page.words.problems
  return html(c, problemPage(page, notFound, notFoundLead), 404)
}

async function html(c: Context, body: Html, status: 200 | 404 = 200): Promise<Response> {
  return c.html(`<!doctype html>${await body}`, status, pageHeaders)
}

function onward(
  c: Context,
  lang: unknown,
  path: string,
  query: Record<string, string> = {},
): Response {
  const text = new URLSearchParams(query).toString()
  const address = text ? `${path}?${text}` : path
  return c.redirect(href({ lang: lang === 'en' ? 'en' : 'ja' }, address), 303)
}
