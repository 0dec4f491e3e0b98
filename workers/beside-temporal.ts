/** What every process that works for Temporal does alike: go on while it is away, and log its SDK's lines. */
import { setTimeout as sleep } from 'node:timers/promises'
import { DefaultLogger } from '@temporalio/worker'
import type { Log } from '../config/log.ts'
import { workflowBundle } from './bundle.ts'

const backoffMs = { first: 250, most: 5_000 }
/** A worker that lived so long was well: the next failure waits shortly again. */
const wellAfterMs = 30_000

/** Works, again and again with growing pauses where that fails, until told to stop. */
export async function workUntilStopped(
  { stopping, log }: { stopping: AbortSignal; log: Log },
  work: (bundle: { code: string }) => Promise<void>,
): Promise<void> {
  const bundle = await workflowBundle()
  let pauseMs = backoffMs.first
  while (!stopping.aborted) {
    const startedMs = Date.now()
    try {
      await work(bundle)
    } catch (error) {
      log.warn({ error, pauseMs }, 'Temporal is away or refuses; trying again')
      if (Date.now() - startedMs > wellAfterMs) pauseMs = backoffMs.first
      await pause(pauseMs, stopping)
      pauseMs = Math.min(pauseMs * 2, backoffMs.most)
    }
  }
}

export async function pause(ms: number, end: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: end }).catch(() => {})
}

/** The SDK's own lines, as ours; below warnings it tells nothing that an operator needs. */
export function sdkLogger(to: Log): DefaultLogger {
  return new DefaultLogger('WARN', ({ level, message, meta }) => {
    const isError = level === 'ERROR'
    to[isError ? 'error' : 'warn'](meta ?? {}, message)
  })
}
