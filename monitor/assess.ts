/**
 * The verdict on one course by the end of a day: pure, from facts and from what left. What the sender
 * says of itself is looked at last, and only to be held against the facts.
 */

import { cameBack, cameToNothing } from './came-back.ts'
import { canStillLeave } from './courtesies.ts'
import { addDays, type Day } from './days.ts'
import { dueBy } from './due-by.ts'
import type { Claim, CourseFactsSeen, Departure, GraceOf, Settings, UnkeyedPaper } from './facts.ts'
import { keyText, type NoticeKey, noticeIdFor } from './notice-id.ts'
import { hasByHand, isBorneOut } from './reasons.ts'
import { type Due, sendingDay } from './rule.ts'
import { type Fault, faultOf } from './wrong.ts'

export type AlarmKind =
  | Fault['kind']
  | 'missed'
  | 'late'
  | 'sentTwice'
  | 'suppressedWithoutReason'
  | 'byHandMissing'
  | 'unknownDeparture'
  | 'graceDiffers'

export type Alarm = {
  kind: AlarmKind
  key?: NoticeKey
  about?: string
  detail?: string
}

export type Debt = NoticeKey & { sinceOn: Day }

/** A departure of this course, with the notice that it is. */
export type Matched = { departure: Departure; key: NoticeKey; isNew: boolean }

export type Assessment = {
  alarms: Alarm[]
  /** What is owed and has not left, with the day since which it has been so. */
  debts: Debt[]
  /** For the day's line; a word for each notice. */
  counted: string[]
}

export type Situation = {
  facts: CourseFactsSeen
  left: Matched[]
  debtsBefore: Debt[]
  settings: Settings
  papers: UnkeyedPaper[]
  grace: GraceOf
  day: Day
  /** The first day of which this watch has evidence: what the sender says of earlier ones is taken. */
  begunOn: Day
  toBusinessMs: (wallMs: number) => number
  marginMs: number
}

export function assessCourse(situation: Situation): Assessment {
  const result: Assessment = { alarms: [], debts: [], counted: [] }
  assessDepartures(situation, result)
  const due = dueBy({ ...situation, settledOn: (key) => settledOn(situation, key) })
  for (const one of due) assessDue(situation, one, result)
  countLeftOut(situation, result)
  return result
}

/** The first departure of which nothing says that it came back. */
function firstLeft(situation: Situation, key: NoticeKey): Departure | undefined {
  const claim = claimOf(situation, key)
  return earliest(
    leavings(situation.left, key).filter((one) => !cameBack(situation.facts, claim, one)),
  )
}

function earliest(departures: Departure[]): Departure | undefined {
  return departures.sort((a, b) => (a.leftOn < b.leftOn ? -1 : 1))[0]
}

/**
 * It left and came back, and nothing leaves in its place any more: a later round has left since, or a person
 * of the town calls instead.
 */
function overtaken({ facts, left }: Situation, key: NoticeKey): Departure | undefined {
  const once = earliest(leavings(left, key))
  const isLater = (other: NoticeKey) =>
    keyText({ ...other, round: 0 }) === keyText({ ...key, round: 0 }) && other.round > key.round
  const isOver = left.some((one) => isLater(one.key)) || facts.calledFor.includes(key.occasion)
  return isOver ? once : undefined
}

/** What came back of a mail before the due date is not made good: the overdue rounds follow. */
function courtesyLeft({ left }: Situation, due: Due): Departure | undefined {
  return due.phase === 'preDue' ? earliest(leavings(left, due)) : undefined
}

function leavings(left: Matched[], key: NoticeKey): Departure[] {
  const text = keyText(key)
  return left.filter((one) => keyText(one.key) === text).map(({ departure }) => departure)
}

function claimOf({ facts }: Situation, key: NoticeKey): Claim | undefined {
  const text = keyText(key)
  return facts.claims.find((claim) => keyText(claim) === text)
}

function settledOn(situation: Situation, key: NoticeKey): Day | undefined {
  const left = firstLeft(situation, key) ?? overtaken(situation, key)
  if (left) return left.leftOn
  const claim = claimOf(situation, key)
  if (claim?.state === 'suppressed' && isBorneOut(situation.facts, claim, situation.day))
    return claim.on
  return claim?.state === 'left' && claim.leftOn && claim.leftOn < situation.begunOn
    ? claim.leftOn
    : undefined
}

/** Owed and settled, held back by facts, still in time, or missed. */
function assessDue(situation: Situation, due: Due, result: Assessment): void {
  const { facts, day } = situation
  const claim = claimOf(situation, due)
  const left = firstLeft(situation, due) ?? courtesyLeft(situation, due)
  const before = situation.debtsBefore.find((debt) => keyText(debt) === keyText(due))
  if (!before && !canStillLeave(due, day, situation.settings)) return
  if (left) {
    if (before && left.leftOn > inTimeUntil(before.sinceOn, situation.settings))
      result.alarms.push({ kind: 'late', key: due })
    return
  }
  if (overtaken(situation, due)) return
  if (leavings(situation.left, due).length > 0) result.counted.push('cameBack')
  if (due.held) {
    result.counted.push(`held.${due.held}`)
    return
  }
  const isLeftOut = claim?.state === 'suppressed'
  if (due.excluded || (isLeftOut && isBorneOut(facts, claim, day))) {
    assessByHand(situation, due, claim, result)
    return
  }
  if (claim?.state === 'left' && claim.leftOn && claim.leftOn < situation.begunOn) return
  if (isLeftOut) {
    const detail = claim.reason ? { detail: claim.reason } : {}
    result.alarms.push({ kind: 'suppressedWithoutReason', key: due, ...detail })
  }
  const sinceOn = before?.sinceOn ?? day
  result.debts.push({ ...keyOf(due), sinceOn })
  if (day < inTimeUntil(sinceOn, situation.settings)) {
    result.counted.push('waiting')
    return
  }
  result.counted.push('missed')
  // Left out for no reason, it is one difference, not two.
  if (isLeftOut) return
  result.alarms.push({
    kind: 'missed',
    key: due,
    detail: claim ? claimWords[claim.state] : 'nothingKnown',
  })
}

/** The end of the day after the one on which it was due; days on which the town sends nothing do not count. */
function inTimeUntil(sinceOn: Day, settings: Settings): Day {
  return sendingDay(addDays(sendingDay(sinceOn, settings), 1), settings)
}

const claimWords: Record<Claim['state'], string> = {
  queued: 'saidQueued',
  held: 'saidHeld',
  suppressed: 'saidSuppressed',
  left: 'saidLeft',
  failed: 'saidFailed',
}

/** Nobody is asked to bring a courtesy; whoever wishes for no more doses must hear of one that was given. */
function isBroughtByHand({ kind, phase }: Due, reason: string | null | undefined): boolean {
  if (kind === 'lotRecall' && reason === 'declined') return true
  return reason === 'protected' && phase !== 'preDue'
}

/** Whoever is protected gets nothing by machine; a person of the town is asked to see to it. */
function assessByHand(
  { facts, day }: Situation,
  due: Due,
  claim: Claim | undefined,
  result: Assessment,
) {
  const reason = claim?.state === 'suppressed' ? claim.reason : due.excluded
  if (!isBroughtByHand(due, reason)) return
  const task = facts.byHand.find((one) => one.occasion === due.occasion && one.round === due.round)
  if (task && !task.isDone) result.counted.push('byHandOpen')
  if (!task && !hasByHand(facts.byHand, due) && day > addDays(due.on, 1)) {
    result.alarms.push({ kind: 'byHandMissing', key: due })
  }
}

function countLeftOut({ facts, day }: Situation, result: Assessment): void {
  for (const { state, reason, on } of facts.claims) {
    if (state === 'suppressed' && on === day) result.counted.push(`suppressed.${reason}`)
  }
}

function assessDepartures(situation: Situation, result: Assessment): void {
  const { left } = situation
  for (const { departure, key, isNew } of left) {
    if (!isNew) continue
    // Whatever became of it: the sender may count from the first as well as from the one that arrived.
    const leftBefore = (other: NoticeKey) => earliest(leavings(left, other))?.leftOn
    const fault = faultOf({ ...situation, key, departure, leftBefore })
    if (fault) result.alarms.push({ ...fault, key, about: departure.source })
  }
  const keys = new Map(left.map(({ key }) => [keyText(key), key]))
  for (const key of keys.values()) {
    const again = onceTooOften(leavings(left, key), claimOf(situation, key), situation.facts)
    if (again) result.alarms.push({ kind: 'sentTwice', key, detail: again })
  }
}

/**
 * A mail may be repeated once under the same Message-ID; a further attempt may follow one of which
 * nothing came. Everything else is once too often.
 */
function onceTooOften(
  leavings: Departure[],
  claim: Claim | undefined,
  { returned }: CourseFactsSeen,
): string | undefined {
  const attempts = new Map<string, number>()
  for (const { attemptId, source } of leavings) {
    const attempt = attemptId ?? source
    attempts.set(attempt, (attempts.get(attempt) ?? 0) + 1)
  }
  if ([...attempts.values()].some((times) => times > 2)) return 'sameMessage'
  if (
    leavings.some(({ channel, attemptId }) => channel === 'letter' && attempts.get(attemptId!)! > 1)
  ) {
    return 'sameLetter'
  }
  const ids = [...attempts.keys()]
  const failed = ids.filter((id) =>
    claim?.attempts.some((attempt) => attempt.id === id && cameToNothing(attempt)),
  )
  const others = ids.filter((id) => !failed.includes(id) && !returned.mails.includes(id))
  // One letter is sent again after it came back; a second return is for a person to look into.
  const again = others.some((id) => returned.letters.includes(id)) ? 1 : 0
  return others.length - again > 1 ? 'otherAttempt' : undefined
}

/** Every notice that can be of this course, or of one that was merged into it, by its id. */
export function possibleNotices(
  facts: CourseFactsSeen,
  courseIds: string[] = [facts.courseId],
): Map<string, NoticeKey> {
  const keys: NoticeKey[] = [
    { kind: 'invitation', phase: '', doseNumber: 1, occasion: facts.courseId, round: 1 },
  ]
  for (const { id } of facts.doses) {
    for (let doseNumber = 2; doseNumber <= facts.doses.length + 1; doseNumber += 1) {
      const key = { kind: 'reminder', doseNumber, occasion: id }
      keys.push({ ...key, phase: 'preDue', round: 1 })
      for (const round of [1, 2]) keys.push({ ...key, phase: 'overdue', round })
    }
  }
  for (const { recallId, doseNumber } of facts.recalls) {
    keys.push({ kind: 'lotRecall', phase: '', doseNumber, occasion: recallId, round: 1 })
  }
  const moves = facts.events.filter(({ kind }) => kind === 'movedIn').map(({ id }) => id)
  if (facts.relocation) moves.push(facts.relocation.eventId)
  for (const occasion of moves) {
    for (let doseNumber = 1; doseNumber <= facts.doses.length + 1; doseNumber += 1) {
      keys.push({ kind: 'relocationNotice', phase: '', doseNumber, occasion, round: 1 })
    }
  }
  return new Map(courseIds.flatMap((id) => keys.map((key) => [noticeIdFor(id, key), key] as const)))
}

function keyOf({ kind, phase, doseNumber, occasion, round }: NoticeKey): NoticeKey {
  return { kind, phase, doseNumber, occasion, round }
}
