import { log } from '@temporalio/workflow'
import { type CourseFacts, type CourseStep, stages } from '../domain/course.ts'

/** The same step that comes back due at once is not tried again before this has passed. */
const repeatAfterMs = 1_000
/** A step that failed for good is tried again, since the fault may have been mended meanwhile. */
const afterFaultMs = 3_600_000

/** What a run knows of its course: the newest facts it has heard, and what it must not repeat at once. */
export class CourseState {
  #facts: CourseFacts | undefined
  #postponed: { key: string; untilMs: number } | undefined

  /** Replaced as a whole with every change, so that identity tells news. */
  get facts(): CourseFacts {
    if (!this.#facts) throw new Error('a course has no facts before its first news')
    return this.#facts
  }

  get known(): CourseFacts | undefined {
    return this.#facts
  }

  /** News may come late, twice or out of order: only what is newer counts. */
  hear(news: CourseFacts): void {
    if (!looksLikeFacts(news)) {
      log.warn('a signal without usable facts was ignored')
      return
    }
    if (!this.#facts || news.version > this.#facts.version) this.#facts = news
  }

  /** An activity has just asked the database: its answer may move a step without a new version. */
  adopt(answer: CourseFacts): void {
    if (!this.#facts || answer.version >= this.#facts.version) this.#facts = answer
  }

  /** Reaching the day itself is no news: the next facts will say the same. */
  becomeOverdue(reached: CourseStep): void {
    const steps = this.facts.steps.filter((step) => step !== reached)
    this.#facts = { ...this.facts, stage: 'secondDoseOverdue', steps }
  }

  notePerformed(step: CourseStep, atMs: number): void {
    this.#postponed = { key: keyOf(step), untilMs: atMs + repeatAfterMs }
  }

  noteFault(step: CourseStep, atMs: number): void {
    this.#postponed = { key: keyOf(step), untilMs: atMs + afterFaultMs }
  }

  /** When a step may be performed, in epoch ms. */
  dueMs(step: CourseStep): number {
    const postponed = this.#postponed
    const notBeforeMs = postponed?.key === keyOf(step) ? postponed.untilMs : 0
    return Math.max(Date.parse(step.at), notBeforeMs)
  }
}

function keyOf({ kind, doseNumber, occasion, round }: CourseStep): string {
  return [kind, doseNumber, occasion, round].join('/')
}

/** An operator may send a signal by hand; anything that is not facts must not stop a course. */
function looksLikeFacts(news: CourseFacts | undefined): news is CourseFacts {
  return (
    Number.isInteger(news?.version) &&
    stages.some((stage) => stage === news?.stage) &&
    Array.isArray(news?.steps) &&
    news.steps.every((step) => Number.isFinite(Date.parse(step?.at)))
  )
}
