import type { PendingQuery, Row } from 'postgres'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import type { ReadRoute, Scan } from '../../domain/scan.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'
import { bindWaitingScan } from './record-scan.ts'

export type NamedTicket = { municipalityCode: string; number: string }

/**
 * Attaches every scan that waited for one of these tickets. Safe to repeat: what is resolved is not
 * looked at again. Returns whether any course has news.
 */
export async function bindWaitingScans(
  sql: Sql,
  tickets: NamedTicket[],
  today: PlainDate,
): Promise<boolean> {
  const codes = tickets.map((ticket) => ticket.municipalityCode)
  const numbers = tickets.map((ticket) => ticket.number)
  const scans = await inTowns(sql, [...new Set(codes)], (tx) =>
    findWaiting(
      tx,
      tx`
        exists (select from unnest(${codes}::text[], ${numbers}::text[]) as named(code, number)
                 where named.code = s.issuing_municipality_code and named.number = s.ticket_number)`,
    ),
  )
  return bindEach(sql, scans, today)
}

/** Attached to nobody: nobody is looked at before each is recorded by itself. */
function inTowns<T>(sql: Sql, towns: string[], work: (tx: Tx) => Promise<T>): Promise<T> {
  return withPurpose(sql, { municipalityCode: towns, purpose: 'bindScan' }, work)
}

/**
 * Attaches what a registration missed: a scan committed while its ticket was, or a process that died
 * between the two. Returns whether any course has news.
 */
export async function sweepWaitingScans(sql: Sql, today: PlainDate): Promise<boolean> {
  const towns = await sql<{ code: string }[]>`select code from towns_with_waiting_scans() code`
  if (towns.length === 0) return false
  const scans = await inTowns(
    sql,
    towns.map(({ code }) => code),
    (tx) =>
      findWaiting(
        tx,
        tx`
          exists (select from ticket t
                   where t.municipality_code = s.issuing_municipality_code
                     and t.number = s.ticket_number)`,
      ),
  )
  return bindEach(sql, scans, today)
}

async function bindEach(sql: Sql, scans: Scan[], today: PlainDate): Promise<boolean> {
  let hasNews = false
  for (const scan of scans) {
    const bound = await bindWaitingScan(sql, scan, today).catch(async (error) => {
      if (!(error instanceof DomainError)) throw error
      await holdScan(sql, scan, error.code)
      return { hasNews: false }
    })
    hasNews ||= bound.hasNews
  }
  return hasNews
}

/** It cannot be as it was read (a dose before birth): somebody must look; nobody else waits for it. */
async function holdScan(sql: Sql, scan: Scan, code: string): Promise<void> {
  await inTowns(
    sql,
    [scan.issuingMunicipalityCode],
    (tx) => tx`
      update scan set verdict = 'held', resolution = ${code}
       where id = ${scan.scanId} and resolved_at is null`,
  )
}

type WaitingRow = {
  scanId: string
  issuingMunicipalityCode: string
  ticketNumber: string
  readBy: ReadRoute
  birthYear: number | null
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
async function findWaiting(tx: Tx, condition: PendingQuery<Row[]>): Promise<Scan[]> {
  const rows = await tx<WaitingRow[]>`
    select s.id as "scanId", s.issuing_municipality_code as "issuingMunicipalityCode",
           s.ticket_number as "ticketNumber", s.read_by as "readBy",
           s.birth_year_stated as "birthYear", s.slip_kind as "slipKind",
           s.claimed_dose_number as "claimedDoseNumber", s.given_on as "givenOn",
           s.given_at_local_time as "givenAtLocalTime", s.venue_code as "venueCode",
           s.product_code as "productCode", s.lot_number as "lotNumber", s.source
      from scan s
     where s.verdict = 'waiting' and s.resolved_at is null and ${condition}
     order by s.received_at, s.id limit ${sweepAtMost}`
  return rows.map(({ birthYear, givenAtLocalTime, ...row }) => ({
    ...row,
    ...(birthYear === null ? {} : { birthYear }),
    ...(givenAtLocalTime === null ? {} : { givenAtLocalTime }),
  }))
}
