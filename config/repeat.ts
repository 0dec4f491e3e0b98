/** Duties of a process that come round again and again, beside what it is asked for. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from './clock.ts'

export type Duty = {
  /** `signal`: the end was asked for; what is under way may finish. */
  round(signal: AbortSignal): Promise<unknown>
  onFault(error: unknown): void
  /** From the end of a round to the next, so that none ever runs beside another. */
  pauseMs(before: { tookMs: number; hasFailed: boolean }): number
  /** The first round waits as long as every other; and nothing waits for it at the end. */
  isLeisurely?: boolean
}

export type Repeated = { stop(): Promise<void> }

/** Runs the rounds of a duty until it is stopped; then what is under way ends first. */
export function repeat({ round, onFault, pauseMs, isLeisurely = false }: Duty): Repeated {
  const stopping = new AbortController()
  const { signal } = stopping
  const pause = (ms: number) =>
    sleep(ms, undefined, { signal, ref: !isLeisurely }).catch(() => undefined)

  async function keep(): Promise<void> {
    if (isLeisurely) await pause(pauseMs({ tookMs: 0, hasFailed: false }))
    while (!signal.aborted) {
      const startedMs = performance.now()
      const hasFailed = await round(signal).then(
        () => false,
        (error) => {
          onFault(error)
          return true
        },
      )
      await pause(pauseMs({ tookMs: performance.now() - startedMs, hasFailed }))
    }
  }

  const kept = keep()
  return {
    stop: async () => {
      stopping.abort()
      await kept
    },
  }
}

/** Before a demo's first day its clock still shows real time, years ahead of the campaign: nothing is done. */
export async function inCampaign(
  { clock, isDemo }: { clock: Clock; isDemo?: boolean },
  work: () => Promise<unknown>,
): Promise<void> {
  if (isDemo && !clock.isCampaign()) await clock.refresh()
  else await work()
}
