/** Beside the worker's other duties: follows what is said of lots, and judges recorded doses by it again. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import { inCampaign, type Repeated, repeat } from '../config/repeat.ts'
import type { Sql } from '../db/client.ts'
import { judgeNextPage } from '../db/queries/judge-lots.ts'
import { followDueStatements } from '../db/queries/lots.ts'

const everyMs = { real: 10_000, demo: 2_000 }
/** Between pages, so that scans come first. */
const pauseMs = 50

type LotKeeperDeps = { sql: Sql; clock: Clock; log: Log; isDemo: boolean }

export function startLotKeeper(deps: LotKeeperDeps): Repeated {
  const { log, isDemo } = deps
  return repeat({
    round: (signal) => inCampaign(deps, () => judgeAgain(deps, signal)),
    onFault: (err) =>
      log.warn({ err }, 'doses of changed lots could not be judged; it is tried again'),
    pauseMs: () => (isDemo ? everyMs.demo : everyMs.real),
  })
}

async function judgeAgain({ sql, clock, log }: LotKeeperDeps, signal: AbortSignal): Promise<void> {
  await followDueStatements(sql, clock.today())
  const sum = { doses: 0, found: 0, hitNoMore: 0 }
  while (!signal.aborted) {
    const page = await judgeNextPage(sql, clock.today())
    if (!page) break
    sum.doses += page.doses
    sum.found += page.found
    sum.hitNoMore += page.hitNoMore
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
  }
  if (sum.found + sum.hitNoMore > 0) log.info(sum, 'doses of changed lots are judged again')
}
