/**
 * Which keys there are, never the keys themselves. A town key row stands for one version of a
 * municipality's key; a keyd head says how far one of keyd's own lists had come. A My Number row is the
 * number, sealed, and its keyed index, which is treated as the number; a match row counts how often a
 * municipality asked on a day. Written by keyd and by functions alone, numbers by whoever registers.
 */
import { bigint, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from './columns.ts'

export const townKey = pgTable(
  'town_key',
  {
    municipalityCode: text('municipality_code').notNull(),
    version: integer('version').notNull(),
    madeAt: instant('made_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.version] })],
)

export const keydHead = pgTable(
  'keyd_head',
  {
    keyd: text('keyd').notNull(),
    name: text('name').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    hash: text('hash').notNull(),
    notedAt: instant('noted_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.keyd, t.name] })],
)

export const myNumber = pgTable(
  'my_number',
  {
    municipalityCode: text('municipality_code').notNull(),
    residentId: uuid('resident_id').notNull(),
    sealed: bytes('sealed').notNull(),
    hmac: bytes('hmac').notNull(),
    recordedAt: instant('recorded_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.residentId] })],
)

export const myNumberMatches = pgTable(
  'my_number_matches',
  {
    municipalityCode: text('municipality_code').notNull(),
    askedOn: plainDate('asked_on').notNull(),
    asked: integer('asked').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.askedOn] })],
)
