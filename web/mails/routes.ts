/** The page of a town's mail, and the form that takes a report of a mail that came back. */
import { Hono } from 'hono'
import { lazyPlace, type WebDeps, type WebPlace } from '../deps.ts'
import { pageHeaders } from '../headers.ts'
import { pagesAt } from '../page.ts'
import { mailPage } from './page.tsx'
import { takeReport } from './take-report.ts'

export function mailPages(deps: WebDeps, given?: WebPlace): Hono {
  const app = new Hono()
  const pageAt = pagesAt(deps, lazyPlace(given))

  app.get('/mail', async (c) => {
    const body = await mailPage(pageAt(c), c.req.query('said'))
    return c.html(`<!doctype html>${body}`, 200, pageHeaders)
  })
  app.post('/mail/bounces', async (c) => {
    const { report } = await c.req.parseBody()
    const bytes = report instanceof File ? new Uint8Array(await report.arrayBuffer()) : undefined
    const how = { via: 'page', on: deps.clock.today() } as const
    const said = bytes ? await takeReport(deps.sql, bytes, how) : 'unreadable'
    const query = new URLSearchParams({ said, ...(c.req.query('lang') === 'en' && { lang: 'en' }) })
    return c.redirect(`/mail?${query}#bounces`, 303)
  })
  return app
}
