import type { PlainDate } from '../../domain/course.ts'
import type { Plan } from '../../domain/plan.ts'
import type { FindingCode, Scan } from '../../domain/scan.ts'
import type { Sql } from '../client.ts'

export type Acknowledged = {
  verdict: string
  answer: unknown
  bodySha256: string
  today: PlainDate
  /** The scan was acknowledged as waiting before; its answer to the caller stays what it was. */
  wasWaiting: boolean
}

export type DoseToWrite = {
  doseId: string
  ageBand: '-64' | '65-' | 'UNK'
  findings: FindingCode[]
  home: { municipalityCode: string; residentId: string }
  /** The register row that the ticket names: the same person, perhaps before a move. */
  ticketResidentId: string
  course: { id: string; version: number; isNew: boolean }
  plan: Plan
  graceDays: number
}

/** A scan that advances no course: held, waiting, or already recorded. */
export function writeScanOnly(tx: Sql, scan: Scan, ack: Acknowledged) {
  return keepScan(tx, scan, ack)
}

/** A visit without a dose: the slip is used, the course stays where it is. */
export function writeScreening(
  tx: Sql,
  scan: Scan,
  ack: Acknowledged,
  screening: { id: string; municipalityCode: string; residentId: string; courseId: string | null },
) {
  return tx`
    with written as (${keepScan(tx, scan, ack)}),
    slip as (${useSlip(tx, scan, ack.today)})
    insert into screening (municipality_code, id, resident_id, course_id, screened_on, venue_code, scan_id)
    values (${screening.municipalityCode}, ${screening.id}, ${screening.residentId},
            ${screening.courseId}, ${scan.givenOn}, ${scan.venueCode}, ${scan.scanId})`
}

/** Dose, findings, slip, the course's new facts and the news of them: one statement. */
export function writeDose(tx: Sql, scan: Scan, ack: Acknowledged, dose: DoseToWrite) {
  const { plan, course, home } = dose
  return tx`
    with written as (${keepScan(tx, scan, ack)}),
    slip as (${useSlip(tx, scan, ack.today)}),
    planned as (
      insert into course (id, home_municipality_code, home_resident_id, opened_because, version, cause,
                          stage, doses_given, product_code, closed_because, earliest_on, due_on,
                          overdue_on, grace_days, steps)
      values (${course.id}, ${home.municipalityCode}, ${home.residentId}, 'scan', ${course.version},
              ${plan.stage === 'closed' ? 'closed' : 'doseGiven'}, ${plan.stage}, ${plan.dosesGiven},
              ${plan.product ?? null}, ${plan.closedBecause ?? null},
              ${plan.dueWindow?.earliest ?? null}, ${plan.dueWindow?.due ?? null},
              ${plan.overdueOn ?? null}, ${dose.graceDays}, ${JSON.stringify(plan.steps)}::text::jsonb)
      on conflict (id) do update set
        version = excluded.version, cause = excluded.cause, stage = excluded.stage,
        doses_given = excluded.doses_given, product_code = excluded.product_code,
        closed_because = excluded.closed_because, earliest_on = excluded.earliest_on,
        due_on = excluded.due_on, overdue_on = excluded.overdue_on, grace_days = excluded.grace_days,
        steps = excluded.steps, updated_at = now()),
    linked as (
      insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis, linked_by)
      select ${scan.issuingMunicipalityCode}, ${dose.ticketResidentId}, ${course.id}, ${ack.today},
             'ownRegister', 'scan' where ${course.isNew}),
    given as (
      insert into dose (municipality_code, id, resident_id, course_id, claimed_dose_number,
                        issuing_municipality_code, ticket_number, given_on, given_at_local_time,
                        venue_code, product_code, lot_number, age_band, scan_id, read_by, recorded_on)
      values (${home.municipalityCode}, ${dose.doseId}, ${home.residentId}, ${course.id},
              ${scan.claimedDoseNumber}, ${scan.issuingMunicipalityCode}, ${scan.ticketNumber},
              ${scan.givenOn}, ${scan.givenAtLocalTime ?? null}, ${scan.venueCode},
              ${scan.productCode}, ${scan.lotNumber}, ${dose.ageBand}, ${scan.scanId},
              ${scan.readBy}, ${ack.today})),
    found as (
      insert into finding (municipality_code, dose_id, code)
      select ${home.municipalityCode}, ${dose.doseId}, code from unnest(${dose.findings}::text[]) code)
    insert into outbox (course_id, version) values (${course.id}, ${course.version})
    on conflict (course_id) do update
      set version = excluded.version, next_try_at = now(), tries = 0, set_aside_at = null, last_error = null`
}

function keepScan(tx: Sql, scan: Scan, ack: Acknowledged) {
  return ack.wasWaiting ? resolveScan(tx, scan, ack) : insertScan(tx, scan, ack)
}

/** Still in doubt, it stays unresolved as a held one; otherwise its wait is over. */
function resolveScan(tx: Sql, scan: Scan, { verdict }: Acknowledged) {
  const isHeld = verdict === 'held'
  return tx`
    update scan set verdict = ${isHeld ? 'held' : 'waiting'},
                    resolved_at = case when ${isHeld} then null else now() end,
                    resolution = ${isHeld ? null : verdict}
     where id = ${scan.scanId} and resolved_at is null`
}

function insertScan(tx: Sql, scan: Scan, ack: Acknowledged) {
  return tx`
    insert into scan (id, body_sha256, verdict, answer, issuing_municipality_code, ticket_number,
                      slip_kind, claimed_dose_number, read_by, birth_year_stated, given_on,
                      given_at_local_time, venue_code, product_code, lot_number, source, staff_ref,
                      device_seq, received_on)
    values (${scan.scanId}, decode(${ack.bodySha256}, 'hex'), ${ack.verdict},
            ${JSON.stringify(ack.answer)}::text::jsonb, ${scan.issuingMunicipalityCode},
            ${scan.ticketNumber}, ${scan.slipKind}, ${scan.claimedDoseNumber}, ${scan.readBy},
            ${scan.birthYear ?? null}, ${scan.givenOn}, ${scan.givenAtLocalTime ?? null},
            ${scan.venueCode}, ${scan.productCode}, ${scan.lotNumber}, ${scan.source},
            ${scan.staffRef ?? null}, ${scan.deviceSeq ?? null}, ${ack.today})`
}

function useSlip(tx: Sql, scan: Scan, today: PlainDate) {
  return tx`
    insert into ticket_slip (municipality_code, ticket_number, slip_kind, dose_number, scan_id, used_on)
    values (${scan.issuingMunicipalityCode}, ${scan.ticketNumber}, ${scan.slipKind},
            ${scan.claimedDoseNumber}, ${scan.scanId}, ${today})
    on conflict do nothing`
}
