/**
 * A resident row is one person in one municipality's register: a move makes a second row elsewhere,
 * and a person who comes back gets the old one again. It names nobody; what it says (registered,
 * moved out, deceased) changes only by what that register has told. A protection row is one period
 * of a support measure, reported by the municipality that protects.
 */
import { boolean, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import type { PlanHome } from '../../domain/plan.ts'
import { bytes, instant, plainDate } from './columns.ts'

export const resident = pgTable(
  'resident',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    registerNumber: text('register_number').notNull(),
    status: text('status').$type<PlanHome['status']>().notNull(),
    statusOn: plainDate('status_on'),
    basis: text('basis').$type<'register' | 'actualStay'>().notNull(),
    ageClass: smallint('age_class').notNull(),
    ageClassOn: plainDate('age_class_on').notNull(),
    olderFrom: plainDate('older_from'),
    isMinor: boolean('is_minor').notNull(),
    birthYearCheck: bytes('birth_year_check').notNull(),
    bornOnCheck: bytes('born_on_check').notNull(),
    moveOutPlannedOn: plainDate('move_out_planned_on'),
    moveOutEventId: uuid('move_out_event_id'),
    recordedAt: instant('recorded_at').notNull(),
    erasedAt: instant('erased_at'),
    madeByImport: uuid('made_by_import'),
    addressStoppedOn: plainDate('address_stopped_on'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const protection = pgTable(
  'protection',
  {
    municipalityCode: text('municipality_code').notNull(),
    residentId: uuid('resident_id').notNull(),
    fromOn: plainDate('from_on').notNull(),
    toOn: plainDate('to_on'),
    reportedAt: instant('reported_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.residentId, t.fromOn] })],
)

/** Codes of the town's own list: the facility somebody lives in, the group that is called early. */
export const residentGroup = pgTable(
  'resident_group',
  {
    municipalityCode: text('municipality_code').notNull(),
    residentId: uuid('resident_id').notNull(),
    facilityCode: text('facility_code'),
    priorityGroup: text('priority_group'),
    toldAt: instant('told_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.residentId] })],
)
