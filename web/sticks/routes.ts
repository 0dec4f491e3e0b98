/** The page of sticks and its forms; the packer as a file. */
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { townOfficer } from '../../auth/caller.ts'
import { confirmStickKey, registerStickKey, revokeStickKey } from '../../db/queries/sticks/keys.ts'
import { DomainError } from '../../domain/errors.ts'
import { lazyPlace, type WebDeps, type WebPlace } from '../deps.ts'
import { pageHeaders } from '../headers.ts'
import { pagesAt } from '../page.ts'
import { packerFile } from './packer-file.ts'
import { sticksPage } from './page.tsx'

export function stickPages(deps: WebDeps, given?: WebPlace): Hono {
  const app = new Hono()
  const pageAt = pagesAt(deps, lazyPlace(given))

  app.get('/sticks', async (c) => {
    const body = await sticksPage(pageAt(c), c.req.query('said'))
    return c.html(`<!doctype html>${body}`, 200, pageHeaders)
  })
  app.get('/sticks/packer.html', async (c) => {
    const { office } = townOfficer()
    const { stickKeys } = pageAt(c)
    if (!stickKeys) throw new DomainError('keydAway', 'This process knows no keyd')
    const html = await packerFile({ ...(await stickKeys()), municipalityCode: office })
    return c.body(html, 200, {
      ...pageHeaders,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Disposition': 'attachment; filename="sesshu-packer.html"',
    })
  })
  app.post('/sticks/keys', async (c) => {
    const { publicKey } = await c.req.parseBody()
    const { office: municipalityCode, id: by } = townOfficer()
    return await done(c, async () => {
      await registerStickKey(deps.sql, { municipalityCode, publicKey: String(publicKey ?? ''), by })
      return 'registered'
    })
  })
  app.post('/sticks/keys/:id/confirm', async (c) => {
    const { code } = await c.req.parseBody()
    const named = namedBy(c)
    return await done(c, async () => {
      const asked = named && { ...named, code: String(code ?? '') }
      return asked && (await confirmStickKey(deps.sql, asked)) ? 'confirmed' : 'notFound'
    })
  })
  app.post('/sticks/keys/:id/revoke', async (c) => {
    const named = namedBy(c)
    return await done(c, async () =>
      named && (await revokeStickKey(deps.sql, named)) ? 'revoked' : 'notFound',
    )
  })
  return app
}

function namedBy(c: Context) {
  const { office: municipalityCode, id: by } = townOfficer()
  const id = z.guid().safeParse(c.req.param('id')).data
  return id === undefined ? undefined : { municipalityCode, id: id.toLowerCase(), by }
}

/** A form that is refused says so on the page that it came from. */
async function done(c: Context, work: () => Promise<string>): Promise<Response> {
  const said = await work().catch((error) => {
    if (error instanceof DomainError) return error.code
    throw error
  })
  const query = new URLSearchParams({ said, ...(c.req.query('lang') === 'en' && { lang: 'en' }) })
  return c.redirect(`/sticks?${query}#keys`, 303)
}
