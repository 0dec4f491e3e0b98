/** Beside the worker's other duties: counts doses into the statistics, and releases them weekly. */
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import type { Sql } from '../db/client.ts'
import { keepStatistics } from '../db/queries/statistics.ts'

const everyMs = { real: 60_000, demo: 2_000 }
/** Counting takes a twentieth of one connection's time at most, however much there is to count. */
const restFactor = 20
/** One block of lines in so many is withheld by lot; see domain/disclosure-control.ts. */
const blocksPerLot = 20

export type Statistician = { stop(): Promise<void> }

export function startStatistics(deps: {
  sql: Sql
  clock: Clock
  log: Log
  isDemo: boolean
}): Statistician {
  const { sql, clock, log, isDemo } = deps
  const stopping = new AbortController()

  async function round(): Promise<void> {
    const done = await keepStatistics(sql, clock.today(), () => randomInt(blocksPerLot) === 0)
    if (done?.closedOn) log.info({ closedOn: done.closedOn }, 'statistics are released')
  }

  async function keep(): Promise<void> {
    while (!stopping.signal.aborted) {
      const startedMs = performance.now()
      try {
        // Before a demo's first day its clock still shows real time, years ahead of the campaign.
        if (isDemo && !clock.isCampaign()) await clock.refresh()
        else await round()
      } catch (error) {
        log.warn({ err: error }, 'statistics could not be counted')
      }
      const tookMs = performance.now() - startedMs
      const least = isDemo ? everyMs.demo : everyMs.real
      await sleep(Math.max(least, restFactor * tookMs), undefined, {
        signal: stopping.signal,
      }).catch(() => {})
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
