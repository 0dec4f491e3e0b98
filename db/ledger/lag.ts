import { DomainError } from '../../domain/errors.ts'
import type { Sql, Tx } from '../client.ts'

/** A look that nobody has chained for so long: then nobody may look any more. */
export const stalledAfterSeconds = 60

/** How old the oldest look is that is not chained yet, in seconds of wall time; 0 when all are. */
export async function ledgerLagSeconds(sql: Sql | Tx): Promise<number> {
  const [row] = await sql<{ lag: number }[]>`select ledger_lag_seconds() as lag`
  return row!.lag
}

/**
 * A check to make before every read of a person: throws DomainError `ledgerStalled`. Asks the
 * database at most once in `askEveryMs`, however many callers there are.
 */
export function ledgerGuard(sql: Sql, askEveryMs = 1_000): () => Promise<void> {
  let asked: { atMs: number; lag: Promise<number> } | undefined
  return async () => {
    const nowMs = performance.now()
    if (!asked || nowMs - asked.atMs >= askEveryMs) {
      asked = { atMs: nowMs, lag: ledgerLagSeconds(sql) }
    }
    const { atMs, lag } = asked
    const seconds = await lag.catch((error) => {
      if (asked?.atMs === atMs) asked = undefined
      throw error
    })
    if (seconds > stalledAfterSeconds) {
      throw new DomainError('ledgerStalled', `the oldest look has waited ${seconds.toFixed(0)} s`)
    }
  }
}
