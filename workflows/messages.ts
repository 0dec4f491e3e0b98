/** Everything that can be said to a course, or asked of it: the one list for senders and workflow. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { Cause, CourseFacts, PlainDate } from '../domain/course.ts'

export const taskQueue = 'sesshu'

export type CourseInput = { courseId: string }

export const courseWorkflowType = 'vaccinationCourse'

export function courseWorkflowId(courseId: string): string {
  return `course/${courseId}`
}

/** News of a course: its facts, whole. The name says what raised the version; `facts.cause` too. */
export const doseGiven = defineSignal<[CourseFacts], 'doseGiven'>('doseGiven')
export const relocated = defineSignal<[CourseFacts], 'relocated'>('relocated')
export const corrected = defineSignal<[CourseFacts], 'corrected'>('corrected')
export const replanned = defineSignal<[CourseFacts], 'replanned'>('replanned')
export const closed = defineSignal<[CourseFacts], 'closed'>('closed')

export const courseSignals = { doseGiven, relocated, corrected, replanned, closed } satisfies {
  [C in Cause]: { name: C }
}

/** Asks the database anew and answers with the facts that the course then goes by. */
export const recheck = defineUpdate<CourseFacts>('recheck')

/** `undefined` only before the first facts have come. */
export const courseFacts = defineQuery<CourseFacts | undefined>('courseFacts')

export const eveningBatchesWorkflowType = 'eveningBatches'
export const eveningBatchesWorkflowId = 'evening-batches'

/** `afterBatchOn`: the last evening that was seen to, carried from run to run. */
export type EveningBatchesInput = { afterBatchOn?: PlainDate }

export type NoticeBatchInput = { municipalityCode: string; batchOn: PlainDate }

export const noticeBatchWorkflowType = 'noticeBatch'

export function noticeBatchWorkflowId({ municipalityCode, batchOn }: NoticeBatchInput): string {
  return `noticeBatch/${municipalityCode}/${batchOn}`
}

/** Something about the batch has changed in the database: ask again. It carries nothing. */
export const batchNews = defineSignal('batchNews')

/** Imports have a queue and a process of their own: a large file holds up no course. */
export const importsTaskQueue = 'imports'

export const importFileWorkflowType = 'importFile'

export type ImportFileInput = { importId: string }

export function importWorkflowId(importId: string): string {
  return `import/${importId}`
}

/** Something about the import has changed in the database: ask again. It carries nothing. */
export const importNews = defineSignal('importNews')
