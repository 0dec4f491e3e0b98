/**
 * Whether facts bear out the reason that the sender gives for sending nothing. A reason that nobody here
 * knows bears out nothing: whoever adds one to the sender has to say here by which facts it is seen.
 */
import { addDays, type Day, laterDay } from './days.ts'
import type { Claim, CourseFactsSeen } from './facts.ts'
import { dosesAt, isComplete } from './rule.ts'
import { byHandStandsForDays } from './why-not.ts'

/** `day`: until when facts are looked at. A reason may have held once and be over by now. */
type Holds = (facts: CourseFactsSeen, claim: Claim, day: Day) => boolean

const wasTold =
  (kind: string): Holds =>
  ({ events, status }) =>
    events.some((event) => event.kind === kind) ||
    status === (kind === 'removed' ? 'removedFromRegister' : kind)

/** States of an attempt of which nothing can have left. */
const neverLeft = ['queued', 'withdrawn', 'refused']

const holds: Record<string, Holds> = {
  // A dose that was voided since counted when it was looked at.
  dosed: (facts, { doseNumber }) => {
    const ever = { ...facts, doses: facts.doses.map((dose) => ({ ...dose, voidedMs: null })) }
    const given = dosesAt(ever, Number.POSITIVE_INFINITY)
    return given.length >= doseNumber || isComplete(given)
  },
  deceased: wasTold('deceased'),
  movedAbroad: wasTold('movedAbroad'),
  removedFromRegister: wasTold('removed'),
  declined: ({ declinedFrom, saidDeclines }) => declinedFrom !== null || saidDeclines.length > 0,
  merged: ({ closedBecause }) => closedBecause === 'merged',
  erased: ({ closedBecause }) => closedBecause === 'erased',
  moved: ({ relocation }, { occasion }) => relocation !== null && relocation.eventId !== occasion,
  superseded: ({ doses, relocation }, { kind, occasion }) => {
    if (kind === 'relocationNotice') return relocation?.eventId !== occasion
    return doses.some(({ id, voidedMs }) => id !== occasion || voidedMs !== null)
  },
  protected: ({ protections }, { on }, day) =>
    protections.some(({ from, to }) => from <= laterDay(day, on) && (to === null || to >= on)),
  toldByHand: ({ toldByHand }, { kind, on }, day) =>
    toldByHand.some(
      (told) =>
        told.kind === kind && told.on >= addDays(on, -byHandStandsForDays) && told.on <= day,
    ),
  toldAtStay: ({ wasToldAtStay }) => wasToldAtStay,
  declinedLetters: ({ refusals }, _claim, day) => refusals.some(({ on }) => on <= day),
  // Somebody found the dose right since: until then a person of the town saw to it.
  ageInQuestion: ({ byHand, wasAgeInQuestion }, claim) =>
    wasAgeInQuestion && hasByHand(byHand, claim),
  // No letter can be made of it: then a person of the town has been asked to see to it.
  noSender: ({ byHand }, claim) => hasByHand(byHand, claim),
  noAddress: ({ byHand }, claim) => hasByHand(byHand, claim),
  notPrintable: ({ byHand }, claim) => hasByHand(byHand, claim),
  // What a town sends besides: nobody to call up, nobody to write to, or not in time.
  lotNotRecalled: ({ recalls }, { occasion }) =>
    !recalls.some(({ recallId, isVoided }) => recallId === occasion && !isVoided),
  noTicket: ({ ticketIssuedOn, wasTicketRevoked }) => ticketIssuedOn === null || wasTicketRevoked,
  mailOnly: ({ mailVerifiedOn }, { on }) => mailVerifiedOn === null || mailVerifiedOn > on,
  betweenMunicipalities: ({ events }, { phase, on }, day) =>
    phase === 'preDue' &&
    events.some(
      (event) => event.kind === 'moveOutNotified' && event.recordedOn <= laterDay(day, on),
    ),
  saysVaccinated: ({ remindersWaitUntil }, { phase, on }) =>
    phase === 'preDue' && remindersWaitUntil !== null && on <= remindersWaitUntil,
  // Taken back too late to be sure that nothing left: it is not sent a second time.
  recordCorrected: ({ wasCorrected }, { attempts }) =>
    wasCorrected && attempts.some(({ state }) => !neverLeft.includes(state)),
}

/** Those of which facts can bear something out. */
export const knownReasons: readonly string[] = Object.keys(holds)

export function isBorneOut(facts: CourseFactsSeen, claim: Claim, day: Day): boolean {
  const { reason } = claim
  return reason !== null && Object.hasOwn(holds, reason) && holds[reason]!(facts, claim, day)
}

export function hasByHand(
  byHand: CourseFactsSeen['byHand'],
  { occasion, round }: Pick<Claim, 'occasion' | 'round'>,
): boolean {
  return byHand.some((task) => task.occasion === occasion && task.round === round)
}
