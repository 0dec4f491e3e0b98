/**
 * The pages of a municipality's own letter texts: one makes a text, sees it as a page and as a diff, another
 * puts it into use. Plain forms: each leads back to its page.
 */
import { type Context, Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { z } from 'zod'
import { Refusal } from '../../auth/refusal.ts'
import { townClerk } from '../../auth/staff.ts'
import { namesOf } from '../../db/auth/accounts.ts'
import { withPurpose } from '../../db/client.ts'
import { lackingOfTown } from '../../db/queries/letter-lacking.ts'
import {
  dropLetterText,
  type LetterTextKey,
  type LetterTextRow,
  listLetterTexts,
  makeLetterText,
  releaseLetterText,
} from '../../db/queries/letter-texts.ts'
import { senderOf } from '../../db/queries/notices.ts'
import { type NoticeKind, noticeKinds } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import {
  faultsOf,
  type LetterParts,
  letterParts,
  partsTyped,
  standardText,
} from '../../domain/letter-text.ts'
import { fitsItsPage } from '../../letters/fitting.ts'
import type { Sender } from '../../letters/notice.ts'
import { faultsOnPage, previewOf, standardParts } from '../../letters/sample.ts'
import { senderFrom } from '../../letters/sender.ts'
import { lazyPlace, type WebDeps, type WebPlace } from '../deps.ts'
import { letterHeaders, pageHeaders } from '../headers.ts'
import { href, type Page, pagesAt } from '../page.ts'
import { letterTextsPage } from './list-page.tsx'
import { type Fault, letterTextPage, type Typed } from './text-page.tsx'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>
type PageOf = (c: Context) => Page

export function letterPages(deps: WebDeps, given?: WebPlace): Hono {
  const app = new Hono()
  const pageAt = pagesAt(deps, lazyPlace(given))
  app.get('/letter-texts', async (c) => {
    const { office } = townClerk()
    const [rows, names, lacking] = await Promise.all([
      listLetterTexts(deps.sql, office),
      namesOf(deps.sql, office),
      lackingOfTown(deps.sql, office),
    ])
    const tooLong = await tooLongOf(deps, rows)
    return html(c, letterTextsPage(pageAt(c), { rows, names, lacking, tooLong }))
  })
  textRoutes(app, deps, pageAt)
  return app
}

function textRoutes(app: Hono, deps: WebDeps, pageAt: PageOf): void {
  const show = async (c: Context, typed?: Typed, said = c.req.query('said')) => {
    const key = keyOf(c)
    const { id: readerId } = townClerk()
    const { sender, ...texts } = await textsOf(deps, key)
    const names = await namesOf(deps.sql, key.municipalityCode)
    const standard = sender ? standardParts(key.kind, sender) : undefined
    return letterTextPage(pageAt(c), {
      ...{ kind: key.kind, ...texts, standard, names, readerId, said, typed },
    })
  }
  app.get('/letter-texts/:kind', async (c) => html(c, await show(c)))
  app.post('/letter-texts/:kind', async (c) => {
    const key = keyOf(c)
    const parts = partsFrom(await c.req.parseBody())
    try {
      const faults = await faultsIn(deps, key, parts)
      if (faults.length > 0) return html(c, await show(c, { parts, faults }), 422)
      await makeLetterText(deps.sql, key, { parts, by: townClerk().id })
    } catch (error) {
      return html(c, await show(c, { parts, faults: [] }, refusedAs(error)), 422)
    }
    return onward(c, key.kind, 'made')
  })
  app.get('/letter-texts/:kind/preview', async (c) => {
    const key = keyOf(c)
    const { sender, draft, current } = await textsOf(deps, key)
    const wanted = Number(c.req.query('version') ?? 0)
    const text = [draft, current, standardText].find((each) => each?.version === wanted)
    if (!text || !sender) throw new Refusal(404, 'notFound')
    const pdf = await previewOf(key.kind, { code: key.municipalityCode, sender, text })
    return c.body(Buffer.from(pdf), 200, {
      ...letterHeaders,
      'Content-Type': 'application/pdf',
      'Content-Disposition': `inline; filename="letter-text-${key.kind}-${wanted}.pdf"`,
    })
  })
  app.post('/letter-texts/:kind/:what', async (c) => {
    const key = keyOf(c)
    const version = z.coerce
      .number()
      .int()
      .min(1)
      .safeParse((await c.req.parseBody()).version)
    const deed = deeds[c.req.param('what') as keyof typeof deeds]
    if (!deed) throw new Refusal(404, 'notFound')
    if (!version.success) return onward(c, key.kind, 'malformed')
    const said = await deed
      .work(deps.sql, { ...key, version: version.data }, townClerk().id)
      .then(() => deed.said, refusedAs)
    return onward(c, key.kind, said)
  })
}

const deeds = {
  release: { work: releaseLetterText, said: 'released' },
  drop: { work: dropLetterText, said: 'dropped' },
} as const

type Texts = { current: LetterTextRow | undefined; draft: LetterTextRow | undefined }

async function textsOf(
  { sql }: WebDeps,
  { municipalityCode, kind }: LetterTextKey,
): Promise<Texts & { sender: Sender | undefined }> {
  const rows = (await listLetterTexts(sql, municipalityCode)).filter((row) => row.kind === kind)
  const scope = { municipalityCode, purpose: 'manageTown' } as const
  const settings = await withPurpose(sql, scope, (tx) => senderOf(tx, municipalityCode))
  return {
    current: rows.find(({ releasedAt }) => releasedAt !== null),
    draft: rows.find(({ releasedAt }) => releasedAt === null),
    sender: settings && senderFrom(settings),
  }
}

/** Kinds of which the released text fits its page no longer: its letters bear the standard one. */
async function tooLongOf(deps: WebDeps, rows: LetterTextRow[]): Promise<NoticeKind[]> {
  const found: NoticeKind[] = []
  for (const row of rows.filter(({ releasedAt }) => releasedAt !== null)) {
    const { sender } = await textsOf(deps, {
      municipalityCode: townClerk().office,
      kind: row.kind,
    })
    if (sender && !(await fitsItsPage(row.kind, sender, row))) found.push(row.kind)
  }
  return found
}

/** By the rules of texts, and then on the page of the longest letters. Throws `letterTextNoSender`. */
async function faultsIn(deps: WebDeps, key: LetterTextKey, parts: LetterParts): Promise<Fault[]> {
  const faults = faultsOf(parts)
  if (faults.length > 0) return faults
  const { sender } = await textsOf(deps, key)
  if (!sender) throw new DomainError('letterTextNoSender', 'Nobody signs its letters', 'office')
  return faultsOnPage(key.kind, sender, parts)
}

function partsFrom(sent: Record<string, unknown>): LetterParts {
  return partsTyped(
    Object.fromEntries(
      letterParts.map((part) => [part, typeof sent[part] === 'string' ? sent[part] : '']),
    ),
  )
}

/** The code of a refusal that the page can show; anything else is thrown on. */
function refusedAs(error: unknown): string {
  if (error instanceof DomainError && error.field) return error.code
  throw error
}

/** Throws `Refusal` 404 for what is no kind of notice. */
function keyOf(c: Context): LetterTextKey {
  const kind = c.req.param('kind') as NoticeKind
  if (!noticeKinds.includes(kind)) throw new Refusal(404, 'notFound')
  return { kind, municipalityCode: townClerk().office }
}

async function html(c: Context, body: Html, status: 200 | 422 = 200): Promise<Response> {
  return c.html(`<!doctype html>${await body}`, status, pageHeaders)
}

function onward(c: Context, kind: NoticeKind, said: string): Response {
  const lang = c.req.query('lang') === 'en' ? 'en' : 'ja'
  return c.redirect(href({ lang }, `/letter-texts/${kind}?said=${said}`), 303)
}
