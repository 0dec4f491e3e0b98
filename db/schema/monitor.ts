/**
 * The watch over what is owed and what left, and what it costs. Written by the monitor alone, from facts
 * and from evidence; the sender knows nothing of it. It holds random ids, days, codes and counts.
 */
import { bigint, integer, numeric, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { CostItem } from '../../domain/cost.ts'
import { instant, plainDate } from './columns.ts'
import type { Channel } from './notices.ts'

export const noticeDeparture = pgTable('notice_departure', {
  source: text('source').primaryKey(),
  channel: text('channel').$type<Channel>().notNull(),
  noticeId: uuid('notice_id').notNull(),
  attemptId: uuid('attempt_id'),
  leftOn: plainDate('left_on').notNull(),
  leftAt: instant('left_at').notNull(),
  pages: integer('pages'),
  batchTown: text('batch_town'),
  seenAt: instant('seen_at').notNull(),
  municipalityCode: text('municipality_code'),
  courseId: uuid('course_id'),
  kind: text('kind'),
  phase: text('phase'),
  doseNumber: integer('dose_number'),
  occasion: uuid('occasion'),
  round: integer('round'),
  checkedAt: instant('checked_at'),
})

export const noticeDebt = pgTable(
  'notice_debt',
  {
    courseId: uuid('course_id').notNull(),
    kind: text('kind').notNull(),
    phase: text('phase').notNull(),
    doseNumber: integer('dose_number').notNull(),
    occasion: uuid('occasion').notNull(),
    round: integer('round').notNull(),
    municipalityCode: text('municipality_code').notNull(),
    sinceOn: plainDate('since_on').notNull(),
    seenOn: plainDate('seen_on').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.courseId, t.kind, t.phase, t.doseNumber, t.occasion, t.round] }),
  ],
)

export const monitorAlarm = pgTable(
  'monitor_alarm',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    kind: text('kind').notNull(),
    courseId: uuid('course_id'),
    noticeKind: text('notice_kind'),
    occasion: uuid('occasion'),
    round: integer('round'),
    about: text('about'),
    detail: text('detail'),
    raisedOn: plainDate('raised_on').notNull(),
    raisedAt: instant('raised_at').notNull(),
    mailedAt: instant('mailed_at'),
    closedOn: plainDate('closed_on'),
    closedBecause: text('closed_because'),
    closedBy: text('closed_by'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const monitorCount = pgTable(
  'monitor_count',
  {
    municipalityCode: text('municipality_code').notNull(),
    day: plainDate('day').notNull(),
    what: text('what').notNull(),
    count: integer('count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.day, t.what] })],
)

export const monitorRun = pgTable('monitor_run', {
  day: plainDate('day').primaryKey(),
  beganAt: instant('began_at').notNull(),
  endedAt: instant('ended_at'),
  courses: integer('courses').notNull(),
  departures: integer('departures').notNull(),
  alarms: integer('alarms').notNull(),
  mailsKnownBy: text('mails_known_by').$type<'journal' | 'sender'>().notNull(),
})

export const monitorGrace = pgTable(
  'monitor_grace',
  {
    municipalityCode: text('municipality_code').notNull(),
    day: plainDate('day').notNull(),
    shortest: integer('shortest').notNull(),
    longest: integer('longest').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.day] })],
)

export const monitorSetting = pgTable('monitor_setting', {
  municipalityCode: text('municipality_code').primaryKey(),
  alarmMail: text('alarm_mail'),
  setBy: text('set_by').notNull(),
  setAt: instant('set_at').notNull(),
})

export const reminderEffect = pgTable(
  'reminder_effect',
  {
    municipalityCode: text('municipality_code').notNull(),
    month: plainDate('month').notNull(),
    round: integer('round').notNull(),
    channel: text('channel').$type<Channel>().notNull(),
    sent: integer('sent').notNull(),
    watched: integer('watched').notNull(),
    came: integer('came').notNull(),
    hadIt: integer('had_it').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.month, t.round, t.channel] })],
)

export const costQuantity = pgTable(
  'cost_quantity',
  {
    municipalityCode: text('municipality_code').notNull(),
    month: plainDate('month').notNull(),
    item: text('item').$type<CostItem>().notNull(),
    quantity: integer('quantity').notNull(),
    countedOn: plainDate('counted_on').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.month, t.item] })],
)

export const unitPrice = pgTable(
  'unit_price',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    item: text('item').$type<CostItem>().notNull(),
    fromOn: plainDate('from_on').notNull(),
    yen: numeric('yen'),
    setBy: text('set_by').notNull(),
    setAt: instant('set_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const costTotal = pgTable(
  'cost_total',
  {
    month: plainDate('month').notNull(),
    areaCode: text('area_code').notNull(),
    item: text('item').$type<CostItem>().notNull(),
    municipalities: integer('municipalities').notNull(),
    quantity: bigint('quantity', { mode: 'number' }).notNull(),
    yen: numeric('yen').notNull(),
    undecided: integer('undecided').notNull(),
  },
  (t) => [primaryKey({ columns: [t.month, t.areaCode, t.item] })],
)
