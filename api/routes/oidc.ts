import { type Context, Hono } from 'hono'
import type { Auth } from '../../auth/auth.ts'
import { readCookie, sessionCookie } from '../../auth/cookie.ts'
import type { OidcDesk } from '../../auth/oidc.ts'
import { Refusal } from '../../auth/refusal.ts'
import { remoteAddress } from '../remote.ts'

const ticketName = 'sesshu-oidc'
const ticketSeconds = 300

/**
 * The provider sends the browser back from another site, so this one cookie is `Lax`: it opens nothing
 * but this callback, once.
 */
export function oidcRoutes(auth: Auth): Hono {
  const app = new Hono()
  const at = (c: Context) => auth.originAt(new URL(c.req.url))

  app.get('/start', async (c) => {
    const { url, ticket } = await deskOf(auth).begin(at(c), c.req.query('next'))
    c.header('Set-Cookie', ticketCookie(ticket, ticketSeconds, !at(c).isLoopback))
    return c.redirect(url.toString(), 303)
  })

  app.get('/callback', async (c) => {
    const desk = deskOf(auth)
    await auth.guesses.assertMayGuess(remoteAddress(c))
    const ticket = readCookie(c.req.header('cookie'), ticketName)
    try {
      const { token, next } = await desk.finish(at(c), new URL(c.req.url).search, ticket)
      c.header('Set-Cookie', sessionCookie(token, at(c)))
      c.header('Set-Cookie', ticketCookie('', 0, !at(c).isLoopback), { append: true })
      return c.html(onward(next))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      await auth.guesses.noteWrong(remoteAddress(c))
      return c.redirect('/sign-in?failed=1', 303)
    }
  })
  return app
}

function deskOf({ oidc }: Auth): OidcDesk {
  if (!oidc) throw new Refusal(404, 'notFound')
  return oidc
}

function ticketCookie(ticket: string, seconds: number, isSecure: boolean): string {
  const rest = `Path=/auth/oidc; HttpOnly; SameSite=Lax; Max-Age=${seconds}`
  return `${ticketName}=${ticket}; ${rest}${isSecure ? '; Secure' : ''}`
}

/** A redirect would still be the other site's navigation, and a strict cookie would stay behind. */
function onward(next: string): string {
  const address = next.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  return `<!doctype html><html lang="ja"><meta charset="utf-8"><title>sesshu</title><meta http-equiv="refresh" content="0; url=${address}"><p><a href="${address}">sesshu</a></p></html>`
}
