/**
 * A letter that left by the rows, and not by the post: its batch was aborted, or its sheet was spoiled.
 * The letter's id is void for ever, and its notice waits again, to be looked at like any other.
 */
import type { Tx } from '../db/client.ts'
import { dropLetterContent } from '../db/people/letter-content.ts'
import type { BatchAttempt } from '../db/queries/batches/letters.ts'
import {
  isNewestAttempt,
  queueAttempt,
  requeueNotice,
  settleAttempt,
} from '../db/queries/notices.ts'
import type { CourseRow } from '../db/queries/plan-input.ts'
import { endCodeOfLetter } from '../db/residents/letter-codes.ts'
import type { PlainDate } from '../domain/course.ts'
import { replanIfChanged } from './replan-if-changed.ts'

type TakenBack = {
  letter: BatchAttempt
  course: CourseRow
  reason: 'batchAborted' | 'reprinted'
  batchOn: PlainDate
  today: PlainDate
}

/**
 * The id of the letter that follows it; undefined when the notice was decided otherwise meanwhile, or has left
 * by a later letter: this one came back before its sheet was said to be lost.
 */
export async function takeBackLetter(
  tx: Tx,
  { letter, course, reason, batchOn, today }: TakenBack,
): Promise<string | undefined> {
  const { notice, ...attempt } = letter
  await settleAttempt(tx, attempt, { state: 'withdrawn', reason, on: today, batchOn })
  await dropLetterContent(tx, attempt)
  await endCodeOfLetter(tx, attempt)
  if (notice.state !== 'left' || !(await isNewestAttempt(tx, notice, attempt))) return undefined
  await requeueNotice(tx, notice, today)
  const next = await queueAttempt(tx, notice, 'letter', { replaces: attempt.id })
  await replanIfChanged(tx, course, today, { tell: true })
  return next
}
