/** How the run of a course is started: by the same call that brings the news. */
import type { CourseFacts } from '../domain/course.ts'
import { startSummary } from '../domain/course-words.ts'
import { courseAttributes } from './course-attributes.ts'
import { courseSignals, courseWorkflowId, taskQueue } from './messages.ts'

/**
 * The options of `client.workflow.signalWithStart(courseWorkflowType, …)` for one version of the
 * facts. A running course hears the signal; one that is over or was never started begins a run.
 */
export function courseStart(courseId: string, facts: CourseFacts) {
  return {
    workflowId: courseWorkflowId(courseId),
    taskQueue,
    args: [{ courseId }] as [{ courseId: string }],
    signal: courseSignals[facts.cause],
    signalArgs: [facts] as [CourseFacts],
    staticSummary: startSummary(courseId),
    typedSearchAttributes: courseAttributes(facts),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    // What a killed worker held is given to another after this long.
    workflowTaskTimeout: '5s',
  } as const
}
