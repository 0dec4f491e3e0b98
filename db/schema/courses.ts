/**
 * A course row is one resident's one series: where it is at home now, and the plan that follows from
 * everything known, under a version raised with every change. A link joins a register's row to it
 * for a span of time, on a legal basis. A wave row says whom a
 * municipality calls up, who made it and who released it, and how far its courses are open.
 */
import {
  boolean,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
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
  openedOn: plainDate('opened_on'),
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
  bornOnOrBefore: plainDate('born_on_or_before'),
  facilityCode: text('facility_code'),
  priorityGroup: text('priority_group'),
  madeAt: instant('made_at').notNull(),
  madeBy: uuid('made_by'),
  countedAtLeast: integer('counted_at_least'),
  countedAtMost: integer('counted_at_most'),
  countedAlready: integer('counted_already'),
  countedAt: instant('counted_at'),
  releasedBy: uuid('released_by'),
  releasedAt: instant('released_at'),
  pausedBy: uuid('paused_by'),
  pausedAt: instant('paused_at'),
  withdrawnBy: uuid('withdrawn_by'),
  withdrawnAt: instant('withdrawn_at'),
  openedOn: plainDate('opened_on'),
  openedAt: instant('opened_at'),
  chunkAt: instant('chunk_at'),
  courses: integer('courses').notNull(),
  completedAt: instant('completed_at'),
  reachedAgeClass: smallint('reached_age_class'),
  reachedResidentId: uuid('reached_resident_id'),
})

/** One row: how fast waves open, and whether a program may open them alone (in a demo). */
export const waveSetting = pgTable('wave_setting', {
  onlyRow: boolean('only_row').primaryKey(),
  coursesPerSecond: integer('courses_per_second').notNull(),
  waitingNewsAtMost: integer('waiting_news_at_most').notNull(),
  oldestNewsSecondsAtMost: integer('oldest_news_seconds_at_most').notNull(),
  oneOpens: boolean('one_opens').notNull(),
  nextChunkAt: instant('next_chunk_at').notNull(),
})
