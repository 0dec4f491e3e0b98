/** The one path of a scan: first into the outbox, then out of it, and its answer to whoever waits for it. */
import { signedFetch } from './dpop.ts'
import { reportConflict } from './offline-part.ts'
import type { FlushResult, Outbox, OutboxScan } from './outbox.ts'
import { type Verdict, verdictOf, verdictOfResponse } from './verdict.ts'

/** A request that hangs would hold up all that wait behind it. */
const answerWithinMs = 10_000

export type Sender = {
  /**
   * Keeps the scan and tries at once. `onVerdict` hears of every scan that was answered, late ones too.
   * Throws `OutboxError` when the scan could not be kept.
   */
  send(scan: OutboxScan): Promise<void>
  /** Tries what is left. */
  flush(): Promise<FlushResult>
}

export function senderOf(
  outbox: Outbox,
  onVerdict: (scanId: string, verdict: Verdict) => void,
): Sender {
  async function post(scan: OutboxScan): Promise<Response> {
    const response = await signedFetch('/api/v1/scans', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(scan),
      signal: AbortSignal.timeout(answerWithinMs),
    })
    const verdict = await verdictOfResponse(response.clone())
    if (verdict) onVerdict(scan.scanId, verdict)
    return response
  }

  const flush = () => outbox.flush(post, reportConflict)

  return {
    async send(scan) {
      await outbox.add(scan)
      await flush()
    },
    flush,
  }
}

/** Takes back what this tablet recorded, within the minute. Answers whether, or why not. */
export async function takeBack({
  doseId,
  screeningId,
}: Pick<Verdict, 'doseId' | 'screeningId'>): Promise<'undone' | 'over' | 'failed'> {
  const what = doseId ? `doses/${doseId}` : `screenings/${screeningId}`
  const response = await signedFetch(`/api/v1/${what}/void`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ reason: 'undoneAtOnce' }),
    signal: AbortSignal.timeout(answerWithinMs),
  }).catch(() => undefined)
  if (response?.ok) return 'undone'
  return response?.status === 409 ? 'over' : 'failed'
}

/** Nobody has answered yet; the scan is kept. */
export const unsentVerdict: Verdict = verdictOf('unsent')
