import { addDays, tokyoInstant } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { Sql, Tx } from '../client.ts'

/** So many looks in a day are more than a desk needs (T12). */
export const busyFrom = 100

export type BusyReader = {
  /** The account's id, never a name. */
  actor: string
  role: string
  office: string
  reads: number
  /** Register rows and courses, each counted once. */
  people: number
  purposes: string[]
}

/**
 * Accounts that looked at least so often on one day in Tokyo, by wall time, most first. Processes
 * and devices are not accounts: they read what stands before them.
 */
export async function busyReaders(
  sql: Sql | Tx,
  day: PlainDate,
  atLeast = busyFrom,
): Promise<BusyReader[]> {
  return sql<BusyReader[]>`
    select actor, actor_role as role, office, reads, people, purposes
      from busy_readers(${tokyoInstant(day, 0)}, ${tokyoInstant(addDays(day, 1), 0)}, ${atLeast})`
}
