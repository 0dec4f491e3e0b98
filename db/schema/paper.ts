/**
 * A file row is one file that clerks asked for: return files, dose forms, the printed register; it names
 * nobody. A form row says whose ticket stands on which page of a file of dose forms, and the scan that it
 * became. A page row is one page of a printed register, by a code that stays and a keyed digest.
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
import { bytes, instant, plainDate } from './columns.ts'

export const fileKinds = [
  'vaccinationRegister',
  'waitingList',
  'overdueList',
  'statistics',
  'doseForms',
  'registerPrint',
] as const
export type FileKind = (typeof fileKinds)[number]
export type FileState = 'asked' | 'made' | 'refused' | 'gone'

export const officeFile = pgTable(
  'office_file',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    kind: text('kind').$type<FileKind>().notNull(),
    asked: jsonb('asked').$type<Record<string, unknown>>().notNull(),
    askedOn: plainDate('asked_on').notNull(),
    askedBy: text('asked_by').notNull(),
    askedAs: text('asked_as').notNull(),
    askedAt: instant('asked_at').notNull(),
    approvalId: uuid('approval_id'),
    state: text('state').$type<FileState>().notNull(),
    refusedBecause: text('refused_because'),
    name: text('name'),
    rows: integer('rows'),
    pages: integer('pages'),
    bytes: bigint('bytes', { mode: 'number' }),
    sha256: text('sha256'),
    lacking: text('lacking').array().notNull(),
    leftOut: integer('left_out').notNull(),
    overtaken: integer('overtaken').notNull(),
    shortened: integer('shortened').notNull(),
    madeAt: instant('made_at'),
    fetchedAt: instant('fetched_at'),
    doneAt: instant('done_at'),
    doneBy: text('done_by'),
    keyVersion: integer('key_version'),
    dekVersion: smallint('dek_version'),
    wrapped: bytes('wrapped'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const paperForm = pgTable(
  'paper_form',
  {
    municipalityCode: text('municipality_code').notNull(),
    fileId: uuid('file_id').notNull(),
    page: integer('page').notNull(),
    residentId: uuid('resident_id').notNull(),
    numberIndex: bytes('number_index').notNull(),
    doseNumber: integer('dose_number').notNull(),
    scanId: uuid('scan_id'),
    readAt: instant('read_at'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.fileId, t.page] })],
)

export const registerPrintPage = pgTable(
  'register_print_page',
  {
    municipalityCode: text('municipality_code').notNull(),
    fileId: uuid('file_id').notNull(),
    position: integer('position').notNull(),
    code: text('code').notNull(),
    digest: bytes('digest').notNull(),
    isPrinted: boolean('is_printed').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.fileId, t.position] })],
)
