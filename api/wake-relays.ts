import type { Sql } from '../db/client.ts'
import { outboxChannel } from '../db/queries/outbox.ts'

const wakeEveryMs = 20

/**
 * Tells relays that there is news: after commits, at most every 20 ms, on a connection of the pool.
 * Never inside a scan's transaction, where a NOTIFY serialises all commits (measured: it halves
 * them). A lost wake-up is harmless: relays also look by themselves.
 */
export function relayWaker(sql: Sql): () => void {
  let pending: NodeJS.Timeout | undefined
  return () => {
    if (pending) return
    pending = setTimeout(() => {
      pending = undefined
      sql`select pg_notify(${outboxChannel}, '')`.catch(() => {})
    }, wakeEveryMs)
  }
}
