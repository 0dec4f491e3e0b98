/** Bare days, started ahead of their moment and timed from it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import type postgres from 'postgres'
import { bareDay } from './bare-day.ts'

export const bareDayQueue = 'sesshu-bare-day'
const callers = 32
/** Started, its first task, its timer: events of a course that waits. */
const stuckAfterMs = 120_000

/** Courses a second, from their moment until the last one has said that it is done. */
export async function bareDays(
  client: Client,
  temporal: postgres.Sql,
  { count, isLocal }: { count: number; isLocal: boolean },
): Promise<number> {
  const prefix = `bareDay/${isLocal ? 'local' : 'remote'}`
  // As long as starting them takes, and a little more.
  const at = Date.now() + 5_000 + count * 8
  let next = 0
  const lane = async () => {
    while (next < count) {
      const n = next++
      await client.workflow.start(bareDay, {
        workflowId: `${prefix}/${n}`,
        taskQueue: bareDayQueue,
        args: [{ at, isLocal }],
      })
    }
  }
  await Promise.all(Array.from({ length: callers }, lane))
  const startedMs = Math.max(at, Date.now())
  await sleep(Math.max(0, at - Date.now()))
  await untilDone(temporal, prefix, count)
  return (count * 1_000) / (Date.now() - startedMs)
}

/** By Temporal's own table of what waits: a course that is done waits for the timer of thirty days. */
async function untilDone(temporal: postgres.Sql, prefix: string, count: number): Promise<void> {
  let before = -1
  let since = Date.now()
  for (;;) {
    const [row] = await temporal<{ n: number }[]>`
      select count(*)::int as n from timer_info_maps t
        join executions e using (shard_id, namespace_id, workflow_id, run_id)
       where e.workflow_id like ${`${prefix}/%`} and t.timer_id = '2'`
    const done = row?.n ?? 0
    if (done >= count) return
    if (done !== before) since = Date.now()
    before = done
    if (Date.now() - since > stuckAfterMs) throw new Error(`Only ${done} of ${count} bare days.`)
    await sleep(100)
  }
}
