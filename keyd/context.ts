import type { Sql } from '../db/client.ts'
import type { PlainDate } from '../domain/course.ts'
import { DomainError } from '../domain/errors.ts'
import type { KeydClient } from '../domain/purpose-fields.ts'
import type { ApprovalCheck } from './approvals.ts'
import type { ErasureList } from './erasures.ts'
import type { Heads } from './heads.ts'
import type { KeyStore } from './key-store.ts'
import type { KeydLog } from './keyd-log.ts'
import type { Meter } from './meter.ts'
import type { TownKeys } from './town-keys.ts'

export type KeydSettings = {
  /** Nothing is opened while the oldest look that is not chained yet is older than this. */
  ledgerStalledAfterSeconds: number
  /** A version that was shown so recently may be on its way to somebody: it is not destroyed yet. */
  quietMs: number
  /** My Number matches that one municipality may ask for in a day. */
  matchesPerDay: number
}

export const defaultSettings: KeydSettings = {
  ledgerStalledAfterSeconds: 60,
  quietMs: 60_000,
  matchesPerDay: 300,
}

/** What every operation works with. */
export type KeydContext = {
  store: KeyStore
  towns: TownKeys
  sql: Sql
  keydLog: KeydLog
  erasures: ErasureList
  heads: Heads
  meter: Meter
  approvals: ApprovalCheck
  /** The business day, by the only clock. */
  today(): PlainDate
  settings: KeydSettings
}

export type Asking = { context: KeydContext; client: KeydClient }

export function assertNotErased(
  context: KeydContext,
  key: { municipalityCode: string; residentId: string },
): void {
  if (!context.erasures.has(key.municipalityCode, key.residentId)) return
  throw new DomainError('residentErased', 'The key of this resident was destroyed')
}
