/** What comes next with a town's batch, as its row says; and the alarm for one that stands still. */
import { type Scope, withPurpose } from '../db/client.ts'
import type { BatchRow } from '../db/queries/batches/batch.ts'
import { openBatchTask } from '../db/queries/batches/propose.ts'
import { openReprints } from '../db/queries/batches/reprints.ts'
import type { BatchAsk, BatchNext } from '../domain/activity-contract.ts'
import { nextStepOf } from '../domain/batch.ts'
import { addDays, compareDates, tokyoInstant } from '../domain/calendar.ts'
import type { Instant } from '../domain/course.ts'
import { type ActivityDeps, type BusinessNow, businessNow } from './deps.ts'
import { clearHotFolder, isHandedOver, liesInHotFolder } from './hot-folder.ts'
import { proposedBatch, releasedIfMay } from './propose-batch.ts'

/** News may be lost with whoever carries it: a batch is looked at this often, whatever is heard. */
const lookAgainAfterMs = 6 * 3_600_000

/**
 * Makes the dry run if there is none, and says what is to be done; nothing of that is done here but what
 * one row says. Repeatable at any moment.
 */
export async function nextBatchStep(
  deps: ActivityDeps,
  { municipalityCode, batchOn, workflowNowMs }: BatchAsk,
): Promise<BatchNext> {
  const key = { municipalityCode, batchOn }
  const now = businessNow(deps.clock, workflowNowMs)
  const files = {
    hasFiles: await liesInHotFolder(deps.dataDir, key),
    isHandedOver: await isHandedOver(deps.dataDir, key),
  }
  const scope: Scope = { municipalityCode, purpose: 'sendNotice', look: [] }
  return withPurpose(deps.sql, scope, async (tx): Promise<BatchNext> => {
    const proposed = await proposedBatch(tx, key, now.today)
    if (!proposed) return { step: 'end', state: 'none', letters: 0 }
    const { batch, waitsForEarlier } = await releasedIfMay(tx, proposed, now.today)
    const next = nextStepOf({
      state: batch.state,
      abortAsked: batch.abortAskedAt !== null,
      reprints: await openReprints(tx, batch),
      waitsForEarlier,
      ...files,
    })
    const isLate =
      batch.state === 'printed' &&
      batch.reconcileBy !== null &&
      compareDates(batch.reconcileBy, now.today) < 0
    if (isLate) {
      await openBatchTask(tx, batch, 'reconcileBatch', now.today)
      deps.log.error(
        { alarm: 'batchNotReconciled', ...key, letters: batch.letters },
        'a batch is not accounted for',
      )
    }
    const letters = batch.state === 'proposed' ? (batch.proposedLetters ?? 0) : batch.letters
    const answer = { ...next, state: batch.state, letters: letters || (batch.proposedLetters ?? 0) }
    if (next.step !== 'wait') return answer
    return { ...answer, lookAgainAt: lookAgainAt(deps, batch, now) }
  })
}

/** A wall instant: the end of the last day that the printing house has, or some hours on. */
function lookAgainAt({ clock }: ActivityDeps, batch: BatchRow, now: BusinessNow): Instant {
  const usual = now.wallMs + lookAgainAfterMs
  const { state, reconcileBy } = batch
  const isDue = state === 'printed' && reconcileBy && compareDates(reconcileBy, now.today) >= 0
  const dueMs = isDue
    ? clock.wallAt(Date.parse(tokyoInstant(addDays(reconcileBy, 1), 0)), now.wallMs)
    : usual
  return new Date(Math.ceil(Math.min(usual, Math.max(dueMs, now.wallMs + 1_000)))).toISOString()
}

/** Takes the plain files of a batch that is over out of the hot folder. */
export async function clearBatch(
  { dataDir }: ActivityDeps,
  { municipalityCode, batchOn }: BatchAsk,
): Promise<void> {
  await clearHotFolder(dataDir, { municipalityCode, batchOn })
}
