/**
 * A returned letter row is one letter that came back; while it stops and has not ended, no letter leaves
 * to its person. A forwarding address is where letters go instead, on a legal ground. Contact phone,
 * work and calls belong to the telephone after the last reminder. What names a place or a number is
 * sealed; read and written by `db/people` alone.
 */
import { boolean, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { CallOutcome, PhoneSource } from '../../domain/follow-up-call.ts'
import type { AddressGround, ReturnEnding, ReturnReason } from '../../domain/returned-post.ts'
import { bytes, instant, plainDate } from './columns.ts'

export const returnedLetter = pgTable(
  'returned_letter',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    residentId: uuid('resident_id').notNull(),
    letterId: uuid('letter_id').notNull(),
    noticeId: uuid('notice_id'),
    reason: text('reason').$type<ReturnReason>().notNull(),
    sentAt: instant('sent_at').notNull(),
    sentOn: plainDate('sent_on').notNull(),
    returnedOn: plainDate('returned_on').notNull(),
    returnedAt: instant('returned_at').notNull(),
    enteredBy: text('entered_by').notNull(),
    stops: boolean('stops').notNull(),
    endedOn: plainDate('ended_on'),
    endedAt: instant('ended_at'),
    endedBy: text('ended_by'),
    endedBecause: text('ended_because').$type<ReturnEnding>(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const forwardingAddress = pgTable(
  'forwarding_address',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    residentId: uuid('resident_id').notNull(),
    fromOn: plainDate('from_on').notNull(),
    untilOn: plainDate('until_on'),
    ground: text('ground').$type<AddressGround>().notNull(),
    address: bytes('address').notNull(),
    enteredOn: plainDate('entered_on').notNull(),
    enteredAt: instant('entered_at').notNull(),
    enteredBy: text('entered_by').notNull(),
    endedOn: plainDate('ended_on'),
    endedBy: text('ended_by'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const contactPhone = pgTable(
  'contact_phone',
  {
    municipalityCode: text('municipality_code').notNull(),
    residentId: uuid('resident_id').notNull(),
    number: bytes('number').notNull(),
    source: text('source').$type<PhoneSource>().notNull(),
    enteredOn: plainDate('entered_on').notNull(),
    enteredBy: text('entered_by').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.residentId] })],
)

export const followUpWork = pgTable(
  'follow_up_work',
  {
    municipalityCode: text('municipality_code').notNull(),
    taskId: uuid('task_id').notNull(),
    holder: uuid('holder'),
    heldAt: instant('held_at'),
    nextTryOn: plainDate('next_try_on'),
    tries: integer('tries').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.taskId] })],
)

export const followUpCall = pgTable(
  'follow_up_call',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    taskId: uuid('task_id').notNull(),
    residentId: uuid('resident_id').notNull(),
    outcome: text('outcome').$type<CallOutcome>().notNull(),
    calledOn: plainDate('called_on').notNull(),
    calledAt: instant('called_at').notNull(),
    calledBy: text('called_by').notNull(),
    nextTryOn: plainDate('next_try_on'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)
