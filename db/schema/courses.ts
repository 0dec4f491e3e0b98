/**
 * A course row is one resident's one series: where it is at home now, and the plan that follows from
 * everything known, under a version raised with every change. A link joins a register's row to it
 * for a span of time, on a legal basis. A wave row says that courses were opened by birth date, once.
 */
import { integer, jsonb, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import type { Cause, ClosedBecause, Stage } from '../../domain/course.ts'
import type { PlannedStep } from '../../domain/plan.ts'
import { instant, plainDate } from './columns.ts'

export const course = pgTable('course', {
  id: uuid('id').primaryKey(),
  series: text('series').notNull(),
  homeMunicipalityCode: text('home_municipality_code').notNull(),
  homeResidentId: uuid('home_resident_id').notNull(),
  openedBecause: text('opened_because').$type<'wave' | 'scan' | 'stay'>().notNull(),
  version: integer('version').notNull(),
  cause: text('cause').$type<Cause>().notNull(),
  stage: text('stage').$type<Stage>().notNull(),
  dosesGiven: integer('doses_given').notNull(),
  productCode: text('product_code'),
  closedBecause: text('closed_because').$type<ClosedBecause>(),
  earliestOn: plainDate('earliest_on'),
  dueOn: plainDate('due_on'),
  overdueOn: plainDate('overdue_on'),
  graceDays: integer('grace_days'),
  /** Somebody says that the dose was given: reminders wait until then. */
  remindersWaitUntil: plainDate('reminders_wait_until'),
  /** Somebody does not wish: closed until a dose is given on this day or later. */
  declinedFrom: plainDate('declined_from'),
  steps: jsonb('steps').$type<PlannedStep[]>().notNull(),
  relocationEventId: uuid('relocation_event_id'),
  relocationRecordedOn: plainDate('relocation_recorded_on'),
  openedAt: instant('opened_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
})

export const courseLink = pgTable(
  'course_link',
  {
    municipalityCode: text('municipality_code').notNull(),
    residentId: uuid('resident_id').notNull(),
    courseId: uuid('course_id').notNull(),
    effectiveOn: plainDate('effective_on').notNull(),
    untilOn: plainDate('until_on'),
    legalBasis: text('legal_basis').notNull(),
    linkedBy: text('linked_by').notNull(),
    linkedAt: instant('linked_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.residentId, t.courseId] })],
)

export const wave = pgTable('wave', {
  id: uuid('id').primaryKey(),
  municipalityCode: text('municipality_code').notNull(),
  bornOnOrBefore: plainDate('born_on_or_before').notNull(),
  openedOn: plainDate('opened_on').notNull(),
  openedAt: instant('opened_at').notNull(),
  courses: integer('courses').notNull(),
  completedAt: instant('completed_at'),
  reachedAgeClass: smallint('reached_age_class'),
  reachedResidentId: uuid('reached_resident_id'),
})
