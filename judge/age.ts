/**
 * Whether a dose was given to somebody too young for it: then nobody is reminded of the next one before a
 * person has looked, because it may be somebody else's. Lines by product and day (MHLW): Pfizer from 16, from
 * 1 June 2021 from 12; Moderna from 18, from 3 August 2021 from 12; any other one from 18.
 */
import { addDays, type Day } from './days.ts'
import type { TruthDose } from './truth-file.ts'

const lowered: Record<string, { before: number; on: Day }> = {
  pfizer: { before: 16, on: '2021-06-01' },
  moderna: { before: 18, on: '2021-08-03' },
}
const loweredTo = 12
const grownUp = 18

/** Only the first dose is looked at: a later one has been begun, whatever the age. */
export function isAgeInQuestion(bornOn: Day, [first]: TruthDose[]): boolean {
  return first !== undefined && first.givenOn < reachedOn(bornOn, youngestFor(first))
}

function youngestFor({ productCode, givenOn }: TruthDose): number {
  const line = lowered[productCode]
  if (!line) return grownUp
  return givenOn < line.on ? line.before : loweredTo
}

/** An age is reached on the eve of the birthday. */
function reachedOn(bornOn: Day, years: number): Day {
  const year = Number(bornOn.slice(0, 4)) + years
  const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1
  const day = bornOn.endsWith('-02-29') && !isLeap ? '-03-01' : bornOn.slice(4)
  return addDays(`${year}${day}`, -1)
}
