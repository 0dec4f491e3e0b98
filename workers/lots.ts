/** Beside the worker's other duties: follows what is said of lots, and judges recorded doses by it again. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import type { Sql } from '../db/client.ts'
import { judgeNextPage } from '../db/queries/judge-lots.ts'
import { followDueStatements } from '../db/queries/lots.ts'

const everyMs = { real: 10_000, demo: 2_000 }
/** Between pages, so that scans come first. */
const pauseMs = 50

export type LotKeeper = { stop(): Promise<void> }

export function startLotKeeper(deps: {
  sql: Sql
  clock: Clock
  log: Log
  isDemo: boolean
}): LotKeeper {
  const { sql, clock, log, isDemo } = deps
  const stopping = new AbortController()
  const pause = (ms: number) =>
    sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined)

  async function round(): Promise<void> {
    await followDueStatements(sql, clock.today())
    const sum = { doses: 0, found: 0, hitNoMore: 0 }
    while (!stopping.signal.aborted) {
      const page = await judgeNextPage(sql, clock.today())
      if (!page) break
      sum.doses += page.doses
      sum.found += page.found
      sum.hitNoMore += page.hitNoMore
      await pause(pauseMs)
    }
    if (sum.found + sum.hitNoMore > 0) log.info(sum, 'doses of changed lots are judged again')
  }

  async function keep(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        // Before a demo's first day its clock still shows real time, years ahead of the campaign.
        if (isDemo && !clock.isCampaign()) await clock.refresh()
        else await round()
      } catch (error) {
        log.warn({ err: error }, 'doses of changed lots could not be judged; it is tried again')
      }
      await pause(isDemo ? everyMs.demo : everyMs.real)
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
