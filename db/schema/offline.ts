/**
 * A scan conflict row is a scan that a tablet made without a connection and that came back when it had
 * one: refused, so that nothing else of it is kept, or held. A to-do of whoever leads the venue, written
 * by the tablet, settled by a person of the venue's town; settled, it names nobody.
 */
import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from './columns.ts'

export const conflictOutcomes = [
  'scannedAgain',
  'keyedFromPaper',
  'notGiven',
  'recordedBefore',
  'leftToOffice',
] as const
export type ConflictOutcome = (typeof conflictOutcomes)[number]

export const scanConflict = pgTable(
  'scan_conflict',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    scanId: uuid('scan_id').notNull(),
    venueCode: text('venue_code').notNull(),
    deviceId: uuid('device_id').notNull(),
    code: text('code').notNull(),
    status: integer('status').notNull(),
    keptAt: instant('kept_at').notNull(),
    cameBackAt: instant('came_back_at').notNull(),
    reportedAt: instant('reported_at').notNull(),
    reportedOn: plainDate('reported_on').notNull(),
    ticketRead: bytes('ticket_read'),
    birthStated: bytes('birth_stated'),
    /** By which an erasure finds it, as long as it is open. */
    ticketTown: text('ticket_town'),
    ticketIndex: bytes('ticket_index'),
    readBy: text('read_by').$type<'qr' | 'nw7' | 'ocr' | 'typed' | 'paper'>(),
    claimedDoseNumber: integer('claimed_dose_number'),
    givenOn: plainDate('given_on'),
    givenAtLocalTime: text('given_at_local_time'),
    productCode: text('product_code'),
    lotNumber: text('lot_number'),
    settledAt: instant('settled_at'),
    settledBy: text('settled_by'),
    outcome: text('outcome').$type<ConflictOutcome>(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)
