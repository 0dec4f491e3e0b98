/**
 * A ticket row is one person's sheet: municipality and ten digits, found by their index and kept
 * sealed, issued and in time revoked, never deleted, because a slip of a revoked sheet may still turn up. One person may hold several. A slip
 * row says that one slip of a sheet was handed in, by which scan.
 */
import {
  bigint,
  boolean,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import type { IssueReason } from '../../domain/ticket-slips.ts'
import { bytes, instant, plainDate } from './columns.ts'

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
    madeByImport: uuid('made_by_import'),
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

/** Ten-digit numbers of which those with our check digit are ours to give out. */
export const ticketNumberRange = pgTable(
  'ticket_number_range',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    firstNumber: bigint('first_number', { mode: 'number' }).notNull(),
    lastNumber: bigint('last_number', { mode: 'number' }).notNull(),
    nextStem: bigint('next_stem', { mode: 'number' }).notNull(),
    delegatedOn: plainDate('delegated_on').notNull(),
    delegatedBy: text('delegated_by').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export type RunState = 'asked' | 'made' | 'printed'

/** One printing of some sheets of a town; names nobody. */
export const ticketRun = pgTable(
  'ticket_run',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    askedOn: plainDate('asked_on').notNull(),
    askedBy: text('asked_by').notNull(),
    askedAt: instant('asked_at').notNull(),
    byHand: boolean('by_hand').notNull(),
    state: text('state').$type<RunState>().notNull(),
    sheets: integer('sheets').notNull(),
    pdfSha256: text('pdf_sha256'),
    madeAt: instant('made_at'),
    printedAt: instant('printed_at'),
    printedBy: text('printed_by'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export type SheetState = 'waiting' | 'asked' | 'made' | 'printed' | 'withdrawn'
export type WithdrawnBecause =
  | 'revoked'
  | 'left'
  | 'deceased'
  | 'erased'
  | 'noAddress'
  | 'notPrintable'

/** A sheet that was issued here, from the issue to the print; what it says is opened at the print. */
export const ticketSheet = pgTable(
  'ticket_sheet',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    residentId: uuid('resident_id').notNull(),
    numberIndex: bytes('number_index').notNull(),
    reason: text('reason').$type<IssueReason>().notNull(),
    doseNumbers: jsonb('dose_numbers').$type<number[]>().notNull(),
    bodyDigest: bytes('body_digest').notNull(),
    issuedOn: plainDate('issued_on').notNull(),
    issuedBy: text('issued_by').notNull(),
    issuedAt: instant('issued_at').notNull(),
    byHand: boolean('by_hand').notNull(),
    state: text('state').$type<SheetState>().notNull(),
    withdrawnBecause: text('withdrawn_because').$type<WithdrawnBecause>(),
    runId: uuid('run_id'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)
