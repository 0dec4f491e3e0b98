/** Brings news of batches to their workflows: what people and printing houses said is a row before it is news. */
import type { Client } from '@temporalio/client'
import type { Log } from '../config/log.ts'
import type { Sql } from '../db/client.ts'
import {
  noteBatchTold,
  tellAllOpen,
  type UntoldBatch,
  untoldBatches,
} from '../db/queries/batches/tell.ts'
import { batchStartSummary } from '../domain/batch-words.ts'
import {
  batchNews,
  noticeBatchWorkflowId,
  noticeBatchWorkflowType,
  taskQueue as ourQueue,
} from '../workflows/messages.ts'
import { pause } from './beside-temporal.ts'

const toldAtOnce = 50
const callPatienceMs = 10_000

/** Starts or wakes the run of each; told twice it only looks once more. Answers how many. */
export async function tellBatches(sql: Sql, client: Client, taskQueue = ourQueue): Promise<number> {
  const untold = await untoldBatches(sql, toldAtOnce)
  for (const one of untold) {
    await client.withDeadline(Date.now() + callPatienceMs, () => tell(client, one, taskQueue))
    await noteBatchTold(sql, one)
  }
  return untold.length
}

/** Until the end is asked for; whatever stands in the way is tried again. */
export async function keepTellingBatches(
  deps: { sql: Sql; client: Client; log: Log; everyMs: number },
  end: AbortSignal,
): Promise<void> {
  const { sql, client, log, everyMs } = deps
  await tellAllOpen(sql).catch((error) => log.warn({ error }, 'open batches could not be found'))
  while (!end.aborted) {
    const told = await tellBatches(sql, client).catch((error) => {
      log.warn({ error }, 'news of batches could not be told')
      return 0
    })
    if (told < toldAtOnce) await pause(everyMs, end)
  }
}

function tell(client: Client, batch: UntoldBatch, taskQueue: string) {
  const { municipalityCode, batchOn } = batch
  return client.workflow.signalWithStart(noticeBatchWorkflowType, {
    workflowId: noticeBatchWorkflowId(batch),
    taskQueue,
    args: [{ municipalityCode, batchOn }],
    signal: batchNews,
    signalArgs: [],
    staticSummary: batchStartSummary(batch),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowTaskTimeout: '5s',
  })
}
