import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import type { Store } from '../db/store.ts'
import type { Spool } from '../files/spool.ts'

/** Under the importer's own role; nothing else may open what arrived. */
export type ImportDeps = Store & {
  clock: Clock
  log: Log
  spool: Spool
}
