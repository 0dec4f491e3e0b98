/**
 * A row is one version of a municipality's own words on its letters of one kind: made by one person,
 * released by another, never changed. A sealed letter names the version that it bears.
 */
import { integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { LetterParts } from '../../domain/letter-text.ts'
import { instant } from './columns.ts'

export const letterText = pgTable(
  'letter_text',
  {
    municipalityCode: text('municipality_code').notNull(),
    kind: text('kind').notNull(),
    version: integer('version').notNull(),
    parts: jsonb('parts').$type<LetterParts>().notNull(),
    madeBy: uuid('made_by').notNull(),
    madeAt: instant('made_at').notNull(),
    releasedBy: uuid('released_by'),
    releasedAt: instant('released_at'),
    droppedBy: uuid('dropped_by'),
    droppedAt: instant('dropped_at'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.kind, t.version] })],
)
