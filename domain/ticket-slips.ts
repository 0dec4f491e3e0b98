/**
 * Which slips a sheet still needs: a person who has had a dose gets none for it (MHLW, guide to
 * municipalities 13.1, p. 109: on reissue only the slips that are still needed are handed out).
 */
import type { PlainDate } from './course.ts'
import { DomainError } from './errors.ts'
import { dosesInSeries } from './product.ts'
import type { SlipKind } from './ticket.ts'

export const issueReasons = ['first', 'lost', 'moved', 'slipsUsedUp', 'damaged'] as const
export type IssueReason = (typeof issueReasons)[number]

/** These are for who has no valid sheet of the town; the others take the place of one. */
export function isFirstHere(reason: IssueReason): boolean {
  return reason === 'first' || reason === 'moved'
}

export type Slip = { slipKind: SlipKind; claimedDoseNumber: number }

export type KnownDose = { claimedDoseNumber: number; givenOn: PlainDate; productCode: string }

/** The usual series, while no dose says which product it is. */
const usualSeries = 2

/**
 * The dose numbers still to come, in order. Throws `noSlipStillNeeded` when none is, and
 * `firstDoseUnrecorded` when a later dose alone is known: the earlier one was given and has to be found,
 * not given again.
 */
export function dosesStillNeeded(doses: readonly KnownDose[]): number[] {
  const first = [...doses].sort((a, b) => (a.givenOn < b.givenOn ? -1 : 1))[0]
  if (first && doses.length === 1 && first.claimedDoseNumber > 1) {
    throw new DomainError('firstDoseUnrecorded', 'Only a later dose is on record')
  }
  const series = first ? dosesInSeries(first.productCode) : usualSeries
  const needed = Array.from({ length: series }, (_, i) => i + 1).slice(doses.length)
  if (needed.length === 0) throw new DomainError('noSlipStillNeeded', 'All doses are on record')
  return needed
}

/** For each dose a vaccination slip, and one for a visit on which nothing could be given. */
export function slipsOf(doseNumbers: readonly number[]): Slip[] {
  return doseNumbers.flatMap((claimedDoseNumber) => [
    { slipKind: 'vaccination' as const, claimedDoseNumber },
    { slipKind: 'screenedOnly' as const, claimedDoseNumber },
  ])
}
