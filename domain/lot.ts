/**
 * What is known of a lot on a day. A printed expiry is wrong by design: shelf lives were lengthened by
 * lists of lots (FJ5929 and FL1839 from 2022-01-31 to 2022-04-30; Moderna from 6 to 7 to 9 months), and
 * lots were recalled. So each statement has the day from which it is known, and none is overwritten.
 */
import { compareDates } from './calendar.ts'
import type { PlainDate } from './course.ts'
import type { LotFacts } from './findings.ts'

export type LotStatement = {
  kind: 'expiry' | 'recall'
  /** The last day of use, or the first day of a recall; null: a recall that was lifted. */
  onDay: PlainDate | null
  knownFrom: PlainDate
}

/**
 * In force on a day: of what is known by then, what was known last; of two that are known from one day,
 * the one told later. `statements` in the order in which they were told.
 */
export function lotFactsOn(statements: readonly LotStatement[], today: PlainDate): LotFacts {
  const expiresOn = inForce(statements, 'expiry', today)
  const recalledOn = inForce(statements, 'recall', today)
  return { ...(expiresOn && { expiresOn }), ...(recalledOn && { recalledOn }) }
}

function inForce(
  statements: readonly LotStatement[],
  kind: LotStatement['kind'],
  today: PlainDate,
): PlainDate | null {
  let last: LotStatement | undefined
  for (const one of statements) {
    if (one.kind !== kind || compareDates(one.knownFrom, today) > 0) continue
    if (!last || compareDates(one.knownFrom, last.knownFrom) >= 0) last = one
  }
  return last?.onDay ?? null
}
