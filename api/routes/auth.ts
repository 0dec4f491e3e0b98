import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { Auth } from '../../auth/auth.ts'
import { currentCaller } from '../../auth/caller.ts'
import { cookieName, noCookie, readCookie, sessionCookie } from '../../auth/cookie.ts'
import { isFromOurPages, localPath } from '../../auth/origin.ts'
import { longestPassword } from '../../auth/password.ts'
import { Refusal } from '../../auth/refusal.ts'
import { roles } from '../../auth/roles.ts'
import { endSession } from '../../auth/sessions.ts'
import { become, type SignedIn, signInByPassword } from '../../auth/sign-in.ts'
import { isRemoteLoopback, remoteAddress } from '../remote.ts'

const signInBody = z.object({
  login: z.string().max(80),
  password: z.string().max(longestPassword),
  next: z.string().optional(),
  lang: z.string().optional(),
})
const becomeBody = z.object({
  role: z.enum(roles),
  next: z.string().optional(),
  lang: z.string().optional(),
})

/** Signing in and out: forms for people without a script, JSON for programs. */
export function authRoutes(auth: Auth): Hono {
  const app = new Hono()

  app.post('/sign-in', async (c) => {
    const sent = signInBody.parse(await bodyOf(c, auth))
    const address = remoteAddress(c)
    await auth.guesses.assertMayGuess(address)
    const signedIn = await signInByPassword(auth.sql, sent, auth)
    if (signedIn) return welcome(c, auth, signedIn, sent)
    await auth.guesses.noteWrong(address)
    if (isJson(c)) throw new Refusal(401, 'signInFailed')
    return c.redirect(pageAgain(sent), 303)
  })

  app.post('/sign-out', async (c) => {
    await bodyOf(c, auth)
    const at = auth.originAt(new URL(c.req.url))
    const cookie = readCookie(c.req.header('cookie'), cookieName(at))
    if (cookie) await endSession(auth.sql, cookie)
    c.header('Set-Cookie', noCookie(at))
    c.header('Clear-Site-Data', '"cache"')
    return isJson(c) ? c.body(null, 204) : c.redirect('/sign-in', 303)
  })

  app.get('/session', (c) => {
    const caller = currentCaller()
    if (caller?.kind !== 'account') throw new Refusal(401, 'unauthorized')
    const { id, role, office } = caller
    return c.json({ id, role, office }, 200)
  })

  // Made-up people on this very machine: anywhere else the route is not there.
  app.post('/become', async (c) => {
    const isHere = auth.originAt(new URL(c.req.url)).isLoopback && isRemoteLoopback(c)
    if (!auth.isDemo || !isHere) throw new Refusal(404, 'notFound')
    const sent = becomeBody.parse(await bodyOf(c, auth))
    const signedIn = await become(auth.sql, sent.role)
    if (!signedIn) throw new Refusal(404, 'notFound')
    return welcome(c, auth, signedIn, sent)
  })
  return app
}

/** The cookie, and on to where the caller wanted to go. */
export function welcome(
  c: Context,
  auth: Auth,
  { token, account }: SignedIn,
  sent: { next?: string | undefined; lang?: string | undefined },
): Response {
  c.header('Set-Cookie', sessionCookie(token, auth.originAt(new URL(c.req.url))))
  if (isJson(c)) {
    const { id, role, office } = account
    return c.json({ id, role, office, next: localPath(sent.next) }, 200)
  }
  return c.redirect(localPath(sent.next), 303)
}

function pageAgain({ next, lang }: z.output<typeof signInBody>): string {
  const query = new URLSearchParams({ failed: '1' })
  if (next) query.set('next', localPath(next))
  if (lang === 'en') query.set('lang', 'en')
  return `/sign-in?${query}`
}

export function isJson(c: Context): boolean {
  return c.req.header('content-type')?.split(';')[0]?.trim() === 'application/json'
}

/**
 * Any page may send a form; only ours may sign people in or out. JSON from elsewhere needs a permission
 * (CORS) that is never given.
 */
async function bodyOf(c: Context, auth: Auth): Promise<unknown> {
  if (isJson(c)) return await c.req.json().catch(() => ({}))
  const at = auth.originAt(new URL(c.req.url))
  if (!isFromOurPages('POST', (name) => c.req.header(name), at)) {
    throw new Refusal(403, 'foreignPage')
  }
  return await c.req.parseBody()
}
