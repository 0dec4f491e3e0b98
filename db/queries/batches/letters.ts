/** The letters of a batch: those that it has proposed and that still wait, those sealed, those taken back. */
import type { PlainDate } from '../../../domain/course.ts'
import type { Tx } from '../../client.ts'
import type { AttemptKey, Notice } from '../notices.ts'
import type { BatchKey } from './batch.ts'

type Row = Notice & { attemptId: string }

const columns = (tx: Tx) => tx`
  a.id as "attemptId", n.municipality_code as "municipalityCode", n.id,
  n.resident_id as "residentId", n.course_id as "courseId", n.kind, n.phase,
  n.dose_number as "doseNumber", n.occasion, n.round, n.state, n.queued_on as "queuedOn"`

export type BatchAttempt = AttemptKey & { notice: Notice }

function attemptOf({ attemptId, ...notice }: Row): BatchAttempt {
  return { municipalityCode: notice.municipalityCode, id: attemptId, notice }
}

/**
 * Courses with a letter of the batch in that state, in the order in which to lock them; of those that
 * come first, so many at most.
 */
export async function coursesOfBatch(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
  state: 'queued' | 'sealed',
  atMost: number,
): Promise<string[]> {
  const rows = await tx<{ courseId: string }[]>`
    select distinct n.course_id as "courseId"
      from notice_attempt a
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
     where a.municipality_code = ${municipalityCode} and a.batch_on = ${batchOn}
       and a.channel = 'letter' and a.state = ${state}
     order by n.course_id limit ${atMost}`
  return rows.map(({ courseId }) => courseId)
}

/** The batch's letters of locked courses that are in that state. */
export async function attemptsOfCourses(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
  state: 'queued' | 'sealed',
  courseIds: string[],
): Promise<BatchAttempt[]> {
  const rows = await tx<Row[]>`
    select ${columns(tx)}
      from notice_attempt a
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
     where a.municipality_code = ${municipalityCode} and a.batch_on = ${batchOn}
       and a.channel = 'letter' and a.state = ${state} and n.course_id = any(${courseIds})
     order by n.course_id, a.queued_at, a.id`
  return rows.map(attemptOf)
}

/** What a sealed batch still holds. */
export async function sealedAttemptsOf(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
): Promise<BatchAttempt[]> {
  const rows = await tx<Row[]>`
    select ${columns(tx)}
      from notice_attempt a
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
     where a.municipality_code = ${municipalityCode} and a.batch_on = ${batchOn}
       and a.state = 'sealed'
     order by n.course_id, a.id`
  return rows.map(attemptOf)
}

/** One letter, whatever has become of it; undefined where the town's batch never held it. */
export async function attemptOfBatch(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
  letterId: string,
): Promise<(BatchAttempt & { state: string }) | undefined> {
  const [row] = await tx<(Row & { attemptState: string })[]>`
    select ${columns(tx)}, a.state as "attemptState"
      from notice_attempt a
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
     where a.municipality_code = ${municipalityCode} and a.batch_on = ${batchOn} and a.id = ${letterId}`
  if (!row) return undefined
  const { attemptState, ...attempt } = row
  return { ...attemptOf(attempt), state: attemptState }
}

export async function countSealed(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
): Promise<number> {
  const [row] = await tx<{ letters: number }[]>`
    select count(*)::int as letters from notice_attempt
     where municipality_code = ${municipalityCode} and batch_on = ${batchOn} and state = 'sealed'`
  return row!.letters
}

/** What was taken out of a batch between its seal and its print, in the order of its ids. */
export async function withdrawnFrom(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
): Promise<{ letterId: string; noticeId: string }[]> {
  return tx<{ letterId: string; noticeId: string }[]>`
    select id as "letterId", notice_id as "noticeId" from notice_attempt
     where municipality_code = ${municipalityCode} and batch_on = ${batchOn}
       and state = 'withdrawn' and reason = 'protected' and pages is null
     order by id`
}

/** How many pages each letter has; from then on its marks can be told. */
export async function keepPages(
  tx: Tx,
  municipalityCode: string,
  letters: { letterId: string; pages: number }[],
): Promise<void> {
  await tx`
    update notice_attempt a set pages = l.pages
      from unnest(${letters.map(({ letterId }) => letterId)}::uuid[],
                  ${letters.map(({ pages }) => pages)}::int[]) as l(id, pages)
     where a.municipality_code = ${municipalityCode} and a.id = l.id`
}

/** Letters that wait and were proposed by no batch; those queued on a later day wait for their own. */
export async function proposeLetters(
  tx: Tx,
  { municipalityCode, batchOn }: BatchKey,
  queuedUntil: PlainDate,
  atMost: number,
): Promise<void> {
  await tx`
    update notice_attempt set batch_on = ${batchOn}
     where municipality_code = ${municipalityCode} and state = 'queued' and id in (
       select a.id from notice_attempt a
         join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
        where a.municipality_code = ${municipalityCode} and a.channel = 'letter'
          and a.state = 'queued' and (a.batch_on is null or a.batch_on = ${batchOn})
          and n.queued_on <= ${queuedUntil}
        order by a.queued_at, a.id limit ${atMost})`
}

/** They wait for a later evening again. */
export async function letGo(tx: Tx, { municipalityCode, batchOn }: BatchKey): Promise<void> {
  await tx`
    update notice_attempt set batch_on = null
     where municipality_code = ${municipalityCode} and batch_on = ${batchOn} and state = 'queued'`
}
