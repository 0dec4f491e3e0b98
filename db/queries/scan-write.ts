import type { AgeBand } from '../../domain/age.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { Plan } from '../../domain/plan.ts'
import type { FindingCode } from '../../domain/scan.ts'
import type { Sql } from '../client.ts'
import type { SealedScan } from '../people/unattached-scan.ts'
import type { Attachment, IndexedScan } from './scan-read.ts'

export type Acknowledged = {
  verdict: string
  answer: unknown
  today: PlainDate
  /** Undefined: it was acknowledged as waiting before; its answer to the caller stays what it was. */
  bodyDigest: Uint8Array | undefined
  /** Of a scan that is attached to nobody. */
  sealed?: SealedScan
  /** The register row that the ticket names, or whoever attaches it. */
  residentId?: string
}

export type DoseToWrite = {
  doseId: string
  ageBand: AgeBand
  findings: FindingCode[]
  home: { municipalityCode: string; residentId: string }
  /** The register row that the ticket names: the same person, perhaps before a move. */
  ticketResidentId: string
  course: { id: string; version: number; isNew: boolean }
  plan: Plan
  graceDays: number
}

/** A scan that advances no course: held, waiting, or already recorded. */
export function writeScanOnly(tx: Sql, scan: IndexedScan, ack: Acknowledged) {
  return keepScan(tx, scan, ack)
}

/** A visit without a dose: the slip is used, the course stays where it is. */
export function writeScreening(
  tx: Sql,
  indexed: IndexedScan,
  ack: Acknowledged,
  screening: { id: string; municipalityCode: string; residentId: string; courseId: string | null },
) {
  const { scan } = indexed
  return tx`
    with written as (${keepScan(tx, indexed, ack)}),
    slip as (${useSlip(tx, indexed, ack.today)})
    insert into screening (municipality_code, id, resident_id, course_id, screened_on, venue_code, scan_id)
    values (${screening.municipalityCode}, ${screening.id}, ${screening.residentId},
            ${screening.courseId}, ${scan.givenOn}, ${scan.venueCode}, ${scan.scanId})`
}

/** Dose, findings, slip, the course's new facts and the news of them: one statement. */
export function writeDose(tx: Sql, indexed: IndexedScan, ack: Acknowledged, dose: DoseToWrite) {
  const { scan, ticketIndex } = indexed
  const { plan, course, home } = dose
  return tx`
    with written as (${keepScan(tx, indexed, ack)}),
    slip as (${useSlip(tx, indexed, ack.today)}),
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
                        issuing_municipality_code, ticket_index, given_on, given_at_local_time,
                        venue_code, product_code, lot_number, age_band, scan_id, read_by, recorded_on)
      values (${home.municipalityCode}, ${dose.doseId}, ${home.residentId}, ${course.id},
              ${scan.claimedDoseNumber}, ${scan.issuingMunicipalityCode}, ${ticketIndex},
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

function keepScan(tx: Sql, scan: IndexedScan, ack: Acknowledged) {
  if (ack.bodyDigest) return insertScan(tx, scan, ack, ack.bodyDigest)
  if (scan.attach?.kept === 'ticketlessDose') return resolveTicketless(tx, scan, scan.attach, ack)
  return resolveScan(tx, scan, ack)
}

/** Still in doubt, it stays unresolved as a held one; otherwise its wait is over, and what named its person goes. */
function resolveScan(tx: Sql, { scan, attach }: IndexedScan, { verdict }: Acknowledged) {
  const isHeld = verdict === 'held'
  return tx`
    update scan set verdict = case when ${isHeld} then 'held' else verdict end,
                    resolved_by = ${isHeld ? null : (attach?.by ?? null)},
                    resolved_reason = ${isHeld ? null : (attach?.reason ?? null)},
                    resolved_at = case when ${isHeld} then null else now() end,
                    resolution = ${isHeld ? null : verdict},
                    ticket_number = case when ${isHeld} then ticket_number end,
                    birth_year_stated = case when ${isHeld} then birth_year_stated end
     where id = ${scan.scanId} and resolved_at is null`
}

/** In doubt it stays open; a clerk decides. */
function resolveTicketless(
  tx: Sql,
  { scan }: IndexedScan,
  attach: Attachment,
  { verdict, residentId }: Acknowledged,
) {
  return tx`
    update ticketless_dose
       set resolved_at = now(), resolution = ${verdict}, resolved_by = ${attach.by},
           resolved_reason = ${attach.reason}, resident_id = ${residentId ?? null}, stated = null,
           desk_index = null, ticket_index = null
     where municipality_code = ${attach.keptUnder} and id = ${scan.scanId}
       and resolved_at is null and ${verdict !== 'held'}`
}

function insertScan(
  tx: Sql,
  { scan, ticketIndex }: IndexedScan,
  ack: Acknowledged,
  bodyDigest: Uint8Array,
) {
  return tx`
    insert into scan (id, body_digest, verdict, answer, issuing_municipality_code, ticket_index,
                      ticket_number, birth_year_stated, slip_kind, claimed_dose_number, read_by,
                      given_on, given_at_local_time, venue_code, product_code, lot_number, source,
                      staff_ref, device_seq, received_on)
    values (${scan.scanId}, ${bodyDigest}, ${ack.verdict},
            ${JSON.stringify(ack.answer)}::text::jsonb, ${scan.issuingMunicipalityCode},
            ${ticketIndex}, ${ack.sealed?.ticketNumber ?? null},
            ${ack.sealed?.birthYearStated ?? null}, ${scan.slipKind}, ${scan.claimedDoseNumber},
            ${scan.readBy}, ${scan.givenOn}, ${scan.givenAtLocalTime ?? null}, ${scan.venueCode},
            ${scan.productCode}, ${scan.lotNumber}, ${scan.source}, ${scan.staffRef ?? null},
            ${scan.deviceSeq ?? null}, ${ack.today})`
}

/** Of a dose told without a ticket no slip was handed in. */
function useSlip(tx: Sql, { scan, ticketIndex, attach }: IndexedScan, today: PlainDate) {
  if (attach?.kept === 'ticketlessDose' || attach?.residentId) return tx`select`
  return tx`
    insert into ticket_slip (municipality_code, ticket_index, slip_kind, dose_number, scan_id, used_on)
    values (${scan.issuingMunicipalityCode}, ${ticketIndex}, ${scan.slipKind},
            ${scan.claimedDoseNumber}, ${scan.scanId}, ${today})
    on conflict do nothing`
}
