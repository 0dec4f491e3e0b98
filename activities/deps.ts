import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import type { Sql } from '../db/client.ts'
import type { PlainDate } from '../domain/course.ts'
import type { Vault } from '../vault/vault.ts'

export type ActivityDeps = {
  /** The worker's own role: it writes notices, tasks and plans, and never a dose. */
  sql: Sql
  /** Opens what names a person, each time with a row in the ledger. */
  vault: Vault
  clock: Clock
  log: Log
  /** Batches are written to its folder `letters`. */
  dataDir: string
  /** The page that letters lead their readers to, as they type it. */
  myAddress?: string
  /** Called after a commit that queued a mail. */
  wakeMailSender?: () => void
}

export type BusinessNow = {
  wallMs: number
  /** Epoch milliseconds of business time. */
  campaignMs: number
  today: PlainDate
}

/** The later of the workflow's clock and this machine's: weeks skipped in a test have passed. */
export function businessNow(clock: Clock, workflowNowMs: number): BusinessNow {
  const wallMs = Math.max(workflowNowMs, Date.now())
  return { wallMs, campaignMs: clock.campaignAt(wallMs), today: clock.todayAt(wallMs) }
}
