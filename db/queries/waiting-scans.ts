import type { PlainDate } from '../../domain/course.ts'
import type { ReadRoute, Scan } from '../../domain/scan.ts'
import type { Sql } from '../client.ts'
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
  let hasNews = false
  for (const scan of await findWaiting(sql, tickets)) {
    const bound = await bindWaitingScan(sql, scan, today)
    hasNews ||= bound.hasNews
  }
  return hasNews
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

/** Oldest first, so that a person's doses are heard in the order in which they were read. */
async function findWaiting(sql: Sql, tickets: NamedTicket[]): Promise<Scan[]> {
  const codes = tickets.map((ticket) => ticket.municipalityCode)
  const numbers = tickets.map((ticket) => ticket.number)
  const rows = await sql<WaitingRow[]>`
    select s.id as "scanId", s.issuing_municipality_code as "issuingMunicipalityCode",
           s.ticket_number as "ticketNumber", s.read_by as "readBy",
           s.birth_year_stated as "birthYear", s.slip_kind as "slipKind",
           s.claimed_dose_number as "claimedDoseNumber", s.given_on as "givenOn",
           s.given_at_local_time as "givenAtLocalTime", s.venue_code as "venueCode",
           s.product_code as "productCode", s.lot_number as "lotNumber", s.source
      from scan s
      join unnest(${codes}::text[], ${numbers}::text[]) as named(code, number)
        on s.issuing_municipality_code = named.code and s.ticket_number = named.number
     where s.verdict = 'waiting' and s.resolved_at is null
     order by s.received_at, s.id`
  return rows.map(({ birthYear, givenAtLocalTime, ...row }) => ({
    ...row,
    ...(birthYear === null ? {} : { birthYear }),
    ...(givenAtLocalTime === null ? {} : { givenAtLocalTime }),
  }))
}
