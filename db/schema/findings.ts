/**
 * A finding is a rule that a dose broke: whether it still does (`hits`) is the machine's to say, what
 * people made of it (`state`) is theirs. An event is one change of it, kept for ever. An error report is
 * what the prefecture is told of errors in giving doses; the findings that it tells of name it.
 */
import { boolean, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, plainDate } from './columns.ts'

/** `withdrawn`: what the rule goes by has changed. `corrected`: the record was. */
export type FindingState = 'ruleHit' | 'checkedRight' | 'wrong' | 'corrected' | 'withdrawn'

export const finding = pgTable(
  'finding',
  {
    municipalityCode: text('municipality_code').notNull(),
    doseId: uuid('dose_id').notNull(),
    code: text('code').notNull(),
    state: text('state').$type<FindingState>().notNull(),
    hits: boolean('hits').notNull(),
    foundAt: instant('found_at').notNull(),
    foundOn: plainDate('found_on'),
    ownerId: uuid('owner_id'),
    dueOn: plainDate('due_on'),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    decidedOn: plainDate('decided_on'),
    reason: text('reason'),
    isError: boolean('is_error').notNull(),
    reportId: uuid('report_id'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.doseId, t.code] })],
)

export const findingEvent = pgTable(
  'finding_event',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    doseId: uuid('dose_id').notNull(),
    code: text('code').notNull(),
    at: instant('at').notNull(),
    onDay: plainDate('on_day').notNull(),
    byWhom: text('by_whom').notNull(),
    what: text('what')
      .$type<'found' | 'foundAgain' | 'hitsNoMore' | 'decided' | 'assigned'>()
      .notNull(),
    because: text('because'),
    stateFrom: text('state_from').$type<FindingState>(),
    stateTo: text('state_to').$type<FindingState>().notNull(),
    ownerId: uuid('owner_id'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const errorReport = pgTable(
  'error_report',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    form: text('form').$type<'4-10-2' | '4-10-3'>().notNull(),
    doseId: uuid('dose_id'),
    month: plainDate('month'),
    openedOn: plainDate('opened_on').notNull(),
    dueOn: plainDate('due_on').notNull(),
    sentOn: plainDate('sent_on'),
    sentBy: text('sent_by'),
    sentLines: jsonb('sent_lines'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)
