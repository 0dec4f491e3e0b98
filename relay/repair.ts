import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from '../db/client.ts'
import { clearSetAside, countWaiting, enqueueAgain } from '../db/queries/reconcile.ts'
import type { Difference } from './reconcile.ts'

export type Repairer = {
  /** Resolves when there is room for more: memory and the outbox stay bounded. */
  take(difference: Difference): Promise<void>
  finish(): Promise<{ enqueued: number; cleared: number }>
}

const chunk = 200
/** About what one relay delivers on two cores; more would only make new scans wait. */
const enqueuedPerSecond = 100
const waitingAtMost = 1_000
const lookAgainAfterMs = 250

/**
 * Sends the newest facts of differing courses once more. An unknown run is only shown, never ended:
 * it may be another system's. A late or failing one needs a person.
 */
export function repairWith(sql: Sql, options: { clearsSetAside: boolean }): Repairer {
  const pending: string[] = []
  const setAside: string[] = []
  const done = { enqueued: 0, cleared: 0 }

  const flush = async (): Promise<void> => {
    const ids = pending.splice(0)
    if (ids.length === 0) return
    while ((await countWaiting(sql)) > waitingAtMost) await sleep(lookAgainAfterMs)
    done.enqueued += await enqueueAgain(sql, ids)
    if (ids.length === chunk) await sleep((1_000 * chunk) / enqueuedPerSecond)
  }
  return {
    async take({ kind, courseId }) {
      if (kind === 'setAside') setAside.push(courseId)
      if (kind !== 'missing' && kind !== 'stale' && kind !== 'extra') return
      pending.push(courseId)
      if (pending.length === chunk) await flush()
    },
    async finish() {
      await flush()
      if (options.clearsSetAside) done.cleared = await clearSetAside(sql, setAside)
      return done
    },
  }
}
