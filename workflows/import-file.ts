/**
 * One municipal file, from its arrival to its receipt. The database knows what the file is and what is
 * wished of it; this run knows only that something is to be done, and that it is done to the end
 * whatever dies meanwhile. It asks what comes next, has that done, and waits for news when it is a
 * clerk's turn. An applied import that is to be undone begins a further run of the same id.
 */
import type { RetryPolicy } from '@temporalio/common'
import {
  condition,
  log,
  proxyActivities,
  setCurrentDetails,
  setDefaultSignalHandler,
  setHandler,
} from '@temporalio/workflow'
import type { ImportActivities } from '../domain/activity-contract.ts'
import type { ImportStep } from '../domain/import-run.ts'
import { importDetails, importStepSummary, nextImportStepSummary } from '../domain/import-words.ts'
import { type ImportFileInput, importNews } from './messages.ts'

const retry = {
  initialInterval: '1 second',
  backoffCoefficient: 1.5,
  maximumInterval: '30 seconds',
  nonRetryableErrorTypes: ['programmingError'],
} satisfies RetryPolicy

const { nextImportStep } = proxyActivities<ImportActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
  retry,
})

const steps = proxyActivities<ImportActivities>({
  // The largest city's file is millions of rows, on a machine that does much else.
  startToCloseTimeout: '12 hours',
  // A batch of rows keeps the process busy, so that its heartbeats come late.
  heartbeatTimeout: '8 seconds',
  retry,
})

export async function importFile({ importId }: ImportFileInput): Promise<void> {
  let news = 0
  setHandler(importNews, () => {
    news += 1
  })
  setDefaultSignalHandler((name) => log.warn('a signal of an unknown name was ignored', { name }))

  for (;;) {
    const heard = news
    const next = await nextImportStep.executeWithOptions({ summary: nextImportStepSummary }, [
      { importId },
    ])
    setCurrentDetails(importDetails(next))
    // What came while it asked may have changed the answer.
    if (next.step === 'end' && news === heard) return
    if (next.step === 'end') continue
    if (next.step === 'wait') await condition(() => news > heard)
    else await perform(next.step, importId)
  }
}

type ActiveStep = Exclude<ImportStep, 'wait' | 'end'>

/** What came of it stands in the import's row, where the next question finds it. */
async function perform(step: ActiveStep, importId: string): Promise<void> {
  const options = { summary: importStepSummary(step) }
  const ask = { importId }
  switch (step) {
    case 'guess':
      await steps.guessImport.executeWithOptions(options, [ask])
      return
    case 'review':
      await steps.reviewImport.executeWithOptions(options, [ask])
      return
    case 'results':
      await steps.resultsOfImport.executeWithOptions(options, [ask])
      return
    case 'apply':
      await steps.applyImport.executeWithOptions(options, [ask])
      return
    case 'undo':
      await steps.undoImport.executeWithOptions(options, [ask])
      return
    case 'clear':
      await steps.clearImport.executeWithOptions(options, [ask])
      return
    default:
      assertNever(step)
  }
}

function assertNever(value: never): never {
  throw new Error(`unexpected ${String(value)}`)
}
