/** One town's letters of one evening: sealed, then printed. Both may be repeated without harm. */
import { proxyActivities } from '@temporalio/workflow'
import type { BatchActivities } from '../activities/types.ts'
import type { NoticeBatchInput } from './messages.ts'

const { sealBatch, printBatch } = proxyActivities<BatchActivities>({
  // The largest city's evening is tens of thousands of pages.
  startToCloseTimeout: '30 minutes',
  // Setting a page keeps the process busy, so that its heartbeats come late.
  heartbeatTimeout: '15 seconds',
  retry: {
    initialInterval: '1 second',
    backoffCoefficient: 1.5,
    maximumInterval: '1 minute',
    nonRetryableErrorTypes: ['programmingError'],
  },
})

export async function noticeBatch({ municipalityCode, batchOn }: NoticeBatchInput): Promise<void> {
  const ask = () => ({ municipalityCode, batchOn, workflowNowMs: Date.now() })
  const { letters } = await sealBatch.executeWithOptions(
    { summary: '最終確認をして封緘 / check every letter once more and seal' },
    [ask()],
  )
  if (letters === 0) return
  await printBatch.executeWithOptions(
    { summary: `封緘した${letters}通を印刷 / print ${letters} sealed letters` },
    [ask()],
  )
}
