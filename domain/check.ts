/**
 * Rule hits of the Japanese programme (要確認): facts that a clerk looks at. None of them makes a dose
 * invalid, and none is ever a reason to refuse the record of a dose that was given.
 */
import { type Age, isWithinAges } from './age.ts'
import type { PlainDate } from './course.ts'
import { minimumAgeFor, productOfCvx } from './product.ts'

/** Why a second dose was of another product (domain rule: MHLW, Q&A 0095). */
export const mixedBecauses = ['reaction', 'relocation', 'noVenue', 'other', 'notStated'] as const
export type MixedBecause = (typeof mixedBecauses)[number]

export type DoseFinding =
  | { code: 'intervalTooShort'; actualDays: number; minimumDays: number }
  | { code: 'productMismatch'; because: MixedBecause }
  | { code: 'productUnspecified' }
  | { code: 'ageOutsideProduct'; minimumAge: Age; belowAge?: Age }
  | { code: 'extraDose' }

export type DoseFindingCode = DoseFinding['code']

/**
 * Age hits of one dose. The product line is fixed at dose 1: who turns twelve before dose 2 keeps
 * the child product, so only dose 1 has an upper age.
 */
export function ageFindings(dose: {
  cvx: string
  givenOn: PlainDate
  bornOn: PlainDate
  isFirst: boolean
}): DoseFinding[] {
  const product = productOfCvx(dose.cvx)
  if (!product) return []
  const minimumAge = minimumAgeFor(product, dose.givenOn)
  const belowAge = dose.isFirst ? product.belowAge : undefined
  if (isWithinAges(dose.bornOn, dose.givenOn, minimumAge, belowAge)) return []
  return [{ code: 'ageOutsideProduct', minimumAge, ...(belowAge ? { belowAge } : {}) }]
}
