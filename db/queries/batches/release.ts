/**
 * What people do with a batch: one checks the dry run, another releases it, either aborts it. The
 * database refuses one person for both.
 */
import { type AbortReason, mayAbort } from '../../../domain/batch.ts'
import { DomainError } from '../../../domain/errors.ts'
import { type Sql, type Tx, withPurpose } from '../../client.ts'
import {
  type BatchKey,
  type BatchRow,
  batchColumns,
  closeBatchTask,
  findBatch,
  lockBatch,
  tellBatches,
  unreconciledBefore,
} from './batch.ts'

const batchesShown = 60

/** A town's newest, or those of all towns that a printing house still has. */
export function listBatches(sql: Sql, municipalityCode: string | undefined): Promise<BatchRow[]> {
  const scope = { municipalityCode: municipalityCode ?? [], purpose: 'handleBatch' } as const
  return withPurpose(
    sql,
    scope,
    async (tx) => tx<BatchRow[]>`
      select ${batchColumns(tx)} from letter_batch b
       where ${
         municipalityCode
           ? tx`b.municipality_code = ${municipalityCode}`
           : tx`b.state in ('sealed', 'printed')`
       }
       order by b.batch_on desc, b.municipality_code limit ${batchesShown}`,
  )
}

/** With the batch that keeps it waiting, if one does. Undefined where the town has no such batch. */
export function readBatch(
  sql: Sql,
  key: BatchKey,
): Promise<{ batch: BatchRow; earlier: BatchRow | undefined } | undefined> {
  return withPurpose(sql, scopeOf(key), async (tx) => {
    const batch = await findBatch(tx, key)
    if (!batch) return undefined
    const isOpen = batch.state === 'proposed' || batch.state === 'released'
    return { batch, earlier: isOpen ? await unreconciledBefore(tx, key) : undefined }
  })
}

export function scopeOf({ municipalityCode }: BatchKey) {
  return { municipalityCode, purpose: 'handleBatch' } as const
}

/** The batch under its lock. Throws `batchNotFound`. */
export async function lockedBatch(tx: Tx, key: BatchKey): Promise<BatchRow> {
  const batch = await lockBatch(tx, key)
  if (!batch) throw new DomainError('batchNotFound', 'The town has no such batch', 'batch')
  return batch
}

type Seen = { by: string; letters: number; referenceOn: string }

/** What stood on the screen is what is agreed on. Throws `batchCountMoved`. */
function assertAsSeen(batch: BatchRow, { letters, referenceOn }: Seen): void {
  if (batch.proposedLetters === letters && batch.referenceOn === referenceOn) return
  throw new DomainError('batchCountMoved', 'The dry run is not the one that was seen', 'batch')
}

/**
 * One person says that the dry run is right, with the count and the day that were seen. Throws
 * `batchNotFound`, `batchNotProposed`, `batchCountMoved`.
 */
export function checkBatch(sql: Sql, key: BatchKey, seen: Seen): Promise<BatchRow> {
  return withPurpose(sql, scopeOf(key), async (tx) => {
    const batch = await lockedBatch(tx, key)
    assertProposed(batch)
    assertAsSeen(batch, seen)
    await tx`
      update letter_batch set checked_by = ${seen.by}, checked_at = clock_timestamp()
       where municipality_code = ${key.municipalityCode} and batch_on = ${key.batchOn}`
    return (await findBatch(tx, key))!
  })
}

/**
 * Another person lets it leave. Throws `batchNotFound`, `batchNotProposed`, `batchNotChecked`,
 * `batchSamePerson`, `batchCountMoved`.
 */
export function releaseBatch(sql: Sql, key: BatchKey, seen: Seen): Promise<BatchRow> {
  return withPurpose(sql, scopeOf(key), async (tx) => {
    const batch = await lockedBatch(tx, key)
    assertProposed(batch)
    if (!batch.checkedBy) throw new DomainError('batchNotChecked', 'Nobody has checked it', 'batch')
    if (batch.checkedBy === seen.by) {
      throw new DomainError('batchSamePerson', 'Whoever checked it does not release it', 'batch')
    }
    assertAsSeen(batch, seen)
    await tx`
      update letter_batch
         set state = 'released', released_by = ${seen.by}, released_at = clock_timestamp()
       where municipality_code = ${key.municipalityCode} and batch_on = ${key.batchOn}`
    await closeBatchTask(tx, batch, 'releaseBatch', seen.by)
    await tellBatches(tx, key)
    return (await findBatch(tx, key))!
  })
}

function assertProposed(batch: BatchRow): void {
  if (batch.state === 'proposed' && !batch.abortAskedAt) return
  throw new DomainError('batchNotProposed', 'It is released already, or over', 'batch')
}

/**
 * Stops a batch before it is handed over; its letters wait for a later one. Repeatable. Throws
 * `batchNotFound`, `batchHandedOver`.
 */
export function askToAbort(
  sql: Sql,
  key: BatchKey,
  { by, reason }: { by: string; reason: AbortReason },
): Promise<BatchRow> {
  return withPurpose(sql, scopeOf(key), async (tx) => {
    const batch = await lockedBatch(tx, key)
    if (batch.state === 'aborted' || batch.abortAskedAt) return batch
    if (!mayAbort(batch.state)) {
      throw new DomainError('batchHandedOver', 'The printing house has it already', 'batch')
    }
    await tx`
      update letter_batch
         set abort_asked_by = ${by}, abort_asked_at = clock_timestamp(), abort_reason = ${reason}
       where municipality_code = ${key.municipalityCode} and batch_on = ${key.batchOn}`
    await closeBatchTask(tx, batch, 'releaseBatch', by)
    await tellBatches(tx, key)
    return (await findBatch(tx, key))!
  })
}
