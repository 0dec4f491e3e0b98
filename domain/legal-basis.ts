/**
 * On what a municipality may ask another one by My Number, as dated data: the same item of article 19
 * of the Number Act (life, body, property), first by its limb of consent, later by its other limb.
 */
import { compareDates, plainDate } from './calendar.ts'
import type { PlainDate } from './course.ts'

export type LegalBasis = {
  code: 'lifeBodyProperty.consent' | 'lifeBodyProperty.consentImpracticable'
  from?: PlainDate
  /** The first day on which it holds no more. */
  until?: PlainDate
  /** Somebody must have recorded the consent, and is named. */
  needsConsentRecord: boolean
}

/**
 * Sources say "the middle of December 2021" and give no day. The fifteenth is a choice: for whoever
 * knows better it is data.
 */
const consentUntil = plainDate('2021-12-15')

export const legalBases: readonly LegalBasis[] = [
  { code: 'lifeBodyProperty.consent', until: consentUntil, needsConsentRecord: true },
  { code: 'lifeBodyProperty.consentImpracticable', from: consentUntil, needsConsentRecord: false },
]

/** The basis of that name, if it holds on that day. */
export function legalBasisOn(code: string, day: PlainDate): LegalBasis | undefined {
  return legalBases.find(
    (basis) =>
      basis.code === code &&
      (basis.from === undefined || compareDates(basis.from, day) <= 0) &&
      (basis.until === undefined || compareDates(day, basis.until) < 0),
  )
}

/** The one that holds on a day: their times follow one another without a gap. */
export function legalBasisFor(day: PlainDate): LegalBasis {
  return legalBases.find(({ code }) => legalBasisOn(code, day) !== undefined)!
}
