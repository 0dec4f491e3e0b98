/**
 * What the watch knows of one course: facts as registers, venues and residents told them, each with the
 * moment at which it was written down. Nothing here is planned, and nothing is the sender's.
 */
import type { Day } from './days.ts'
import type { NoticeKey } from './notice-id.ts'

/** `recordedMs`: wall time (epoch ms) of the transaction that wrote it down. */
export type DoseFact = {
  id: string
  town: string
  number: number
  product: string
  venue: string
  givenOn: Day
  recordedOn: Day
  recordedMs: number
  voidedMs: number | null
}

export type EventFact = {
  id: string
  town: string
  residentId: string
  kind: string
  effectiveOn: Day
  recordedOn: Day
  recordedMs: number
}

/** A dose from a lot of which a recall stands. `knownOn`: the last day on which somebody was told so. */
export type RecallFact = {
  recallId: string
  doseNumber: number
  givenOn: Day
  recordedOn: Day
  isVoided: boolean
  knownOn: Day
}

/** Own, or of somebody in the same household; by consent also of the other town's row. */
export type ProtectionFact = { from: Day; to: Day | null; toldMs: number }

/**
 * `isStopped`: a letter came back and no address is known that was told since. `isLookedFor`: somebody is
 * asked to find one.
 */
export type Returned = {
  letters: string[]
  mails: string[]
  isStopped: boolean
  isLookedFor: boolean
}

export type CourseFactsSeen = {
  courseId: string
  town: string
  residentId: string
  /** Set by people: merged, erased; null for whatever registers say. */
  closedBecause: string | null
  declinedFrom: Day | null
  remindersWaitUntil: Day | null
  status: 'registered' | 'movedOut' | 'movedAbroad' | 'deceased' | 'removedFromRegister'
  statusOn: Day | null
  moveOutPlannedOn: Day | null
  relocation: { eventId: string; recordedOn: Day; effectiveOn: Day } | null
  doses: DoseFact[]
  events: EventFact[]
  protections: ProtectionFact[]
  /** Against reminders, told to the present home; `until` where it was taken back. */
  refusals: { sinceMs: number; on: Day; untilMs: number | null }[]
  saidDeclines: { on: Day; atMs: number }[]
  screenedOn: Day[]
  recalls: RecallFact[]
  /** The first day on which the home had registered a ticket that stands. */
  ticketOn: Day | null
  /** When the first that stands was issued. */
  ticketIssuedOn: Day | null
  /** A ticket of theirs was revoked. */
  wasTicketRevoked: boolean
  /** Since when the own group may come. */
  calledUpOn: Day | null
  /** The day on which the address that counts was confirmed. */
  mailVerifiedOn: Day | null
  toldAtStay: boolean
  /** Now or once: consents end. */
  wasToldAtStay: boolean
  hasSender: boolean
  byHand: { occasion: string; round: number; isDone: boolean }[]
  /** By a clerk, in person: stands for the automatic notice of its kind for three days. */
  toldByHand: { kind: string; on: Day }[]
  /** What came back, by the ids of its attempts, and whether letters wait for an address. */
  returned: Returned
  /** Occasions of which a person of the town calls instead. */
  calledFor: string[]
  /** Doses that stand and that its person was too young or too old for, unless somebody found them right. */
  ageInQuestion: boolean
  /** Now or once. */
  wasAgeInQuestion: boolean
  /** A dose was voided, corrected or moved. */
  wasCorrected: boolean
  claims: Claim[]
}

/** What the sender's tables say of one notice: compared, never believed. */
export type Claim = NoticeKey & {
  noticeId: string
  state: 'queued' | 'held' | 'suppressed' | 'left' | 'failed'
  reason: string | null
  /** The day it was decided. */
  on: Day
  leftOn: Day | null
  attempts: { id: string; channel: 'mail' | 'letter'; state: string; reason: string | null }[]
}

/** Of what left: from a mail server's journal or a manifest of printed letters. */
export type Departure = {
  source: string
  channel: 'mail' | 'letter'
  noticeId: string
  attemptId: string | null
  leftOn: Day
  /** Of the clock that business lives by (epoch ms). */
  leftMs: number
  pages: number | null
  batchTown: string | null
}

/** Dose forms that lie somewhere unkeyed, as a town declared: of one venue, or of the town. */
export type UnkeyedPaper = { town: string; venue: string | null; declaredOn: Day }

export type Settings = {
  roundGapDays: number
  relocationTicketWaitDays: number
  paperHoldDays: number
  /** Of what a town sends besides; 0 is never. */
  preDueDays: number
  invitationAfterDays: number
  lotRecallNotices: boolean
  /** 0 is Sunday. */
  quietWeekdays: number[]
  holidaysAreQuiet: boolean
  quietDays: Day[]
}

export const defaultSettings: Settings = {
  roundGapDays: 14,
  relocationTicketWaitDays: 7,
  paperHoldDays: 14,
  preDueDays: 0,
  invitationAfterDays: 0,
  lotRecallNotices: false,
  quietWeekdays: [],
  holidaysAreQuiet: false,
  quietDays: [],
}

/** The grace of a town on a day, as far as two honest reckonings may differ. */
export type GraceBounds = { shortest: number; longest: number }
export type GraceOf = (town: string, day: Day) => GraceBounds
