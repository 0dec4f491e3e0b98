/** The pages and forms of imports. Every one of them works without a script. */
import { Readable } from 'node:stream'
import { type Context, Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { z } from 'zod'
import { townOfficer } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import type { Sql } from '../../db/client.ts'
import { noteLook } from '../../db/queries/imports/effort.ts'
import { findImport } from '../../db/queries/imports/read.ts'
import type { ImportRef } from '../../db/queries/imports/run.ts'
import { confirmLayout, decideRows, pauseImport, wishOf } from '../../db/queries/imports/wishes.ts'
import { DomainError } from '../../domain/errors.ts'
import type { ImportMode } from '../../domain/import.ts'
import { importWishes } from '../../domain/import-run.ts'
import { layoutKinds } from '../../domain/municipal-file.ts'
import type { Spool } from '../../files/spool.ts'
import { lazyPlace, type WebDeps, type WebPlace } from '../deps.ts'
import { pageHeaders } from '../headers.ts'
import { href, type Page, pagesAt } from '../page.ts'
import { problemPage } from '../pages/problem.tsx'
import { decisionsFrom, profileFrom, type Sent } from './forms.ts'
import { importPage, isAtRest } from './import-page.tsx'
import { presser, takeIn } from './intake.ts'
import { importsPage } from './list-page.tsx'
import { missingPage } from './missing-page.tsx'
import { readSentFile } from './multipart.ts'
import { openResults, readGuess } from './spooled.ts'
import { isSettled } from './state.ts'

type Body = HtmlEscapedString | Promise<HtmlEscapedString>

export function importPages(deps: WebDeps, given?: WebPlace): Hono {
  const app = new Hono()
  const place = lazyPlace(given)
  const page = pagesAt(deps, place)
  const spool = () => spoolOf(place())

  app.get('/imports', (c) => shown(c, page(c), importsPage(page(c), c.req.query('said'))))
  app.post('/imports', (c) => upload(c, deps, spool()))
  app.get('/imports/:id', async (c) => {
    // A page that refreshes itself is loaded anew, once, when it has come to rest.
    if (c.req.header('sesshu-by-itself') && (await isAtRest(page(c), idOf(c)))) {
      return c.redirect(c.req.url, 303)
    }
    const asked = { importId: idOf(c), said: c.req.query('said') }
    return shown(c, page(c), importPage(page(c), spool(), asked))
  })
  app.get('/imports/:id/missing', (c) => {
    const from = z.coerce
      .number()
      .int()
      .min(0)
      .max(100_000)
      .catch(0)
      .parse(c.req.query('from') ?? 0)
    return shown(c, page(c), missingPage(page(c), { importId: idOf(c), from }))
  })
  app.get('/imports/:id/open', async (c) => {
    const found = await findImport(deps.sql, refTo(c))
    if (!found) throw new Refusal(404, 'notFound')
    if (!isSettled(found)) await noteLook(deps.sql, refTo(c), townOfficer().id)
    return c.body(null, 204)
  })
  app.get('/imports/:id/results.csv', (c) => resultsFile(c, { ...deps, spool: spool() }, refTo(c)))

  const press = (what: string, work: (ref: ImportRef, sent: Sent) => Promise<string | false>) => {
    app.post(`/imports/:id/${what}`, async (c) => {
      const sent = await c.req.parseBody()
      const ref = refTo(c)
      const said = await work(ref, sent).catch(faultOf)
      if (said === false) throw new Refusal(404, 'notFound')
      return onward(c, sent.lang, `/imports/${ref.importId}`, said)
    })
  }
  for (const wish of importWishes) {
    press(wish, async (ref) => (await wishOf(deps.sql, ref, wish, presser())) && 'asked')
  }
  for (const [what, isPaused] of [
    ['pause', true],
    ['resume', false],
  ] as const) {
    press(what, async (ref) => (await pauseImport(deps.sql, ref, isPaused, presser())) && 'asked')
  }
  press('decide', async (ref, sent) => {
    return (await decideRows(deps.sql, ref, decisionsFrom(sent), presser())) && 'decided'
  })
  press('profile', async (ref, sent) => {
    const found = await findImport(deps.sql, ref)
    const guess = found && (await readGuess(spool(), ref.importId))
    if (!guess) throw new Refusal(404, 'notFound')
    return (await confirmLayout(deps.sql, ref, profileFrom(guess, sent), presser())) && 'layout'
  })
  return app
}

function spoolOf(place: WebPlace): Spool {
  if (!place.spool) throw new Error('These pages need the spool of imports.')
  return place.spool
}

/** The own municipality's import. Throws `Refusal` 404 for what is no id of ours. */
function refTo(c: Context): ImportRef {
  return { municipalityCode: townOfficer().office, importId: idOf(c) }
}

function idOf(c: Context): string {
  const id = z.guid().safeParse(c.req.param('id'))
  if (!id.success) throw new Refusal(404, 'notFound')
  return id.data.toLowerCase()
}

/** As it arrives, into the spool; then the page of the file, which shows by itself how it goes on. */
async function upload(c: Context, deps: WebDeps, spool: Spool): Promise<Response> {
  const { office } = townOfficer()
  let lang: unknown = c.req.query('lang')
  try {
    if (!c.req.raw.body) throw new DomainError('fileMissing', 'There is no body', 'file')
    const sent = await readSentFile(c.req.header('content-type'), bytesOf(c.req.raw.body))
    const { fields, fileName, bytes } = sent
    lang = fields.lang ?? lang
    const layout = layoutKinds.find((kind) => kind === fields.layout)
    const received = await takeIn(
      { ...deps, spool },
      {
        municipalityCode: office,
        fileName,
        mode: modeOf(fields.mode),
        bytes,
        ...(layout && { layout }),
      },
    )
    const said = received.isRepeat ? 'repeat' : undefined
    return onward(c, lang, `/imports/${received.importId}`, said)
  } catch (error) {
    return onward(c, lang, '/imports', faultOf(error))
  }
}

export function bytesOf(body: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  return Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0])
}

function modeOf(said: string | undefined): ImportMode {
  return said === 'difference' ? 'difference' : 'full'
}

/** Of an import of that town alone. The file's name says whose it is and which, and nobody. */
export async function resultsFile(
  c: Context,
  { sql, spool }: { sql: Sql; spool: Spool },
  ref: ImportRef,
): Promise<Response> {
  const found = await findImport(sql, ref)
  const source = found && (await openResults(spool, ref.importId))
  if (!source) throw new Refusal(404, 'notFound')
  const name = `sesshu-${ref.municipalityCode}-${ref.importId.slice(0, 8)}-results.csv`
  const stream = Readable.toWeb(Readable.from(source.open())) as ReadableStream
  return c.body(stream, 200, {
    ...pageHeaders,
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${name}"`,
  })
}

async function shown(
  c: Context,
  page: Page,
  rendered: Promise<Body | undefined>,
): Promise<Response> {
  const body = await rendered
  if (body) return c.html(`<!doctype html>${await body}`, 200, pageHeaders)
  const { notFound, notFoundLead } = page.words.problems
  const missing = await problemPage(page, notFound, notFoundLead)
  return c.html(`<!doctype html>${missing}`, 404, pageHeaders)
}

function onward(c: Context, lang: unknown, path: string, said?: string): Response {
  const address = said ? `${path}?said=${said}` : path
  return c.redirect(href({ lang: lang === 'en' ? 'en' : 'ja' }, address), 303)
}

const ofWholeFile = ['fileTooLarge', 'noRoomForFile']

/** The code of a refusal that the page can show; anything else is thrown on. */
function faultOf(error: unknown): string {
  if (error instanceof Refusal && error.status < 500 && error.status !== 404) return error.code
  if (error instanceof DomainError && error.field) return error.code
  if (error instanceof DomainError && ofWholeFile.includes(error.code)) return error.code
  throw error
}
