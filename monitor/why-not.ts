/** What keeps a notice that is due from leaving on a day, by facts. */
import { addDays, type Day } from './days.ts'
import type { CourseFactsSeen } from './facts.ts'
import type { NoticeKey } from './notice-id.ts'

/** `held`: for a while; `excluded`: for good. */
export type WhyNot = { held?: string; excluded?: string }

/** By facts of the day: what holds a notice back for a while, and what leaves it out for good. */
export function whyNot(
  { facts, day }: { facts: CourseFactsSeen; day: Day },
  { kind, phase }: Pick<NoticeKey, 'kind' | 'phase'>,
): WhyNot {
  if (isBetweenTowns(facts, day)) return { held: 'betweenMunicipalities' }
  if (isCall(kind) && facts.remindersWaitUntil && day < facts.remindersWaitUntil) {
    return { held: 'saysVaccinated' }
  }
  if (isProtectedOn(facts, day)) return { excluded: 'protected' }
  // One that leaves by mail or not at all asks for no address.
  if (phase !== 'preDue' && waitsForAddress(facts)) return { held: 'addressReturned' }
  if (wasToldByHand(facts, kind, day)) return { excluded: 'toldByHand' }
  if (facts.toldAtStay) return { excluded: 'toldAtStay' }
  if (isCall(kind) && facts.refusals.some(({ untilMs }) => untilMs === null)) {
    return { excluded: 'declinedLetters' }
  }
  if (kind === 'reminder' && facts.ageInQuestion) return { excluded: 'ageInQuestion' }
  return facts.hasSender ? {} : { excluded: 'noSender' }
}

/** Asks somebody to come: an invitation is one too. */
function isCall(kind: string): boolean {
  return kind === 'reminder' || kind === 'invitation'
}

/**
 * Letters wait while the address is known to be wrong and somebody looks for a better one. A task alone, or
 * one that outlived a newer address, excuses nobody's silence.
 */
function waitsForAddress({ returned }: CourseFactsSeen): boolean {
  return returned.isStopped && returned.isLookedFor
}

/** A clerk's own word stands for the automatic one so many days. */
export const byHandStandsForDays = 3

function wasToldByHand({ toldByHand }: CourseFactsSeen, kind: string, day: Day): boolean {
  const since = addDays(day, -byHandStandsForDays)
  return toldByHand.some((told) => told.kind === kind && since <= told.on && told.on <= day)
}

/** From the planned day of a move on nobody knows the right address, until the move-in is told. */
export function isBetweenTowns({ status, moveOutPlannedOn }: CourseFactsSeen, day: Day): boolean {
  return status === 'movedOut' || (moveOutPlannedOn !== null && moveOutPlannedOn <= day)
}

export function isProtectedOn({ protections }: CourseFactsSeen, day: Day): boolean {
  return protections.some(({ from, to }) => from <= day && (to === null || day <= to))
}
