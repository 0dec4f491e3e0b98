/** Whether a notice is owed, from what a plan knows. Pure: asked once to queue it, once to let it go. */
import { compareDates } from './calendar.ts'
import { type CohortInput, checkCohort } from './cohort-check.ts'
import type { NoticeKind, NoticePhase, PlainDate } from './course.ts'
import {
  noticesAreHeld,
  type Plan,
  type PlanInput,
  type PlannedStep,
  paperHoldsUntil,
  planCourse,
  remindersWait,
} from './plan.ts'
import type { StopReason } from './stop-reasons.ts'

/** With the course this names one notice for ever. */
export type NoticeIdentity = {
  kind: NoticeKind
  phase?: NoticePhase
  doseNumber: number
  occasion: string
  round: number
}

export type Owed =
  | { isOwed: true; plan: Plan; on: PlainDate }
  /**
   * Owed, but nobody knows the right address between two towns; or the person says to have had the dose,
   * and it is being looked for; or it may stand on paper that nobody has keyed yet.
   */
  | {
      isOwed: false
      state: 'held'
      reason: 'betweenMunicipalities' | 'saysVaccinated' | 'unkeyedPaper'
      on: PlainDate
    }
  | { isOwed: false; state: 'suppressed'; reason: StopReason }

/** Plans as if the notice had never been decided on, and looks for its step. */
export function checkOwed(input: PlanInput & CohortInput, notice: NoticeIdentity): Owed {
  if (isCohortNotice(notice)) return checkCohort(input, notice)
  const isHeld = noticesAreHeld(input)
  const plan = planCourse({
    ...input,
    notices: input.notices.filter((decided) => !isOf(decided, notice)),
    home: isHeld ? asIfSettled(input.home) : input.home,
  })
  const step = plan.steps.find((each) => isStepOf(each, notice))
  if (!step) return { isOwed: false, state: 'suppressed', reason: whyNot(input, plan, notice) }
  const { on } = step
  if (isHeld) return { isOwed: false, state: 'held', reason: 'betweenMunicipalities', on }
  if (notice.kind === 'reminder' && remindersWait(input)) {
    return { isOwed: false, state: 'held', reason: 'saysVaccinated', on }
  }
  if (waitsForPaper(input, notice, on)) {
    return { isOwed: false, state: 'held', reason: 'unkeyedPaper', on }
  }
  return { isOwed: true, plan, on }
}

/** Queued by cohort, and never a step of a course. */
export function isCohortNotice({ kind, phase }: Pick<NoticeIdentity, 'kind' | 'phase'>): boolean {
  return phase === 'preDue' || kind === 'invitation' || kind === 'lotRecall'
}

function waitsForPaper(input: PlanInput, notice: NoticeIdentity, on: PlainDate): boolean {
  if (notice.kind !== 'reminder' || notice.round !== 1) return false
  const until = paperHoldsUntil(input, on)
  return until !== undefined && compareDates(input.today, until) < 0
}

export function isStepOf(
  step: Pick<PlannedStep, 'kind' | 'phase' | 'doseNumber' | 'occasion' | 'round'>,
  notice: Omit<NoticeIdentity, 'kind'> & { kind: PlannedStep['kind'] | NoticeKind },
): boolean {
  return (
    step.kind === notice.kind &&
    step.phase === notice.phase &&
    step.doseNumber === notice.doseNumber &&
    step.occasion === notice.occasion &&
    step.round === notice.round
  )
}

function isOf(decided: PlanInput['notices'][number], notice: NoticeIdentity): boolean {
  return (
    decided.kind === notice.kind &&
    (decided.phase === 'preDue') === (notice.phase === 'preDue') &&
    decided.occasion === notice.occasion &&
    decided.round === notice.round
  )
}

function asIfSettled({ status }: PlanInput['home']): PlanInput['home'] {
  return { status: status === 'movedOut' ? 'registered' : status }
}

function whyNot(input: PlanInput, plan: Plan, notice: NoticeIdentity): StopReason {
  if (plan.closedBecause) return plan.closedBecause
  if (plan.stage === 'complete' || plan.dosesGiven >= notice.doseNumber) return 'dosed'
  if (notice.kind === 'relocationNotice' && input.relocation?.eventId !== notice.occasion) {
    return 'moved'
  }
  return 'superseded'
}
