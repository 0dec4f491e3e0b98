import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { ScanFacts } from '../../domain/scan.ts'
import type { Sql } from '../client.ts'
import { type PlanColumns, planColumns } from './plan-input.ts'
import type { ConsentPeer } from './stay-consents.ts'

/** What was acknowledged before and is attached now. */
export type Attachment = {
  kept: 'scan' | 'ticketlessDose'
  /** The town under which its row stands. */
  keptUnder: string
  /** Of the scan's issuer; else the ticket says whose it is. */
  residentId?: string
  by: string
  reason: string
}

/** A scan as its statements take it: its ticket by index alone. */
export type IndexedScan = { scan: ScanFacts; ticketIndex: Uint8Array; attach?: Attachment }

export type ScanRow = PlanColumns & {
  prior: { digest: string; answer: unknown } | null
  issuerIsKnown: boolean
  venueIsKnown: boolean
  productIsKnown: boolean
  lot: { expiresOn: PlainDate | null; recalledOn: PlainDate | null } | null
  residentId: string | null
  revokedOn: PlainDate | null
  birthYearCheck: Uint8Array | null
  ageClass: number | null
  ageClassOn: PlainDate | null
  olderFrom: PlainDate | null
  isMinor: boolean | null
  slipIsUsed: boolean
  courseId: string | null
  version: number | null
  homeMunicipalityCode: string | null
  homeResidentId: string | null
  /** Courses that hear of this dose by their person's consent; nearly nobody has any. */
  peers: ConsentPeer[] | null
}

/**
 * The first statement of a scan's transaction: purpose and towns, the locks of person and course, the
 * look. All are a function's (0013_row_security_across_towns.sql): one statement instead of six.
 */
export function beginScan(tx: Sql, { scan, ticketIndex, attach }: IndexedScan) {
  const { id, role, office } = currentActor()
  if (attach) {
    return tx`
      select begin_attachment(${attach.kept}, ${scan.scanId}, ${attach.keptUnder},
                              ${scan.issuingMunicipalityCode}, ${ticketIndex},
                              ${attach.residentId ?? null}, ${id}, ${role}, ${office})`
  }
  return tx`
    select begin_scan(${scan.issuingMunicipalityCode}, ${ticketIndex}, ${id}, ${role}, ${office})`
}

/**
 * The locked read set of one scan: always exactly one row. Each step goes by the whole key of the
 * step before; `offset 0` keeps the planner from joining whole tables instead, which it prefers when
 * the plan is made while they are nearly empty, and then keeps (measured: 17 ms instead of 0.2). Under
 * row security a condition finds a row by index only if it cannot leak: `coalesce` counts as one that
 * can, `case` does not (measured: a whole town's residents read for each scan).
 */
export function readScanSet(tx: Sql, indexed: IndexedScan, today: PlainDate) {
  const { scan } = indexed
  return tx<ScanRow[]>`
    select
      (select json_build_object('digest', encode(s.body_digest, 'hex'), 'answer', s.answer)
         from scan s where s.id = ${scan.scanId}) as prior,
      exists (select from municipality m where m.code = ${scan.issuingMunicipalityCode}) as "issuerIsKnown",
      exists (select from venue v where v.code = ${scan.venueCode}) as "venueIsKnown",
      exists (select from product p where p.code = ${scan.productCode}) as "productIsKnown",
      (select json_build_object('expiresOn', expires_on, 'recalledOn', recalled_on) from lot
        where product_code = ${scan.productCode} and lot_number = ${scan.lotNumber}) as lot,
      t.resident_id as "residentId", t.revoked_on as "revokedOn",
      r.birth_year_check as "birthYearCheck", r.age_class as "ageClass",
      r.age_class_on as "ageClassOn", r.older_from as "olderFrom", r.is_minor as "isMinor",
      (select count(*) > 0 from ticket_slip k
        where k.municipality_code = t.municipality_code and k.ticket_index = t.number_index
          and k.slip_kind = ${scan.slipKind} and k.dose_number = ${scan.claimedDoseNumber}) as "slipIsUsed",
      c.id as "courseId", c.version,
      h.municipality_code as "homeMunicipalityCode", h.id as "homeResidentId",
      (select json_agg(json_build_object('courseId', p.course_id,
                                         'municipalityCode', p.municipality_code))
         from consent_peers(t.municipality_code, t.resident_id) p) as peers,
      ${planColumns(tx, today, 'scope')}
    from (select) one
    left join lateral (${holder(tx, indexed)}) t on true
    left join lateral (
      select * from resident
       where municipality_code = t.municipality_code and id = t.resident_id
      offset 0) r on true
    left join lateral (
      select c.* from course_link l join course c on c.id = l.course_id
       where l.municipality_code = t.municipality_code and l.resident_id = t.resident_id
         and c.closed_because is distinct from 'merged'
      offset 0) c on true
    left join lateral (
      select * from resident
       where municipality_code = case when c.id is null then r.municipality_code
                                      else c.home_municipality_code end
         and id = case when c.id is null then r.id else c.home_resident_id end
      offset 0) h on true
    left join municipality_setting g on g.municipality_code = h.municipality_code`
}

/** Whose the scan is: the sheet says so, or, where there is none, whoever attaches it. */
function holder(tx: Sql, { scan, ticketIndex, attach }: IndexedScan) {
  const town = scan.issuingMunicipalityCode
  if (attach?.residentId) {
    return tx`
      select municipality_code, ${ticketIndex}::bytea as number_index, id as resident_id,
             null::date as revoked_on
        from resident where municipality_code = ${town} and id = ${attach.residentId}
      offset 0`
  }
  return tx`
      select * from ticket
       where municipality_code = ${town} and number_index = ${ticketIndex}
      offset 0`
}
