/**
 * The to-do list of a venue's lead: scans that a tablet made without a connection and that came back
 * when it had one. Attached to nobody; a settled one names nobody any more.
 */
import { randomUUID } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'
import {
  indexReading,
  openReading,
  type ReadFromTicket,
  type ReadSheet,
  sealReading,
} from '../people/conflicts.ts'
import { insertKeys, type KeyColumns, keyColumns, keyFrom } from '../people/keys.ts'
import type { ConflictOutcome } from '../schema/index.ts'
import type { Store } from '../store.ts'

/** What was scanned, as far as it could be read. */
export type ScannedFacts = {
  readBy: string | null
  claimedDoseNumber: number | null
  givenOn: PlainDate | null
  givenAtLocalTime: string | null
  productCode: string | null
  lotNumber: string | null
}

export type ReportedConflict = {
  municipalityCode: string
  scanId: string
  venueCode: string
  deviceId: string
  code: string
  status: number
  keptAt: string
  cameBackAt: string
  facts: ScannedFacts
  /** Undefined for a held scan, which is kept already, and for one that nobody can read. */
  read?: ReadFromTicket
}

/** More than all tablets of a venue make in days: beyond it something is wrong with the venue's setting. */
const openAtMost = 10_000
export const conflictsShownAtMost = 200

const scope = (municipalityCode: string) =>
  ({ municipalityCode, purpose: 'settleConflict' }) as const

/** Answers the row's id, also for a scan that was reported before; `full` when nothing more is taken. */
export async function keepConflict(
  { sql, vault }: Store,
  told: ReportedConflict,
  today: PlainDate,
): Promise<{ id: string; isKnown: boolean } | 'full'> {
  const { municipalityCode } = told
  const sheet = await indexReading(vault, municipalityCode, told.read)
  return withPurpose(sql, scope(municipalityCode), async (tx) => {
    const [there] = await tx<{ id: string | null; open: number }[]>`
      select (select id from scan_conflict
               where municipality_code = ${municipalityCode} and scan_id = ${told.scanId}) as id,
             (select count(*)::int from scan_conflict
               where municipality_code = ${municipalityCode} and settled_at is null) as open`
    if (there?.id) return { id: there.id, isKnown: true }
    if ((there?.open ?? 0) >= openAtMost) return 'full'
    const id = randomUUID()
    const row = { municipalityCode, residentId: id }
    const sealed = told.read && (await sealReading(vault, row, told.read))
    const isNew = await insert(tx, id, told, { ...sealed, sheet }, today)
    if (isNew && sealed) await insertKeys(tx, [sealed.key])
    return { id, isKnown: !isNew }
  })
}

async function insert(
  tx: Tx,
  id: string,
  told: ReportedConflict,
  sealed: {
    ticketRead?: Uint8Array | null
    birthStated?: Uint8Array | null
    sheet: ReadSheet | undefined
  },
  today: PlainDate,
): Promise<boolean> {
  const { facts } = told
  const rows = await tx`
    insert into scan_conflict (municipality_code, id, scan_id, venue_code, device_id, code, status,
                               kept_at, came_back_at, reported_on, ticket_read, birth_stated, read_by,
                               claimed_dose_number, given_on, given_at_local_time, product_code,
                               lot_number, ticket_town, ticket_index)
    values (${told.municipalityCode}, ${id}, ${told.scanId}, ${told.venueCode}, ${told.deviceId},
            ${told.code}, ${told.status}, ${told.keptAt}, ${told.cameBackAt}, ${today},
            ${sealed.ticketRead ?? null}, ${sealed.birthStated ?? null}, ${facts.readBy},
            ${facts.claimedDoseNumber}, ${facts.givenOn}, ${facts.givenAtLocalTime},
            ${facts.productCode}, ${facts.lotNumber}, ${sealed.sheet?.town ?? null},
            ${sealed.sheet?.index ?? null})
    on conflict (municipality_code, scan_id) do nothing
    returning 1`
  return rows.length > 0
}

export type ConflictLine = ScannedFacts & {
  id: string
  scanId: string
  venueCode: string
  venueName: string | null
  deviceName: string
  code: string
  status: number
  keptAt: Date
  cameBackAt: Date
  /** Whether something was read that can be shown. */
  hasReading: boolean
}

const columns = (tx: Tx) => tx`
  c.id, c.scan_id as "scanId", c.venue_code as "venueCode", v.name as "venueName",
  d.name as "deviceName", c.code, c.status, c.kept_at as "keptAt", c.came_back_at as "cameBackAt",
  c.read_by as "readBy", c.claimed_dose_number as "claimedDoseNumber", c.given_on as "givenOn",
  c.given_at_local_time as "givenAtLocalTime", c.product_code as "productCode",
  c.lot_number as "lotNumber", c.ticket_read is not null as "hasReading"`

/** The open ones of a town, or of one of its venues, the longest kept first; and how many there are. */
export async function openConflicts(
  sql: Sql,
  of: { municipalityCode: string; venueCode?: string },
): Promise<{ open: number; conflicts: ConflictLine[] }> {
  const { municipalityCode, venueCode = null } = of
  return withPurpose(sql, scope(municipalityCode), async (tx) => {
    const rows = await tx<(ConflictLine & { open: number })[]>`
      select ${columns(tx)}, count(*) over ()::int as open
        from scan_conflict c
        join device d on d.id = c.device_id
        left join venue v on v.code = c.venue_code
       where c.municipality_code = ${municipalityCode} and c.settled_at is null
         and (${venueCode}::text is null or c.venue_code = ${venueCode})
       order by c.kept_at, c.id limit ${conflictsShownAtMost}`
    return {
      open: rows[0]?.open ?? 0,
      conflicts: rows.map(({ open: _, ...line }) => line),
    }
  })
}

type ReadingRow = KeyColumns & { ticketRead: Uint8Array | null; birthStated: Uint8Array | null }

/** What was read from one ticket; one look. Undefined when there is no such open row. */
export async function readingOf(
  { sql, vault }: Store,
  { municipalityCode, id }: { municipalityCode: string; id: string },
): Promise<ReadFromTicket | undefined> {
  return withPurpose(sql, scope(municipalityCode), async (tx) => {
    const [row] = await tx<ReadingRow[]>`
      select c.ticket_read as "ticketRead", c.birth_stated as "birthStated", ${keyColumns(tx)}
        from scan_conflict c
        left join resident_key k on k.municipality_code = c.municipality_code
                                and k.resident_id = c.id
       where c.municipality_code = ${municipalityCode} and c.id = ${id} and c.settled_at is null`
    if (!row) return undefined
    const key = keyFrom({ municipalityCode, residentId: id, ...row })
    return key ? openReading(vault, { ...row, key }) : {}
  })
}

/** Notes what became of it, and lets go of what named a person. False when there is no such open row. */
export async function settleConflict(
  sql: Sql,
  settled: { municipalityCode: string; id: string; outcome: ConflictOutcome; by: string },
): Promise<boolean> {
  const { municipalityCode, id, outcome, by } = settled
  return withPurpose(sql, scope(municipalityCode), async (tx) => {
    const done = await tx`
      update scan_conflict
         set settled_at = now(), settled_by = ${by}, outcome = ${outcome}, ticket_read = null,
             birth_stated = null, ticket_town = null, ticket_index = null
       where municipality_code = ${municipalityCode} and id = ${id} and settled_at is null`
    return done.count > 0
  })
}
