/**
 * One town's letters of one evening, from the dry run until every sheet is accounted for. The database
 * knows what is agreed and what is done; this run asks what comes next, has that done, and waits for news
 * when it is people's turn. Every step may be repeated without harm.
 */
import type { RetryPolicy } from '@temporalio/common'
import {
  condition,
  continueAsNew,
  log,
  patched,
  proxyActivities,
  setCurrentDetails,
  setDefaultSignalHandler,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { BatchActivities } from '../domain/activity-contract.ts'
import { batchDetails, batchStepSummary, nextBatchStepSummary } from '../domain/batch-words.ts'
import { batchNews, type NoticeBatchInput } from './messages.ts'

const retry = {
  initialInterval: '1 second',
  backoffCoefficient: 1.5,
  maximumInterval: '1 minute',
  nonRetryableErrorTypes: ['programmingError'],
} satisfies RetryPolicy

const { nextBatchStep } = proxyActivities<BatchActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
  retry,
})

const { sealBatch, printBatch, abortBatch, reprintLetters, clearBatch } =
  proxyActivities<BatchActivities>({
    // The largest city's evening is tens of thousands of pages.
    startToCloseTimeout: '30 minutes',
    // Setting a page keeps the process busy, so that its heartbeats come late.
    heartbeatTimeout: '15 seconds',
    retry,
  })

/** Far below any limit, and months of looking. */
const eventsPerRun = 2_000

export async function noticeBatch(input: NoticeBatchInput): Promise<void> {
  if (!patched('batches-by-steps')) return sealAndPrint(input)
  const { municipalityCode, batchOn } = input
  const ask = () => ({ municipalityCode, batchOn, workflowNowMs: Date.now() })
  let news = 0
  setHandler(batchNews, () => {
    news += 1
  })
  setDefaultSignalHandler((name) => log.warn('a signal of an unknown name was ignored', { name }))

  while (workflowInfo().historyLength < eventsPerRun) {
    const heard = news
    const next = await nextBatchStep.executeWithOptions({ summary: nextBatchStepSummary }, [ask()])
    setCurrentDetails(batchDetails(next))
    const { step, letters, lookAgainAt } = next
    // What came while it asked may have changed the answer.
    if (step === 'end' && news === heard) return
    if (step === 'end') continue
    if (step === 'wait') await untilNews(() => news > heard, lookAgainAt)
    else await perform(step, letters, ask())
  }
  await continueAsNew<typeof noticeBatch>(input)
}

async function untilNews(isNews: () => boolean, lookAgainAt: string | undefined): Promise<void> {
  if (!lookAgainAt) return condition(isNews)
  await condition(isNews, Math.max(1, Date.parse(lookAgainAt) - Date.now()))
}

type Active = Parameters<typeof batchStepSummary>[0]
type Ask = Parameters<BatchActivities['sealBatch']>[0]

/** What came of it stands in the batch's row, where the next question finds it. */
async function perform(step: Active, letters: number, ask: Ask): Promise<void> {
  const options = { summary: batchStepSummary(step, letters) }
  switch (step) {
    case 'seal':
      await sealBatch.executeWithOptions(options, [ask])
      return
    case 'print':
      await printBatch.executeWithOptions(options, [ask])
      return
    case 'abort':
      await abortBatch.executeWithOptions(options, [ask])
      return
    case 'reprint':
      await reprintLetters.executeWithOptions(options, [ask])
      return
    case 'clear':
      await clearBatch.executeWithOptions(options, [ask])
      return
    default:
      assertNever(step)
  }
}

/** As it went before there were dry runs, for runs that began so. */
async function sealAndPrint({ municipalityCode, batchOn }: NoticeBatchInput): Promise<void> {
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

function assertNever(value: never): never {
  throw new Error(`unexpected ${String(value)}`)
}
