/**
 * What a town decides about its notices besides `municipality_setting`: days on which nothing is sent,
 * paper that is not keyed yet, and who changed which setting. A manual notice is what a clerk told
 * somebody by hand. A cohort run is one town's look through its cohorts on one day.
 */
import { bigint, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { NoticeKind } from '../../domain/course.ts'
import { instant, plainDate } from './columns.ts'

export const quietDay = pgTable(
  'quiet_day',
  {
    municipalityCode: text('municipality_code').notNull(),
    day: plainDate('day').notNull(),
    why: text('why').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.day] })],
)

export const settingChange = pgTable('setting_change', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  municipalityCode: text('municipality_code').notNull(),
  name: text('name').notNull(),
  before: text('before'),
  after: text('after'),
  changedBy: text('changed_by').notNull(),
  changedAt: instant('changed_at').notNull(),
})

export const unkeyedPaper = pgTable(
  'unkeyed_paper',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    venueCode: text('venue_code'),
    givenFrom: plainDate('given_from').notNull(),
    givenTo: plainDate('given_to').notNull(),
    slipsAbout: integer('slips_about'),
    declaredOn: plainDate('declared_on').notNull(),
    declaredBy: text('declared_by').notNull(),
    keyedOn: plainDate('keyed_on'),
    keyedBy: text('keyed_by'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const manualNotice = pgTable(
  'manual_notice',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    residentId: uuid('resident_id').notNull(),
    courseId: uuid('course_id').notNull(),
    kind: text('kind').$type<NoticeKind>().notNull(),
    toldOn: plainDate('told_on').notNull(),
    toldBy: text('told_by').$type<'phone' | 'counter' | 'visit' | 'letter'>().notNull(),
    recordedOn: plainDate('recorded_on').notNull(),
    recordedBy: text('recorded_by').notNull(),
    recordedAt: instant('recorded_at').notNull(),
    takenBackAt: instant('taken_back_at'),
    takenBackBy: text('taken_back_by'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const cohortRun = pgTable(
  'cohort_run',
  {
    municipalityCode: text('municipality_code').notNull(),
    day: plainDate('day').notNull(),
    candidates: integer('candidates').notNull(),
    queued: integer('queued').notNull(),
    beganAt: instant('began_at').notNull(),
    leasedUntil: instant('leased_until'),
    endedAt: instant('ended_at'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.day] })],
)
