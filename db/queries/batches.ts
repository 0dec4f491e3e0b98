/**
 * A municipality's letters of one evening. The row of a batch is also its lock: it is made by the
 * transaction that seals, so that a town has one batch a day, whoever tries twice.
 */
import { randomUUID } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import type { AttemptKey, Notice } from './notices.ts'
import { defaultSettings } from './plan-input.ts'

export type BatchKey = { municipalityCode: string; batchOn: PlainDate }

export type BatchRow = {
  id: string
  state: 'sealed' | 'printed'
  letters: number
  pages: number | null
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

/** Codes, sorted: with letters queued and no batch of that day yet, or with one still to be printed. */
export async function townsToBatch(tx: Tx, batchOn: PlainDate): Promise<string[]> {
  const rows = await tx<{ code: string }[]>`
    select code from towns_to_batch(${batchOn}) as code order by code`
  return rows.map(({ code }) => code)
}

export async function findBatch(tx: Tx, key: BatchKey): Promise<BatchRow | undefined> {
  const [row] = await tx<BatchRow[]>`
    select id, state, letters, pages from letter_batch
     where municipality_code = ${key.municipalityCode} and batch_on = ${key.batchOn}`
  return row
}

/** Undefined when the town has its batch of that day; a seal under way elsewhere is waited for. */
export async function openBatch(tx: Tx, key: BatchKey): Promise<{ id: string } | undefined> {
  const [row] = await tx<{ id: string }[]>`
    insert into letter_batch (municipality_code, batch_on, id, state, letters, sealed_at)
    values (${key.municipalityCode}, ${key.batchOn}, ${randomUUID()}, 'sealed', 0, now())
    on conflict (municipality_code, batch_on) do nothing
    returning id`
  return row
}

/** A batch without a letter has nothing to print. */
export async function closeBatch(tx: Tx, key: BatchKey, letters: number): Promise<void> {
  await tx`
    update letter_batch
       set letters = ${letters}, sealed_at = clock_timestamp(),
           state = ${letters === 0 ? 'printed' : 'sealed'},
           pages = ${letters === 0 ? 0 : null},
           printed_at = ${letters === 0 ? tx`now()` : null}
     where municipality_code = ${key.municipalityCode} and batch_on = ${key.batchOn}`
}

/** What the font lacks of its letters, found before they are printed. */
export async function keepLacking(
  tx: Tx,
  key: BatchKey,
  lacking: readonly { letterId: string; field: string; characters: string[] }[],
): Promise<void> {
  if (lacking.length === 0) return
  await tx`
    update letter_batch set lacking = ${tx.json(lacking as never)}
     where municipality_code = ${key.municipalityCode} and batch_on = ${key.batchOn}`
}

export async function batchPrinted(
  tx: Tx,
  key: BatchKey,
  printed: { pages: number; pdfSha256: string | null },
): Promise<void> {
  await tx`
    update letter_batch
       set state = 'printed', pages = ${printed.pages}, pdf_sha256 = ${printed.pdfSha256},
           printed_at = now()
     where municipality_code = ${key.municipalityCode} and batch_on = ${key.batchOn}`
}

/**
 * Courses with a letter for an evening of a town, in the order in which to lock them; longest waiting
 * first. What was queued on a later day waits for its own evening, even when this one runs late.
 */
export async function coursesWithQueuedLetters(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
  atMost: number,
): Promise<string[]> {
  const rows = await tx<{ courseId: string }[]>`
    select n.course_id as "courseId"
      from notice_attempt a
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
     where a.municipality_code = ${municipalityCode} and a.channel = 'letter' and a.state = 'queued'
       and n.queued_on <= ${batchOn}
     order by a.queued_at, a.id limit ${atMost}`
  return [...new Set(rows.map(({ courseId }) => courseId))].sort()
}

export type QueuedLetter = AttemptKey & { notice: Notice }

/** The letters of locked courses that still wait in a town. */
export async function queuedLettersOf(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
  courseIds: string[],
): Promise<QueuedLetter[]> {
  const rows = await tx<(Notice & { attemptId: string })[]>`
    select a.id as "attemptId", n.municipality_code as "municipalityCode", n.id,
           n.resident_id as "residentId", n.course_id as "courseId", n.kind, n.phase,
           n.dose_number as "doseNumber", n.occasion, n.round, n.state, n.queued_on as "queuedOn"
      from notice_attempt a
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
     where a.municipality_code = ${municipalityCode} and a.channel = 'letter' and a.state = 'queued'
       and n.course_id = any(${courseIds}) and n.queued_on <= ${batchOn}
     order by n.course_id, a.queued_at, a.id`
  return rows.map(({ attemptId, ...notice }) => ({ municipalityCode, id: attemptId, notice }))
}

export type SealedAttempt = AttemptKey & { notice: Notice }

/** What a sealed batch still holds. */
export async function sealedAttemptsOf(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
): Promise<SealedAttempt[]> {
  const rows = await tx<(Notice & { attemptId: string })[]>`
    select a.id as "attemptId", n.municipality_code as "municipalityCode", n.id,
           n.resident_id as "residentId", n.course_id as "courseId", n.kind, n.phase,
           n.dose_number as "doseNumber", n.occasion, n.round, n.state, n.queued_on as "queuedOn"
      from notice_attempt a
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
     where a.municipality_code = ${municipalityCode} and a.batch_on = ${batchOn}
       and a.state = 'sealed'
     order by n.course_id, a.id`
  return rows.map(({ attemptId, ...notice }) => ({ municipalityCode, id: attemptId, notice }))
}

/** What was taken out of a batch after its seal, in the order of its ids. */
export async function withdrawnFrom(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
): Promise<{ letterId: string; noticeId: string }[]> {
  return tx<{ letterId: string; noticeId: string }[]>`
    select id as "letterId", notice_id as "noticeId" from notice_attempt
     where municipality_code = ${municipalityCode} and batch_on = ${batchOn}
       and state = 'withdrawn'
     order by id`
}
