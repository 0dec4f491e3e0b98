/** The town's own files that leave with its stick. */
import type { Answer } from '../../files/stick/receipt.ts'

/** None yet: the vaccination register, the overdue list and the statistics come from `files/returns/`. */
export function noReturns(): readonly Answer[] {
  return []
}
