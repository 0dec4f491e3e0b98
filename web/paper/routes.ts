/** Files that a municipality takes out, and its paper. Plain forms; every one works without a script. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Context, Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { z } from 'zod'
import { Refusal } from '../../auth/refusal.ts'
import { townClerk } from '../../auth/staff.ts'
import { officeFileName } from '../../config/office-file.ts'
import { bindPrint, type FileLine, findFile, putAway } from '../../db/queries/office-files.ts'
import { DomainError } from '../../domain/errors.ts'
import { pagesEn } from '../../i18n/pages-en.ts'
import { hasProblemText } from '../../i18n/problems.ts'
import { lazyPlace, type WebPlace } from '../deps.ts'
import { letterHeaders, pageHeaders } from '../headers.ts'
import { href, type Page, pagesAt } from '../page.ts'
import { problemPage } from '../pages/problem.tsx'
import { askByForm, askForFormsByForm, makeApproved } from './ask.ts'
import { batchPage } from './batch-page.tsx'
import { exportsPage } from './exports-page.tsx'
import { handOut } from './hand-out.ts'
import { paperPage } from './paper-page.tsx'
import { type ReadDeps, readFormsByForm } from './read-forms.ts'

type Body = HtmlEscapedString | Promise<HtmlEscapedString>
type PageOf = (c: Context) => Page

export function paperPages(deps: ReadDeps, given?: WebPlace): Hono {
  const app = new Hono()
  const page = pagesAt(deps, lazyPlace(given))
  exportRoutes(app, deps, page)
  paperRoutes(app, deps, page)
  return app
}

function exportRoutes(app: Hono, deps: ReadDeps, page: PageOf): void {
  app.get('/exports', (c) => shown(c, page(c), exportsPage(page(c), c.req.query('said'))))
  app.post('/exports', (c) => pressed(c, '/exports', (sent) => askByForm(deps, sent)))
  app.post('/exports/approved', async (c) => {
    const { lang, approvalId } = await c.req.parseBody()
    const said = await saidBy(async () =>
      (await makeApproved(deps, approvalId)) ? 'asked' : 'notFound',
    )
    return onward(c, lang, '/exports', said)
  })
  app.get('/exports/:id/file', async (c) => {
    const file = await handOut(page(c), fileOf(c))
    if (!file) return shown(c, page(c), Promise.resolve(undefined))
    return c.body(file.body, 200, {
      ...letterHeaders,
      'Content-Type': file.type,
      'Content-Disposition': `attachment; filename="${file.name}"`,
    })
  })
  app.post('/exports/:id/done', async (c) => {
    const { lang, bound } = await c.req.parseBody()
    const key = fileOf(c)
    const file = await findFile(deps.sql, key)
    const isPutAway = await (bound === '1' ? bindPrint : putAway)(deps.sql, key)
    if (isPutAway) await rm(join(page(c).dataDir.exports, officeFileName(key)), { force: true })
    return onward(
      c,
      lang,
      pathOf(file),
      isPutAway ? (bound === '1' ? 'bound' : 'done') : 'notFound',
    )
  })
}

function paperRoutes(app: Hono, deps: ReadDeps, page: PageOf): void {
  app.get('/paper', (c) => shown(c, page(c), paperPage(page(c), c.req.query('said'))))
  app.post('/paper/forms', (c) => pressed(c, '/paper', (sent) => askForFormsByForm(deps, sent)))
  app.post('/paper/register', (c) => pressed(c, '/paper', (sent) => askByForm(deps, sent)))
  app.get('/paper/:id', async (c) => {
    const file = await batchOf(c, deps)
    return shown(c, page(c), file && batchPage(page(c), file, { said: c.req.query('said') }))
  })
  app.post('/paper/:id/scans', async (c) => {
    const sent = await c.req.parseBody()
    const file = await batchOf(c, deps)
    if (!file) throw new Refusal(404, 'notFound')
    const batch = { ...fileOf(c), venueCode: String(file.asked.venueCode) }
    const outcomes = await readFormsByForm(deps, batch, sent)
    const path = `/paper/${file.fileId}`
    const again = inLanguage(page(c), sent.lang, path)
    const said = outcomes ? undefined : 'malformed'
    return shown(c, again, batchPage(again, file, { said, outcomes }), outcomes ? 200 : 422)
  })
}

/** A file of the reader's own town. Throws `Refusal` 404 for what is no id. */
function fileOf(c: Context): { municipalityCode: string; fileId: string } {
  const id = z.guid().safeParse(c.req.param('id'))
  if (!id.success) throw new Refusal(404, 'notFound')
  return { municipalityCode: townClerk().office, fileId: id.data.toLowerCase() }
}

/** A batch of dose forms that was printed. */
async function batchOf(c: Context, { sql }: ReadDeps): Promise<FileLine | undefined> {
  const file = await findFile(sql, fileOf(c))
  return file?.kind === 'doseForms' && file.rows !== null ? file : undefined
}

function pathOf(file: FileLine | undefined): string {
  return file?.kind === 'doseForms' || file?.kind === 'registerPrint' ? '/paper' : '/exports'
}

async function pressed(
  c: Context,
  path: string,
  work: (sent: Record<string, unknown>) => Promise<string>,
): Promise<Response> {
  const { lang, ...sent } = await c.req.parseBody()
  return onward(c, lang, path, await saidBy(() => work(sent)))
}

/** A refusal that the page has words for is said there. */
async function saidBy(work: () => Promise<string>): Promise<string> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DomainError && error.field && hasProblemText(error.code)) return error.code
    throw error
  }
}

async function shown(
  c: Context,
  page: Page,
  rendered: Promise<Body | undefined> | undefined,
  status: 200 | 422 = 200,
): Promise<Response> {
  const body = await rendered
  if (body) return c.html(`<!doctype html>${await body}`, status, pageHeaders)
  const { notFound, notFoundLead } = page.words.problems
  const missing = await problemPage(page, notFound, notFoundLead)
  return c.html(`<!doctype html>${missing}`, 404, pageHeaders)
}

function onward(c: Context, lang: unknown, path: string, said: string): Response {
  const address = `${path}?${new URLSearchParams({ said }).toString()}`
  return c.redirect(href({ lang: lang === 'en' ? 'en' : 'ja' }, address), 303)
}

/** A page that answers a form: its address is the one that shows it again. */
function inLanguage(page: Page, lang: unknown, path: string): Page {
  return lang === 'en' ? { ...page, lang: 'en', words: pagesEn, path } : { ...page, path }
}
