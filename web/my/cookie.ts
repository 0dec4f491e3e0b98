import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import { readCookie } from '../../auth/cookie.ts'
import type { Origin } from '../../auth/origin.ts'
import { sessionMinutes } from '../../db/residents/session.ts'

/** Sent to this one page, never by another site, never to a script. */
const attributes = 'Path=/my; HttpOnly; SameSite=Strict'

/** `__Secure-` is taken by browsers over TLS alone. */
function nameAt({ isLoopback }: Origin): string {
  return isLoopback ? 'sesshu-my' : '__Secure-sesshu-my'
}

export function myCookie(token: string, at: Origin): string {
  const secure = at.isLoopback ? '' : '; Secure'
  return `${nameAt(at)}=${token}; ${attributes}${secure}; Max-Age=${sessionMinutes * 60}`
}

export function noMyCookie(at: Origin): string {
  return `${nameAt(at)}=; ${attributes}${at.isLoopback ? '' : '; Secure'}; Max-Age=0`
}

export function readMyCookie(
  c: Context,
  { originAt }: { originAt(url: URL): Origin },
): string | undefined {
  return readCookie(c.req.header('cookie'), nameAt(originAt(new URL(c.req.url))))
}

/** What a form of this session bears; made from the cookie, so that nothing more is kept. */
export function formTokenOf(token: string): string {
  return createHmac('sha256', token).update('sesshu/my/form').digest('base64url')
}

export function isFormToken(token: string, shown: string | undefined): boolean {
  const [a, b] = [Buffer.from(formTokenOf(token)), Buffer.from(shown ?? '')]
  return a.length === b.length && timingSafeEqual(a, b)
}
