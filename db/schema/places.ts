/**
 * Who takes part and what is given out. A municipality is a row of the ministry's code list, fixed
 * by data; its settings are a row only once it takes part, changed by itself alone. A grace row is
 * one town's recording lag of one day, written once by the daily measurement and kept, because a
 * plan keeps the value of its day. A venue, a product and a lot name things, never people. A lot
 * statement is what was said of a lot, with the day from which it is known; the lot's row holds what is
 * in force. A lot judgement asks that a lot's recorded doses be judged again.
 */
import { bigint, boolean, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, plainDate } from './columns.ts'

export const municipality = pgTable('municipality', {
  code: text('code').primaryKey(),
  prefecture: text('prefecture').notNull(),
  name: text('name').notNull(),
  kana: text('kana').notNull(),
  validFrom: plainDate('valid_from').notNull(),
  validTo: plainDate('valid_to'),
  successor: text('successor'),
})

export const municipalitySetting = pgTable('municipality_setting', {
  municipalityCode: text('municipality_code').primaryKey(),
  officeJa: text('office_ja').notNull(),
  officeEn: text('office_en').notNull(),
  phone: text('phone').notNull(),
  postcode: text('postcode').notNull(),
  address: text('address').notNull(),
  minimumGraceDays: integer('minimum_grace_days').notNull(),
  roundGapDays: integer('round_gap_days').notNull(),
  followUpAfterDays: integer('follow_up_after_days').notNull(),
  relocationTicketWaitDays: integer('relocation_ticket_wait_days').notNull(),
  noticeMinute: integer('notice_minute').notNull(),
  eveningMinute: integer('evening_minute').notNull(),
  preDueDays: integer('pre_due_days').notNull(),
  invitationAfterDays: integer('invitation_after_days').notNull(),
  lotRecallNotices: boolean('lot_recall_notices').notNull(),
  sendFromMinute: integer('send_from_minute').notNull(),
  sendUntilMinute: integer('send_until_minute').notNull(),
  quietWeekdays: integer('quiet_weekdays').array().notNull(),
  holidaysAreQuiet: boolean('holidays_are_quiet').notNull(),
  jitterMinutes: integer('jitter_minutes').notNull(),
  paperHoldDays: integer('paper_hold_days').notNull(),
})

export const municipalityGrace = pgTable(
  'municipality_grace',
  {
    municipalityCode: text('municipality_code').notNull(),
    day: plainDate('day').notNull(),
    days: integer('days').notNull(),
    doses: integer('doses').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.day] })],
)

export const venue = pgTable('venue', {
  code: text('code').primaryKey(),
  municipalityCode: text('municipality_code').notNull(),
  name: text('name').notNull(),
  openedOn: plainDate('opened_on'),
})

export const product = pgTable('product', {
  code: text('code').primaryKey(),
  cvx: integer('cvx').notNull(),
  nameJa: text('name_ja').notNull(),
  nameEn: text('name_en').notNull(),
})

export const lot = pgTable(
  'lot',
  {
    productCode: text('product_code').notNull(),
    lotNumber: text('lot_number').notNull(),
    expiresOn: plainDate('expires_on'),
    recalledOn: plainDate('recalled_on'),
    followedTo: plainDate('followed_to'),
  },
  (t) => [primaryKey({ columns: [t.productCode, t.lotNumber] })],
)

export const lotStatement = pgTable('lot_statement', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  productCode: text('product_code').notNull(),
  lotNumber: text('lot_number').notNull(),
  kind: text('kind').$type<'expiry' | 'recall'>().notNull(),
  onDay: plainDate('on_day'),
  knownFrom: plainDate('known_from').notNull(),
  source: text('source'),
  toldBy: text('told_by').notNull(),
  toldAt: instant('told_at').notNull(),
})

export const lotJudgement = pgTable(
  'lot_judgement',
  {
    productCode: text('product_code').notNull(),
    lotNumber: text('lot_number').notNull(),
    askedAt: instant('asked_at').notNull(),
    nextAt: instant('next_at').notNull(),
    beganAt: instant('began_at'),
    afterTown: text('after_town'),
    afterDose: uuid('after_dose'),
  },
  (t) => [primaryKey({ columns: [t.productCode, t.lotNumber] })],
)
