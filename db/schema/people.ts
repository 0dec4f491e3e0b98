/**
 * Personal: who a resident is and where mail reaches them, all of it sealed. A person row is the name
 * and birth date as the register gives them; a residence row is one address from a day on, the newest
 * by that day being today's; a letter content is what a sealed letter says until it lies printed on
 * disk; a resident key is the wrapped key of all that. Read and written by `db/people` alone.
 */
import { integer, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from './columns.ts'

export const residentKey = pgTable(
  'resident_key',
  {
    municipalityCode: text('municipality_code').notNull(),
    residentId: uuid('resident_id').notNull(),
    keyVersion: integer('key_version').notNull(),
    dekVersion: smallint('dek_version').notNull(),
    wrapped: bytes('wrapped').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.residentId] })],
)

export const person = pgTable(
  'person',
  {
    municipalityCode: text('municipality_code').notNull(),
    residentId: uuid('resident_id').notNull(),
    name: bytes('name').notNull(),
    kana: bytes('kana').notNull(),
    bornOn: bytes('born_on').notNull(),
    mail: bytes('mail'),
    toldCheck: bytes('told_check').notNull(),
    deskIndex: bytes('desk_index').notNull(),
    identityBorn: bytes('identity_born').notNull(),
    identityNames: bytes('identity_names').array().notNull(),
    rowDigest: bytes('row_digest'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.residentId] })],
)

export const residence = pgTable(
  'residence',
  {
    municipalityCode: text('municipality_code').notNull(),
    residentId: uuid('resident_id').notNull(),
    fromOn: plainDate('from_on').notNull(),
    toOn: plainDate('to_on'),
    address: bytes('address').notNull(),
    toldCheck: bytes('told_check').notNull(),
    recordedAt: instant('recorded_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.residentId, t.fromOn] })],
)

export const letterContent = pgTable(
  'letter_content',
  {
    municipalityCode: text('municipality_code').notNull(),
    attemptId: uuid('attempt_id').notNull(),
    content: bytes('content').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.attemptId] })],
)
