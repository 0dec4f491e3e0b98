/** When to send what is unsent: as soon as there is a connection, and again and again until it is gone. */
import type { Outbox } from './outbox-core.ts'
import type { FlushResult } from './outbox-types.ts'

const firstPauseMs = 2_000
const longestPauseMs = 60_000

/** What of a browser this needs; a test gives another one. */
export type Surroundings = {
  /** Answers how to stop listening. */
  onReconnect(listener: () => void): () => void
  wait(ms: number, then: () => void): () => void
  /** From 0 to 1: a venue's tablets do not all come back in the same second. */
  random(): number
}

/**
 * Keeps sending in the background. `flush` is one attempt; its result is told to `onResult`, also one
 * that says why nothing went. Answers how to stop.
 */
export function keepFlushing(
  outbox: Pick<Outbox, 'onChange'>,
  flush: () => Promise<FlushResult>,
  surroundings: Surroundings,
  onResult: (result: FlushResult) => void = () => {},
): () => void {
  let pauseMs = firstPauseMs
  let isRunning = false
  let isStopped = false
  let cancelWait: (() => void) | undefined
  let hasWork = false

  async function attempt(): Promise<void> {
    cancelWait?.()
    cancelWait = undefined
    if (isRunning || isStopped) return
    isRunning = true
    const result = await flush().catch(() => undefined)
    isRunning = false
    if (result) onResult(result)
    if (result && !result.stopped) pauseMs = firstPauseMs
    if (hasWork) waitFor(result?.retryAfterMs)
  }

  function waitFor(atLeastMs = 0): void {
    if (isStopped || cancelWait) return
    const ms = Math.max(pauseMs * (0.75 + surroundings.random() / 2), atLeastMs)
    pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    cancelWait = surroundings.wait(ms, () => {
      cancelWait = undefined
      void attempt()
    })
  }

  const stopListening = surroundings.onReconnect(() => {
    pauseMs = firstPauseMs
    void attempt()
  })
  void attempt()
  const stopWatching = outbox.onChange(({ unsent, conflicts }) => {
    hasWork = unsent + conflicts > 0
    if (hasWork && !isRunning) waitFor()
  })

  return () => {
    isStopped = true
    cancelWait?.()
    stopListening()
    stopWatching()
  }
}
