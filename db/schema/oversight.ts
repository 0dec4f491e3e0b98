/**
 * The supervisory plan and its watching. A version is a published text, by its hashes; an answer is
 * what a municipality said of it, and a later one is a further row; an incident runs towards two
 * reports; a control run is what the tests said on a day; an alert is raised once. Rows here are
 * added and never changed, and no resident is in any of them.
 */
import { bigint, boolean, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from './columns.ts'

export const planVersion = pgTable('plan_version', {
  version: integer('version').primaryKey(),
  jaSha256: bytes('ja_sha256').notNull(),
  enSha256: bytes('en_sha256').notNull(),
  publishedAt: instant('published_at').notNull(),
})

export const planAnswers = ['accepts', 'objects'] as const
export type PlanAnswer = (typeof planAnswers)[number]

export const planAnswer = pgTable('plan_answer', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  municipalityCode: text('municipality_code').notNull(),
  version: integer('version').notNull(),
  answer: text('answer').$type<PlanAnswer>().notNull(),
  comment: text('comment'),
  answeredBy: uuid('answered_by').notNull(),
  answeredAt: instant('answered_at').notNull(),
})

export const incident = pgTable('incident', {
  id: uuid('id').primaryKey(),
  municipalityCode: text('municipality_code').notNull(),
  knownOn: plainDate('known_on').notNull(),
  isMalicious: boolean('is_malicious').notNull(),
  isSealed: boolean('is_sealed').notNull(),
  caseReference: text('case_reference').notNull(),
  toldBy: uuid('told_by').notNull(),
  toldAt: instant('told_at').notNull(),
})

export const reportKinds = ['prompt', 'final'] as const
export type ReportKind = (typeof reportKinds)[number]

export const incidentReport = pgTable(
  'incident_report',
  {
    incidentId: uuid('incident_id').notNull(),
    kind: text('kind').$type<ReportKind>().notNull(),
    reportedOn: plainDate('reported_on').notNull(),
    toldBy: uuid('told_by').notNull(),
    toldAt: instant('told_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.incidentId, table.kind] })],
)

export const controlRun = pgTable('control_run', {
  id: uuid('id').primaryKey(),
  ranAt: instant('ran_at').notNull(),
  commitHash: text('commit_hash'),
  recordedAt: instant('recorded_at').notNull(),
})

export const controlOutcome = pgTable(
  'control_outcome',
  {
    runId: uuid('run_id').notNull(),
    controlId: text('control_id').notNull(),
    isProven: boolean('is_proven').notNull(),
    isDrill: boolean('is_drill').notNull(),
    passed: integer('passed').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.controlId] })],
)

export const alertKinds = ['manyReads', 'reviewLate', 'reportLate'] as const
export type AlertKind = (typeof alertKinds)[number]

export const oversightAlert = pgTable('oversight_alert', {
  id: uuid('id').primaryKey(),
  kind: text('kind').$type<AlertKind>().notNull(),
  aboutId: text('about_id').notNull(),
  office: text('office').notNull(),
  onDay: plainDate('on_day').notNull(),
  raisedAt: instant('raised_at').notNull(),
})
