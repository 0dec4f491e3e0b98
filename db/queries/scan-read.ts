import type { PlainDate } from '../../domain/course.ts'
import type { Scan } from '../../domain/scan.ts'
import type { Sql } from '../client.ts'
import { bornOnOf } from '../people/born-on.ts'
import { type PlanColumns, planColumns } from './plan-input.ts'

export type ScanRow = PlanColumns & {
  prior: { sha256: string; answer: unknown } | null
  issuerIsKnown: boolean
  venueIsKnown: boolean
  productIsKnown: boolean
  lot: { expiresOn: PlainDate | null; recalledOn: PlainDate | null } | null
  residentId: string | null
  revokedOn: PlainDate | null
  birthYear: number | null
  bornOn: PlainDate | null
  slipIsUsed: boolean
  courseId: string | null
  version: number | null
  homeMunicipalityCode: string | null
  homeResidentId: string | null
}

/**
 * Locks the person whom a ticket names in its town's register: whoever opens a course for somebody, or
 * moves somebody, holds this lock first, so that a course that does not exist yet is safe too.
 */
export function lockPersonOfTicket(tx: Sql, scan: Scan) {
  return tx`
    select r.id from ticket t
      join resident r on r.municipality_code = t.municipality_code and r.id = t.resident_id
     where t.municipality_code = ${scan.issuingMunicipalityCode} and t.number = ${scan.ticketNumber}
       for no key update of r`
}

/**
 * Locks the course of a ticket, if it has one. A statement of its own, because a statement that
 * waited for a lock would still see the doses as they were before the wait.
 */
export function lockCourseOfTicket(tx: Sql, scan: Scan) {
  return tx`
    select c.id from ticket t
      join course_link l on l.municipality_code = t.municipality_code and l.resident_id = t.resident_id
      join course c on c.id = l.course_id and c.closed_because is distinct from 'merged'
     where t.municipality_code = ${scan.issuingMunicipalityCode} and t.number = ${scan.ticketNumber}
       for update of c`
}

/** The locked read set of one scan: always exactly one row. */
export function readScanSet(tx: Sql, scan: Scan, today: PlainDate) {
  return tx<ScanRow[]>`
    select
      (select json_build_object('sha256', encode(s.body_sha256, 'hex'), 'answer', s.answer)
         from scan s where s.id = ${scan.scanId}) as prior,
      exists (select from municipality m where m.code = ${scan.issuingMunicipalityCode}) as "issuerIsKnown",
      exists (select from venue v where v.code = ${scan.venueCode}) as "venueIsKnown",
      exists (select from product p where p.code = ${scan.productCode}) as "productIsKnown",
      (select json_build_object('expiresOn', expires_on, 'recalledOn', recalled_on) from lot
        where product_code = ${scan.productCode} and lot_number = ${scan.lotNumber}) as lot,
      t.resident_id as "residentId", t.revoked_on as "revokedOn",
      r.birth_year as "birthYear",
      ${bornOnOf(tx, 'r')} as "bornOn",
      exists (select from ticket_slip k
               where k.municipality_code = t.municipality_code and k.ticket_number = t.number
                 and k.slip_kind = ${scan.slipKind} and k.dose_number = ${scan.claimedDoseNumber}) as "slipIsUsed",
      c.id as "courseId", c.version,
      h.municipality_code as "homeMunicipalityCode", h.id as "homeResidentId",
      ${planColumns(tx, today, 'scope')}
    from (select) one
    left join ticket t on t.municipality_code = ${scan.issuingMunicipalityCode}
                      and t.number = ${scan.ticketNumber}
    left join resident r on r.municipality_code = t.municipality_code and r.id = t.resident_id
    left join course_link l on l.municipality_code = t.municipality_code and l.resident_id = t.resident_id
    left join course c on c.id = l.course_id and c.closed_because is distinct from 'merged'
    left join resident h on h.municipality_code = coalesce(c.home_municipality_code, r.municipality_code)
                        and h.id = coalesce(c.home_resident_id, r.id)
    left join municipality_setting g on g.municipality_code = h.municipality_code`
}
