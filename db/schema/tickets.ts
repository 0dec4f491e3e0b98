/**
 * A ticket row is one person's sheet: municipality and ten digits, found by their index and kept
 * sealed, issued and in time revoked, never deleted, because a slip of a revoked sheet may still turn up. One person may hold several. A slip
 * row says that one slip of a sheet was handed in, by which scan.
 */
import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, plainDate } from './columns.ts'

export type RevokedBecause = 'moved' | 'reissued' | 'lost' | 'merged' | 'erased'

export const ticket = pgTable(
  'ticket',
  {
    municipalityCode: text('municipality_code').notNull(),
    numberIndex: bytes('number_index').notNull(),
    /** Null once the holder was erased; the index is then a random one. */
    number: bytes('number'),
    residentId: uuid('resident_id').notNull(),
    issuedOn: plainDate('issued_on').notNull(),
    recordedOn: plainDate('recorded_on').notNull(),
    revokedOn: plainDate('revoked_on'),
    revokedBecause: text('revoked_because').$type<RevokedBecause>(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.numberIndex] })],
)

export const ticketSlip = pgTable(
  'ticket_slip',
  {
    municipalityCode: text('municipality_code').notNull(),
    ticketIndex: bytes('ticket_index').notNull(),
    slipKind: text('slip_kind').$type<'vaccination' | 'screenedOnly'>().notNull(),
    doseNumber: integer('dose_number').notNull(),
    scanId: uuid('scan_id').notNull(),
    usedOn: plainDate('used_on').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.ticketIndex, t.slipKind, t.doseNumber] })],
)
