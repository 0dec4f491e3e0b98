/** Beside the worker's other duties: counts doses into the statistics, and releases them weekly. */
import { randomInt } from 'node:crypto'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import { inCampaign, type Repeated, repeat } from '../config/repeat.ts'
import type { Sql } from '../db/client.ts'
import { keepStatistics } from '../db/queries/statistics.ts'

const everyMs = { real: 60_000, demo: 2_000 }
/** Counting takes a twentieth of one connection's time at most, however much there is to count. */
const restFactor = 20
/** One block of lines in so many is withheld by lot; see domain/disclosure-control.ts. */
const blocksPerLot = 20

export function startStatistics(deps: {
  sql: Sql
  clock: Clock
  log: Log
  isDemo: boolean
}): Repeated {
  const { sql, clock, log, isDemo } = deps
  const least = isDemo ? everyMs.demo : everyMs.real

  async function count(): Promise<void> {
    const done = await keepStatistics(sql, clock.today(), () => randomInt(blocksPerLot) === 0)
    if (done?.closedOn) log.info({ closedOn: done.closedOn }, 'statistics are released')
  }

  return repeat({
    round: () => inCampaign(deps, count),
    onFault: (err) => log.warn({ err }, 'statistics could not be counted'),
    pauseMs: ({ tookMs }) => Math.max(least, restFactor * tookMs),
  })
}
