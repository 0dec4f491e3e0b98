/**
 * What takes two people, emergency access with the one who looks into it, and alerts. Ids and codes:
 * no row here names a resident.
 */
import { jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'

export const approval = pgTable('approval', {
  id: uuid('id').primaryKey(),
  kind: text('kind').notNull(),
  office: text('office').notNull(),
  subject: jsonb('subject').notNull(),
  reasonCode: text('reason_code').notNull(),
  askedBy: uuid('asked_by').notNull(),
  askedAt: instant('asked_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  approvedBy: uuid('approved_by'),
  approvedAt: instant('approved_at'),
  usedAt: instant('used_at'),
})

export const breakGlass = pgTable('break_glass', {
  id: uuid('id').primaryKey(),
  accountId: uuid('account_id').notNull(),
  office: text('office').notNull(),
  municipalityCode: text('municipality_code').notNull(),
  reasonCode: text('reason_code').notNull(),
  caseReference: text('case_reference').notNull(),
  reviewerId: uuid('reviewer_id').notNull(),
  openedAt: instant('opened_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  closedAt: instant('closed_at'),
})

export const breakGlassReview = pgTable('break_glass_review', {
  breakGlassId: uuid('break_glass_id').primaryKey(),
  reviewerId: uuid('reviewer_id').notNull(),
  outcome: text('outcome').notNull(),
  reviewedAt: instant('reviewed_at').notNull(),
})

export const securityAlert = pgTable('security_alert', {
  id: uuid('id').primaryKey(),
  kind: text('kind').notNull(),
  office: text('office').notNull(),
  aboutId: uuid('about_id').notNull(),
  forId: uuid('for_id'),
  raisedAt: instant('raised_at').notNull(),
})
