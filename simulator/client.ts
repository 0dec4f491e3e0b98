import { setTimeout as sleep } from 'node:timers/promises'
import type { ClerkCredential, DeviceCredential } from './credentials.ts'
import { type Session, signIn } from './staff-session.ts'
import { createTablet, type Tablet } from './tablet.ts'

export type Answer = {
  status: number
  body: unknown
  /** Campaign instant (epoch ms) at which it was given, where the header says so. */
  campaignAtMs?: number
}

export type Client = {
  /**
   * Asks until there is an answer: a lost connection, 429 and 5xx are tried again with the same
   * body for as long as the signal lets. Only the caller's mistakes (other 4xx) are answers.
   */
  send(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<Answer>
}

const requestTimeoutMs = 20_000
const firstPauseMs = 50
const longestPauseMs = 1_000
/** A new nonce, a new shift: more is no misunderstanding. */
const signedAtMost = 3

export function createClient(options: {
  apiUrl: string
  /** For everything that is not a scan of a venue with a tablet here. */
  token: string
  devices?: DeviceCredential[]
  /** For what a town's clerk alone may tell. */
  clerks?: ClerkCredential[]
  signal?: AbortSignal
  onRetry?: (reason: string) => void
}): Client {
  const base = options.apiUrl.replace(/\/$/, '')
  const tablets = new Map(
    (options.devices ?? []).map((device) => [device.venueCode, createTablet(base, device)]),
  )
  const sessions = new Map<string, Promise<Session>>()
  return {
    async send(method, path, body) {
      let pauseMs = firstPauseMs
      for (;;) {
        options.signal?.throwIfAborted()
        const answer = await tryOnce(method, path, body)
        if (typeof answer !== 'string') return answer
        options.onRetry?.(answer)
        await sleep(pauseMs, undefined, options.signal && { signal: options.signal })
        pauseMs = Math.min(pauseMs * 2, longestPauseMs)
      }
    },
  }

  /** Signed in once, and again when the session is over. */
  async function asClerk(clerk: ClerkCredential): Promise<Record<string, string>> {
    const { municipalityCode } = clerk
    const session = sessions.get(municipalityCode) ?? signIn(base, clerk, options.signal)
    sessions.set(municipalityCode, session)
    session.catch(() => sessions.delete(municipalityCode))
    return { cookie: (await session).cookie, origin: new URL(base).origin }
  }

  async function tryOnce(method: string, path: string, body?: unknown): Promise<Answer | string> {
    try {
      const response = await ask(method, path, body)
      const text = await response.text()
      if (response.status === 429 || response.status >= 500) return `status ${response.status}`
      const campaignAt = response.headers.get('sesshu-campaign-at')
      return {
        status: response.status,
        body: text === '' ? undefined : JSON.parse(text),
        ...(campaignAt && { campaignAtMs: Date.parse(campaignAt) }),
      }
    } catch (error) {
      options.signal?.throwIfAborted()
      return error instanceof Error ? error.name : 'unknown'
    }
  }

  async function ask(method: string, path: string, body?: unknown): Promise<Response> {
    const tablet = tabletFor(tablets, path, body)
    const clerk = clerkFor(options.clerks ?? [], path, body)
    for (let tries = 1; ; tries++) {
      const shown =
        (await tablet?.headers(method, path)) ??
        (clerk ? await asClerk(clerk) : { authorization: `Bearer ${options.token}` })
      const response = await fetch(`${base}${path}`, {
        method,
        headers: {
          ...shown,
          'accept-language': 'en',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([
          AbortSignal.timeout(requestTimeoutMs),
          ...(options.signal ? [options.signal] : []),
        ]),
      })
      const isOver = clerk !== undefined && response.status === 401
      if (isOver) sessions.delete(clerk.municipalityCode)
      if (!(tablet?.learn(response) || isOver) || tries === signedAtMost) return response
      await response.body?.cancel()
    }
  }
}

/** What a program may not tell, because it is between people. */
const clerksPath = '/api/v1/delivery-arrangements'

function clerkFor(clerks: ClerkCredential[], path: string, body: unknown) {
  if (path !== clerksPath) return undefined
  const { municipalityCode } = body as { municipalityCode?: string }
  return clerks.find((clerk) => clerk.municipalityCode === municipalityCode)
}

/** Scans of a venue go by its own tablet. */
function tabletFor(tablets: Map<string, Tablet>, path: string, body: unknown): Tablet | undefined {
  if (path !== '/api/v1/scans') return undefined
  return tablets.get((body as { venueCode?: string } | undefined)?.venueCode ?? '')
}

/** The code of a problem+json answer, or the bare status. */
export function problemCode({ status, body }: Answer): string {
  const code = (body as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : `status${status}`
}
