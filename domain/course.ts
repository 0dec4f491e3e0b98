/**
 * The vocabulary of a course: one resident and one two-dose series.
 *
 * `CourseFacts` is what travels to the workflow. It carries state, not deltas, and a version from
 * the database: the workflow keeps the newest, so duplicates, reordering and replays are harmless.
 * It names nobody: ids are random, dates are those of doses still to come.
 */

/** A civil date in Asia/Tokyo, `YYYY-MM-DD`. Never an instant. */
export type PlainDate = string & { readonly __plainDate: never }

/** An instant in UTC, ISO 8601 with `Z` and milliseconds. */
export type Instant = string

export const stages = [
  'awaitingFirstDose',
  'awaitingSecondDose',
  'secondDoseOverdue',
  'inFollowUp',
  'complete',
  'closed',
] as const
export type Stage = (typeof stages)[number]

/** Why a course ended without being complete. */
export type ClosedBecause =
  | 'deceased'
  | 'movedAbroad'
  | 'declined'
  | 'merged'
  | 'removedFromRegister'
  | 'erased'

/** What raised the version; each is also the name of the signal that carries the facts. */
export const causes = ['doseGiven', 'relocated', 'corrected', 'replanned', 'closed'] as const
export type Cause = (typeof causes)[number]

export const noticeKinds = ['reminder', 'relocationNotice', 'lotRecall', 'invitation'] as const
export type NoticeKind = (typeof noticeKinds)[number]
/** Those that a course waits for. The others, and reminders before the due date, go by cohort. */
export type TimedNoticeKind = Extract<NoticeKind, 'reminder' | 'relocationNotice'>
/** Of a reminder: before the dose is due, or after it has become overdue. */
export type NoticePhase = 'preDue' | 'overdue'
export type StepKind = 'stage' | TimedNoticeKind | 'followUp'

/** What there is a text for: a reminder before the due date says something else than one after it. */
export const noticeTextKinds = [...noticeKinds, 'preDue'] as const
export type NoticeTextKind = (typeof noticeTextKinds)[number]

type KindAndPhase = { kind: NoticeKind; phase?: NoticePhase | '' }

export function noticeTextOf({ kind, phase }: KindAndPhase): NoticeTextKind {
  return kind === 'reminder' && phase === 'preDue' ? 'preDue' : kind
}

/** A courtesy, for which nobody prints a letter: with the mail refused it does not leave at all. */
export function isMailOnly({ kind, phase }: KindAndPhase): boolean {
  return kind === 'reminder' && phase === 'preDue'
}

/**
 * Something that falls due later. `on` is the plain date people read (campaign time in a demo);
 * `at` the instant at which the workflow's timer fires: a hint, checked again by the activity.
 * (course, kind, phase, doseNumber, occasion, round) names one notice for ever.
 */
export type CourseStep = {
  kind: StepKind
  phase?: 'overdue'
  doseNumber: number
  /** The previous dose's id for a reminder or a follow-up, the move's id for a relocation notice. */
  occasion: string
  round: number
  on: PlainDate
  at: Instant
}

export type CourseFacts = {
  version: number
  cause: Cause
  stage: Stage
  dosesGiven: number
  municipalityCode: string
  product?: string
  closedBecause?: ClosedBecause
  /** In the order in which they fall due. */
  steps: CourseStep[]
}

/** A course that waits for nothing more: its run completes. A correction may reopen it. */
export function isOver(stage: Stage): boolean {
  return stage === 'complete' || stage === 'closed'
}
