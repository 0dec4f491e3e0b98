/** What lies in the spool longer than it is needed: what no import knows, and what is long over. */
import type { Sql } from '../db/client.ts'
import { importsReceivedSince } from '../db/queries/imports/run.ts'
import { addDays } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'
import type { Spool } from '../files/spool.ts'

/** So long a clerk may fetch the results. */
const keptDays = 31

/**
 * Removes the bytes of imports that are a month old, and those that belong to no import: an upload
 * that broke off. One under way has no row yet either, so that only what was there at the sweep before
 * is taken. Each call answers how many folders went.
 */
export function spoolSweeper({ sql, spool }: { sql: Sql; spool: Spool }) {
  let unknownBefore = new Set<string>()
  return async (today: PlainDate): Promise<number> => {
    const ids = await spool.imports()
    const known = await importsReceivedSince(sql, ids, addDays(today, -keptDays))
    const unknown = ids.filter((id) => !known.has(id))
    const gone = unknown.filter((id) => unknownBefore.has(id))
    for (const id of gone) await spool.remove(id)
    unknownBefore = new Set(unknown)
    return gone.length
  }
}
