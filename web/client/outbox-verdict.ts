/** What an answer to a scan means for its row. Only what certainly came from the system counts. */
import type { Stopped } from './outbox-types.ts'

export type Judged =
  | { kind: 'recorded'; status: number }
  | { kind: 'held' | 'refused'; status: number; code: string }
  /** The row stays. `isFault`: the system itself could not, so that the row may be at fault. */
  | { kind: 'stop'; stopped: Stopped; code?: string; retryAfterMs?: number; isFault: boolean }

/** Refusals of whoever sends, not of what is sent: the scan waits until that is mended. */
const notTheScan: Record<string, Stopped> = {
  unauthorized: 'signIn',
  deviceRevoked: 'signIn',
  proofRefused: 'signIn',
  useDpopNonce: 'signIn',
  notAllowed: 'signIn',
  deviceLocked: 'notNow',
  outsideVenueHours: 'notNow',
}

/** A scan that is answered so is refused as it stands, however often it is sent. */
const refusing = [403, 409, 410, 413, 422]

const longestRetryMs = 10 * 60_000
const answerMaxChars = 64 * 1024

/**
 * A venue's network may answer in the system's place with a page of its own: an acknowledgement names
 * the scan, a refusal is problem+json, and anything else says only that nobody was reached.
 */
export async function judgeAnswer(response: Response, scanId: string): Promise<Judged> {
  const { status } = response
  const body = await bodyOf(response)
  const code = typeof body?.code === 'string' ? body.code : undefined
  if (response.ok) return acknowledged(body, status, scanId)
  if (status === 429 || status >= 500 || status === 408) {
    return later(response, code)
  }
  if (code === undefined) return { kind: 'stop', stopped: 'offline', isFault: false }
  const stopped = notTheScan[code] ?? (status === 401 ? 'signIn' : undefined)
  if (stopped) return { kind: 'stop', stopped, code, isFault: false }
  if (refusing.includes(status)) return { kind: 'refused', status, code }
  return { kind: 'stop', stopped: 'tryLater', code, isFault: false }
}

function acknowledged(
  body: Record<string, unknown> | undefined,
  status: number,
  scanId: string,
): Judged {
  if (body?.scanId !== scanId || typeof body.verdict !== 'string') {
    return { kind: 'stop', stopped: 'offline', isFault: false }
  }
  if (body.verdict !== 'held') return { kind: 'recorded', status }
  return { kind: 'held', status, code: firstFinding(body.findings) ?? 'held' }
}

function firstFinding(findings: unknown): string | undefined {
  const first: unknown = Array.isArray(findings) ? findings[0] : undefined
  const code = typeof first === 'object' && first !== null ? (first as { code?: unknown }).code : 0
  return typeof code === 'string' ? code : undefined
}

function later(response: Response, code: string | undefined): Judged {
  const seconds = Number(response.headers.get('retry-after'))
  return {
    kind: 'stop',
    stopped: 'tryLater',
    isFault: response.status === 500 && code !== undefined,
    ...(code !== undefined && { code }),
    ...(seconds > 0 && { retryAfterMs: Math.min(seconds * 1_000, longestRetryMs) }),
  }
}

async function bodyOf(response: Response): Promise<Record<string, unknown> | undefined> {
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return undefined
  try {
    const text = await response.text()
    const body: unknown = text.length > answerMaxChars ? undefined : JSON.parse(text)
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
