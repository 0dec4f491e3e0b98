/**
 * Beside the api's other duties: lets letters go on whose person's address the register has told anew.
 * It stands here and not in the worker because what follows settles a move's business, which no process
 * but the api may do. Asked of the tables, so that every way by which a register tells comes by here.
 */
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import { inCampaign, type Repeated, repeat } from '../config/repeat.ts'
import type { Sql } from '../db/client.ts'
import { followUpsAnswered, settleAnswered } from '../db/queries/returned/follow-ups.ts'
import { returnsOvertaken, settleOvertaken } from '../db/queries/returned/overtaken.ts'

const everyMs = { real: 10_000, demo: 2_000 }

type ReturnedKeeperDeps = {
  sql: Sql
  clock: Clock
  log: Log
  isDemo: boolean
  wakeRelays: () => void
}

export function startReturnedKeeper(deps: ReturnedKeeperDeps): Repeated {
  const { log, isDemo } = deps
  return repeat({
    round: (signal) =>
      inCampaign(deps, async () => {
        await letGoOn(deps, signal)
        await callNoMore(deps, signal)
      }),
    onFault: (err) =>
      log.warn({ err }, 'stopped addresses could not be looked at; it is tried again'),
    pauseMs: () => (isDemo ? everyMs.demo : everyMs.real),
    isLeisurely: true,
  })
}

/** Answers how many were settled. One that fails does not keep the others waiting. */
export async function letGoOn(
  { sql, clock, log, wakeRelays }: Omit<ReturnedKeeperDeps, 'isDemo'>,
  signal?: AbortSignal,
): Promise<number> {
  const today = clock.today()
  let settled = 0
  for (const key of await returnsOvertaken(sql, today)) {
    if (signal?.aborted) break
    try {
      if (await settleOvertaken(sql, key, today)) settled += 1
    } catch (err) {
      log.warn({ err, ...key }, 'a returned letter could not go on; it is tried again')
    }
  }
  if (settled > 0) {
    wakeRelays()
    log.info({ settled }, 'the register has told addresses of letters that came back')
  }
  return settled
}

/** Whoever came for the dose after all need not be called: their tasks end by themselves. */
export async function callNoMore(
  { sql }: Pick<ReturnedKeeperDeps, 'sql'>,
  signal?: AbortSignal,
): Promise<number> {
  const tasks = await followUpsAnswered(sql)
  for (const task of tasks) {
    if (signal?.aborted) break
    await settleAnswered(sql, task)
  }
  return tasks.length
}
