/**
 * A scan row is one acknowledged reading and the answer it got, kept for ever so that a repetition
 * gets the same; held and waiting ones are attached to nobody. A dose row is a dose given: it exists
 * once committed and is voided, never deleted. A screening is a visit without a dose.
 */
import { integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { DoseChangeKind, DoseContent } from '../../domain/dose-change.ts'
import { bytes, instant, plainDate } from './columns.ts'

export type ScanVerdict =
  | 'recorded'
  | 'recordedWithFindings'
  | 'held'
  | 'waiting'
  | 'screenedOnly'
  | 'alreadyRecorded'

export const scan = pgTable('scan', {
  id: uuid('id').primaryKey(),
  bodyDigest: bytes('body_digest').notNull(),
  verdict: text('verdict').$type<ScanVerdict>().notNull(),
  answer: jsonb('answer').notNull(),
  issuingMunicipalityCode: text('issuing_municipality_code').notNull(),
  ticketIndex: bytes('ticket_index').notNull(),
  ticketNumber: bytes('ticket_number'),
  slipKind: text('slip_kind').$type<'vaccination' | 'screenedOnly'>().notNull(),
  claimedDoseNumber: integer('claimed_dose_number').notNull(),
  readBy: text('read_by').$type<'qr' | 'nw7' | 'ocr' | 'typed' | 'paper'>().notNull(),
  birthYearStated: bytes('birth_year_stated'),
  givenOn: plainDate('given_on').notNull(),
  givenAtLocalTime: text('given_at_local_time'),
  venueCode: text('venue_code').notNull(),
  productCode: text('product_code').notNull(),
  lotNumber: text('lot_number').notNull(),
  source: text('source').notNull(),
  staffRef: text('staff_ref'),
  deviceSeq: integer('device_seq'),
  receivedAt: instant('received_at').notNull(),
  receivedOn: plainDate('received_on').notNull(),
  resolvedAt: instant('resolved_at'),
  resolution: text('resolution'),
  resolvedBy: text('resolved_by'),
  resolvedReason: text('resolved_reason'),
  receivedFrom: text('received_from'),
})

export const dose = pgTable(
  'dose',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    residentId: uuid('resident_id').notNull(),
    courseId: uuid('course_id').notNull(),
    claimedDoseNumber: integer('claimed_dose_number').notNull(),
    issuingMunicipalityCode: text('issuing_municipality_code').notNull(),
    ticketIndex: bytes('ticket_index').notNull(),
    givenOn: plainDate('given_on').notNull(),
    givenAtLocalTime: text('given_at_local_time'),
    venueCode: text('venue_code').notNull(),
    productCode: text('product_code').notNull(),
    lotNumber: text('lot_number').notNull(),
    ageBand: text('age_band').$type<'-64' | '65-' | 'UNK'>().notNull(),
    scanId: uuid('scan_id').notNull(),
    readBy: text('read_by').notNull(),
    recordedAt: instant('recorded_at').notNull(),
    recordedOn: plainDate('recorded_on').notNull(),
    confirmedOnPaperAt: instant('confirmed_on_paper_at'),
    voidedAt: instant('voided_at'),
    voidedBy: text('voided_by'),
    voidReason: text('void_reason'),
    revision: integer('revision').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

/** One change of one dose, as the register saw it that kept the dose; never changed itself. */
export const doseChange = pgTable(
  'dose_change',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    doseId: uuid('dose_id').notNull(),
    residentId: uuid('resident_id').notNull(),
    kind: text('kind').$type<DoseChangeKind>().notNull(),
    revision: integer('revision').notNull(),
    reason: text('reason').notNull(),
    before: jsonb('before').$type<DoseContent>(),
    after: jsonb('after').$type<DoseContent>(),
    changedOn: plainDate('changed_on').notNull(),
    changedAt: instant('changed_at').notNull(),
    changedBy: text('changed_by').notNull(),
    changedAs: text('changed_as').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const screening = pgTable(
  'screening',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    residentId: uuid('resident_id').notNull(),
    courseId: uuid('course_id'),
    screenedOn: plainDate('screened_on').notNull(),
    venueCode: text('venue_code').notNull(),
    scanId: uuid('scan_id').notNull(),
    recordedAt: instant('recorded_at').notNull(),
    voidedAt: instant('voided_at'),
    voidedBy: text('voided_by'),
    voidReason: text('void_reason'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)
