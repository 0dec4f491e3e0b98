/**
 * What is attached to nobody, and the words with which people settle it. Reasons are words of a list and
 * no free text: a clerk who explains in own words writes a name sooner or later, and these rows are kept.
 */

/** Who told of a dose without a ticket. */
export const ticketlessSources = ['workplace', 'facility', 'healthWorker'] as const
export type TicketlessSource = (typeof ticketlessSources)[number]

/** Why a scan or a dose is this person's. */
export const attachReasons = [
  /** The paper form says so. */
  'checkedOnPaper',
  /** The venue or whoever told of it said so. */
  'askedSender',
  /** The person said so. */
  'askedPerson',
  /** Kana and birth date are the same, and nothing speaks against it. */
  'sameKanaAndBirthDate',
  /** A digit of the number, or the year, was read or typed wrong. */
  'misread',
] as const
export type AttachReason = (typeof attachReasons)[number]

/** Why it is nobody's. */
export const rejectReasons = [
  /** It was told before, in another way. */
  'toldBefore',
  /** Another municipality's person; it was told there. */
  'anotherTown',
  /** No dose was given. */
  'notGiven',
  /** A test, or a slip that was never handed in. */
  'notReal',
  /** Looked for everywhere, and nobody found. */
  'personNotFound',
] as const
export type RejectReason = (typeof rejectReasons)[number]

/** What came of a task that a person did. */
export const taskOutcomes = [
  'done',
  'reached',
  'notReached',
  'recordFound',
  'declined',
  'notNeeded',
  /** Two who look alike are two people. */
  'differentPeople',
] as const
export type TaskOutcome = (typeof taskOutcomes)[number]

/** What is wrong with an item, as the worklist says it. */
export const whyCodes = [
  'ticketUnknown',
  'birthYearMissing',
  'birthYearDiffers',
  'birthDateDiffers',
  'neighbourAlike',
  'cannotBe',
  'personUnknown',
  'onePerson',
  'severalPeople',
  'sameDoseThere',
  'task',
] as const
export type WhyCode = (typeof whyCodes)[number]
