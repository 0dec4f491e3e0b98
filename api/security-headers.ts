import type { Context, Next } from 'hono'
import type { Auth } from '../auth/auth.ts'

const yearSeconds = 31_536_000

/**
 * What every answer carries; a page's own headers, which say more, win. Set before the answer is made:
 * afterwards each one would copy it.
 */
export function securityHeaders(auth: Auth) {
  return async (c: Context, next: Next) => {
    c.header('X-Content-Type-Options', 'nosniff')
    c.header('Referrer-Policy', 'same-origin')
    c.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
    c.header('Cache-Control', 'no-store')
    if (auth.originAt(new URL(c.req.url)).isSecure) {
      c.header('Strict-Transport-Security', `max-age=${yearSeconds}; includeSubDomains`)
    }
    await next()
  }
}
