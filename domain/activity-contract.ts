/**
 * What workflows may ask of the world. Types only: the workflow bundle holds none of the code.
 *
 * Every argument and answer is small, is kept in histories, and names nobody. `workflowNowMs` is the
 * workflow's own `Date.now()`: an activity goes by the later of it and the wall clock, so that weeks
 * skipped in a test and days compressed in a campaign take the same path.
 *
 * An activity that cannot do its work throws and is tried again, without end. It throws an
 * `ApplicationFailure` of type `programmingError`, not retryable, only where no retry can help.
 * No message of any error may name a person: histories keep them.
 */
import type { BatchState, BatchStep, BatchWait } from './batch.ts'
import type { CourseFacts, CourseStep, Instant, PlainDate, TimedNoticeKind } from './course.ts'
import type { NextStep } from './import-run.ts'

export type DueStep = Omit<CourseStep, 'at'>
export type NoticeStep = DueStep & { kind: TimedNoticeKind }
export type FollowUpStep = DueStep & { kind: 'followUp' }

/**
 * Each answers with the newest facts. A step whose campaign day has not come is not performed and
 * stands in the answer again, with a later `at`: the version may then be the same.
 */
export type CourseActivities = {
  /** Checks everything again, then queues the notice, or records why it is not sent. Idempotent. */
  sendNotice(ask: {
    courseId: string
    step: NoticeStep
    workflowNowMs: number
  }): Promise<CourseFacts>
  /** Opens the task that a person at the municipality does by hand. Idempotent. */
  openFollowUp(ask: {
    courseId: string
    step: FollowUpStep
    workflowNowMs: number
  }): Promise<CourseFacts>
  newestFacts(ask: { courseId: string }): Promise<CourseFacts>
}

export type Evening = {
  /** Wall instant to wait for; a hint, in the past for a missed evening. */
  eveningAt: Instant
  /** The campaign day whose evening it is. */
  batchOn: PlainDate
}

/** The towns to make a batch for, or the instant at which to ask again: the hint was too early. */
export type EveningTowns = { towns: string[] } | { notBefore: Instant }

export type BatchAsk = { municipalityCode: string; batchOn: PlainDate; workflowNowMs: number }

export type EveningActivities = {
  /**
   * The first evening after that of `afterBatchOn`; of several missed ones only the last. Without
   * `afterBatchOn`, the first evening that has not passed.
   */
  nextEvening(ask: { afterBatchOn?: PlainDate; workflowNowMs: number }): Promise<Evening>
  /** Municipality codes, sorted, of the towns with letters queued for this evening. */
  townsWithQueuedLetters(ask: { batchOn: PlainDate; workflowNowMs: number }): Promise<EveningTowns>
}

/** What comes next with a batch; counts and states alone. `lookAgainAt`: a wall instant. */
export type BatchNext = {
  step: BatchStep
  state: BatchState | 'none'
  letters: number
  waitsFor?: BatchWait
  lookAgainAt?: Instant
}

export type BatchActivities = {
  /** Makes the dry run if there is none, and says what is to be done. */
  nextBatchStep(ask: BatchAsk): Promise<BatchNext>
  /** Fixes what the batch holds, after a last check of every letter. Idempotent: same answer again. */
  sealBatch(ask: BatchAsk): Promise<{ letters: number }>
  /** Writes PDF, manifest and index of a sealed batch. Idempotent: the same bytes again. */
  printBatch(ask: BatchAsk): Promise<{ pages: number }>
  /** Takes apart what somebody aborted before it was handed over. */
  abortBatch(ask: BatchAsk): Promise<void>
  /** Voids letters whose sheets cannot be posted, and queues them anew. */
  reprintLetters(ask: BatchAsk): Promise<void>
  /** Removes the plain files of a batch that is over. */
  clearBatch(ask: BatchAsk): Promise<void>
}

export type ImportAsk = { importId: string }

/**
 * What becomes of one import; everything about it stands in its row, and each of these writes there
 * what came of it. `over: false`: it was held or told to stop, and is to be asked about again.
 */
export type ImportStepDone = { over: boolean }

/** Run by the process `importer` alone, under a role of its own. Each may be repeated at any step. */
export type ImportActivities = {
  /** What is to be done next. */
  nextImportStep(ask: ImportAsk): Promise<NextStep>
  /** Finds out how the file is laid out, or that nobody can tell. */
  guessImport(ask: ImportAsk): Promise<ImportStepDone>
  /** Reads every row, compares it with the register, keeps what would change. Changes nothing. */
  reviewImport(ask: ImportAsk): Promise<ImportStepDone>
  /** Writes the file's own rows with what came of each; gives way to any wish. */
  resultsOfImport(ask: ImportAsk): Promise<ImportStepDone>
  /** All or nothing; a second time it finds that it is done. */
  applyImport(ask: ImportAsk): Promise<ImportStepDone>
  undoImport(ask: ImportAsk): Promise<ImportStepDone>
  /** Removes the file of a discarded import. */
  clearImport(ask: ImportAsk): Promise<ImportStepDone>
}

/** What `createActivities(deps)` of `activities/index.ts` returns. */
export type Activities = CourseActivities & EveningActivities & BatchActivities
