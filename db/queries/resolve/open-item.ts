/** One scan, or one dose told without a ticket, that is attached to nobody: as its row has it. */
import type { PlainDate } from '../../../domain/course.ts'
import type { ReadRoute, Scan, ScanFacts } from '../../../domain/scan.ts'
import type { ResidentKey } from '../../../vault/vault.ts'
import type { Sql, Tx } from '../../client.ts'
import { type KeyColumns, keyColumns, keyFrom } from '../../people/keys.ts'
import { asScan, type TicketlessFacts, ticketlessColumns } from './bind-doses.ts'

export type ItemKind = 'scan' | 'dose'

type Settled = { resolvedAt: Date | null; receivedAt: Date }

export type UnattachedScan = Settled & {
  kind: 'scan'
  scan: ScanFacts
  ticketIndex: Uint8Array
  /** Undefined once a year has passed: what named the person has gone. */
  sealed?: { key: ResidentKey; ticketNumber: Uint8Array; birthYearStated: Uint8Array | null }
}

export type UnattachedDose = Settled & {
  kind: 'dose'
  scan: ScanFacts
  source: string
  ticketIndex: Uint8Array | null
  deskIndex: Uint8Array | null
  sealed?: { key: ResidentKey; stated: Uint8Array }
}

/** Issuers that take no part, whose scans at its venues a town's clerks settle. */
export async function towardsTown(sql: Sql, office: string): Promise<string[]> {
  const rows = await sql.begin(async (tx) => {
    await tx`
      select set_config('sesshu.municipality', ${office}, true),
             set_config('sesshu.purpose', 'resolve', true)`
    return tx<{ code: string }[]>`select code from towns_of_strays(${office}) code`
  })
  return [office, ...rows.map(({ code }) => code)]
}

type ScanColumns = Settled &
  KeyColumns & {
    id: string
    issuingMunicipalityCode: string
    ticketIndex: Uint8Array
    ticketNumber: Uint8Array | null
    birthYearStated: Uint8Array | null
    readBy: ReadRoute
    slipKind: Scan['slipKind']
    claimedDoseNumber: number
    givenOn: PlainDate
    givenAtLocalTime: string | null
    venueCode: string
    productCode: string
    lotNumber: string
    source: string
  }

/** Undefined for one that is not the office's to settle, whether there is such a one or not. */
export async function findScan(
  tx: Tx,
  office: string,
  id: string,
): Promise<UnattachedScan | undefined> {
  const [row] = await tx<ScanColumns[]>`
    select s.id, s.issuing_municipality_code as "issuingMunicipalityCode",
           s.ticket_index as "ticketIndex", s.ticket_number as "ticketNumber",
           s.birth_year_stated as "birthYearStated", s.read_by as "readBy", s.slip_kind as "slipKind",
           s.claimed_dose_number as "claimedDoseNumber", s.given_on as "givenOn",
           s.given_at_local_time as "givenAtLocalTime", s.venue_code as "venueCode",
           s.product_code as "productCode", s.lot_number as "lotNumber", s.source,
           s.received_at as "receivedAt", s.resolved_at as "resolvedAt", ${keyColumns(tx)}
      from scan s
      left join resident_key k on k.municipality_code = s.issuing_municipality_code
                              and k.resident_id = s.id
     where s.id = ${id} and s.verdict in ('held', 'waiting')
       and scan_owner(s.issuing_municipality_code, s.venue_code) = ${office}`
  if (!row) return undefined
  const { ticketNumber, birthYearStated, givenAtLocalTime, ...others } = row
  const { wrapped, keyVersion, dekVersion, ...kept } = others
  const { ticketIndex, resolvedAt, receivedAt, id: scanId, ...facts } = kept
  const owner = { municipalityCode: facts.issuingMunicipalityCode, residentId: scanId }
  const key = keyFrom({ ...owner, wrapped, keyVersion, dekVersion })
  return {
    kind: 'scan',
    scan: { scanId, ...facts, ...(givenAtLocalTime === null ? {} : { givenAtLocalTime }) },
    ticketIndex,
    resolvedAt,
    receivedAt,
    ...(key && ticketNumber ? { sealed: { key, ticketNumber, birthYearStated } } : {}),
  }
}

type DoseColumns = Settled &
  KeyColumns &
  TicketlessFacts & {
    stated: Uint8Array | null
    deskIndex: Uint8Array | null
    ticketIndex: Uint8Array | null
  }

export async function findDose(
  tx: Tx,
  office: string,
  id: string,
): Promise<UnattachedDose | undefined> {
  const [row] = await tx<DoseColumns[]>`
    select ${ticketlessColumns(tx)}, d.stated, d.desk_index as "deskIndex",
           d.ticket_index as "ticketIndex", d.received_at as "receivedAt",
           d.resolved_at as "resolvedAt", ${keyColumns(tx)}
      from ticketless_dose d
      left join resident_key k on k.municipality_code = d.municipality_code and k.resident_id = d.id
     where d.municipality_code = ${office} and d.id = ${id}`
  if (!row) return undefined
  const { stated, deskIndex, ticketIndex, receivedAt, resolvedAt, ...others } = row
  const { wrapped, keyVersion, dekVersion, ...facts } = others
  const owner = { municipalityCode: office, residentId: id }
  const key = keyFrom({ ...owner, wrapped, keyVersion, dekVersion })
  return {
    kind: 'dose',
    scan: asScan(facts),
    source: facts.source,
    ...{ deskIndex, ticketIndex, receivedAt, resolvedAt },
    ...(key && stated ? { sealed: { key, stated } } : {}),
  }
}

export function findItem(tx: Tx, office: string, { kind, id }: { kind: ItemKind; id: string }) {
  return kind === 'scan' ? findScan(tx, office, id) : findDose(tx, office, id)
}
