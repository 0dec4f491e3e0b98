/** What can be changed of a recorded dose, why, and what is kept of it. */
import type { PlainDate } from './course.ts'

/** What a change may touch, and all that is kept of before and after: nothing says whose dose it is. */
export type DoseContent = {
  claimedDoseNumber: number
  givenOn: PlainDate
  productCode: string
  lotNumber: string
  venueCode: string
}

export const doseChangeKinds = [
  'voided',
  'corrected',
  'movedAway',
  'movedHere',
  'confirmed',
  'lockLifted',
] as const
export type DoseChangeKind = (typeof doseChangeKinds)[number]

/** The only reasons: they stay for good and are shown, and text that somebody writes could name people. */
export const doseChangeReasons = [
  'misread',
  'wrongPerson',
  'neverGiven',
  'recordedTwice',
  'wrongDate',
  'wrongProduct',
  'wrongLot',
  'wrongVenue',
  'wrongDoseNumber',
  'keyedWrongly',
  'onlyPractised',
  'comparedWithPaper',
  'toldByPerson',
  'toldByVenue',
  'lockedByMistake',
  'undoneAtOnce',
  'other',
] as const
export type DoseChangeReason = (typeof doseChangeReasons)[number]

/** The reason of a tablet that takes back what it has just recorded. */
export const undoReason = 'undoneAtOnce' satisfies DoseChangeReason

/** What `changes` really change; undefined when that is nothing. */
export function correctedContent(
  before: DoseContent,
  changes: Partial<DoseContent>,
): DoseContent | undefined {
  const after = { ...before, ...changes }
  const keys = Object.keys(before) as (keyof DoseContent)[]
  return keys.some((key) => before[key] !== after[key]) ? after : undefined
}
