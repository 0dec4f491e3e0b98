import type { Logger } from 'pino'
import { readLimits } from '../db/auth/devices.ts'
import type { Sql } from '../db/client.ts'
import type { Caller } from './caller.ts'
import { cookieName, readCookie } from './cookie.ts'
import { deviceDesk } from './devices.ts'
import { guesses, limitsFrom } from './limits.ts'
import { machineDesk } from './machines.ts'
import { type OidcSettings, oidcDesk } from './oidc.ts'
import { isFromOurPages, type Origin, originOf } from './origin.ts'
import { proofWindow } from './proof-window.ts'
import { Refusal } from './refusal.ts'
import { scanGate } from './scan-gate.ts'
import { readSession } from './sessions.ts'

export type AuthOptions = {
  /** A demo's accounts sign in in a demo alone. */
  isDemo: boolean
  /** `https://sesshu.example.jp` behind a proxy; without it, what the request says. */
  publicOrigin?: string
  /** The organisation's own accounts, where there are any. */
  oidc?: OidcSettings
  /** How long a device is taken to be as it was; for tests. */
  deviceCacheMs?: number
  /** Wrong guesses from one address within a quarter of an hour; for tests. */
  guessesMax?: number
}

export type Asked = {
  method: string
  url: URL
  header(name: string): string | undefined
}

export type Auth = ReturnType<typeof createAuth>

/** The way into one api process: who asks, and the desks that people and tablets come to. */
export function createAuth(deps: { sql: Sql; log: Logger }, options: AuthOptions) {
  const { sql, log } = deps
  const window = proofWindow()
  const cache = options.deviceCacheMs === undefined ? {} : { cacheMs: options.deviceCacheMs }
  const devices = deviceDesk(sql, window, cache)
  const machineOf = machineDesk(sql)
  const limits = limitsFrom(() => readLimits(sql))

  const originAt = (url: URL): Origin => originOf(url, options.publicOrigin)

  /** As a tablet's proof names it: our address, the path, no query. */
  const proofTarget = ({ method, url }: Asked) => ({
    method,
    url: `${originAt(url).origin}${url.pathname}`,
  })

  /** Throws `Refusal` 401 for what is shown and not good: a wrong key is no visitor. */
  async function callerOf(asked: Asked): Promise<Caller> {
    const shown = asked.header('authorization')
    if (shown?.startsWith('DPoP ')) {
      return await devices.callerOf(shown.slice(5), asked.header('dpop'), proofTarget(asked))
    }
    if (shown !== undefined) {
      const machine = shown.startsWith('Bearer ') ? await machineOf(shown.slice(7)) : undefined
      if (!machine)
        throw new Refusal(401, 'unauthorized', { 'WWW-Authenticate': 'DPoP algs="ES256"' })
      return machine
    }
    const at = originAt(asked.url)
    const cookie = readCookie(asked.header('cookie'), cookieName(at))
    const isByItself = asked.header('sesshu-by-itself') === '1'
    const found = cookie && (await readSession(sql, cookie, { ...options, isByItself }))
    if (!found) return { kind: 'anonymous' }
    if (!isFromOurPages(asked.method, asked.header, at)) throw new Refusal(403, 'foreignPage')
    return found
  }

  return {
    sql,
    log,
    isDemo: options.isDemo,
    oidc: options.oidc && oidcDesk(sql, options.oidc),
    devices,
    limits,
    guesses: guesses(options.guessesMax),
    gate: scanGate({ sql, log, limits, forgetDevice: devices.forget }),
    /** The nonce for a tablet's next proof; it rides on every answer to one. */
    nonce: () => window.nonce(),
    originAt,
    proofTarget,
    callerOf,
  }
}
