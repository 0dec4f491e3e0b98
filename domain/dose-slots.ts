/**
 * Which dose of a row is "the first" and which "the second" where a layout has a place for each (the
 * vaccination register's file, the printed register).
 */
import type { PlainDate } from './course.ts'

export type DoseToPlace = { id: string; claimedDoseNumber: number; givenOn: PlainDate }

/**
 * Doses by their place, from 0; a place without a dose is undefined. A dose stands where its slip claimed
 * to be, so that a lone second dose is not shown as a first; where two claim the same place, or one claims
 * a place that the layout lacks, all stand in the order of their days. With more doses than places the
 * answer is longer than `places`.
 */
export function placedDoses<Dose extends DoseToPlace>(
  doses: readonly Dose[],
  places: number,
): (Dose | undefined)[] {
  const inOrder = [...doses].sort(
    (a, b) =>
      compare(a.givenOn, b.givenOn) ||
      a.claimedDoseNumber - b.claimedDoseNumber ||
      compare(a.id, b.id),
  )
  const claimed = new Map(inOrder.map((dose) => [dose.claimedDoseNumber, dose]))
  const isClear = claimed.size === inOrder.length && [...claimed.keys()].every((n) => n <= places)
  return Array.from({ length: Math.max(places, inOrder.length) }, (_, i) =>
    isClear ? claimed.get(i + 1) : inOrder[i],
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
