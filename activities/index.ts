/**
 * Everything a workflow may ask of the world, joined. Each activity begins by asking where the course
 * is at home, names municipality and purpose, and may be repeated at any step without harm.
 */

import type { Activities } from '../domain/activity-contract.ts'
import { abortBatch } from './abort-batch.ts'
import {
  batchAsk,
  newestFactsAsk,
  nextEveningAsk,
  openFollowUpAsk,
  sendNoticeAsk,
  townsAsk,
} from './asks.ts'
import { clearBatch, nextBatchStep } from './batch-step.ts'
import type { ActivityDeps } from './deps.ts'
import { nextEvening, townsWithQueuedLetters } from './evenings.ts'
import { activityOf } from './failures.ts'
import { newestFacts, openFollowUp } from './follow-up.ts'
import { printBatch } from './print-batch.ts'
import { reprintLetters } from './reprint-letters.ts'
import { sealBatch } from './seal-batch.ts'
import { sendNotice } from './send-notice.ts'

export type { ActivityDeps } from './deps.ts'

export function createActivities(deps: ActivityDeps): Activities {
  return {
    sendNotice: activityOf(deps, 'sendNotice', sendNoticeAsk, (ask) => sendNotice(deps, ask)),
    openFollowUp: activityOf(deps, 'openFollowUp', openFollowUpAsk, (ask) =>
      openFollowUp(deps, ask),
    ),
    newestFacts: activityOf(deps, 'newestFacts', newestFactsAsk, (ask) => newestFacts(deps, ask)),
    nextEvening: activityOf(deps, 'nextEvening', nextEveningAsk, (ask) => nextEvening(deps, ask)),
    townsWithQueuedLetters: activityOf(deps, 'townsWithQueuedLetters', townsAsk, (ask) =>
      townsWithQueuedLetters(deps, ask),
    ),
    sealBatch: activityOf(deps, 'sealBatch', batchAsk, (ask) => sealBatch(deps, ask)),
    printBatch: activityOf(deps, 'printBatch', batchAsk, (ask) => printBatch(deps, ask)),
    nextBatchStep: activityOf(deps, 'nextBatchStep', batchAsk, (ask) => nextBatchStep(deps, ask)),
    abortBatch: activityOf(deps, 'abortBatch', batchAsk, (ask) => abortBatch(deps, ask)),
    reprintLetters: activityOf(deps, 'reprintLetters', batchAsk, (ask) =>
      reprintLetters(deps, ask),
    ),
    clearBatch: activityOf(deps, 'clearBatch', batchAsk, (ask) => clearBatch(deps, ask)),
  }
}
