/**
 * A notice row is something owed to a person once for ever, whichever town sends it: (course, kind,
 * phase, dose number, occasion, round). An attempt is one try to bring it by mail or letter. A batch
 * is one town's evening of letters, from its dry run to the last sheet; a mark is a sheet as it was read
 * back, a reprint a letter that is void and printed under another id. Written by the worker; a move may re-home or withdraw
 * what has not left yet.
 */
import { boolean, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { AbortReason, BatchState, Explanation, ReprintReason } from '../../domain/batch.ts'
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
  | 'bounced'

/** Characters of a letter that the font lacks, as `U+E123`. */
export type LackingInLetter = { letterId: string; field: string; characters: string[] }

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
    state: text('state').$type<BatchState>().notNull(),
    letters: integer('letters').notNull(),
    pages: integer('pages'),
    pdfSha256: text('pdf_sha256'),
    sealedAt: instant('sealed_at'),
    printedAt: instant('printed_at'),
    lacking: jsonb('lacking').$type<LackingInLetter[]>().notNull(),
    referenceOn: plainDate('reference_on'),
    proposedLetters: integer('proposed_letters'),
    proposedByKind: jsonb('proposed_by_kind'),
    proposedAt: instant('proposed_at'),
    sample: uuid('sample').array().notNull(),
    checkedBy: uuid('checked_by'),
    checkedAt: instant('checked_at'),
    releasedBy: uuid('released_by'),
    releasedAt: instant('released_at'),
    releasedAutomatically: boolean('released_automatically').notNull(),
    sealBeganAt: instant('seal_began_at'),
    sealedOn: plainDate('sealed_on'),
    stopped: jsonb('stopped').notNull(),
    abortAskedBy: uuid('abort_asked_by'),
    abortAskedAt: instant('abort_asked_at'),
    abortReason: text('abort_reason').$type<AbortReason>(),
    abortedAt: instant('aborted_at'),
    withdrawnLetters: integer('withdrawn_letters'),
    manifestSha256: text('manifest_sha256'),
    manifestSignature: text('manifest_signature'),
    manifestKey: text('manifest_key'),
    reconcileBy: plainDate('reconcile_by'),
    printedPages: integer('printed_pages'),
    postedOn: plainDate('posted_on'),
    postedAt: instant('posted_at'),
    postedBy: uuid('posted_by'),
    explained: text('explained').$type<Explanation>().array().notNull(),
    newsAt: instant('news_at'),
    toldAt: instant('told_at'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.batchOn] })],
)

export const batchMark = pgTable(
  'batch_mark',
  {
    municipalityCode: text('municipality_code').notNull(),
    batchOn: plainDate('batch_on').notNull(),
    readingId: uuid('reading_id').notNull(),
    ordinal: integer('ordinal').notNull(),
    mark: text('mark').notNull(),
    attemptId: uuid('attempt_id'),
    page: integer('page'),
    readAt: instant('read_at').notNull(),
    readBy: uuid('read_by').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.readingId, t.ordinal] })],
)

export const letterReprint = pgTable(
  'letter_reprint',
  {
    municipalityCode: text('municipality_code').notNull(),
    attemptId: uuid('attempt_id').notNull(),
    batchOn: plainDate('batch_on').notNull(),
    reason: text('reason').$type<ReprintReason>().notNull(),
    askedBy: uuid('asked_by').notNull(),
    askedAt: instant('asked_at').notNull(),
    doneAt: instant('done_at'),
    replacedBy: uuid('replaced_by'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.attemptId] })],
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
    mailToken: uuid('mail_token').notNull(),
    mailProvider: text('mail_provider'),
    pages: integer('pages'),
    replaces: uuid('replaces'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)
