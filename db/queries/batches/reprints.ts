/** Letters that are printed again because their sheet cannot be posted. */
import type { ReprintReason } from '../../../domain/batch.ts'
import type { Tx } from '../../client.ts'
import type { BatchKey } from './batch.ts'

/** How many are asked for and not done. */
export async function openReprints(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
): Promise<number> {
  const [row] = await tx<{ open: number }[]>`
    select count(*)::int as open from letter_reprint
     where municipality_code = ${municipalityCode} and batch_on = ${batchOn} and done_at is null`
  return row!.open
}

export async function nextReprint(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
): Promise<{ letterId: string; reason: ReprintReason } | undefined> {
  const [row] = await tx<{ letterId: string; reason: ReprintReason }[]>`
    select attempt_id as "letterId", reason from letter_reprint
     where municipality_code = ${municipalityCode} and batch_on = ${batchOn} and done_at is null
     order by asked_at, attempt_id limit 1`
  return row
}

export async function reprintDone(
  tx: Tx,
  {
    municipalityCode,
    letterId,
    replacedBy,
  }: {
    municipalityCode: string
    letterId: string
    replacedBy: string | undefined
  },
): Promise<void> {
  await tx`
    update letter_reprint set done_at = clock_timestamp(), replaced_by = ${replacedBy ?? null}
     where municipality_code = ${municipalityCode} and attempt_id = ${letterId}`
}
