import { look, withPurpose } from '../db/client.ts'
import { lockBatch } from '../db/queries/batches/batch.ts'
import { attemptsOfCourses, coursesOfBatch, letGo } from '../db/queries/batches/letters.ts'
import { batchAborted } from '../db/queries/batches/seal.ts'
import type { BatchAsk } from '../domain/activity-contract.ts'
import { mayAbort } from '../domain/batch.ts'
import { type ActivityDeps, businessNow } from './deps.ts'
import { clearHotFolder, isHandedOver } from './hot-folder.ts'
import { lockAndLook } from './lock-courses.ts'
import { coursesPerChunk } from './seal-batch.ts'
import { takeBackLetter } from './take-back-letter.ts'

/**
 * Takes a batch apart that somebody aborted before it was handed over: every letter that was sealed is
 * void, and its notice waits for a later evening, as does what was proposed only. Some courses at a time;
 * repeatable. Too late for one whose files were put in place by a print that could not be committed: the
 * printing house may have them, and it is printed, not sent a second time.
 */
export async function abortBatch(deps: ActivityDeps, ask: BatchAsk): Promise<void> {
  let came: Came = 'so far'
  while (came === 'so far') came = await abortChunk(deps, ask)
  if (came === 'to its end') await clearHotFolder(deps.dataDir, ask)
}

type Came = 'so far' | 'to its end' | 'too late'

async function abortChunk(
  { sql, clock, log, dataDir }: ActivityDeps,
  { municipalityCode, batchOn, workflowNowMs }: BatchAsk,
): Promise<Came> {
  const key = { municipalityCode, batchOn }
  const { today } = businessNow(clock, workflowNowMs)
  return withPurpose(sql, { municipalityCode, purpose: 'sendNotice' }, async (tx) => {
    const batch = await lockBatch(tx, key)
    if (!batch?.abortAskedAt || !mayAbort(batch.state)) {
      await look(tx, [])
      return batch?.state === 'aborted' ? 'to its end' : 'too late'
    }
    // Under the batch's lock, which whoever puts files in place holds.
    if (batch.state === 'sealed' && (await isHandedOver(dataDir, key))) {
      await look(tx, [])
      log.error({ alarm: 'abortTooLate', ...key }, 'a batch was handed over before it was aborted')
      return 'too late'
    }
    const courseIds = await coursesOfBatch(tx, key, 'sealed', coursesPerChunk)
    const courses = await lockAndLook(tx, courseIds)
    for (const letter of await attemptsOfCourses(tx, key, 'sealed', courseIds)) {
      const course = courses.get(letter.notice.courseId)!
      await takeBackLetter(tx, { letter, course, reason: 'batchAborted', batchOn, today })
    }
    if (courseIds.length > 0) return 'so far'
    await letGo(tx, key)
    await batchAborted(tx, key)
    log.warn({ ...key, reason: batch.abortReason }, 'a batch of letters is aborted')
    return 'to its end'
  })
}
