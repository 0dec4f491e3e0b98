import type { Context, Next } from 'hono'
import type { Asked, Auth } from '../auth/auth.ts'
import { type Caller, callAs } from '../auth/caller.ts'
import { groupOf, isAllowed } from '../auth/capabilities.ts'
import { Refusal } from '../auth/refusal.ts'

/**
 * The one door: who asks, whether they may, and from here on everything is done in their name. A route
 * that the table of capabilities does not name is not there.
 */
export function admission(auth: Auth) {
  return async (c: Context, next: Next): Promise<void> => {
    const group = groupOf(c.req.method, c.req.path)
    // What is public needs nobody's name: a stale cookie or a foreign page changes nothing there.
    const isOpen = group?.name === 'public' && !c.req.path.startsWith('/auth/')
    const caller = isOpen ? anonymous : await callerOf(auth, c)
    if (!group) throw new Refusal(404, 'notFound')
    if (!isAllowed(group, caller, auth.isDemo)) {
      throw caller.kind === 'anonymous'
        ? new Refusal(401, 'unauthorized')
        : new Refusal(403, 'notAllowed')
    }
    await callAs(caller, next)
    if (caller.kind === 'device') c.res.headers.set('DPoP-Nonce', auth.nonce())
  }
}

const anonymous: Caller = { kind: 'anonymous' }

/** The routes by which one signs in are open to whoever shows a key or cookie that is good no more. */
async function callerOf(auth: Auth, c: Context): Promise<Caller> {
  if (!c.req.path.startsWith('/auth/devices/')) return await auth.callerOf(askedOf(c))
  return anonymous
}

export function askedOf(c: Context): Asked {
  return { method: c.req.method, url: new URL(c.req.url), header: (name) => c.req.header(name) }
}
