import type { DataConverter } from '@temporalio/common'
import type { NativeConnection, WorkerOptions } from '@temporalio/worker'
import { temporalIdentity } from '../config/temporal.ts'
import type { Activities, ImportActivities } from '../domain/activity-contract.ts'
import { importsTaskQueue, taskQueue } from '../workflows/messages.ts'
import { beatingInterceptor } from './heartbeat.ts'

export type WorkerParts = {
  connection: NativeConnection
  namespace: string
  dataConverter: DataConverter
  workflowBundle: { code: string }
  activities: Activities
}

const activitiesAtOnce = 8
export const mailsAtOnce = 4
/** Questions whether an address may be written to; each holds a connection for a moment. */
export const asksAtOnce = 2
/**
 * One connection for each activity, mail and question, two for what looks for mails and the clock, two
 * for cohorts.
 */
export const databaseConnections = activitiesAtOnce + mailsAtOnce + asksAtOnce + 4

/**
 * Courses sleep for weeks: a cache only helps the few between an activity and its answer. A demo's weeks are
 * minutes, and reading a course anew from its history is most of what its worker and its Temporal do; one that
 * is kept takes about 0.45 MB.
 */
const coursesKept = { real: 200, demo: 5_000 }

/** The limits of one worker process, for 2 cores. */
export function workerOptions({
  isDemo = false,
  ...parts
}: WorkerParts & { isDemo?: boolean }): WorkerOptions {
  return {
    ...parts,
    taskQueue,
    identity: temporalIdentity('worker'),
    maxCachedWorkflows: isDemo ? coursesKept.demo : coursesKept.real,
    // After a kill, tasks bound for the dead worker's cache go to any other after this long. A busy
    // worker that is too late for it costs each course two events and a transition more.
    stickyQueueScheduleToStartTimeout: '5s',
    // One thread does them: what waits for it longer than a task may take is done twice.
    maxConcurrentWorkflowTaskExecutions: 16,
    maxConcurrentActivityTaskExecutions: activitiesAtOnce,
    workflowThreadPoolSize: 1,
    // Activities are short and repeatable; what still runs after this is tried again elsewhere.
    shutdownGraceTime: '5s',
    shutdownForceTime: '15s',
    interceptors: { activity: [() => ({ inbound: beatingInterceptor() })] },
  }
}

/** Files are large and few: one is compared while another is read, and the rest wait their turn. */
export const importsAtOnce = 2
/** Each step has one for its rows and one for its progress; and two look for news and the clock. */
export const importConnections = importsAtOnce * 3 + 2

export type ImporterParts = Omit<WorkerParts, 'activities'> & {
  activities: ImportActivities
}

/** The limits of the importer's one process. */
export function importerOptions(parts: ImporterParts): WorkerOptions {
  return {
    ...parts,
    taskQueue: importsTaskQueue,
    identity: temporalIdentity('importer'),
    maxCachedWorkflows: 20,
    stickyQueueScheduleToStartTimeout: '5s',
    maxConcurrentWorkflowTaskExecutions: 4,
    maxConcurrentActivityTaskExecutions: importsAtOnce,
    workflowThreadPoolSize: 1,
    // A step that is told to stop leaves at the next batch of rows, and is begun anew elsewhere.
    shutdownGraceTime: '2s',
    shutdownForceTime: '15s',
    interceptors: { activity: [() => ({ inbound: beatingInterceptor() })] },
  }
}
