/** What can be changed of a recorded dose, why, and what is kept of it. */
import type { PlainDate } from './course.ts'
import { DomainError } from './errors.ts'

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

/** Reasons that have words in both languages; a program may give another one, which is shown as it is. */
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
  'comparedWithPaper',
  'toldByPerson',
  'undoneAtOnce',
  'other',
] as const
export type DoseChangeReason = (typeof doseChangeReasons)[number]

/** The reason of a tablet that takes back what it has just recorded. */
export const undoReason = 'undoneAtOnce' satisfies DoseChangeReason

/** A ticket, a telephone and a My Number have ten digits and more; a lot or a date has fewer. */
const longNumber = /\d{9,}/

/** Reasons stay for good and are read on screens. Throws `reasonNamesSomebody`. */
export function assertNamesNobody(reason: string): void {
  if (longNumber.test(reason.normalize('NFKC').replace(/[\s-]/g, '')) || reason.includes('@')) {
    throw new DomainError('reasonNamesSomebody', 'A reason holds a number or an address', 'reason')
  }
}

/** What `changes` really change; undefined when that is nothing. */
export function correctedContent(
  before: DoseContent,
  changes: Partial<DoseContent>,
): DoseContent | undefined {
  const after = { ...before, ...changes }
  const keys = Object.keys(before) as (keyof DoseContent)[]
  return keys.some((key) => before[key] !== after[key]) ? after : undefined
}
