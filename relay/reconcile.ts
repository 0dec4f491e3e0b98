/**
 * PostgreSQL against Temporal, course by course. Both sides are read in slices of course ids, so that
 * memory stays flat whatever there is; visibility lags behind, so that nothing counts as a difference
 * before the course's row and its run have been asked once more.
 */
import type { Client } from '@temporalio/client'
import type { Clock } from '../config/clock.ts'
import type { Sql } from '../db/client.ts'
import {
  type CourseState,
  countOpenCourses,
  coursesById,
  openCoursesIn,
  setAsideCourses,
} from '../db/queries/reconcile.ts'
import { addDays, compareDates } from '../domain/calendar.ts'
import { isOver } from '../domain/course.ts'
import { type CourseRuns, type ListedRun, listRuns } from './course-runs.ts'
import { slicesOf } from './slices.ts'

export const differenceKinds = [
  'missing',
  'stale',
  'extra',
  'unknown',
  'late',
  'failing',
  'setAside',
] as const

/**
 * `missing`: an open course without an open run. `stale`: its run goes by older facts and no news is
 * on the way. `extra`: an open run of a course that is over. `unknown`: an open run of no course here.
 * `late`: the next step is more than a day in the past. `failing`: the run's own code fails.
 * `setAside`: its news was refused too often.
 */
export type DifferenceKind = (typeof differenceKinds)[number]
export type Difference = { kind: DifferenceKind; courseId: string; detail: string }

export type ReconcileDeps = { sql: Sql; client: Client; clock: Clock }

export type Compared = {
  openCourses: number
  openRuns: number
  /** On its way already: no difference. */
  waiting: number
  /** How many runs told their facts themselves, and how many did not answer. */
  asked: number
  unanswered: number
}

export type ReconcileOptions = {
  /** So many runs that look right are asked all the same; those that do not are always asked. */
  askAtMost: number
  onDifference: (difference: Difference) => Promise<void>
  onProgress?: (done: number, all: number) => void
}

const setAsideAtMost = 10_000
/** A step may be a day late without anybody being stuck: an evening, a night, a restart. */
const lateAfterDays = 1

export async function reconcile(
  { sql, client, clock }: ReconcileDeps,
  options: ReconcileOptions,
): Promise<Compared> {
  const runs = listRuns(client)
  const compared = { openCourses: 0, openRuns: 0, waiting: 0, asked: 0, unanswered: 0 }
  const expected = Math.max(await countOpenCourses(sql), await runs.countOpen())
  const slices = slicesOf(expected)
  for (const [index, slice] of slices.entries()) {
    await compareSlice({ sql, runs, clock, options, compared }, slice)
    options.onProgress?.(index + 1, slices.length)
  }
  for (const courseId of await setAsideCourses(sql, setAsideAtMost)) {
    await options.onDifference({
      kind: 'setAside',
      courseId,
      detail: 'its news was refused too often',
    })
  }
  return compared
}

type Work = {
  sql: Sql
  runs: CourseRuns
  clock: Clock
  options: ReconcileOptions
  compared: Compared
}

async function compareSlice(work: Work, slice: { prefix: string; from: string; to: string }) {
  const { sql, runs, compared } = work
  const listed = await runs.openIn(slice.prefix)
  const courses = new Map((await openCoursesIn(sql, slice)).map((course) => [course.id, course]))
  compared.openRuns += listed.size
  compared.openCourses += courses.size
  const withoutRun = [...courses.keys()].filter((id) => !listed.has(id))
  const withoutCourse = [...listed.keys()].filter((id) => !courses.has(id))
  await confirmMissing(work, withoutRun)
  await confirmExtra(work, withoutCourse)
  for (const [id, run] of listed) {
    const course = courses.get(id)
    if (course) await comparePair(work, course, run)
  }
}

/** Asked of the run itself, not of the list; and the course may have ended or been told meanwhile. */
async function confirmMissing(work: Work, ids: string[]): Promise<void> {
  const { sql, runs, options, compared } = work
  const alive = await runs.alive(ids)
  const still = await coursesById(
    sql,
    ids.filter((id) => !alive.has(id)),
  )
  for (const course of still.values()) {
    if (isOver(course.stage) || course.isSetAside) continue
    if (course.isWaiting) compared.waiting += 1
    else await options.onDifference(differing('missing', course.id, `${course.stage}, no open run`))
  }
}

async function confirmExtra(work: Work, ids: string[]): Promise<void> {
  const { sql, runs, options, compared } = work
  const alive = await runs.alive(ids)
  const courses = await coursesById(sql, [...alive])
  for (const id of alive) {
    const course = courses.get(id)
    if (!course) await options.onDifference(differing('unknown', id, 'no such course here'))
    else if (course.isWaiting) compared.waiting += 1
    else if (isOver(course.stage)) {
      await options.onDifference(differing('extra', id, `${course.stage}, but its run is open`))
    }
  }
}

async function comparePair(work: Work, course: CourseState, run: ListedRun): Promise<void> {
  const { runs, clock, options, compared } = work
  if (course.isSetAside) return
  if (course.isWaiting) {
    compared.waiting += 1
    return
  }
  const late = lateness(course, clock)
  const looksRight = !late && showsSameFacts(course, run)
  if (looksRight && compared.asked >= options.askAtMost) return
  const answer = await runs.ask(course.id)
  if (answer.kind === 'facts') {
    compared.asked += 1
    if (answer.version < course.version) return confirmStale(work, course, answer.version)
  } else {
    compared.unanswered += 1
    if (!looksRight && !late) return confirmStale(work, course, undefined)
    if (answer.kind === 'failing') {
      return options.onDifference(differing('failing', course.id, answer.detail))
    }
  }
  if (late) await options.onDifference(differing('late', course.id, late))
}

/** The row may have been raised, and its news be on the way, since it was read. */
async function confirmStale(work: Work, course: CourseState, knows: number | undefined) {
  const now = (await coursesById(work.sql, [course.id])).get(course.id)
  if (!now || now.version !== course.version || now.isWaiting) return
  const known = knows === undefined ? 'other facts' : `version ${knows}`
  const detail = `its run knows ${known}, the row is at version ${course.version}`
  await work.options.onDifference(differing('stale', course.id, detail))
}

function lateness({ nextStepOn }: CourseState, clock: Clock): string | undefined {
  if (!nextStepOn) return undefined
  const limit = addDays(clock.today(), -lateAfterDays)
  return compareDates(nextStepOn, limit) < 0 ? `its next step was due on ${nextStepOn}` : undefined
}

/** A run itself shows that a second dose is overdue, without any news: the row never stores it. */
function showsSameFacts(course: CourseState, run: ListedRun): boolean {
  const stages = [
    course.stage,
    ...(course.stage === 'awaitingSecondDose' ? ['secondDoseOverdue'] : []),
  ]
  return (
    run.municipalityCode === course.municipalityCode &&
    stages.some((stage) => stage === run.stage) &&
    run.product === (course.productCode ?? undefined) &&
    run.nextNoticeOn === (course.nextNoticeOn ?? undefined)
  )
}

function differing(kind: DifferenceKind, courseId: string, detail: string): Difference {
  return { kind, courseId, detail }
}
