/**
 * What a town may send besides: a mail before the second dose is due, an invitation to whoever was called up
 * and never came, word of a recalled lot. Owed where the town says so; 0 days is never. Nothing is owed before
 * it was written down: a look sees what came after the day that it is about.
 */
import { addDays, type Day, laterDay } from './days.ts'
import type { DoseFact } from './facts.ts'
import { type Asked, afterScreening, type Due, overdueOn, sendingDay } from './rule.ts'
import { whyNot } from './why-not.ts'

/** The day it was seen to be missing stands for some days, for a person to read of it. */
const regrettedForDays = 7

/**
 * To whoever has an address that was confirmed, by the due date or not at all: afterwards the overdue rounds
 * say more. Nobody is asked to bring it by hand to somebody protected.
 */
export function mailBeforeDue({ facts, settings, day }: Asked, given: DoseFact[]): Due[] {
  if (settings.preDueDays === 0 || facts.mailVerifiedOn === null) return []
  const dueOn = addDays(overdueOn(given), -1)
  if (day > addDays(dueOn, regrettedForDays)) return []
  const last = given.at(-1)!
  const notBefore = addDays(dueOn, -settings.preDueDays)
  const on = laterDay(laterDay(notBefore, last.recordedOn), facts.mailVerifiedOn)
  const key = { kind: 'reminder', phase: 'preDue' } as const
  const cameAgain = afterScreening(facts)
  const isGivenTime = cameAgain !== undefined && day < cameAgain
  return [
    {
      ...key,
      doseNumber: given.length + 1,
      occasion: last.id,
      round: 1,
      on,
      notBefore,
      lastOn: dueOn,
      ...(isGivenTime ? { held: 'waitsAfterScreening' } : whyNot({ facts, day }, key)),
    },
  ]
}

/** Called up, with a ticket, and not seen at a venue since. */
export function invitation({ facts, settings, day }: Asked): Due[] {
  const { calledUpOn, ticketIssuedOn, screenedOn } = facts
  if (settings.invitationAfterDays === 0 || !calledUpOn || !ticketIssuedOn) return []
  const couldComeOn = laterDay(calledUpOn, ticketIssuedOn)
  const since = laterDay(couldComeOn, [...screenedOn].sort().at(-1))
  const notBefore = addDays(since, settings.invitationAfterDays)
  const key = { kind: 'invitation', phase: '' } as const
  const identity = { ...key, doseNumber: 1, occasion: facts.courseId, round: 1 }
  const on = laterDay(notBefore, facts.ticketOn)
  return [{ ...identity, on, notBefore, ...whyNot({ facts, day }, key) }]
}

/**
 * Word of a recalled lot, from the day after it was known, to whoever was given of it: complete or not, and
 * by hand to whoever wishes for no more doses.
 */
export function lotRecalls({ facts, settings, day }: Asked, closed: string | undefined): Due[] {
  if (!settings.lotRecallNotices || (closed && closed !== 'declined')) return []
  const standing = facts.recalls
    .filter(({ isVoided }) => !isVoided)
    .sort((a, b) =>
      a.givenOn === b.givenOn ? a.doseNumber - b.doseNumber : a.givenOn < b.givenOn ? -1 : 1,
    )
  return [...new Set(standing.map(({ recallId }) => recallId))].map((recallId) => {
    const [first] = standing.filter((one) => one.recallId === recallId)
    const notBefore = addDays(first!.knownOn, 1)
    const on = laterDay(notBefore, first!.recordedOn)
    const key = { kind: 'lotRecall', phase: '', occasion: recallId, round: 1 } as const
    const doseNumber = numberTold(facts, recallId) ?? first!.doseNumber
    const why = closed ? { excluded: closed } : whyNot({ facts, day }, key)
    return { ...key, doseNumber, on, notBefore, ...why }
  })
}

/** The dose by which its person was told, if that one was of the lot: it may have been taken back since. */
function numberTold({ claims, recalls }: Asked['facts'], recallId: string): number | undefined {
  const told = claims.find(({ kind, occasion }) => kind === 'lotRecall' && occasion === recallId)
  return recalls.find((one) => one.recallId === recallId && one.doseNumber === told?.doseNumber)
    ?.doseNumber
}

/** Whether the sender, which looks once on each sending day, can still have heard of it in time. */
export function canStillLeave({ lastOn }: Due, day: Day, settings: Asked['settings']): boolean {
  return lastOn === undefined || sendingDay(addDays(day, 1), settings) <= lastOn
}
