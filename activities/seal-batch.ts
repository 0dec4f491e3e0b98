import { look, type Tx, withPurpose } from '../db/client.ts'
import { keepLetterContent } from '../db/people/letter-content.ts'
import { planFields } from '../db/purposes.ts'
import {
  type BatchKey,
  closeBatch,
  coursesWithQueuedLetters,
  findBatch,
  openBatch,
  type QueuedLetter,
  queuedLettersOf,
} from '../db/queries/batches.ts'
import { homesOf } from '../db/queries/home-of.ts'
import { noticeLeft, rehomeNotice, settleAttempt } from '../db/queries/notices.ts'
import { type CourseRow, lockCourse, PersonNotVisible } from '../db/queries/plan-input.ts'
import { widenScope } from '../db/scope.ts'
import type { Instant, PlainDate } from '../domain/course.ts'
import { lettersPerBatchAtMost, problemsOf } from '../letters/limits.ts'
import type { NoticeForPrint } from '../letters/notice.ts'
import { type ActivityDeps, businessNow } from './deps.ts'
import { letterContent } from './notice-content.ts'
import { byHand, recheck, type Stopped, stopNotice } from './notice-recheck.ts'
import { replanIfChanged } from './replan-if-changed.ts'
import type { BatchAsk } from './types.ts'

/**
 * What `letter_content` keeps of a sealed letter. `sealedAt` is the campaign instant, to the second,
 * before which every acknowledged fact was looked at.
 */
export type SealedLetter = { letter: NoticeForPrint; sealedAt: Instant }

type Sealing = BatchKey & { sealedAt: Instant; today: PlainDate; leftAt: Date }

/**
 * Fixes what a town's batch holds: with the courses of all its queued letters locked, each is looked
 * at once more, and leaves or is taken back with the reason. A batch that was sealed stays as it is.
 * The letters bear the day of the seal, which is later than `batchOn` for an evening that was missed.
 */
export async function sealBatch(
  { sql, clock, log }: ActivityDeps,
  { municipalityCode, batchOn, workflowNowMs }: BatchAsk,
): Promise<{ letters: number }> {
  const scope = { municipalityCode, purpose: 'sendNotice' } as const
  return withPurpose(sql, scope, async (tx) => {
    const key = { municipalityCode, batchOn }
    if (!(await openBatch(tx, key))) {
      await look(tx, [])
      return { letters: (await findBatch(tx, key))?.letters ?? 0 }
    }

    const courseIds = await coursesWithQueuedLetters(tx, key, lettersPerBatchAtMost)
    const courses = await lockAll(tx, courseIds)
    await look(
      tx,
      [...courses.values()].map(({ id, municipalityCode, residentId }) => {
        return { municipalityCode, residentId, courseId: id, fields: planFields }
      }),
    )
    // Taken between the locks and the looks: what was acknowledged before it is seen, all of it.
    const now = businessNow(clock, workflowNowMs)
    const sealing = {
      ...key,
      sealedAt: toSecond(now.campaignMs),
      today: now.today,
      leftAt: new Date(),
    }
    const counts: Record<string, number> = {}
    const queuedLetters = await queuedLettersOf(tx, key, courseIds)
    for (const queued of queuedLetters.slice(0, lettersPerBatchAtMost)) {
      const outcome = await sealLetter(tx, courses.get(queued.notice.courseId)!, queued, sealing)
      counts[outcome] = (counts[outcome] ?? 0) + 1
    }
    const letters = counts.sealed ?? 0
    await closeBatch(tx, key, letters)
    log.info({ municipalityCode, batchOn, counts }, 'a batch of letters is sealed')
    return { letters }
  })
}

/** A course that has moved since its letter was queued is locked in the town where it is by now. */
async function lockAll(tx: Tx, sortedIds: string[]): Promise<Map<string, CourseRow>> {
  const courses = new Map<string, CourseRow>()
  const homes = await homesOf(tx, sortedIds)
  await widenScope(tx, [...new Set([...homes.values()].map((home) => home.municipalityCode))])
  for (const id of sortedIds) {
    const course = (await lockCourse(tx, id)) ?? (await followAndLock(tx, id))
    courses.set(id, course)
  }
  return courses
}

/** It moved between the look for its home and the lock. */
async function followAndLock(tx: Tx, courseId: string): Promise<CourseRow> {
  const home = (await homesOf(tx, [courseId])).get(courseId)
  if (home) await widenScope(tx, [home.municipalityCode])
  const course = home && (await lockCourse(tx, courseId))
  // Moved once more meanwhile: the whole batch is tried again.
  if (!course) throw new PersonNotVisible(courseId)
  return course
}

/** `sealed`, `movedHome`, or the reason for which it stays. */
async function sealLetter(
  tx: Tx,
  course: CourseRow,
  { notice, ...attempt }: QueuedLetter,
  sealing: Sealing,
): Promise<string> {
  if (course.municipalityCode !== notice.municipalityCode) {
    // Still queued, it leaves with the new home's next batch.
    await rehomeNotice(tx, notice, course)
    return 'movedHome'
  }
  const { today, sealedAt, batchOn, leftAt } = sealing
  const stop = async (stopped: Stopped) => {
    await stopNotice(tx, { notice, attempt }, stopped, today)
    await replanIfChanged(tx, course, today, { tell: true })
    return stopped.reason
  }
  if (notice.state !== 'queued') return stopStray(tx, attempt, today)
  const ready = await recheck(tx, course, notice, today)
  if (!ready.maySend) return stop(ready)
  const letter = letterContent(ready, notice, attempt.id, today)
  if (!letter) return stop(byHand('noAddress', course))
  if (problemsOf(letter).length > 0) return stop(byHand('notPrintable', course))

  const content: SealedLetter = { letter, sealedAt }
  await keepLetterContent(tx, attempt, content)
  await settleAttempt(tx, attempt, { state: 'sealed', on: today, batchOn })
  await noticeLeft(tx, notice, { channel: 'letter', on: today, at: leftAt })
  await replanIfChanged(tx, course, today, { tell: true })
  return 'sealed'
}

/** Its notice was decided otherwise meanwhile; only the attempt is left to take back. */
async function stopStray(
  tx: Tx,
  attempt: { municipalityCode: string; id: string },
  today: PlainDate,
): Promise<string> {
  await settleAttempt(tx, attempt, { state: 'withdrawn', reason: 'superseded', on: today })
  return 'superseded'
}

function toSecond(ms: number): Instant {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
