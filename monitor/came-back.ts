/**
 * Departures that reached nobody: a mail of which a report came, a letter that the post returned, a letter
 * that was void before it was posted. What the post and mail servers say stands in rows of its own; that an
 * attempt was void is the one thing that is taken from the sender.
 */
import type { Claim, CourseFactsSeen, Departure } from './facts.ts'

type Attempt = Claim['attempts'][number]

/** What an attempt must have come to before another one of the same notice may follow. */
const failedStates = ['unknown', 'refused', 'bounced', 'void', 'voided', 'returned']
/** A letter that was printed again under another id. */
const reprintReasons = ['reprinted', 'batchAborted']

export function cameToNothing({ state, reason }: Attempt): boolean {
  return failedStates.includes(state) || isVoid({ state, reason })
}

/** Printed, and never posted under this id. */
function isVoid({ state, reason }: Pick<Attempt, 'state' | 'reason'>): boolean {
  return (
    ['void', 'voided'].includes(state) ||
    (state === 'withdrawn' && reason !== null && reprintReasons.includes(reason))
  )
}

/** Seen to leave, and known not to have arrived. What nobody knows the end of has left. */
export function cameBack(
  { returned }: CourseFactsSeen,
  claim: Claim | undefined,
  { attemptId }: Departure,
): boolean {
  if (attemptId === null) return false
  if (returned.letters.includes(attemptId) || returned.mails.includes(attemptId)) return true
  const attempt = claim?.attempts.find(({ id }) => id === attemptId)
  return attempt !== undefined && (attempt.state === 'bounced' || isVoid(attempt))
}
