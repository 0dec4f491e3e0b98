/** The planner's figures of the tables that an import fills. */
import type { Sql } from '../client.ts'

/** Fewer rows than these change no plan. */
const rowsWorthTelling = 500

/**
 * Counts anew what an import has filled, at once: until somebody counts, connections go on reading tables
 * as if they were as empty as they were. The server's own counting comes a minute later, and the next
 * file within that minute. 14,000 ticket numbers took over 60 seconds for the want of this.
 */
export async function tellPlanner(sql: Sql, applied: number): Promise<void> {
  if (applied < rowsWorthTelling) return
  await sql`
    analyze resident, person, residence, resident_key, ticket, resident_group, import_before,
            ledger_inbox, access_ledger`
}
