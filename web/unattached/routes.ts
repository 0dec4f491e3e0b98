/** The pages and forms of the worklist and of the keying of paper. Every one of them works without a script. */
import { type Context, Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { z } from 'zod'
import { Refusal } from '../../auth/refusal.ts'
import type { ItemKind } from '../../db/queries/resolve/open-item.ts'
import { pagesEn } from '../../i18n/pages-en.ts'
import { lazyPlace, type WebPlace } from '../deps.ts'
import { pageHeaders } from '../headers.ts'
import { href, type Page, pagesAt } from '../page.ts'
import { problemPage } from '../pages/problem.tsx'
import { faultOf, settleByForm, settleTaskByForm, typedHeaderFrom, typedSlipFrom } from './forms.ts'
import { itemPage } from './item-page.tsx'
import { batchPage } from './keying-batch.tsx'
import {
  addSlipByForm,
  beginByForm,
  discardByForm,
  dropSlipByForm,
  type KeyingDeps,
  recordByForm,
} from './keying-forms.ts'
import { keyingPage } from './keying-list.tsx'
import { worklistPage } from './worklist-page.tsx'

type Body = HtmlEscapedString | Promise<HtmlEscapedString>

export function unattachedPages(deps: KeyingDeps, given?: WebPlace): Hono {
  const app = new Hono()
  const page = pagesAt(deps, lazyPlace(given))
  worklistRoutes(app, deps, page)
  keyingRoutes(app, deps, page)
  return app
}

type PageOf = (c: Context) => Page

function worklistRoutes(app: Hono, deps: KeyingDeps, page: PageOf): void {
  app.get('/worklist', async (c) => shown(c, page(c), worklistPage(page(c), c.req.query())))
  for (const kind of ['scan', 'dose'] as const) {
    app.get(`/worklist/${kind}s/:id`, async (c) => {
      const asked = { kind, id: idOf(c), said: c.req.query('said') }
      return shown(c, page(c), itemPage(page(c), asked))
    })
    app.post(`/worklist/${kind}s/:id`, (c) => settleRoute(c, deps, kind))
  }
  app.post('/worklist/tasks/:id', async (c) => {
    const sent = await c.req.parseBody()
    const said = await settleTaskByForm(deps, idOf(c), sent)
    return onward(c, sent.lang, '/worklist', { todo: 'tasks', said })
  })
}

async function settleRoute(c: Context, deps: KeyingDeps, kind: ItemKind): Promise<Response> {
  const sent = await c.req.parseBody()
  const id = idOf(c)
  const { said, isDone } = await settleByForm(deps, { kind, id }, sent).catch((error) => ({
    said: faultOf(error),
    isDone: false,
  }))
  const isGone = said === 'notFound' || said === 'alreadySettled'
  if (!isDone && !isGone) return onward(c, sent.lang, `/worklist/${kind}s/${id}`, { said })
  const todo = kind === 'dose' ? 'ticketless' : 'held'
  return onward(c, sent.lang, '/worklist', { todo, said })
}

function keyingRoutes(app: Hono, deps: KeyingDeps, page: PageOf): void {
  app.get('/keying', async (c) => shown(c, page(c), keyingPage(page(c))))
  app.post('/keying', async (c) => {
    const sent = await c.req.parseBody()
    const typed = typedHeaderFrom(sent)
    try {
      return onward(c, sent.lang, `/keying/${await beginByForm(deps, typed)}`)
    } catch (error) {
      const fault = faultOf(error)
      const again = inLanguage(page(c), sent.lang, '/keying')
      return shown(c, again, keyingPage(again, typed, fault), 422)
    }
  })
  app.get('/keying/:id', async (c) => shown(c, page(c), batchPage(page(c), idOf(c))))

  app.post('/keying/:id/slips', async (c) => {
    const sent = await c.req.parseBody()
    const typed = typedSlipFrom(sent)
    try {
      const isThere = await addSlipByForm(deps, idOf(c), typed)
      if (!isThere) throw new Refusal(404, 'notFound')
      return onward(c, sent.lang, `/keying/${idOf(c)}`)
    } catch (error) {
      const fault = faultOf(error)
      const again = inLanguage(page(c), sent.lang, `/keying/${idOf(c)}`)
      return shown(c, again, batchPage(again, idOf(c), typed, fault), statusOf(fault))
    }
  })
  const press = (
    path: `/keying/:id/${string}`,
    work: (id: string, c: Context) => Promise<boolean>,
    next: (id: string) => string = (id) => `/keying/${id}`,
  ) => {
    app.post(path, async (c) => {
      const sent = await c.req.parseBody()
      const id = idOf(c)
      try {
        if (!(await work(id, c))) throw new Refusal(404, 'notFound')
        return onward(c, sent.lang, next(id))
      } catch (error) {
        const fault = faultOf(error)
        const again = inLanguage(page(c), sent.lang, `/keying/${id}`)
        return shown(c, again, batchPage(again, id, undefined, fault), statusOf(fault))
      }
    })
  }
  press('/keying/:id/slips/:no/drop', (id, c) => dropSlipByForm(deps, id, slipNoOf(c)))
  press('/keying/:id/record', (id) => recordByForm(deps, id))
  press(
    '/keying/:id/discard',
    (id) => discardByForm(deps, id),
    () => '/keying',
  )
}

/** Throws `Refusal` 404 for what is no id of ours. */
function idOf(c: Context): string {
  const id = z.guid().safeParse(c.req.param('id'))
  if (!id.success) throw new Refusal(404, 'notFound')
  return id.data.toLowerCase()
}

function slipNoOf(c: Context): number {
  const no = Number(c.req.param('no'))
  return Number.isInteger(no) && no > 0 && no <= 500 ? no : 0
}

/** Nothing is wrong with what was typed: it came too late. */
function statusOf(fault: string): 409 | 422 {
  return fault === 'batchRecording' ? 409 : 422
}

async function shown(
  c: Context,
  page: Page,
  rendered: Promise<Body | undefined>,
  status: 200 | 409 | 422 = 200,
): Promise<Response> {
  const body = await rendered
  if (body) return c.html(`<!doctype html>${await body}`, status, pageHeaders)
  const { notFound, notFoundLead } = page.words.problems
  const missing = await problemPage(page, notFound, notFoundLead)
  return c.html(`<!doctype html>${missing}`, 404, pageHeaders)
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

/** A page that answers a form: its address is the one that shows it again. */
function inLanguage(page: Page, lang: unknown, path: string): Page {
  return lang === 'en' ? { ...page, lang: 'en', words: pagesEn, path } : { ...page, path }
}
