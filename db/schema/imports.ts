/**
 * An import file is one municipal file, from its arrival to its receipt; it names nobody. An import note
 * is a cell of it that somebody has to look at, sealed. An import decision is what a clerk said of a row.
 * An import before is what the import replaced, still sealed, until it can be undone no more.
 */
import {
  bigint,
  boolean,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import type { ImportMode, ImportState, RowOutcome } from '../../domain/import.ts'
import type { FileEncoding, LayoutKind } from '../../domain/municipal-file.ts'
import { bytes, instant, plainDate } from './columns.ts'

export const importFile = pgTable(
  'import_file',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    fileName: text('file_name').notNull(),
    layout: text('layout').$type<LayoutKind>(),
    encoding: text('encoding').$type<FileEncoding>(),
    mode: text('mode').$type<ImportMode>().notNull(),
    state: text('state').$type<ImportState>().notNull(),
    sha256: text('sha256').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    sequence: bigint('sequence', { mode: 'number' }),
    rowsRead: integer('rows_read').notNull(),
    rowsNew: integer('rows_new').notNull(),
    rowsChanged: integer('rows_changed').notNull(),
    rowsSame: integer('rows_same').notNull(),
    needsDecision: integer('needs_decision').notNull(),
    rejected: integer('rejected').notNull(),
    missingFromFile: integer('missing_from_file').notNull(),
    rowsApplied: integer('rows_applied').notNull(),
    rowsKept: integer('rows_kept').notNull(),
    noteCounts: jsonb('note_counts').$type<Record<string, number>>().notNull(),
    fileNotes: text('file_notes').array().notNull(),
    refusedBecause: text('refused_because'),
    receivedBy: text('received_by').notNull(),
    receivedOn: plainDate('received_on').notNull(),
    receivedAt: instant('received_at').notNull(),
    reviewedAt: instant('reviewed_at'),
    appliedBy: text('applied_by'),
    appliedOn: plainDate('applied_on'),
    appliedAt: instant('applied_at'),
    undoneBy: text('undone_by'),
    undoneAt: instant('undone_at'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const importNote = pgTable(
  'import_note',
  {
    municipalityCode: text('municipality_code').notNull(),
    importId: uuid('import_id').notNull(),
    rowNumber: integer('row_number').notNull(),
    ordinal: smallint('ordinal').notNull(),
    outcome: text('outcome').$type<RowOutcome | 'missing'>().notNull(),
    columnName: text('column_name').notNull(),
    code: text('code').notNull(),
    cell: bytes('cell'),
    residentId: uuid('resident_id'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.importId, t.rowNumber, t.ordinal] })],
)

export const importDecision = pgTable(
  'import_decision',
  {
    municipalityCode: text('municipality_code').notNull(),
    importId: uuid('import_id').notNull(),
    rowNumber: integer('row_number').notNull(),
    decision: text('decision').$type<'keepOurs' | 'takeTheirs'>().notNull(),
    decidedBy: text('decided_by').notNull(),
    decidedAt: instant('decided_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.importId, t.rowNumber] })],
)

export const importBefore = pgTable(
  'import_before',
  {
    municipalityCode: text('municipality_code').notNull(),
    importId: uuid('import_id').notNull(),
    residentId: uuid('resident_id').notNull(),
    part: text('part')
      .$type<'person' | 'residence' | 'household' | 'myNumber' | 'groups'>()
      .notNull(),
    onDay: plainDate('on_day').notNull(),
    wasNew: boolean('was_new').notNull(),
    name: bytes('name'),
    kana: bytes('kana'),
    bornOn: bytes('born_on'),
    mail: bytes('mail'),
    address: bytes('address'),
    number: bytes('number'),
    toldCheck: bytes('told_check'),
    rowDigest: bytes('row_digest'),
    deskIndex: bytes('desk_index'),
    household: bytes('household'),
    identityBorn: bytes('identity_born'),
    identityNames: bytes('identity_names').array(),
    bornOnCheck: bytes('born_on_check'),
    birthYearCheck: bytes('birth_year_check'),
    facilityCode: text('facility_code'),
    priorityGroup: text('priority_group'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.importId, t.residentId, t.part, t.onDay] })],
)
