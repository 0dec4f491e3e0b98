/** The dry run of a town's evening, and whether it needs people: the beginning of every batch. */
import type { Tx } from '../db/client.ts'
import {
  type BatchKey,
  type BatchRow,
  batchSettings,
  lockBatch,
  tellBatches,
  unreconciledBefore,
} from '../db/queries/batches/batch.ts'
import {
  openBatchTask,
  openProposal,
  proposeBatch,
  releaseByItself,
} from '../db/queries/batches/propose.ts'
import type { PlainDate } from '../domain/course.ts'
import { lettersPerBatchAtMost } from '../letters/limits.ts'

/**
 * The town's batch of an evening, made if there is none. An earlier one that nobody has released yet takes
 * the evening's letters in and is counted anew instead: undefined, as for a town with nothing to send.
 */
export async function proposedBatch(
  tx: Tx,
  key: BatchKey,
  today: PlainDate,
): Promise<BatchRow | undefined> {
  const batch = (await lockBatch(tx, key)) ?? (await lockTownThenBatch(tx, key))
  if (batch) return batch
  const proposing = { today, queuedUntil: key.batchOn, lettersAtMost: lettersPerBatchAtMost }
  const open = await openProposal(tx, key)
  // Released meanwhile, it holds what people agreed to and takes nothing in any more.
  const stillOpen = open && (await lockBatch(tx, open))?.state === 'proposed'
  if (!open || !stillOpen) return proposeBatch(tx, key, proposing)
  await proposeBatch(tx, open, proposing)
  await tellBatches(tx, open)
  return undefined
}

/** Whoever makes a town's batch keeps others from it: there is no row yet that could be locked. */
async function lockTownThenBatch(tx: Tx, key: BatchKey): Promise<BatchRow | undefined> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${`batches ${key.municipalityCode}`}, 0))`
  return lockBatch(tx, key)
}

/** The batch that it waits for, if its town does not let two be on their way. */
export async function earlierOf(tx: Tx, batch: BatchRow): Promise<BatchRow | undefined> {
  const { waitsForReconciliation } = await batchSettings(tx, batch.municipalityCode)
  return waitsForReconciliation ? unreconciledBefore(tx, batch) : undefined
}

/**
 * Released by itself, if it may be and nothing holds it up. Whoever keeps it waiting is asked for: a
 * batch never stands still without somebody's task.
 */
export async function releasedIfMay(
  tx: Tx,
  batch: BatchRow,
  today: PlainDate,
): Promise<{ batch: BatchRow; waitsForEarlier: boolean }> {
  const isOpen = batch.state === 'proposed' || batch.state === 'released'
  const earlier = isOpen ? await earlierOf(tx, batch) : undefined
  if (earlier?.state === 'printed') await openBatchTask(tx, earlier, 'reconcileBatch', today)
  if (batch.state !== 'proposed' || batch.abortAskedAt || earlier) {
    return { batch, waitsForEarlier: earlier !== undefined }
  }
  return { batch: await releaseByItself(tx, batch, today), waitsForEarlier: false }
}
