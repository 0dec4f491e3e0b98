/**
 * Whether a notice is owed for which no course waits: a mail before the due date, an invitation, word of
 * a recalled lot. From what a plan knows; asked when a cohort is looked through and when it leaves.
 */
import { addDays, compareDates, laterOf } from './calendar.ts'
import type { PlainDate } from './course.ts'
import type { NoticeIdentity } from './notice-check.ts'
import { noticesAreHeld, type Plan, type PlanInput, planCourse, remindersWait } from './plan.ts'
import { noQuietDays, sendingDayOf } from './sending-hours.ts'
import type { StopReason } from './stop-reasons.ts'

/** The earliest dose of a course that comes from a recalled lot. */
export type RecalledDose = {
  recallId: string
  doseNumber: number
  lotNumber: string
  givenOn: PlainDate
  productCode: string
  /** The day on which the recall became known. */
  knownOn: PlainDate
}

/** What only these notices ask for; loaded for them alone. */
export type CohortInput = {
  /** The day since which a ticket was at hand and the own age group was called up. */
  couldComeSince?: PlainDate
  recalled?: RecalledDose
}

export type CohortOwed =
  | { isOwed: true; plan: Plan; on: PlainDate }
  | { isOwed: false; state: 'held'; reason: CohortHeld; on: PlainDate }
  | { isOwed: false; state: 'suppressed'; reason: StopReason }

type CohortHeld = 'betweenMunicipalities' | 'saysVaccinated'

/** `kind` and `phase` of `notice` name one of the three; see `isCohortNotice`. */
export function checkCohort(input: PlanInput & CohortInput, notice: NoticeIdentity): CohortOwed {
  const plan = planCourse(input)
  const due = dueOn(input, plan, notice)
  if (typeof due !== 'object') {
    return { isOwed: false, state: 'suppressed', reason: due ?? whyNot(plan, notice) }
  }
  const quiet = input.settings.ladder?.quiet ?? noQuietDays
  const on = sendingDayOf(due.day, input.today, quiet)
  const held = heldBy(input, notice)
  if (!held) return { isOwed: true, plan, on }
  // A courtesy comes at its time or not at all.
  if (notice.kind === 'reminder') return { isOwed: false, state: 'suppressed', reason: held }
  return { isOwed: false, state: 'held', reason: held, on }
}

function heldBy(input: PlanInput, { kind }: NoticeIdentity): CohortHeld | undefined {
  if (noticesAreHeld(input)) return 'betweenMunicipalities'
  return kind !== 'lotRecall' && remindersWait(input) ? 'saysVaccinated' : undefined
}

type Due = { day: PlainDate } | StopReason | undefined

function dueOn(input: PlanInput & CohortInput, plan: Plan, notice: NoticeIdentity): Due {
  switch (notice.kind) {
    case 'reminder':
      return preDueOn(input, plan, notice)
    case 'invitation':
      return invitationOn(input, plan)
    case 'lotRecall':
      return recallOn(input, plan, notice)
    case 'relocationNotice':
      return undefined
    default:
      return assertNever(notice.kind)
  }
}

/** So many days before the due date, and not after it: then the overdue rounds say more. */
function preDueOn(input: PlanInput, plan: Plan, notice: NoticeIdentity): Due {
  const days = input.settings.ladder?.preDueDays ?? 0
  const { dueWindow, overdueOn } = plan
  if (days === 0) return 'superseded'
  if (plan.stage !== 'awaitingSecondDose' || !dueWindow || !overdueOn) return undefined
  if (notice.doseNumber !== plan.dosesGiven + 1 || notice.occasion !== lastDose(input)) {
    return undefined
  }
  if (compareDates(input.today, dueWindow.due) > 0) return 'superseded'
  return { day: addDays(dueWindow.due, -days) }
}

function invitationOn(input: PlanInput & CohortInput, plan: Plan): Due {
  const days = input.settings.ladder?.invitationAfterDays ?? 0
  if (days === 0) return 'superseded'
  if (plan.stage !== 'awaitingFirstDose' || plan.dosesGiven > 0) return undefined
  const { couldComeSince, lastScreenedOn } = input
  if (couldComeSince === undefined) return 'noTicket'
  // Whoever was sent home did come.
  const since = lastScreenedOn ? laterOf(couldComeSince, lastScreenedOn) : couldComeSince
  return { day: addDays(since, days) }
}

/** For whoever was given it, with the series complete or not. */
function recallOn(input: PlanInput & CohortInput, plan: Plan, notice: NoticeIdentity): Due {
  if (!input.settings.ladder?.lotRecallNotices) return 'superseded'
  if (plan.closedBecause) return plan.closedBecause
  const { recalled } = input
  if (!recalled || recalled.recallId !== notice.occasion) return 'lotNotRecalled'
  return { day: addDays(recalled.knownOn, 1) }
}

function whyNot(plan: Plan, notice: NoticeIdentity): StopReason {
  if (plan.closedBecause) return plan.closedBecause
  return plan.stage === 'complete' || plan.dosesGiven >= notice.doseNumber ? 'dosed' : 'superseded'
}

/** The occasion of a reminder: the dose that was given last, as a plan orders them. */
export function lastDose(input: Pick<PlanInput, 'doses'>): string | undefined {
  return input.doses
    .toSorted(
      (a, b) => compareDates(a.givenOn, b.givenOn) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
    )
    .at(-1)?.id
}

function assertNever(value: never): never {
  throw new Error(`unexpected ${String(value)}`)
}
