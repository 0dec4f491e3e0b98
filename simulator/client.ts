import { setTimeout as sleep } from 'node:timers/promises'
import type { DeviceCredential } from './credentials.ts'
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
  signal?: AbortSignal
  onRetry?: (reason: string) => void
}): Client {
  const base = options.apiUrl.replace(/\/$/, '')
  const tablets = new Map(
    (options.devices ?? []).map((device) => [device.venueCode, createTablet(base, device)]),
  )
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
    for (let tries = 1; ; tries++) {
      const shown = (await tablet?.headers(method, path)) ?? {
        authorization: `Bearer ${options.token}`,
      }
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
      if (!tablet?.learn(response) || tries === signedAtMost) return response
      await response.body?.cancel()
    }
  }
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
