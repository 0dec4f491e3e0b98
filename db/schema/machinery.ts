/**
 * What the system keeps for itself. An outbox row says that a course has news its workflow has not
 * heard; it goes when that version or a newer one has been delivered. A clock segment is a stretch of campaign
 * time; no row at all is real time. A migration row is a reviewed file that was applied. A purpose
 * rule says that a role may use a table for a purpose; row security is made from them.
 */
import { doublePrecision, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'

export const outbox = pgTable('outbox', {
  courseId: uuid('course_id').primaryKey(),
  version: integer('version').notNull(),
  nextTryAt: instant('next_try_at').notNull(),
  leasedUntil: instant('leased_until'),
  tries: integer('tries').notNull(),
  setAsideAt: instant('set_aside_at'),
  lastError: text('last_error'),
})

export const clockSegment = pgTable('clock_segment', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  wallAt: instant('wall_at').notNull(),
  campaignAt: instant('campaign_at').notNull(),
  pace: doublePrecision('pace').notNull(),
})

export const schemaMigration = pgTable('schema_migration', {
  name: text('name').primaryKey(),
  sha256: text('sha256').notNull(),
  appliedAt: instant('applied_at').notNull(),
})

export const purposeRule = pgTable(
  'purpose_rule',
  {
    tableName: text('table_name').notNull(),
    roleName: text('role_name').notNull(),
    command: text('command').$type<'select' | 'insert' | 'update' | 'delete'>().notNull(),
    purpose: text('purpose').notNull(),
    reach: text('reach').$type<'town' | 'any'>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tableName, t.roleName, t.command, t.purpose] })],
)
