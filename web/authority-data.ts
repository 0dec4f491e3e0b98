/** What the supervisory authority is shown, read once for the page and for its JSON. */
import { reviewWithinHours } from '../auth/break-glass.ts'
import { listBreakGlass } from '../db/auth/break-glass.ts'
import type { Sql } from '../db/client.ts'
import { busyReaders } from '../db/ledger/anomalies.ts'
import { listAlerts } from '../db/oversight/alerts.ts'
import { drillsDone, lastControlRun } from '../db/oversight/control-runs.ts'
import {
  keyCounts,
  ledgerStanding,
  municipalitiesInAll,
  roleHolders,
  rootAt,
  townStandings,
} from '../db/oversight/figures.ts'
import { listIncidents } from '../db/oversight/incidents.ts'
import { tokyoDateOf } from '../domain/calendar.ts'
import type { WitnessedHead } from '../ledger/witness-head.ts'

/** Versions that have a key, ascending, by municipality; where they are kept. */
export type KeyVersions = { store: string; versions: Record<string, number[]> }

/** What the page knows from beyond the database; each may be left out. */
export type OversightSources = {
  /** Of the log with this name. Throws when the file cannot be read. */
  witness?: (origin: string) => WitnessedHead
  keys?: () => Promise<KeyVersions>
}

export type WitnessStanding =
  | { state: 'unknown' | 'unread' | 'otherLog' | 'noneYet' }
  | { state: 'same' | 'differs'; size: number; seenAt: Date }

export type AuthorityData = Awaited<ReturnType<typeof readAuthority>>

export async function readAuthority(sql: Sql, sources: OversightSources, nowMs: number) {
  const today = tokyoDateOf(new Date(nowMs))
  const ledger = await ledgerStanding(sql)
  return {
    today,
    ledger,
    headAgeSeconds: ledger.signedAt ? (nowMs - ledger.signedAt.getTime()) / 1_000 : 0,
    witness: await witnessStanding(sql, ledger.origin, sources),
    alerts: await listAlerts(sql),
    readers: await busyReaders(sql, today),
    towns: await townStandings(sql),
    townsInAll: await municipalitiesInAll(sql),
    uses: await listBreakGlass(sql, reviewWithinHours),
    incidents: await listIncidents(sql),
    keys: await sources.keys?.().catch(() => undefined),
    keyCounts: await keyCounts(sql),
    roles: await roleHolders(sql),
    run: await lastControlRun(sql),
    drills: await drillsDone(sql),
  }
}

async function witnessStanding(
  sql: Sql,
  origin: string | null,
  { witness }: OversightSources,
): Promise<WitnessStanding> {
  if (!witness) return { state: 'unknown' }
  if (origin === null) return { state: 'noneYet' }
  let seen: WitnessedHead
  try {
    seen = witness(origin)
  } catch {
    return { state: 'unread' }
  }
  if (seen.logKey.split('+')[0] !== origin) return { state: 'otherLog' }
  if (!seen.last) return { state: 'noneYet' }
  const { size, root, seenAt } = seen.last
  return { state: (await rootAt(sql, size)) === root ? 'same' : 'differs', size, seenAt }
}
