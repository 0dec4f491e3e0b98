import { look, withPurpose } from '../db/client.ts'
import { attemptOfBatch } from '../db/queries/batches/letters.ts'
import { nextReprint, reprintDone } from '../db/queries/batches/reprints.ts'
import type { BatchAsk } from '../domain/activity-contract.ts'
import { type ActivityDeps, businessNow } from './deps.ts'
import { lockAndLook } from './lock-courses.ts'
import { takeBackLetter } from './take-back-letter.ts'

/**
 * Each letter whose sheet cannot be posted is void, and its notice waits for the next batch under a new
 * letter id: looked at once more there, so that nobody who has been vaccinated since gets one.
 */
export async function reprintLetters(deps: ActivityDeps, ask: BatchAsk): Promise<void> {
  let isOver = false
  while (!isOver) isOver = await reprintOne(deps, ask)
}

async function reprintOne(
  { sql, clock, log }: ActivityDeps,
  { municipalityCode, batchOn, workflowNowMs }: BatchAsk,
): Promise<boolean> {
  const key = { municipalityCode, batchOn }
  const { today } = businessNow(clock, workflowNowMs)
  return withPurpose(sql, { municipalityCode, purpose: 'sendNotice' }, async (tx) => {
    const asked = await nextReprint(tx, key)
    const found = asked && (await attemptOfBatch(tx, key, asked.letterId))
    if (!asked || !found) {
      await look(tx, [])
      if (asked)
        await reprintDone(tx, { municipalityCode, letterId: asked.letterId, replacedBy: undefined })
      return !asked
    }
    const { courseId } = found.notice
    const course = (await lockAndLook(tx, [courseId])).get(courseId)!
    // As it is under the lock: a flag or another press may have been first.
    const letter = await attemptOfBatch(tx, key, asked.letterId)
    const replacedBy =
      letter?.state === 'sealed'
        ? await takeBackLetter(tx, { letter, course, reason: 'reprinted', batchOn, today })
        : undefined
    await reprintDone(tx, { municipalityCode, letterId: asked.letterId, replacedBy })
    log.info(
      { ...key, letterId: asked.letterId, reason: asked.reason },
      'a letter is printed again',
    )
    return false
  })
}
