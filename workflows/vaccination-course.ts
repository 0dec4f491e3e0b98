/**
 * A resident's course of doses: waits for the next dose, reminds when it is missing, ends when the
 * series is complete or the course is closed.
 *
 * It knows when, never who: facts come from the database with every signal and with every activity's
 * answer, dates already computed. It waits on one timer, to the next step of any kind. An operator
 * sees in plain words what it waits for; the course page says the same.
 */
import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  isCancellation,
  log,
  proxyActivities,
  setCurrentDetails,
  setDefaultSignalHandler,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { CourseActivities, FollowUpStep, NoticeStep } from '../domain/activity-contract.ts'
import { type CourseFacts, type CourseStep, isOver, type StepKind } from '../domain/course.ts'
import {
  activitySummary,
  newestFactsSummary,
  operatorDetails,
  timerSummary,
} from '../domain/course-words.ts'
import { changedAttributes } from './course-attributes.ts'
import { CourseState } from './course-state.ts'
import { type CourseInput, courseFacts, courseSignals, recheck } from './messages.ts'

const { sendNotice, openFollowUp, newestFacts } = proxyActivities<CourseActivities>({
  // A few database statements; the heartbeat tells a killed worker from a slow one.
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '3 seconds',
  // For ever: what is owed stays owed through any outage. Slow growth, so that it ends soon after.
  retry: {
    initialInterval: '1 second',
    backoffCoefficient: 1.5,
    maximumInterval: '30 seconds',
    nonRetryableErrorTypes: ['programmingError'],
  },
})

export async function vaccinationCourse({ courseId }: CourseInput): Promise<void> {
  const course = new CourseState()
  listen(course, courseId)

  // A later version may be old news that revived a course: nothing is done before asking.
  if (course.known?.version !== 1) await askAnew(course, courseId)

  while (!(await isFinished(course))) {
    const step = await nextDueStep(course)
    if (step) await perform(step, course, courseId)
  }
}

function listen(course: CourseState, courseId: string): void {
  for (const signal of Object.values(courseSignals)) {
    setHandler(signal, (news) => course.hear(news))
  }
  setHandler(courseFacts, () => course.known)
  setHandler(recheck, async () => {
    await askAnew(course, courseId)
    return course.facts
  })
  setDefaultSignalHandler((name) => log.warn('a signal of an unknown name was ignored', { name }))
}

async function askAnew(course: CourseState, courseId: string): Promise<void> {
  course.adopt(
    await newestFacts.executeWithOptions({ summary: newestFactsSummary }, [{ courseId }]),
  )
}

/** Shows where the course stands; over only when nobody still waits for an answer. */
async function isFinished(course: CourseState): Promise<boolean> {
  show(course)
  if (!isOver(course.facts.stage)) return false
  await condition(allHandlersFinished)
  return isOver(course.facts.stage)
}

function show({ facts }: CourseState): void {
  setCurrentDetails(operatorDetails(facts))
  const changed = changedAttributes(facts, workflowInfo().typedSearchAttributes)
  if (changed.length > 0) upsertSearchAttributes(changed)
}

/** Waits for the first step to fall due; `undefined` when news came first. */
async function nextDueStep(course: CourseState): Promise<CourseStep | undefined> {
  const { facts } = course
  const hasNews = () => course.facts !== facts
  const step = facts.steps[0]
  if (!step) {
    await condition(hasNews)
    return undefined
  }
  const waitMs = course.dueMs(step) - Date.now()
  if (waitMs > 0) {
    await condition(hasNews, Math.max(1, Math.ceil(waitMs)), { summary: timerSummary(step) })
  }
  return hasNews() ? undefined : step
}

async function perform(step: CourseStep, course: CourseState, courseId: string): Promise<void> {
  if (step.kind === 'stage') return course.becomeOverdue(step)
  try {
    course.adopt(await act(step, courseId))
    course.notePerformed(step, Date.now())
  } catch (error) {
    // A fault in our own code must not end a person's course: it goes on hearing news.
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error
    log.error('a step failed for good and is tried again later', { kind: step.kind })
    course.noteFault(step, Date.now())
  }
}

type ActiveStep = CourseStep & { kind: Exclude<StepKind, 'stage'> }

function act(step: CourseStep, courseId: string): Promise<CourseFacts> {
  const { at: _, ...due } = step as ActiveStep
  const ask = { courseId, workflowNowMs: Date.now() }
  const options = { summary: activitySummary(step) }
  switch (due.kind) {
    case 'reminder':
    case 'relocationNotice':
      return sendNotice.executeWithOptions(options, [{ ...ask, step: due as NoticeStep }])
    case 'followUp':
      return openFollowUp.executeWithOptions(options, [{ ...ask, step: due as FollowUpStep }])
    default:
      return assertNever(due.kind)
  }
}

function assertNever(value: never): never {
  throw new Error(`unexpected ${String(value)}`)
}
