import type { PlainDate } from '../../domain/course.ts'
import type { PlanDose, PlanHome, PlanNotice } from '../../domain/plan.ts'
import type { Scan } from '../../domain/scan.ts'
import type { Sql } from '../client.ts'
import { bornOnOf } from '../people/born-on.ts'

export type ScanRow = {
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
  closedBecause: string | null
  relocationEventId: string | null
  relocationRecordedOn: PlainDate | null
  homeMunicipalityCode: string | null
  homeResidentId: string | null
  homeStatus: PlanHome['status'] | null
  moveOutPlannedOn: PlainDate | null
  moveOutEventId: string | null
  doses: (PlanDose & { lotNumber: string })[] | null
  notices: PlanNotice[] | null
  followUps: string[] | null
  ticketRegisteredOn: PlainDate | null
  minimumGraceDays: number | null
  roundGapDays: number | null
  followUpAfterDays: number | null
  relocationTicketWaitDays: number | null
  graceToday: number | null
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
      c.id as "courseId", c.version, c.closed_because as "closedBecause",
      c.relocation_event_id as "relocationEventId", c.relocation_recorded_on as "relocationRecordedOn",
      h.municipality_code as "homeMunicipalityCode", h.id as "homeResidentId", h.status as "homeStatus",
      h.move_out_planned_on as "moveOutPlannedOn", h.move_out_event_id as "moveOutEventId",
      (select json_agg(json_build_object('id', d.id, 'claimedDoseNumber', d.claimed_dose_number,
                'givenOn', d.given_on, 'productCode', d.product_code, 'lotNumber', d.lot_number))
         from dose d where d.course_id = c.id and d.voided_at is null) as doses,
      (select json_agg(json_build_object('kind', n.kind, 'doseNumber', n.dose_number,
                'occasion', n.occasion, 'round', n.round, 'state', n.state,
                'on', coalesce(n.left_on, n.queued_on, n.due_on)))
         from notice n where n.course_id = c.id) as notices,
      (select array_agg(k.occasion) from task k
        where k.course_id = c.id and k.kind in ('followUp', 'moveInMissing')) as "followUps",
      case when c.relocation_event_id is not null then
        (select min(k.recorded_on) from ticket k
          where k.municipality_code = h.municipality_code and k.resident_id = h.id
            and k.revoked_on is null) end as "ticketRegisteredOn",
      g.minimum_grace_days as "minimumGraceDays", g.round_gap_days as "roundGapDays",
      g.follow_up_after_days as "followUpAfterDays",
      g.relocation_ticket_wait_days as "relocationTicketWaitDays",
      (select y.days from municipality_grace y
        where y.municipality_code = h.municipality_code and y.day <= ${today}
        order by y.day desc limit 1) as "graceToday"
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
