/** A municipality's letters of one evening: the row that says how far they are. It names nobody. */
import type { AbortReason, BatchState, Explanation } from '../../../domain/batch.ts'
import type { NoticeKind, PlainDate } from '../../../domain/course.ts'
import type { Sql, Tx } from '../../client.ts'
import { defaultSettings } from '../plan-input.ts'

export type BatchKey = { municipalityCode: string; batchOn: PlainDate }

export type BatchRow = BatchKey & {
  id: string
  state: BatchState
  /** As sealed; 0 before. */
  letters: number
  pages: number | null
  pdfSha256: string | null
  /** The dry run: what was counted, and as of which day. */
  referenceOn: PlainDate | null
  proposedLetters: number | null
  proposedByKind: Partial<Record<NoticeKind, number>> | null
  proposedAt: Date | null
  /** Letter ids to look at before the batch is released. */
  sample: string[]
  /** Accounts. */
  checkedBy: string | null
  checkedAt: Date | null
  releasedBy: string | null
  releasedAt: Date | null
  releasedAutomatically: boolean
  sealBeganAt: Date | null
  sealedOn: PlainDate | null
  sealedAt: Date | null
  /** Proposed, and not sealed: how many by reason. */
  stopped: Record<string, number>
  printedAt: Date | null
  withdrawnLetters: number | null
  abortAskedBy: string | null
  abortAskedAt: Date | null
  abortReason: AbortReason | null
  abortedAt: Date | null
  manifestSha256: string | null
  manifestSignature: string | null
  manifestKey: string | null
  reconcileBy: PlainDate | null
  printedPages: number | null
  postedOn: PlainDate | null
  postedAt: Date | null
  postedBy: string | null
  explained: Explanation[]
}

export const batchColumns = (sql: Sql | Tx) => (sql as Sql)`
  b.municipality_code as "municipalityCode", b.batch_on as "batchOn", b.id, b.state, b.letters, b.pages,
  b.pdf_sha256 as "pdfSha256", b.reference_on as "referenceOn", b.proposed_letters as "proposedLetters",
  b.proposed_by_kind as "proposedByKind", b.proposed_at as "proposedAt", b.sample,
  b.checked_by as "checkedBy", b.checked_at as "checkedAt", b.released_by as "releasedBy",
  b.released_at as "releasedAt", b.released_automatically as "releasedAutomatically",
  b.seal_began_at as "sealBeganAt", b.sealed_on as "sealedOn", b.sealed_at as "sealedAt", b.stopped,
  b.printed_at as "printedAt", b.withdrawn_letters as "withdrawnLetters",
  b.abort_asked_by as "abortAskedBy", b.abort_asked_at as "abortAskedAt", b.abort_reason as "abortReason",
  b.aborted_at as "abortedAt", b.manifest_sha256 as "manifestSha256",
  b.manifest_signature as "manifestSignature", b.manifest_key as "manifestKey",
  b.reconcile_by as "reconcileBy", b.printed_pages as "printedPages", b.posted_on as "postedOn",
  b.posted_at as "postedAt", b.posted_by as "postedBy", b.explained`

export async function findBatch(tx: Sql | Tx, key: BatchKey): Promise<BatchRow | undefined> {
  const [row] = await tx<BatchRow[]>`
    select ${batchColumns(tx)} from letter_batch b
     where b.municipality_code = ${key.municipalityCode} and b.batch_on = ${key.batchOn}`
  return row
}

/**
 * The same, locked until commit. Whoever takes the locks of courses as well takes this one first.
 */
export async function lockBatch(tx: Tx, key: BatchKey): Promise<BatchRow | undefined> {
  const [row] = await tx<BatchRow[]>`
    select ${batchColumns(tx)} from letter_batch b
     where b.municipality_code = ${key.municipalityCode} and b.batch_on = ${key.batchOn}
       for update`
  return row
}

export type BatchSettings = {
  releaseAutomaticallyUpTo: number
  waitsForReconciliation: boolean
  reconcileWithinDays: number
}

/** A town that has said nothing lets nothing leave by itself. */
export async function batchSettings(tx: Sql | Tx, code: string): Promise<BatchSettings> {
  const [row] = await tx<BatchSettings[]>`
    select release_automatically_up_to as "releaseAutomaticallyUpTo",
           waits_for_reconciliation as "waitsForReconciliation",
           reconcile_within_days as "reconcileWithinDays"
      from municipality_setting where municipality_code = ${code}`
  return (
    row ?? { releaseAutomaticallyUpTo: 0, waitsForReconciliation: true, reconcileWithinDays: 2 }
  )
}

/** The town's batch before this one, aborted ones included. */
export async function batchBefore(
  tx: Sql | Tx,
  { municipalityCode, batchOn }: BatchKey,
): Promise<BatchRow | undefined> {
  const [row] = await tx<BatchRow[]>`
    select ${batchColumns(tx)} from letter_batch b
     where b.municipality_code = ${municipalityCode} and b.batch_on < ${batchOn}
     order by b.batch_on desc limit 1`
  return row
}

/** The earliest one whose sheets are not accounted for, or that is still on its way to the printer. */
export async function unreconciledBefore(
  tx: Sql | Tx,
  { municipalityCode, batchOn }: BatchKey,
): Promise<BatchRow | undefined> {
  const [row] = await tx<BatchRow[]>`
    select ${batchColumns(tx)} from letter_batch b
     where b.municipality_code = ${municipalityCode} and b.batch_on < ${batchOn}
       and b.state in ('released', 'sealed', 'printed')
     order by b.batch_on limit 1`
  return row
}

/** Something happened that its workflow, and those of the town's later batches, are to look at. */
export async function tellBatches(tx: Tx, { municipalityCode, batchOn }: BatchKey): Promise<void> {
  await tx`
    update letter_batch set news_at = clock_timestamp()
     where municipality_code = ${municipalityCode} and batch_on >= ${batchOn}
       and (batch_on = ${batchOn} or state in ('proposed', 'released', 'sealed', 'printed'))`
}

export async function closeBatchTask(
  tx: Tx,
  batch: Pick<BatchRow, 'municipalityCode' | 'id'>,
  kind: 'releaseBatch' | 'reconcileBatch',
  by: string,
): Promise<void> {
  await tx`
    update task set done_at = now(), done_by = ${by}, outcome = 'done'
     where municipality_code = ${batch.municipalityCode} and kind = ${kind}
       and occasion = ${batch.id} and done_at is null`
}

/**
 * The minute of the day at which evenings begin, one for all towns: the earliest that any of them
 * has set, since a batch that seals early only leaves the day's last letters to the next evening.
 */
export async function eveningMinute(tx: Tx): Promise<number> {
  const [row] = await tx<{ minute: number | null }[]>`
    select min(evening_minute) as minute from municipality_setting`
  return row?.minute ?? defaultSettings.eveningMinute
}

/** Codes, sorted: with letters that no batch has proposed, or with a batch of that day under way. */
export async function townsToBatch(tx: Tx, batchOn: PlainDate): Promise<string[]> {
  const rows = await tx<{ code: string }[]>`
    select code from towns_to_batch(${batchOn}) as code order by code`
  return rows.map(({ code }) => code)
}
