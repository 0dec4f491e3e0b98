/**
 * A register event is one thing a municipality's register told (a move, a death, a protection), kept
 * for ever with the answer it got; what is true of a person follows from all of them, in the order
 * of their effective days, never in that of their arrival. A task is something a person at the
 * municipality must do by hand, opened once per occasion.
 */
import { integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from './columns.ts'

export type RegisterEventKind =
  | 'moveOutNotified'
  | 'movedIn'
  | 'moveCancelled'
  | 'addressChanged'
  | 'deceased'
  | 'movedAbroad'
  | 'born'
  | 'removed'
  | 'restored'
  | 'protected'

/** As in table `task_kind`; a new kind is a row there and a word in `i18n/pages-*`. */
export type TaskKind =
  | 'followUp'
  | 'noticeByHand'
  | 'issueTicket'
  | 'moveInMissing'
  | 'toldVaccinated'
  | 'toldNotMine'
  | 'findDose'
  | 'slipsUsedUp'
  | 'findFormerRecord'
  | 'ticketByHand'
  | 'possiblySamePerson'
  | 'addressReturned'
  | 'releaseBatch'
  | 'reconcileBatch'

/**
 * How far the question to the former town is, for a move-in that names it without the person's number
 * there. Everything but `pending` is an answer.
 */
export type MatchState = 'pending' | 'found' | 'nobody' | 'differs' | 'noConsent' | 'noMyNumber'

export const registerEvent = pgTable('register_event', {
  id: uuid('id').primaryKey(),
  municipalityCode: text('municipality_code').notNull(),
  kind: text('kind').$type<RegisterEventKind>().notNull(),
  residentId: uuid('resident_id'),
  effectiveOn: plainDate('effective_on').notNull(),
  bodyDigest: bytes('body_digest').notNull(),
  answer: jsonb('answer').notNull(),
  recordedOn: plainDate('recorded_on').notNull(),
  recordedAt: instant('recorded_at').notNull(),
  notifiedOn: plainDate('notified_on').notNull(),
  previousMunicipalityCode: text('previous_municipality_code'),
  previousRegisterNumber: text('previous_register_number'),
  previousBorn: bytes('previous_born'),
  previousNames: bytes('previous_names').array(),
  matchState: text('match_state').$type<MatchState>(),
  matchConsentOn: plainDate('match_consent_on'),
  matchConsentBy: text('match_consent_by'),
})

export const taskKind = pgTable('task_kind', {
  kind: text('kind').$type<TaskKind>().primaryKey(),
})

export const task = pgTable(
  'task',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    kind: text('kind').$type<TaskKind>().notNull(),
    courseId: uuid('course_id'),
    residentId: uuid('resident_id'),
    occasion: uuid('occasion').notNull(),
    round: integer('round').notNull(),
    openedOn: plainDate('opened_on').notNull(),
    openedAt: instant('opened_at').notNull(),
    doneAt: instant('done_at'),
    doneBy: text('done_by'),
    outcome: text('outcome'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)
