/**
 * A pile of paper, recorded: nothing of it before its totals agree; then every slip by the rules of any
 * scan, each an answer of its own, under an id that was given to it as it was keyed. It is marked as being
 * recorded under the lock under which the totals are checked, so that what is recorded is what agreed. Broken
 * off in the middle, it is taken up where it stopped, and records nothing twice.
 */
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import { type KeyedSlip, totalsOf } from '../../../domain/keying.ts'
import type { Scan } from '../../../domain/scan.ts'
import type { Store } from '../../store.ts'
import { recordScan } from '../record-scan.ts'
import { type Batch, type BatchRef, beginRecording, noteFinished, noteVerdict } from './batches.ts'

/**
 * Undefined when there is no such batch. Throws DomainError `controlCountDiffers`, `controlSumDiffers`;
 * and what `admit` throws; then nothing was written. Whether any course has news.
 */
export async function recordBatch(
  store: Store,
  ref: BatchRef,
  today: PlainDate,
  admit: (slips: number) => Promise<void> | undefined = async () => {},
): Promise<{ hasNews: boolean } | undefined> {
  const batch = await beginRecording(store, ref, async (begun, isTakenUp) => {
    if (!isTakenUp) assertTotals(begun)
    await admit(begun.drafts.length)
  })
  if (!batch) return undefined
  if (batch.finishedAt) return { hasNews: false }
  let hasNews = false
  for (const { slip, scanId, verdict } of batch.drafts) {
    if (verdict !== null || !slip) continue
    const done = await recordOne(store, scanOf(batch, scanId, slip), today)
    await noteVerdict(store.sql, ref, { scanId, ...done })
    hasNews ||= done.hasNews
  }
  await noteFinished(store.sql, ref)
  return { hasNews }
}

function assertTotals({ drafts, slipsExpected, sumExpected }: Batch): void {
  const totals = totalsOf(drafts.flatMap(({ slip }) => slip ?? []))
  if (totals.slips !== slipsExpected) {
    throw new DomainError('controlCountDiffers', 'Not as many slips as in the pile', 'slips')
  }
  if (sumExpected !== undefined && totals.sum !== sumExpected) {
    throw new DomainError('controlSumDiffers', 'Not the sum of the pile', 'sum')
  }
}

function scanOf(batch: Batch, scanId: string, slip: KeyedSlip): Scan {
  const { venueCode, givenOn, productCode, lotNumber } = batch
  return {
    scanId,
    issuingMunicipalityCode: slip.municipalityCode,
    ticketNumber: slip.number,
    readBy: 'paper',
    birthYear: slip.birthYear,
    ...(slip.bornOn && { bornOn: slip.bornOn }),
    slipKind: slip.slipKind,
    claimedDoseNumber: slip.claimedDoseNumber,
    ...{ givenOn, venueCode, productCode, lotNumber },
    source: sourceOf(batch.id),
  }
}

/** Of every scan that a batch made: a source has room for 40 characters, and so for no dashes. */
export function sourceOf(batchId: string): string {
  return `keyed/${batchId.replaceAll('-', '')}`
}

type Done = { verdict: string; findings: string[]; hasNews: boolean }

/** A refusal is this slip's alone: the others of the pile are facts, too. */
async function recordOne(store: Store, scan: Scan, today: PlainDate): Promise<Done> {
  try {
    const { answer, hasNews } = await recordScan(store, scan, today)
    return { verdict: answer.verdict, findings: answer.findings, hasNews }
  } catch (error) {
    if (!(error instanceof DomainError) || error.field === undefined) throw error
    return { verdict: 'refused', findings: [error.code], hasNews: false }
  }
}
