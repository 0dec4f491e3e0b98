/** The steps of a batch that the worker takes: sealed, printed, aborted. */
import type { PlainDate } from '../../../domain/course.ts'
import type { Tx } from '../../client.ts'
import { type BatchKey, type BatchRow, tellBatches } from './batch.ts'

export async function beganToSeal(tx: Tx, key: BatchKey): Promise<void> {
  await tx`
    update letter_batch set seal_began_at = clock_timestamp()
     where municipality_code = ${key.municipalityCode} and batch_on = ${key.batchOn}`
}

/** Adds to the reasons for which proposed letters stayed. */
export async function keepStopped(
  tx: Tx,
  batch: BatchRow,
  { sealed: _, ...reasons }: Record<string, number>,
): Promise<void> {
  if (Object.keys(reasons).length === 0) return
  const stopped = { ...batch.stopped }
  for (const [reason, n] of Object.entries(reasons)) stopped[reason] = (stopped[reason] ?? 0) + n
  await tx`
    update letter_batch set stopped = ${tx.json(stopped)}
     where municipality_code = ${batch.municipalityCode} and batch_on = ${batch.batchOn}`
}

/** Adds to what the font lacks of its letters, found before they are printed. */
export async function keepLacking(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
  lacking: readonly { letterId: string; field: string; characters: string[] }[],
): Promise<void> {
  if (lacking.length === 0) return
  await tx`
    update letter_batch set lacking = lacking || ${tx.json(lacking as never)}::jsonb
     where municipality_code = ${municipalityCode} and batch_on = ${batchOn}`
}

/** A batch without a letter has nothing to print, and nobody has anything to count. */
export async function closeBatch(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
  { letters, today }: { letters: number; today: PlainDate },
): Promise<void> {
  const isEmpty = letters === 0
  await tx`
    update letter_batch
       set letters = ${letters}, sealed_at = clock_timestamp(), sealed_on = ${today},
           state = ${isEmpty ? 'posted' : 'sealed'}, pages = ${isEmpty ? 0 : null},
           printed_at = ${isEmpty ? tx`now()` : null}, posted_at = ${isEmpty ? tx`now()` : null},
           posted_on = ${isEmpty ? today : null}
     where municipality_code = ${municipalityCode} and batch_on = ${batchOn}`
  if (isEmpty) await tellBatches(tx, { municipalityCode, batchOn })
}

export type Printed = {
  pages: number
  pdfSha256: string | null
  withdrawn: number
  reconcileBy: PlainDate
  today: PlainDate
  signed: { sha256: string; signature: string; publicKey: string } | undefined
}

/** Without a page nothing was handed to anybody: such a batch is over. */
export async function batchPrinted(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
  { pages, pdfSha256, withdrawn, reconcileBy, today, signed }: Printed,
): Promise<void> {
  const isEmpty = pages === 0
  await tx`
    update letter_batch
       set state = ${isEmpty ? 'posted' : 'printed'}, pages = ${pages}, pdf_sha256 = ${pdfSha256},
           printed_at = now(), withdrawn_letters = ${withdrawn}, reconcile_by = ${reconcileBy},
           posted_at = ${isEmpty ? tx`now()` : null}, posted_on = ${isEmpty ? today : null},
           manifest_sha256 = ${signed?.sha256 ?? null},
           manifest_signature = ${signed?.signature ?? null}, manifest_key = ${signed?.publicKey ?? null}
     where municipality_code = ${municipalityCode} and batch_on = ${batchOn}`
  if (isEmpty) await tellBatches(tx, { municipalityCode, batchOn })
}

export async function batchAborted(tx: Tx, { municipalityCode, batchOn }: BatchKey): Promise<void> {
  await tx`
    update letter_batch set state = 'aborted', aborted_at = now()
     where municipality_code = ${municipalityCode} and batch_on = ${batchOn}`
  await tellBatches(tx, { municipalityCode, batchOn })
}
