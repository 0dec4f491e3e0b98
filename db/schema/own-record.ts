/**
 * What a letter's reader reaches: a code row is the keyed index of what stands on one letter, with the
 * tries it still bears; a try row one entering of any code, right or wrong; a session row the quarter of
 * an hour after a right one. A refusal row says from when to when a person wanted no reminders; a message
 * row what they told their municipality there or at the desk, the words sealed. An erased register number is one that nothing
 * is written under again. Written by whoever seals letters, by the page of the reader, and by keyd.
 */
import { bigint, boolean, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from './columns.ts'

export const letterCode = pgTable(
  'letter_code',
  {
    municipalityCode: text('municipality_code').notNull(),
    codeIndex: bytes('code_index').notNull(),
    id: uuid('id').notNull(),
    residentId: uuid('resident_id').notNull(),
    letterId: uuid('letter_id').notNull(),
    madeOn: plainDate('made_on').notNull(),
    triesLeft: smallint('tries_left').notNull(),
    diedAt: instant('died_at'),
    diedBecause: text('died_because').$type<'moved' | 'protected' | 'deceased' | 'erased'>(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.codeIndex] })],
)

export const letterCodeTry = pgTable('letter_code_try', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  triedAt: instant('tried_at').notNull(),
  wasRight: boolean('was_right').notNull(),
})

export const residentSession = pgTable(
  'resident_session',
  {
    municipalityCode: text('municipality_code').notNull(),
    tokenSha256: bytes('token_sha256').notNull(),
    residentId: uuid('resident_id').notNull(),
    letterCodeId: uuid('letter_code_id').notNull(),
    startedAt: instant('started_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.tokenSha256] })],
)

export const letterRefusal = pgTable(
  'letter_refusal',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    residentId: uuid('resident_id').notNull(),
    refusedAt: instant('refused_at').notNull(),
    refusedOn: plainDate('refused_on').notNull(),
    refusedBy: text('refused_by').notNull(),
    takenBackAt: instant('taken_back_at'),
    takenBackBy: text('taken_back_by'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const residentMessage = pgTable(
  'resident_message',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    residentId: uuid('resident_id').notNull(),
    kind: text('kind').$type<'alreadyVaccinated' | 'notMine' | 'declines'>().notNull(),
    saidAt: instant('said_at').notNull(),
    saidOn: plainDate('said_on').notNull(),
    words: bytes('words'),
    via: text('via').$type<'ownPage' | 'desk'>().notNull(),
    saidTo: text('said_to'),
    endedOn: plainDate('ended_on'),
    endedBy: text('ended_by'),
    /** Of what was said, whole: to see that it is said again. */
    bodyDigest: bytes('body_digest'),
    /** As it was answered. */
    remindersWaitUntil: plainDate('reminders_wait_until'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const erasedRegisterNumber = pgTable(
  'erased_register_number',
  {
    municipalityCode: text('municipality_code').notNull(),
    registerNumber: text('register_number').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.registerNumber] })],
)
