/**
 * A notice row is something owed to a person once for ever, whichever town sends it: (course, kind,
 * phase, dose number, occasion, round). An attempt is one try to bring it by mail or letter. A batch
 * is one town's sealed evening of letters. Written by the worker; a move may re-home or withdraw
 * what has not left yet.
 */
import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { NoticeKind, NoticePhase } from '../../domain/course.ts'
import { instant, plainDate } from './columns.ts'

export type NoticeState = 'queued' | 'held' | 'suppressed' | 'left' | 'failed'
export type Channel = 'mail' | 'letter'
export type AttemptState =
  | 'queued'
  | 'attempting'
  | 'accepted'
  | 'refused'
  | 'unknown'
  | 'sealed'
  | 'withdrawn'

export const notice = pgTable(
  'notice',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    residentId: uuid('resident_id').notNull(),
    courseId: uuid('course_id').notNull(),
    kind: text('kind').$type<NoticeKind>().notNull(),
    phase: text('phase').$type<'' | NoticePhase>().notNull(),
    doseNumber: integer('dose_number').notNull(),
    occasion: uuid('occasion').notNull(),
    round: integer('round').notNull(),
    dueOn: plainDate('due_on').notNull(),
    state: text('state').$type<NoticeState>().notNull(),
    reason: text('reason'),
    queuedOn: plainDate('queued_on'),
    leftOn: plainDate('left_on'),
    leftAt: instant('left_at'),
    channel: text('channel').$type<Channel>(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const letterBatch = pgTable(
  'letter_batch',
  {
    municipalityCode: text('municipality_code').notNull(),
    batchOn: plainDate('batch_on').notNull(),
    id: uuid('id').notNull(),
    state: text('state').$type<'sealed' | 'printed'>().notNull(),
    letters: integer('letters').notNull(),
    pages: integer('pages'),
    pdfSha256: text('pdf_sha256'),
    sealedAt: instant('sealed_at').notNull(),
    printedAt: instant('printed_at'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.batchOn] })],
)

export const noticeAttempt = pgTable(
  'notice_attempt',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    noticeId: uuid('notice_id').notNull(),
    attempt: integer('attempt').notNull(),
    channel: text('channel').$type<Channel>().notNull(),
    state: text('state').$type<AttemptState>().notNull(),
    batchOn: plainDate('batch_on'),
    tries: integer('tries').notNull(),
    leasedUntil: instant('leased_until'),
    queuedAt: instant('queued_at').notNull(),
    settledAt: instant('settled_at'),
    settledOn: plainDate('settled_on'),
    reason: text('reason'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)
