/**
 * A model of the database for workflow tests: courses whose facts come from `planCourse`, as the
 * real ones do, and activities that check again before they send. It keeps what left, not calls.
 */
import { randomUUID } from 'node:crypto'
import { type Clock, clockOf } from '../../config/clock.ts'
import type { CourseActivities, DueStep } from '../../domain/activity-contract.ts'
import { addDays, compareDates, laterOf, tokyoInstant } from '../../domain/calendar.ts'
import type { Cause, CourseFacts, PlainDate } from '../../domain/course.ts'
import { type PlanDose, type PlanInput, type PlannedStep, planCourse } from '../../domain/plan.ts'

export const firstDay = '2021-06-01' as PlainDate
export const dayOf = (n: number): PlainDate => addDays(firstDay, n)

/** Made-up towns: codes that no municipality has. */
export const oldTown = '990019'
export const newTown = '990027'

const noon = 12 * 60
const noticeMinute = 9 * 60

type CourseRow = Omit<PlanInput, 'today'> & {
  version: number
  cause: Cause
  municipalityCode: string
  today: PlainDate
}

export type Sent = { courseId: string; kind: string; round: number; on: PlainDate; by: string }

export type DoseGiven = { number: number; on: PlainDate; recordedOn?: PlainDate }

export class CourseModel {
  readonly clock: Clock
  readonly sent: Sent[] = []
  readonly followedUp: { courseId: string; on: PlainDate }[] = []
  readonly #courses = new Map<string, CourseRow>()

  /** Day 0 is `firstDay`, and it is noon there now, whatever the wall clock says. */
  constructor(startedMs = Date.now()) {
    const campaignAt = Date.parse(tokyoInstant(firstDay, noon))
    this.clock = clockOf(() => [{ wallAt: startedMs, campaignAt, pace: 1 }])
  }

  openCourse(courseId: string = randomUUID()): string {
    this.#courses.set(courseId, {
      version: 0,
      cause: 'replanned',
      municipalityCode: oldTown,
      today: firstDay,
      doses: [],
      home: { status: 'registered' },
      notices: [],
      followUps: [],
      settings: {
        graceDays: 21,
        roundGapDays: 14,
        followUpAfterDays: 14,
        relocationTicketWaitDays: 7,
      },
    })
    return courseId
  }

  giveDose(courseId: string, dose: DoseGiven): CourseFacts {
    const row = this.#row(courseId)
    const given: PlanDose = {
      id: randomUUID(),
      claimedDoseNumber: dose.number,
      givenOn: dose.on,
      productCode: 'pfizer',
    }
    row.doses = [...row.doses, given]
    return this.#raise(courseId, 'doseGiven', dose.recordedOn ?? dose.on)
  }

  voidLastDose(courseId: string, on: PlainDate): CourseFacts {
    const row = this.#row(courseId)
    row.doses = row.doses.slice(0, -1)
    return this.#raise(courseId, 'corrected', on)
  }

  move(courseId: string, on: PlainDate): CourseFacts {
    const row = this.#row(courseId)
    row.municipalityCode = newTown
    row.relocation = { eventId: randomUUID(), effectiveOn: on, recordedOn: on }
    return this.#raise(courseId, 'relocated', on)
  }

  reportDeath(courseId: string, on: PlainDate): CourseFacts {
    this.#row(courseId).home = { status: 'deceased' }
    return this.#raise(courseId, 'closed', on)
  }

  /** A new version with nothing new in it, as a correction of an unimportant field makes. */
  touch(courseId: string, on: PlainDate): CourseFacts {
    return this.#raise(courseId, 'corrected', on)
  }

  facts(courseId: string): CourseFacts {
    const { version, cause, municipalityCode, ...input } = this.#row(courseId)
    const { stage, dosesGiven, product, closedBecause, steps } = planCourse(input)
    return {
      version,
      cause,
      stage,
      dosesGiven,
      municipalityCode,
      ...(product && { product }),
      ...(closedBecause && { closedBecause }),
      steps: steps.map((step) => ({ ...step, at: this.#wallInstant(step) })),
    }
  }

  activities(): CourseActivities {
    return {
      newestFacts: async ({ courseId }) => this.facts(courseId),
      sendNotice: async ({ courseId, step, workflowNowMs }) => {
        const on = this.#liveUntil(courseId, workflowNowMs)
        if (this.#isDue(courseId, step)) this.#send(courseId, step, on)
        return this.facts(courseId)
      },
      openFollowUp: async ({ courseId, step, workflowNowMs }) => {
        const on = this.#liveUntil(courseId, workflowNowMs)
        if (this.#isDue(courseId, step)) {
          const row = this.#row(courseId)
          row.followUps = [...row.followUps, step.occasion]
          this.followedUp.push({ courseId, on })
          this.#raise(courseId, 'replanned', on)
        }
        return this.facts(courseId)
      },
    }
  }

  #send(
    courseId: string,
    step: DueStep & { kind: 'reminder' | 'relocationNotice' },
    on: PlainDate,
  ) {
    const row = this.#row(courseId)
    const { kind, doseNumber, occasion, round } = step
    row.notices = [...row.notices, { kind, doseNumber, occasion, round, state: 'left', on }]
    this.sent.push({ courseId, kind, round, on, by: row.municipalityCode })
    this.#raise(courseId, 'replanned', on)
  }

  #isDue(courseId: string, { kind, occasion, round }: DueStep): boolean {
    const row = this.#row(courseId)
    return planCourse(row).steps.some(
      (owed) =>
        owed.kind === kind &&
        owed.occasion === occasion &&
        owed.round === round &&
        compareDates(owed.on, row.today) <= 0,
    )
  }

  /** Each course has lived through as much time as its own run has skipped. */
  #liveUntil(courseId: string, workflowNowMs: number): PlainDate {
    const row = this.#row(courseId)
    row.today = laterOf(row.today, this.clock.todayAt(Math.max(workflowNowMs, Date.now())))
    return row.today
  }

  #raise(courseId: string, cause: Cause, on: PlainDate): CourseFacts {
    const row = this.#row(courseId)
    row.version += 1
    row.cause = cause
    row.today = laterOf(row.today, on)
    return this.facts(courseId)
  }

  #wallInstant(step: PlannedStep): string {
    const campaignMs = Date.parse(tokyoInstant(step.on, noticeMinute))
    return new Date(this.clock.wallAt(campaignMs)).toISOString()
  }

  #row(courseId: string): CourseRow {
    const row = this.#courses.get(courseId)
    if (!row) throw new Error(`the model has no course ${courseId}`)
    return row
  }
}
