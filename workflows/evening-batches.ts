/**
 * Every evening each town's queued letters leave as one sealed batch. One run sees to a few evenings
 * and hands the last one's day to the next run; an evening missed while all was down runs once, late.
 */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import {
  continueAsNew,
  ParentClosePolicy,
  proxyActivities,
  sleep,
  startChild,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow'
import type { Evening, EveningActivities } from '../domain/activity-contract.ts'
import type { PlainDate } from '../domain/course.ts'
import { type EveningBatchesInput, noticeBatchWorkflowId } from './messages.ts'
import { noticeBatch } from './notice-batch.ts'

const { nextEvening, townsWithQueuedLetters } = proxyActivities<EveningActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '3 seconds',
  retry: {
    initialInterval: '1 second',
    backoffCoefficient: 1.5,
    maximumInterval: '30 seconds',
    nonRetryableErrorTypes: ['programmingError'],
  },
})

/** A few evenings a run: short enough to read, and far below any limit. */
const eventsPerRun = 100
/** Children asked for at one time; the server takes 2,000 pending ones at most. */
const townsAtOnce = 200
/** An early hint is asked about again no sooner than this. */
const askAgainAfterMs = 100

export async function eveningBatches({ afterBatchOn }: EveningBatchesInput = {}): Promise<void> {
  let evening = await findEvening(afterBatchOn)
  while (workflowInfo().historyLength < eventsPerRun) {
    const towns = await townsWhenDue(evening)
    const { batchOn } = evening
    const [following] = await Promise.all([findEvening(batchOn), startBatches(towns, batchOn)])
    afterBatchOn = batchOn
    evening = following
  }
  await continueAsNew<typeof eveningBatches>(afterBatchOn ? { afterBatchOn } : {})
}

function findEvening(afterBatchOn: PlainDate | undefined): Promise<Evening> {
  return nextEvening.executeWithOptions({ summary: '次の夜を確認 / find the next evening' }, [
    { ...(afterBatchOn && { afterBatchOn }), workflowNowMs: Date.now() },
  ])
}

/** The instant is a hint: a held clock answers with a later one. */
async function townsWhenDue({ eveningAt, batchOn }: Evening): Promise<string[]> {
  let waitMs = Date.parse(eveningAt) - Date.now()
  for (;;) {
    if (waitMs > 0) {
      const summary = `${batchOn}の夜まで待機 / wait for the evening of ${batchOn}`
      await sleep(Math.ceil(waitMs), { summary })
    }
    const summary = `${batchOn}に発送する市区町村 / towns with letters on ${batchOn}`
    const ask = { batchOn, workflowNowMs: Date.now() }
    const answer = await townsWithQueuedLetters.executeWithOptions({ summary }, [ask])
    if ('towns' in answer) return answer.towns
    waitMs = Math.max(askAgainAfterMs, Date.parse(answer.notBefore) - Date.now())
  }
}

async function startBatches(towns: string[], batchOn: PlainDate): Promise<void> {
  for (let first = 0; first < towns.length; first += townsAtOnce) {
    const some = towns.slice(first, first + townsAtOnce)
    await Promise.all(some.map((municipalityCode) => startBatch({ municipalityCode, batchOn })))
  }
}

/** A batch of its own run: one town's printer trouble holds up no other, and no later evening. */
async function startBatch(input: { municipalityCode: string; batchOn: PlainDate }): Promise<void> {
  try {
    await startChild(noticeBatch, {
      args: [input],
      workflowId: noticeBatchWorkflowId(input),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
      staticSummary: `${input.municipalityCode} ${input.batchOn}の発送 / letters of one evening`,
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}
