/**
 * Between the evening's seal and the print a person may come under protection. Their letter is then
 * taken out of the batch: it is printed nowhere, and the protecting town sees to it by hand.
 */
import { look, type Tx } from '../db/client.ts'
import { dropLetterContent } from '../db/people/letter-content.ts'
import type { BatchKey } from '../db/queries/batches/batch.ts'
import { type BatchAttempt, sealedAttemptsOf } from '../db/queries/batches/letters.ts'
import { noticeStopped, settleAttempt } from '../db/queries/notices.ts'
import { protectedAmong } from '../db/queries/protection.ts'
import type { PlainDate } from '../domain/course.ts'
import { lockAll, lockEvery } from './lock-courses.ts'
import { openByHand } from './notice-recheck.ts'
import { replanIfChanged } from './replan-if-changed.ts'

/**
 * Locks the courses of all letters still in a sealed batch, until commit, and takes out those whose
 * person is protected by now; answers how many. With none, nothing that was acknowledged is missed for
 * as long as the locks are held. One look at each of them.
 */
export async function withdrawProtected(tx: Tx, key: BatchKey, today: PlainDate): Promise<number> {
  const letters = await sealedAttemptsOf(tx, key)
  const courseIds = [...new Set(letters.map(({ notice }) => notice.courseId))].sort()
  await lockEvery(tx, courseIds)
  const protectedNow = await protectedAmong(tx, courseIds, today)
  const concerned = letters.filter(({ notice }) => protectedNow.has(notice.courseId))
  const courses = await lockAll(tx, [...protectedNow.keys()].sort())
  await look(
    tx,
    concerned.map(({ notice: { residentId, courseId } }) => {
      return { municipalityCode: key.municipalityCode, residentId, courseId, fields: ['notices'] }
    }),
  )
  for (const letter of concerned) {
    const { courseId } = letter.notice
    await withdraw(tx, key, letter, today)
    await openByHand(tx, protectedNow.get(courseId)!, { ...letter.notice, today })
    await replanIfChanged(tx, courses.get(courseId)!, today, { tell: true })
  }
  return concerned.length
}

async function withdraw(
  tx: Tx,
  { batchOn }: BatchKey,
  { notice, ...attempt }: BatchAttempt,
  today: PlainDate,
): Promise<void> {
  const reason = 'protected'
  await settleAttempt(tx, attempt, { state: 'withdrawn', reason, on: today, batchOn })
  await noticeStopped(tx, notice, { state: 'suppressed', reason })
  await dropLetterContent(tx, attempt)
}
