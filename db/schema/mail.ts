/**
 * An address row says whether somebody's mail address may be written to; the address is the register's or
 * the resident's own, both sealed. A link confirms it once. A bounce is a mail that came back. A pace row
 * holds one provider's mails back.
 */
import { boolean, interval, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import type { MailLanguage, MailState, StoppedBecause } from '../people/mail-address.ts'
import { bytes, instant, plainDate } from './columns.ts'

export const mailAddress = pgTable(
  'mail_address',
  {
    municipalityCode: text('municipality_code').notNull(),
    residentId: uuid('resident_id').notNull(),
    id: uuid('id').notNull(),
    ownAddress: bytes('own_address'),
    state: text('state').$type<MailState>().notNull(),
    isRetold: boolean('is_retold').notNull(),
    addressCheck: bytes('address_check'),
    provider: text('provider'),
    language: text('language').$type<MailLanguage>().notNull(),
    tries: smallint('tries').notNull(),
    leasedUntil: instant('leased_until'),
    queuedAt: instant('queued_at').notNull(),
    askedOn: plainDate('asked_on'),
    wishes: smallint('wishes').notNull(),
    wishedOn: plainDate('wished_on'),
    verifiedOn: plainDate('verified_on'),
    stoppedOn: plainDate('stopped_on'),
    stoppedBecause: text('stopped_because').$type<StoppedBecause>(),
    failures: smallint('failures').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.residentId] })],
)

export const mailLink = pgTable(
  'mail_link',
  {
    municipalityCode: text('municipality_code').notNull(),
    tokenSha256: bytes('token_sha256').notNull(),
    residentId: uuid('resident_id').notNull(),
    madeAt: instant('made_at').notNull(),
    usableUntil: instant('usable_until').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.tokenSha256] })],
)

export const mailBounce = pgTable(
  'mail_bounce',
  {
    municipalityCode: text('municipality_code').notNull(),
    attemptId: uuid('attempt_id').notNull(),
    courseId: uuid('course_id').notNull(),
    status: text('status').notNull(),
    receivedOn: plainDate('received_on').notNull(),
    receivedAt: instant('received_at').notNull(),
    via: text('via').$type<'page' | 'http' | 'folder'>().notNull(),
    receivedBy: text('received_by').notNull(),
    leasedUntil: instant('leased_until'),
    settledOn: plainDate('settled_on'),
    outcome: text('outcome').$type<'letter' | 'tooLate'>(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.attemptId] })],
)

export const mailPace = pgTable('mail_pace', {
  provider: text('provider').primaryKey(),
  every: interval('every').notNull(),
  nextAt: instant('next_at').notNull(),
})
