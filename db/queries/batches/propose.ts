/** The dry run of an evening: which letters would leave, counted, with ten of them to look at. */
import { randomUUID } from 'node:crypto'
import { leavesByItself } from '../../../domain/batch.ts'
import type { NoticeKind, PlainDate } from '../../../domain/course.ts'
import type { Tx } from '../../client.ts'
import { openTask } from '../tasks.ts'
import { type BatchKey, type BatchRow, batchBefore, batchSettings, lockBatch } from './batch.ts'
import { proposeLetters } from './letters.ts'

/** As many as somebody really looks at. */
const sampleSize = 10

type Proposing = { today: PlainDate; lettersAtMost: number }

/**
 * Makes the town's batch of an evening, or counts it anew as long as nobody has released it: it proposes
 * every letter queued until `queuedUntil`. A town with nothing to send has no batch: undefined.
 */
export async function proposeBatch(
  tx: Tx,
  key: BatchKey,
  proposing: Proposing & { queuedUntil: PlainDate },
): Promise<BatchRow | undefined> {
  await proposeLetters(tx, key, proposing.queuedUntil, proposing.lettersAtMost)
  const counted = await countProposed(tx, key)
  const before = await lockBatch(tx, key)
  if (counted.letters === 0 && !before) return undefined
  const { today } = proposing
  await tx`
    insert into letter_batch (municipality_code, batch_on, id, state, reference_on, proposed_letters,
                              proposed_by_kind, proposed_at, sample)
    values (${key.municipalityCode}, ${key.batchOn}, ${randomUUID()}, 'proposed', ${today},
            ${counted.letters}, ${tx.json(counted.byKind)}, clock_timestamp(), ${counted.sample})
    on conflict (municipality_code, batch_on) do update
      set reference_on = excluded.reference_on, proposed_letters = excluded.proposed_letters,
          proposed_by_kind = excluded.proposed_by_kind, proposed_at = excluded.proposed_at,
          sample = excluded.sample, checked_by = null, checked_at = null
    where letter_batch.state = 'proposed'`
  return lockBatch(tx, key)
}

type Counted = {
  letters: number
  byKind: Partial<Record<NoticeKind, number>>
  sample: string[]
}

/** The sample is drawn by the letters' own random ids: the same for everybody who looks. */
async function countProposed(tx: Tx, { municipalityCode, batchOn }: BatchKey): Promise<Counted> {
  const [row] = await tx<{ letters: number; byKind: Counted['byKind'] | null; sample: string[] }[]>`
    with proposed as (
      select a.id, n.kind from notice_attempt a
        join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
       where a.municipality_code = ${municipalityCode} and a.batch_on = ${batchOn}
         and a.channel = 'letter' and a.state = 'queued')
    select (select count(*)::int from proposed) as letters,
           (select json_object_agg(kind, n) from (
              select kind, count(*)::int as n from proposed group by kind) k) as "byKind",
           array(select id from proposed order by id limit ${sampleSize}) as sample`
  const { letters, byKind, sample } = row!
  return { letters, byKind: byKind ?? {}, sample }
}

/** Of the town, proposed and not released yet: what else waits is added to it. */
export async function openProposal(tx: Tx, key: BatchKey): Promise<BatchKey | undefined> {
  const [row] = await tx<BatchKey[]>`
    select municipality_code as "municipalityCode", batch_on as "batchOn" from letter_batch
     where municipality_code = ${key.municipalityCode} and state = 'proposed'
       and abort_asked_at is null and batch_on < ${key.batchOn}
     order by batch_on limit 1`
  return row
}

/**
 * Releases a proposed batch that may leave by itself; for any other, somebody at the town is asked to.
 */
export async function releaseByItself(
  tx: Tx,
  batch: BatchRow,
  today: PlainDate,
): Promise<BatchRow> {
  const { releaseAutomaticallyUpTo } = await batchSettings(tx, batch.municipalityCode)
  const before = await batchBefore(tx, batch)
  const letters = batch.proposedLetters ?? 0
  const isAfterAbort = before?.state === 'aborted'
  if (letters > 0 && !leavesByItself({ letters, upTo: releaseAutomaticallyUpTo, isAfterAbort })) {
    await openBatchTask(tx, batch, 'releaseBatch', today)
    return batch
  }
  await tx`
    update letter_batch
       set state = 'released', released_at = clock_timestamp(), released_automatically = true
     where municipality_code = ${batch.municipalityCode} and batch_on = ${batch.batchOn}`
  return (await lockBatch(tx, batch))!
}

export function openBatchTask(
  tx: Tx,
  batch: BatchRow,
  kind: 'releaseBatch' | 'reconcileBatch',
  today: PlainDate,
): Promise<void> {
  return openTask(tx, {
    municipalityCode: batch.municipalityCode,
    kind,
    courseId: null,
    residentId: null,
    occasion: batch.id,
    round: 0,
    openedOn: today,
  })
}
