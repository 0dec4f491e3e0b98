import { type Context, Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { z } from 'zod'
import { DomainError } from '../domain/errors.ts'
import { hasProblemText, problemText } from '../i18n/problems.ts'
import { loadAssets } from './assets.ts'
import { clientAsset } from './client-assets.ts'
import { lazyPlace, type WebDeps, type WebPlace, wallNow } from './deps.ts'
import { letterHeaders, mailHeaders, pageHeaders, scanHeaders } from './headers.ts'
import { readOutgoing } from './outgoing.ts'
import { type Page, pagesAt } from './page.ts'
import { accountPage } from './pages/account.tsx'
import { authorityPage } from './pages/authority.tsx'
import { coursePage } from './pages/course.tsx'
import { coursesPage } from './pages/courses.tsx'
import { deskPage, deskPersonPage } from './pages/desk.tsx'
import { dosePage } from './pages/dose.tsx'
import { type Download, errorReportFile } from './pages/error-report-file.ts'
import { findingPage } from './pages/finding.tsx'
import { findingsPage } from './pages/findings.tsx'
import { incidentsPage } from './pages/incidents.tsx'
import { lotPeoplePage } from './pages/lot-people.tsx'
import {
  authorityPage as certificatePage,
  certificateType,
  readAuthority,
} from './pages/offline-ca.tsx'
import { conflictsPage } from './pages/offline-conflicts.tsx'
import { operatorPage } from './pages/operator.tsx'
import { outgoingPage } from './pages/outgoing.tsx'
import { planPage } from './pages/plan.tsx'
import { problemPage } from './pages/problem.tsx'
import { reviewsPage } from './pages/reviews.tsx'
import { scanPage } from './pages/scan/page.tsx'
import { signInPage } from './pages/sign-in.tsx'
import { startPage } from './pages/start.tsx'
import { statePage } from './pages/state.tsx'
import { statisticsPage } from './pages/statistics.tsx'
import { statisticsFile } from './pages/statistics-files.ts'
import { townStatisticsPage } from './pages/statistics-town.tsx'
import { supplyPage } from './pages/supply.tsx'
import { supplyFile } from './pages/supply-files.ts'
import { ticketsPage } from './pages/tickets.tsx'
import { townPage } from './pages/town.tsx'
import { townsPage } from './pages/towns.tsx'
import { rememberer } from './remember.ts'
import { sheetsOfRunFile } from './sheet-files.ts'
import { shellRoutes } from './shell-routes.ts'
import { tryTicketFile } from './try-ticket.ts'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>
type Shown = { status: 200 | 400 | 404 | 409 | 503; body: Html }

const assetSeconds = 300

/**
 * Every page, server-rendered, for reading only. Where the pages read from is taken from the
 * environment at the first request unless given, so that scans never wait for it.
 */
export function webRoutes(deps: WebDeps, given?: WebPlace): Hono {
  const app = new Hono()
  const assets = loadAssets()
  const remember = rememberer(wallNow)
  const assetNamed = async (name: string) => assets.get(name) ?? (await clientAsset(name))
  const place = lazyPlace(given)
  const pageAt = pagesAt(deps, place)

  const show = async (
    c: Context,
    render: (page: Page) => Promise<Shown> | Shown,
    headers = pageHeaders,
  ) => {
    const page = pageAt(c)
    try {
      const { status, body } = await render(page)
      return c.html(`<!doctype html>${await body}`, status, headers)
    } catch (error) {
      deps.log.error({ err: error, path: c.req.routePath }, 'a page could not be shown')
      const [title, lead] = wordsOf(page, error)
      const body = await problemPage(page, title, lead)
      return c.html(`<!doctype html>${body}`, 503, pageHeaders)
    }
  }

  const download = async (c: Context) => {
    const file = await statisticsFile(pageAt(c), c).catch((error) => {
      deps.log.error({ err: error, path: c.req.routePath }, 'a file could not be made')
      return 'failed' as const
    })
    if (file === 'failed') return show(c, () => Promise.reject(new Error('no file')))
    if (!file) return show(c, (page) => found(page, undefined))
    const name = `sesshu-${c.req.param('file')}`
    return c.body(file.body, 200, {
      ...pageHeaders,
      'Content-Type': file.type,
      'Content-Disposition': `attachment; filename="${name}"`,
    })
  }

  app.get('/', (c) => show(c, (page) => ok(startPage(page, remember))))
  app.get('/sign-in', (c) => show(c, (page) => ok(signInPage(page, c.req.query()))))
  app.get('/towns', (c) => show(c, (page) => ok(townsPage(page, remember))))
  app.get('/towns/:code{[0-9]{6}}', (c) =>
    show(c, async (page) => found(page, await townPage(page, remember, c.req.param('code')))),
  )
  app.get('/courses', (c) => show(c, (page) => coursesPage(page, c.req.query())))
  app.get('/courses/:id', (c) =>
    show(c, async (page) => {
      const id = z.guid().safeParse(c.req.param('id'))
      const body = id.success
        ? await coursePage(page, id.data.toLowerCase(), c.req.query())
        : undefined
      const { missing, missingLead } = page.words.course
      return body ? ok(body) : { status: 404, body: problemPage(page, missing, missingLead) }
    }),
  )
  app.get('/desk', (c) => show(c, (page) => ok(deskPage(page, c.req.query()))))
  app.get('/desk/people/:id', (c) =>
    show(c, async (page) => {
      const id = z.uuid().safeParse(c.req.param('id'))
      return found(
        page,
        id.success ? await deskPersonPage(page, id.data, c.req.query()) : undefined,
      )
    }),
  )
  app.get('/courses/:id/doses/:dose', (c) =>
    show(c, async (page) => {
      const id = z.guid().safeParse(c.req.param('dose'))
      return found(page, id.success ? await dosePage(page, id.data, c.req.query()) : undefined)
    }),
  )
  app.get('/operator', (c) => show(c, (page) => ok(operatorPage(page, remember))))

  app.get('/statistics', (c) =>
    show(c, (page) => ok(statisticsPage(page, remember, c.req.query('prefecture')))),
  )
  app.get('/statistics/:code{[0-9]{6}}', (c) =>
    show(c, async (page) =>
      found(page, await townStatisticsPage(page, remember, c.req.param('code'))),
    ),
  )
  app.get('/statistics/:file', (c) => download(c))
  app.get('/state', (c) => show(c, async (page) => found(page, await statePage(page))))
  app.get('/account', (c) => show(c, (page) => ok(accountPage(page))))
  app.get('/reviews', (c) => show(c, (page) => ok(reviewsPage(page))))
  app.get('/authority', (c) => show(c, (page) => ok(authorityPage(page, remember))))
  app.get('/incidents', (c) =>
    show(c, async (page) => found(page, await incidentsPage(page, c.req.query()))),
  )
  app.get('/conflicts', (c) =>
    show(c, async (page) => found(page, await conflictsPage(page, c.req.query()))),
  )
  app.get('/ca', (c) => show(c, async (page) => found(page, await certificatePage(page))))
  app.get('/ca/:file{sesshu-ca\\.crt}', async (c) => {
    const certificate = await readAuthority(place())
    if (!certificate) return show(c, (page) => found(page, undefined))
    const headers = { ...pageHeaders, 'Content-Type': certificateType }
    return c.body(new Uint8Array(certificate.raw), 200, headers)
  })
  app.get('/plan', (c) => show(c, async (page) => found(page, await planPage(page, c.req.query()))))

  const send = async (c: Context, make: (page: Page) => Promise<Download | undefined>) => {
    const file = await make(pageAt(c)).catch((error) => {
      deps.log.error({ err: error, path: c.req.routePath }, 'a file could not be made')
      return 'failed' as const
    })
    if (file === 'failed') return show(c, () => Promise.reject(new Error('no file')))
    if (!file) return show(c, (page) => found(page, undefined))
    return c.body(file.body, 200, {
      ...letterHeaders,
      'Content-Type': file.type,
      'Content-Disposition': `attachment; filename="sesshu-${file.name}"`,
    })
  }
  app.get('/findings', (c) =>
    show(c, async (page) => found(page, await findingsPage(page, c.req.query()))),
  )
  app.get('/findings/lots', (c) =>
    show(c, async (page) => found(page, await lotPeoplePage(page, c.req.query()))),
  )
  app.get('/findings/reports/:file', (c) =>
    send(c, (page) => errorReportFile(page, c.req.param('file'))),
  )
  app.get('/findings/:doseId/:code', (c) =>
    show(c, async (page) => {
      const doseId = z.guid().safeParse(c.req.param('doseId'))
      const key = doseId.success && { doseId: doseId.data, code: c.req.param('code') }
      const body = key ? await findingPage(page, key, c.req.query('said')) : undefined
      const { missing, missingLead } = page.words.findings
      return body ? ok(body) : { status: 404, body: problemPage(page, missing, missingLead) }
    }),
  )
  app.get('/supply', (c) => show(c, async (page) => ok(supplyPage(page, c.req.query()))))
  app.get('/supply/:file', (c) =>
    send(c, (page) => supplyFile(page, c.req.param('file'), c.req.query())),
  )
  app.get('/tickets', (c) =>
    show(c, async (page) => found(page, await ticketsPage(page, c.req.query()))),
  )
  app.get('/tickets/runs/:id/:file{sheets\\.pdf}', async (c) => {
    const file = await sheetsOfRunFile(pageAt(c), c.req.param('id'))
    if (!file) return show(c, (page) => found(page, undefined))
    if ('refused' in file) return show(c, (page) => refused(page, file.refused))
    return c.body(file, 200, { ...letterHeaders, 'Content-Type': 'application/pdf' })
  })
  app.get('/try/:file{ticket\\.(?:pdf|png)}', async (c) => {
    const file = await tryTicketFile(pageAt(c), c.req.param('file'))
    if (!file) return show(c, (page) => found(page, undefined))
    return c.body(file.body, 200, { ...letterHeaders, 'Content-Type': file.type })
  })
  app.get('/scan', (c) => show(c, (page) => ok(scanPage(page)), scanHeaders))
  app.get('/scan/enrol', (c) => show(c, (page) => ok(scanPage(page, c.req.query())), scanHeaders))

  app.get('/outgoing', (c) =>
    show(c, async (page) => found(page, page.isDemo ? await outgoingPage(page) : undefined)),
  )
  app.get('/outgoing/:kind{mail|letters}/:name', async (c) => {
    const kind = c.req.param('kind') as 'mail' | 'letters'
    const file = place().isDemo
      ? await readOutgoing(place().dataDir, kind, c.req.param('name'))
      : undefined
    if (!file) return show(c, (page) => found(page, undefined))
    const type = kind === 'mail' ? 'text/plain; charset=utf-8' : 'application/pdf'
    const headers = kind === 'mail' ? mailHeaders : letterHeaders
    return c.body(file, 200, { ...headers, 'Content-Type': type })
  })

  app.get('/assets/:name', async (c) => {
    const name = c.req.param('name')
    const asset = await assetNamed(name)
    if (!asset) return show(c, (page) => found(page, undefined))
    // A page and its script belong together: no browser keeps one of them without the other.
    const isOfShell = name.startsWith('scan') || name.endsWith('.wasm')
    return c.body(asset.body, 200, {
      ...pageHeaders,
      'Content-Type': asset.type,
      'Cache-Control': isOfShell ? 'no-cache' : `max-age=${assetSeconds}`,
    })
  })
  app.route('/', shellRoutes(app, assetNamed))
  return app
}

/** That nobody may look now is said as it is; of any other error nothing. */
function wordsOf({ words, lang }: Page, error: unknown): [title: string, lead: string] {
  if (error instanceof DomainError && hasProblemText(error.code)) {
    const { title, detail, whatToDo } = problemText(error.code, lang)
    return [title, `${detail} ${whatToDo}`]
  }
  return [words.problems.failed, words.problems.failedLead]
}

async function ok(body: Html): Promise<Shown> {
  return { status: 200, body }
}

function refused(page: Page, code: string): Shown {
  const { title, detail, whatToDo } = problemText(code, page.lang)
  return { status: 409, body: problemPage(page, title, `${detail} ${whatToDo}`) }
}

function found(page: Page, body: Html | undefined): Promise<Shown> | Shown {
  if (body) return ok(body)
  const { notFound, notFoundLead } = page.words.problems
  return { status: 404, body: problemPage(page, notFound, notFoundLead) }
}
