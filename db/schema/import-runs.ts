/**
 * An import run is what is wished of an import and how far it is. A file profile is how one register
 * system writes one kind of file, once a clerk confirmed it. An import press is one act of a clerk for an
 * import; an import minute is one in which its page was open: `clerkEffort` is counted from these alone.
 */
import {
  bigint,
  boolean,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import type { FileProfile, LayoutKind } from '../../domain/municipal-file.ts'
import { instant, plainDate } from './columns.ts'

export const fileProfile = pgTable(
  'file_profile',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    layout: text('layout').$type<LayoutKind>().notNull(),
    name: text('name').notNull(),
    profile: jsonb('profile').$type<FileProfile>().notNull(),
    confirmedBy: text('confirmed_by').notNull(),
    confirmedAt: instant('confirmed_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const importRun = pgTable(
  'import_run',
  {
    municipalityCode: text('municipality_code').notNull(),
    importId: uuid('import_id').notNull(),
    receivedOn: plainDate('received_on').notNull(),
    layoutAsked: text('layout_asked').$type<LayoutKind>(),
    layoutState: text('layout_state').notNull(),
    profileId: uuid('profile_id'),
    wish: text('wish'),
    restKept: boolean('rest_kept').notNull(),
    isPaused: boolean('is_paused').notNull(),
    resultsFor: text('results_for'),
    resultsLost: boolean('results_lost').notNull(),
    phase: text('phase'),
    done: bigint('done', { mode: 'number' }).notNull(),
    total: bigint('total', { mode: 'number' }).notNull(),
    rowsDone: bigint('rows_done', { mode: 'number' }).notNull(),
    phaseBeganAt: instant('phase_began_at'),
    progressAt: instant('progress_at'),
    trouble: text('trouble'),
    tries: integer('tries').notNull(),
    news: integer('news').notNull(),
    newsTold: integer('news_told').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.importId] })],
)

export const importPress = pgTable('import_press', {
  id: uuid('id').primaryKey(),
  municipalityCode: text('municipality_code').notNull(),
  importId: uuid('import_id').notNull(),
  press: text('press').notNull(),
  decisions: integer('decisions').notNull(),
  pressedBy: uuid('pressed_by').notNull(),
  pressedAt: instant('pressed_at').notNull(),
})

export const importMinute = pgTable(
  'import_minute',
  {
    municipalityCode: text('municipality_code').notNull(),
    importId: uuid('import_id').notNull(),
    lookedBy: uuid('looked_by').notNull(),
    minute: instant('minute').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.importId, t.lookedBy, t.minute] })],
)
