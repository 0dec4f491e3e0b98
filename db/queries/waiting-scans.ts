import type { PendingQuery, Row } from 'postgres'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import type { ReadRoute, Scan } from '../../domain/scan.ts'
import type { ResidentKey } from '../../vault/vault.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'
import { type KeyColumns, keyColumns, keyFrom } from '../people/keys.ts'
import { ticketIndexes } from '../people/tickets.ts'
import { openStatedYears } from '../people/unattached-scan.ts'
import type { Store } from '../store.ts'
import { bindWaitingScan, type WaitingScan } from './record-scan.ts'

export type NamedTicket = { municipalityCode: string; number: string }

/**
 * Attaches every scan that waited for one of these tickets. Safe to repeat: what is resolved is not
 * looked at again. Returns whether any course has news.
 */
export async function bindWaitingScans(
  store: Store,
  tickets: NamedTicket[],
  today: PlainDate,
): Promise<boolean> {
  const { codes, indexes } = await indexed(store, tickets)
  const waiting = await inTowns(store.sql, [...new Set(codes)], (tx) =>
    findWaiting(
      tx,
      tx`
        exists (select from unnest(${codes}::text[], ${indexes}::text[]) as named(code, index)
                 where named.code = s.issuing_municipality_code
                   and decode(named.index, 'hex') = s.ticket_index)`,
    ),
  )
  return bindEach(store, waiting, today)
}

/** Attached to nobody: nobody is looked at before each is recorded by itself. */
function inTowns<T>(sql: Sql, towns: string[], work: (tx: Tx) => Promise<T>): Promise<T> {
  return withPurpose(sql, { municipalityCode: towns, purpose: 'bindScan' }, work)
}

async function indexed({ vault }: Store, tickets: NamedTicket[]) {
  const towns = [...new Set(tickets.map(({ municipalityCode }) => municipalityCode))]
  const found = await Promise.all(
    towns.map(async (code) => {
      const own = tickets.filter(({ municipalityCode }) => municipalityCode === code)
      const numbers = own.map(({ number }) => number)
      return (await ticketIndexes(vault, code, numbers)).map((index) => ({ code, index }))
    }),
  )
  const flat = found.flat()
  return { codes: flat.map(({ code }) => code), indexes: flat.map(({ index }) => index) }
}

/**
 * Attaches what a registration missed: a scan committed while its ticket was, or a process that died
 * between the two. Returns whether any course has news.
 */
export async function sweepWaitingScans(store: Store, today: PlainDate): Promise<boolean> {
  const { sql } = store
  const towns = await sql<{ code: string }[]>`select code from towns_with_waiting_scans() code`
  if (towns.length === 0) return false
  const waiting = await inTowns(
    sql,
    towns.map(({ code }) => code),
    (tx) =>
      findWaiting(
        tx,
        tx`
          exists (select from ticket t
                   where t.municipality_code = s.issuing_municipality_code
                     and t.number_index = s.ticket_index)`,
      ),
  )
  return bindEach(store, waiting, today)
}

async function bindEach(store: Store, waiting: FoundScan[], today: PlainDate): Promise<boolean> {
  let hasNews = false
  for (const scan of await withStatedYears(store, waiting)) {
    const bound = await bindWaitingScan(store, scan, today).catch(async (error) => {
      if (error instanceof DomainError && error.code === 'alreadySettled') return { hasNews: false }
      if (!(error instanceof DomainError) || !isAboutTheScan(error)) throw error
      await holdScan(store.sql, scan.scan, error.code)
      return { hasNews: false }
    })
    hasNews ||= bound.hasNews
  }
  return hasNews
}

/** Not about keys or the ledger being away, which says nothing of the scan. */
function isAboutTheScan({ field }: DomainError): boolean {
  return field !== undefined
}

/** It cannot be as it was read (a dose before birth): somebody must look; nobody else waits for it. */
async function holdScan(sql: Sql, scan: WaitingScan['scan'], code: string): Promise<void> {
  await inTowns(
    sql,
    [scan.issuingMunicipalityCode],
    (tx) => tx`
      update scan set verdict = 'held', resolution = ${code}
       where id = ${scan.scanId} and resolved_at is null`,
  )
}

type FoundScan = WaitingScan & {
  key: ResidentKey | undefined
  birthYearStated: Uint8Array | null
}

type WaitingRow = KeyColumns & {
  scanId: string
  issuingMunicipalityCode: string
  ticketIndex: Uint8Array
  readBy: ReadRoute
  birthYearStated: Uint8Array | null
  slipKind: Scan['slipKind']
  claimedDoseNumber: number
  givenOn: PlainDate
  givenAtLocalTime: string | null
  venueCode: string
  productCode: string
  lotNumber: string
  source: string
}

const sweepAtMost = 1_000

/** Oldest first, so that a person's doses are heard in the order in which they were read. */
async function findWaiting(tx: Tx, condition: PendingQuery<Row[]>): Promise<FoundScan[]> {
  const rows = await tx<WaitingRow[]>`
    select s.id as "scanId", s.issuing_municipality_code as "issuingMunicipalityCode",
           s.ticket_index as "ticketIndex", s.read_by as "readBy",
           s.birth_year_stated as "birthYearStated", s.slip_kind as "slipKind",
           s.claimed_dose_number as "claimedDoseNumber", s.given_on as "givenOn",
           s.given_at_local_time as "givenAtLocalTime", s.venue_code as "venueCode",
           s.product_code as "productCode", s.lot_number as "lotNumber", s.source,
           ${keyColumns(tx)}
      from scan s
      left join resident_key k on k.municipality_code = s.issuing_municipality_code
                              and k.resident_id = s.id
     where s.verdict = 'waiting' and s.resolved_at is null and ${condition}
     order by s.received_at, s.id limit ${sweepAtMost}`
  return rows.map((row) => {
    const { birthYearStated, givenAtLocalTime, ticketIndex, ...others } = row
    const { wrapped, keyVersion, dekVersion, ...scan } = others
    const owner = { municipalityCode: scan.issuingMunicipalityCode, residentId: scan.scanId }
    return {
      scan: { ...scan, ...(givenAtLocalTime === null ? {} : { givenAtLocalTime }) },
      ticketIndex,
      birthYearStated,
      key: keyFrom({ ...owner, wrapped, keyVersion, dekVersion }),
    }
  })
}

/** Opened only where a year has to be compared: a QR code needs none. */
async function withStatedYears({ vault }: Store, found: FoundScan[]): Promise<WaitingScan[]> {
  const years = await openStatedYears(
    vault,
    found.flatMap(({ scan, key, birthYearStated }) =>
      key && birthYearStated && scan.readBy !== 'qr' ? [{ key, birthYearStated }] : [],
    ),
  )
  return found.map(({ scan, ticketIndex }) => {
    const birthYear = years.get(scan.scanId)
    return { scan, ticketIndex, ...(birthYear === undefined ? {} : { birthYear }) }
  })
}
