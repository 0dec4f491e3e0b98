/** The runs of courses, as Temporal has them. */

import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Client,
  isGrpcServiceError,
  QueryNotRegisteredError,
  QueryRejectedError,
  ServiceError,
  WorkflowNotFoundError,
} from '@temporalio/client'
import {
  courseStageKey,
  municipalityCodeKey,
  nextNoticeOnKey,
  productKey,
} from '../workflows/course-attributes.ts'
import { courseFacts, courseWorkflowId, courseWorkflowType } from '../workflows/messages.ts'

/** What a list shows of an open run. Days are plain dates. */
export type ListedRun = {
  municipalityCode?: string
  stage?: string
  product?: string
  nextNoticeOn?: string
}

export type Answer =
  | { kind: 'facts'; version: number }
  | { kind: 'failing'; detail: string }
  | { kind: 'noAnswer' }

export type CourseRuns = {
  countOpen(): Promise<number>
  /** Open runs by course id, of the courses whose id begins so. */
  openIn(prefix: string): Promise<Map<string, ListedRun>>
  /** Those of the courses that have an open run now, by the runs' own word. */
  alive(courseIds: string[]): Promise<Set<string>>
  /** Which facts a run goes by. Needs a worker. */
  ask(courseId: string): Promise<Answer>
  /** The newest run of a course: none, running, completed, terminated …; its version if it says. */
  stateOf(courseId: string): Promise<{ run: string; version?: number }>
}

/** Half of what a namespace may ask of visibility by default: operators want to look, too. */
const lookAgainAfterMs = 200
const pageSize = 1_000
const describesAtOnce = 16
const answerWithinMs = 3_000
/** Without a worker nobody answers: there is no sense in waiting for each run in turn. */
const silencesAtMost = 3
/** One failure may be a restart; a task that failed so often fails by itself. */
const failingFromAttempt = 3
const idPrefix = courseWorkflowId('')

export function listRuns(client: Client): CourseRuns {
  let silences = 0
  const open = `WorkflowType = '${courseWorkflowType}' AND ExecutionStatus = 'Running'`
  const runs: CourseRuns = {
    async countOpen() {
      return (await client.workflow.count(open)).count
    },
    async openIn(prefix) {
      const within = prefix === '' ? '' : ` AND WorkflowId STARTS_WITH '${idPrefix}${prefix}'`
      const found = new Map<string, ListedRun>()
      let seen = 0
      for await (const run of client.workflow.list({ query: open + within, pageSize })) {
        found.set(run.workflowId.slice(idPrefix.length), shownOf(run.typedSearchAttributes))
        seen += 1
        if (seen % pageSize === 0) await sleep(lookAgainAfterMs)
      }
      await sleep(lookAgainAfterMs)
      return found
    },
    async alive(courseIds) {
      const alive = new Set<string>()
      const queue = [...courseIds]
      const lane = async (): Promise<void> => {
        for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
          if (await isOpen(client, id)) alive.add(id)
        }
      }
      await Promise.all(Array.from({ length: describesAtOnce }, lane))
      return alive
    },
    async ask(courseId) {
      const failing = await failureOf(client, courseId).catch((error) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error
        return undefined
      })
      if (failing) return failing
      if (silences >= silencesAtMost) return { kind: 'noAnswer' }
      try {
        const facts = await client.withDeadline(Date.now() + answerWithinMs, () =>
          client.workflow.getHandle(courseWorkflowId(courseId)).query(courseFacts),
        )
        silences = 0
        return facts ? { kind: 'facts', version: facts.version } : { kind: 'noAnswer' }
      } catch (error) {
        if (!isSilence(error)) throw error
        silences += 1
        return { kind: 'noAnswer' }
      }
    },
    async stateOf(courseId) {
      const state = await stateName(client, courseId)
      if (state !== 'RUNNING') return { run: state.toLowerCase() }
      const answer = await runs.ask(courseId)
      const version = answer.kind === 'facts' ? { version: answer.version } : {}
      return { run: answer.kind === 'failing' ? answer.detail : 'running', ...version }
    },
  }
  return runs
}

async function isOpen(client: Client, courseId: string): Promise<boolean> {
  return (await stateName(client, courseId)) === 'RUNNING'
}

async function stateName(client: Client, courseId: string): Promise<string> {
  try {
    const { status } = await client.workflow.getHandle(courseWorkflowId(courseId)).describe()
    return status.name
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'NONE'
    throw error
  }
}

/** No worker, a worker that cannot, or a run that ended a moment ago. */
function isSilence(error: unknown): boolean {
  return (
    isGrpcServiceError(error) ||
    error instanceof ServiceError ||
    error instanceof QueryNotRegisteredError ||
    error instanceof QueryRejectedError ||
    error instanceof WorkflowNotFoundError
  )
}

async function failureOf(client: Client, courseId: string): Promise<Answer | undefined> {
  const { raw } = await client.workflow.getHandle(courseWorkflowId(courseId)).describe()
  const attempt = raw.pendingWorkflowTask?.attempt ?? 0
  if (attempt < failingFromAttempt) return undefined
  return { kind: 'failing', detail: `its workflow task has failed ${attempt - 1} times` }
}

type Attributes = Awaited<
  ReturnType<ReturnType<Client['workflow']['getHandle']>['describe']>
>['typedSearchAttributes']

function shownOf(attributes: Attributes): ListedRun {
  const municipalityCode = attributes.get(municipalityCodeKey)
  const stage = attributes.get(courseStageKey)
  const product = attributes.get(productKey)
  const nextNoticeOn = attributes.get(nextNoticeOnKey)?.toISOString().slice(0, 10)
  return {
    ...(municipalityCode && { municipalityCode }),
    ...(stage && { stage }),
    ...(product && { product }),
    ...(nextNoticeOn && { nextNoticeOn }),
  }
}
