/**
 * What is attached to nobody yet, beside scans. A ticketless dose was told by a workplace, a facility or a
 * health worker: who it was given to is sealed until a clerk, or the arriving ticket, settles it. A keying
 * batch is a pile of paper slips of one venue and day; a keying slip is one of them, sealed until the
 * batch is recorded.
 */
import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from './columns.ts'

export const ticketlessDose = pgTable(
  'ticketless_dose',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    bodyDigest: bytes('body_digest').notNull(),
    source: text('source').$type<'workplace' | 'facility' | 'healthWorker'>().notNull(),
    stated: bytes('stated'),
    deskIndex: bytes('desk_index'),
    ticketIndex: bytes('ticket_index'),
    claimedDoseNumber: integer('claimed_dose_number').notNull(),
    givenOn: plainDate('given_on').notNull(),
    venueCode: text('venue_code').notNull(),
    productCode: text('product_code').notNull(),
    lotNumber: text('lot_number').notNull(),
    toldBy: text('told_by').notNull(),
    receivedAt: instant('received_at').notNull(),
    receivedOn: plainDate('received_on').notNull(),
    residentId: uuid('resident_id'),
    resolvedAt: instant('resolved_at'),
    resolution: text('resolution'),
    resolvedBy: text('resolved_by'),
    resolvedReason: text('resolved_reason'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const keyingBatch = pgTable(
  'keying_batch',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    venueCode: text('venue_code').notNull(),
    givenOn: plainDate('given_on').notNull(),
    productCode: text('product_code').notNull(),
    lotNumber: text('lot_number').notNull(),
    slipsExpected: integer('slips_expected').notNull(),
    control: bytes('control'),
    keyedBy: text('keyed_by').notNull(),
    begunAt: instant('begun_at').notNull(),
    begunOn: plainDate('begun_on').notNull(),
    recordingAt: instant('recording_at'),
    finishedAt: instant('finished_at'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const keyingSlip = pgTable(
  'keying_slip',
  {
    municipalityCode: text('municipality_code').notNull(),
    batchId: uuid('batch_id').notNull(),
    slipNo: integer('slip_no').notNull(),
    scanId: uuid('scan_id').notNull(),
    slip: bytes('slip'),
    verdict: text('verdict'),
    findings: text('findings').array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.batchId, t.slipNo] })],
)
