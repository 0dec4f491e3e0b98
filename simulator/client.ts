import { setTimeout as sleep } from 'node:timers/promises'

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

export function createClient(options: {
  apiUrl: string
  token: string
  signal?: AbortSignal
  onRetry?: (reason: string) => void
}): Client {
  const base = options.apiUrl.replace(/\/$/, '')
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
      const response = await fetch(`${base}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${options.token}`,
          'accept-language': 'en',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([
          AbortSignal.timeout(requestTimeoutMs),
          ...(options.signal ? [options.signal] : []),
        ]),
      })
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
}

/** The code of a problem+json answer, or the bare status. */
export function problemCode({ status, body }: Answer): string {
  const code = (body as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : `status${status}`
}
