/**
 * The plan of a course: from what is known today to the stage it is in and the steps that come.
 *
 * One pure function. The database keeps its result beside the version; the workflow only waits for
 * it. A changed rule is a changed plan, never changed workflow code.
 */
import { addDays, compareDates, laterOf } from './calendar.ts'
import type {
  ClosedBecause,
  CourseStep,
  NoticeKind,
  NoticePhase,
  PlainDate,
  Stage,
  TimedNoticeKind,
} from './course.ts'
import { dueWindowAfter } from './forecast.ts'
import { dosesInSeries } from './product.ts'
import { noQuietDays, type QuietDays, sendingDayOf } from './sending-hours.ts'

export type PlannedStep = Omit<CourseStep, 'at'>

export type PlanDose = {
  id: string
  claimedDoseNumber: number
  givenOn: PlainDate
  productCode: string
}

/** What became of a notice of this course; `held` ones are still owed, the others never again. */
export type PlanNotice = {
  kind: NoticeKind
  phase?: NoticePhase | ''
  doseNumber: number
  occasion: string
  round: number
  state: 'queued' | 'held' | 'suppressed' | 'left' | 'failed'
  /** The day it left, or else the day it was queued or suppressed. */
  on: PlainDate
}

export type PlanHome = {
  status: 'registered' | 'movedOut' | 'movedAbroad' | 'deceased' | 'removedFromRegister'
  /** The planned day of a notified move-out, with its event: notices are held from then on. */
  moveOut?: { plannedOn: PlainDate; eventId: string }
  /** A letter came back, and nobody knows a better address yet. */
  lettersStopped?: true
}

export type PlanRelocation = {
  eventId: string
  /** The day of the move itself. */
  effectiveOn: PlainDate
  recordedOn: PlainDate
  /** The day on which the new town registered a ticket for the remaining dose. */
  ticketRegisteredOn?: PlainDate
}

/** What the rounds of a town depend on besides their distances. Left out, no day is quiet and nothing waits. */
export type LadderSettings = {
  /** 0: no mail before the due date. */
  preDueDays: number
  /** 0: nobody is invited. */
  invitationAfterDays: number
  lotRecallNotices: boolean
  paperHoldDays: number
  quiet: QuietDays
}

export type PlanSettings = {
  /** Days after `overdueOn` within which a dose already given may still be unrecorded. */
  graceDays: number
  roundGapDays: number
  followUpAfterDays: number
  relocationTicketWaitDays: number
  ladder?: LadderSettings
}

export type PlanInput = {
  today: PlainDate
  /** Those that count: neither voided nor held. Any order. */
  doses: PlanDose[]
  home: PlanHome
  /** Set by a person's decision (merged, erased), not by the register: whatever it tells, it stays so. */
  closedBecause?: ClosedBecause
  /** Somebody does not wish: closed as declined, until a dose is given on this day or later. */
  declinedFrom?: PlainDate
  relocation?: PlanRelocation
  /** Somebody says that the dose was given: rounds that were held for it wait until then. */
  remindersWaitUntil?: PlainDate
  /** Paper that may hold the dose is not keyed yet: the first round waits until then at most. */
  unkeyedPaperUntil?: PlainDate
  notices: PlanNotice[]
  /** Occasions for which a by-hand follow-up has been opened. */
  followUps: string[]
  /** The last visit that ended without a dose. */
  lastScreenedOn?: PlainDate
  settings: PlanSettings
}

export type Plan = {
  stage: Stage
  dosesGiven: number
  product?: string
  closedBecause?: ClosedBecause
  dueWindow?: { earliest: PlainDate; due: PlainDate; latest?: PlainDate }
  overdueOn?: PlainDate
  steps: PlannedStep[]
}

export const overdueRounds = [1, 2] as const

/** Whoever was sent home by a doctor has come: the first reminder leaves this long to come again. */
export const screeningWaitDays = 14

/** No move-in this long after the planned move-out: the old town is asked to find out. */
export const moveInMissingAfterDays = 30

/**
 * How long a dose is looked for that somebody says was given, before reminders go on: 98% of doses are
 * recorded by then (VRS open data, doses of June 2021).
 */
export const findDoseWithinDays = 28

export function planCourse(input: PlanInput): Plan {
  const doses = inOrderGiven(input.doses)
  const given = { dosesGiven: doses.length, ...productOf(doses) }

  const closedBecause = closingReason(input)
  if (closedBecause) return { stage: 'closed', ...given, closedBecause, steps: [] }

  const last = doses.at(-1)
  if (last === undefined || earlierDoseIsMissing(doses)) {
    return { stage: 'awaitingFirstDose', ...given, steps: moveInWatch(input) }
  }
  if (doses.length >= dosesInSeries(doses[0]!.productCode)) {
    return { stage: 'complete', ...given, steps: [] }
  }
  return awaitNextDose(input, last, given)
}

function awaitNextDose(
  input: PlanInput,
  last: PlanDose,
  given: { dosesGiven: number; product?: string },
): Plan {
  const { overdueOn, ...dueWindow } = dueWindowAfter({
    productCode: last.productCode,
    givenOn: last.givenOn,
    dosesGiven: given.dosesGiven,
  })
  const doseNumber = given.dosesGiven + 1
  const isOverdue = compareDates(input.today, overdueOn) >= 0
  const isInFollowUp = input.followUps.includes(last.id)

  const steps: PlannedStep[] = []
  if (!isOverdue)
    steps.push({ kind: 'stage', doseNumber, occasion: last.id, round: 0, on: overdueOn })
  if (!noticesAreHeld(input)) {
    const next = nextReminder(input, last, doseNumber, overdueOn)
    const notices = relocationSteps(input, doseNumber)
    if (next && !isInFollowUp) notices.push(next)
    steps.push(...notices.filter((step) => !waitsForAddress(input, step)))
  }
  steps.push(...moveInWatch(input))

  return {
    stage: isInFollowUp ? 'inFollowUp' : isOverdue ? 'secondDoseOverdue' : 'awaitingSecondDose',
    ...given,
    dueWindow,
    overdueOn,
    steps: steps.sort((a, b) => compareDates(a.on, b.on)),
  }
}

/** The first day on which a first reminder may leave again; undefined of whoever was never sent home. */
export function screeningWaitEndsOn({
  lastScreenedOn,
}: Pick<PlanInput, 'lastScreenedOn'>): PlainDate | undefined {
  return lastScreenedOn && addDays(lastScreenedOn, screeningWaitDays)
}

/** Round 1, then round 2 after it has left, then the follow-up by hand: one at a time. */
function nextReminder(
  input: PlanInput,
  last: PlanDose,
  doseNumber: number,
  overdueOn: PlainDate,
): PlannedStep | undefined {
  const { graceDays, roundGapDays, followUpAfterDays } = input.settings
  let on = latestOf(addDays(overdueOn, graceDays), screeningWaitEndsOn(input))
  for (const round of overdueRounds) {
    const done = settledNotice(input.notices, 'reminder', last.id, round)
    if (!done) {
      const day = afterTheWait(input, last.id, round, on)
      return {
        ...{ kind: 'reminder', phase: 'overdue', doseNumber, occasion: last.id, round },
        on: sendingDay(input, day),
      }
    }
    on = addDays(done.on, round < overdueRounds.length ? roundGapDays : followUpAfterDays)
  }
  return { kind: 'followUp', phase: 'overdue', doseNumber, occasion: last.id, round: 0, on }
}

/**
 * A round keeps its day until it has been held, so that there is a row that says why nothing left; held,
 * it is looked at again when the wait is over.
 */
function afterTheWait(input: PlanInput, occasion: string, round: number, on: PlainDate): PlainDate {
  const { notices } = input
  const isHeld = notices.some(
    (n) =>
      isTimed(n, 'reminder') && n.occasion === occasion && n.round === round && n.state === 'held',
  )
  if (!isHeld) return on
  const paper = round === 1 ? paperHoldsUntil(input, on) : undefined
  return latestOf(latestOf(on, input.remindersWaitUntil), paper)
}

/** Until when unkeyed paper holds the first round that falls due on a day: never for longer than agreed. */
export function paperHoldsUntil(
  { unkeyedPaperUntil: until, settings }: PlanInput,
  on: PlainDate,
): PlainDate | undefined {
  const atMost = addDays(on, settings.ladder?.paperHoldDays ?? 0)
  return until && earlierOf(until, atMost)
}

function sendingDay({ settings, today }: PlanInput, on: PlainDate): PlainDate {
  return sendingDayOf(on, today, settings.ladder?.quiet ?? noQuietDays)
}

/** Somebody says that the dose was given, and it is being looked for. */
export function remindersWait({
  today,
  remindersWaitUntil: until,
}: Pick<PlanInput, 'today' | 'remindersWaitUntil'>): boolean {
  return until !== undefined && compareDates(today, until) < 0
}

function relocationSteps(input: PlanInput, doseNumber: number): PlannedStep[] {
  const move = input.relocation
  if (!move || !cameAfterADose(move, input.doses)) return []
  if (settledNotice(input.notices, 'relocationNotice', move.eventId, 1)) return []
  const patienceEndsOn = addDays(move.recordedOn, input.settings.relocationTicketWaitDays)
  const on = earlierOf(move.ticketRegisteredOn ?? patienceEndsOn, patienceEndsOn)
  const day = sendingDay(input, on)
  return [{ kind: 'relocationNotice', doseNumber, occasion: move.eventId, round: 1, on: day }]
}

/** Who had no dose yet needs no word of a missing ticket: the new town invites as it does everybody. */
function cameAfterADose(move: PlanRelocation, doses: PlanDose[]): boolean {
  return doses.some((dose) => compareDates(dose.givenOn, move.effectiveOn) <= 0)
}

function moveInWatch(input: PlanInput): PlannedStep[] {
  const { moveOut } = input.home
  if (!moveOut || input.followUps.includes(moveOut.eventId)) return []
  const on = addDays(moveOut.plannedOn, moveInMissingAfterDays)
  return [
    {
      kind: 'followUp',
      doseNumber: input.doses.length + 1,
      occasion: moveOut.eventId,
      round: 0,
      on,
    },
  ]
}

/**
 * A notice keeps its day until it has been held, because it may leave as a mail; held, it waits until
 * somebody knows where to write.
 */
function waitsForAddress({ home, notices }: PlanInput, step: PlannedStep): boolean {
  if (!home.lettersStopped) return false
  return notices.some(
    (n) =>
      n.state === 'held' &&
      n.kind === step.kind &&
      n.occasion === step.occasion &&
      n.round === step.round,
  )
}

/** Between two towns nobody knows the right address: owed notices wait for the move-in. */
export function noticesAreHeld(input: Pick<PlanInput, 'today' | 'home'>): boolean {
  const { moveOut, status } = input.home
  if (status === 'movedOut') return true
  return moveOut !== undefined && compareDates(input.today, moveOut.plannedOn) >= 0
}

function settledNotice(
  notices: PlanNotice[],
  kind: TimedNoticeKind,
  occasion: string,
  round: number,
) {
  return notices.find(
    (n) => isTimed(n, kind) && n.occasion === occasion && n.round === round && n.state !== 'held',
  )
}

/** A reminder before the due date settles none of the rounds that follow it. */
function isTimed(notice: PlanNotice, kind: TimedNoticeKind): boolean {
  return notice.kind === kind && notice.phase !== 'preDue'
}

function closingReason(input: PlanInput): ClosedBecause | undefined {
  const { home, closedBecause } = input
  if (closedBecause) return closedBecause
  switch (home.status) {
    case 'deceased':
    case 'movedAbroad':
    case 'removedFromRegister':
      return home.status
    case 'registered':
    case 'movedOut':
      return isDeclined(input) ? 'declined' : undefined
  }
}

/** Whoever comes for a dose after all has changed their mind; one given before and told late says nothing. */
function isDeclined({ declinedFrom, doses }: PlanInput): boolean {
  if (declinedFrom === undefined) return false
  return !doses.some(({ givenOn }) => compareDates(givenOn, declinedFrom) >= 0)
}

/**
 * The first day on which a dose contradicts a refusal of today: today, or the day after for whoever had
 * one today and declines the next.
 */
export function declinedFromOn(today: PlainDate, known: PlanDose[]): PlainDate {
  return known.reduce((from, { givenOn }) => laterOf(from, addDays(givenOn, 1)), today)
}

/**
 * Only a second dose is known: the first was given and not recorded yet, as happened to hundreds at
 * the large venues of 2021. The person had both, so nobody is reminded; the course waits for the news.
 */
function earlierDoseIsMissing(doses: PlanDose[]): boolean {
  return doses.length === 1 && doses[0]!.claimedDoseNumber > 1
}

function inOrderGiven(doses: PlanDose[]): PlanDose[] {
  return [...doses].sort(
    (a, b) => compareDates(a.givenOn, b.givenOn) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  )
}

function productOf(doses: PlanDose[]): { product?: string } {
  const first = doses[0]
  return first ? { product: first.productCode } : {}
}

function latestOf(a: PlainDate, b: PlainDate | undefined): PlainDate {
  return b === undefined ? a : laterOf(a, b)
}

function earlierOf(a: PlainDate, b: PlainDate): PlainDate {
  return compareDates(a, b) <= 0 ? a : b
}
