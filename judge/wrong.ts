/** Was it right to send this, by what had been told, and by what was true? */
import type { Day } from './days.ts'
import {
  type Heard,
  isBetweenTowns,
  isCompleteAsKnown,
  isProtectedOn,
  type Known,
  knownFrom,
} from './known.ts'
import type { LeftNotice } from './left-notice.ts'
import type { Recipient } from './recipient.ts'
import type { TruthPerson } from './truth-file.ts'

export type Wrong = 'dosedAndRecorded' | 'dead' | 'leftAddress' | 'protected' | 'wrongPerson'
export type Unreported = 'dosed' | 'dead' | 'moved'

/** What had been acknowledged before the seal, or before the mail server took the mail. */
export function heardBefore(heard: Heard[], { left }: LeftNotice): Heard[] {
  return heard.filter((fact) =>
    'wallMs' in left ? fact.wallMs < left.wallMs : fact.campaignMs < left.campaignMs,
  )
}

/** The first fault that counts; each notice is counted under one. */
export function wrongAsKnown(
  { person, residences }: Recipient,
  heard: Heard[],
  notice: LeftNotice,
): Wrong | undefined {
  const known = knownFrom(person, heard)
  if (known.isDead) return 'dead'
  if (isProtectedOn(known, notice.day)) return 'protected'
  if (isDosed(known, notice)) return 'dosedAndRecorded'
  if (known.isAbroad || isBetweenTowns(known, notice.day)) return 'leftAddress'
  if (notice.channel === 'letter' && !residences.includes(known.home)) return 'leftAddress'
  return undefined
}

/** An invitation is wrong for whoever came once; of a recalled lot everybody is told who was given it. */
function isDosed(known: Known, { kind }: LeftNotice): boolean {
  if (kind === 'lotRecall') return false
  return kind === 'invitation' ? known.doses.length > 0 : isCompleteAsKnown(known)
}

/** True on that day, and not told yet: nobody's fault, and counted apart. */
export function truthAgainst(
  { person, residences }: Recipient,
  notice: LeftNotice,
): Unreported | undefined {
  if (person.death && person.death.on <= notice.day) return 'dead'
  const from = notice.kind === 'invitation' ? 1 : 2
  if (person.doses.some((dose) => dose.doseNumber >= from && dose.givenOn <= notice.day)) {
    return 'dosed'
  }
  if (notice.channel === 'mail') return undefined
  return residences.includes(homeOn(person, notice.day)) ? undefined : 'moved'
}

/** -1 for nowhere: gone, and not yet arrived. */
function homeOn({ residences }: TruthPerson, day: Day): number {
  return residences.findLastIndex(
    (one) => one.from <= day && (one.to === undefined || day < one.to),
  )
}
