import type { Logger } from 'pino'
import type { ScanGate } from '../auth/scan-gate.ts'
import type { Clock } from '../config/clock.ts'
import type { Sql } from '../db/client.ts'

/** What every route is given; nothing else is reached for. */
export type ApiDeps = {
  /** The api's own role: owns nothing, sees what it was granted. */
  sql: Sql
  clock: Clock
  log: Logger
  /** Called after a commit that put news into the outbox; wakes relays at most every 20 ms. */
  wakeRelays: () => void
  /** What a caller may send; left out where routes are called without one. */
  gate?: ScanGate
}
