/**
 * Why a notice does not leave, as it is kept in `notice.reason`: held until that is over, or left out. Whoever
 * adds one owes it words (`i18n/pages-*`, `i18n/pages-monitor-*`) and a fact by which the watch sees that it
 * holds (`monitor/reasons.ts`); test/unit/stop-reasons.test.ts walks this list.
 */

/** It waits, and is looked at again. */
export const heldReasons = [
  'betweenMunicipalities',
  'saysVaccinated',
  'unkeyedPaper',
  'waitsAfterScreening',
  'addressReturned',
] as const

/** A notice that a course waits for is left out: only these say so of a reminder after the due date or of a move. */
export const leftOutReasons = [
  'dosed',
  'deceased',
  'movedAbroad',
  'removedFromRegister',
  'declined',
  'merged',
  'erased',
  'moved',
  'superseded',
  'protected',
  'toldAtStay',
  'toldByHand',
  'declinedLetters',
  'ageInQuestion',
  'noSender',
  'noAddress',
  'notPrintable',
  'recordCorrected',
] as const

/**
 * Of notices that are queued by cohort. A mail before the due date is left out, too, by what holds others for a
 * while.
 */
export const cohortReasons = ['noTicket', 'lotNotRecalled', 'mailOnly'] as const
export const courtesyReasons = ['betweenMunicipalities', 'saysVaccinated'] as const

export type StopReason =
  | (typeof heldReasons)[number]
  | (typeof leftOutReasons)[number]
  | (typeof cohortReasons)[number]
