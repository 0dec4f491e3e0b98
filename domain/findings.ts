/**
 * Which rules a dose breaks: one function for a dose among the others of its course (`judgeDose`), one for
 * what a lot's data say (`lotFindings`), which the first asks: a rule is written once.
 *
 * A finding is a rule hit, never a verdict: the fact stands, and a person decides.
 */
import { isWithinAges } from './age.ts'
import { compareDates } from './calendar.ts'
import type { PlainDate } from './course.ts'
import { dueWindowAfter } from './forecast.ts'
import type { PlanDose } from './plan.ts'
import { dosesInSeries, minimumAgeFor, productOf } from './product.ts'

export const findingCodes = [
  'intervalTooShort',
  'productMismatch',
  'ageOutsideProduct',
  'lotUnknown',
  'lotExpired',
  'lotRecalled',
  'sameDayDose',
  'doseOrder',
  'claimAgainstCourse',
  'extraDose',
  'slipAlreadyUsed',
  'ticketRevoked',
  'beforeProductApproved',
  'beforeVenueOpened',
  'beforeTicketIssued',
] as const
export type FindingCode = (typeof findingCodes)[number]

/** What follows from a lot's data alone, and is judged again when they change. */
export const lotFindingCodes = ['lotUnknown', 'lotExpired', 'lotRecalled'] as const

/** In force on the day of judging; left out altogether = nobody named this lot. */
export type LotFacts = { expiresOn?: PlainDate; recalledOn?: PlainDate }

type Given = Pick<PlanDose, 'claimedDoseNumber' | 'givenOn' | 'productCode'>

/** What is known about one dose besides the others. */
export type DoseFacts = {
  lot?: LotFacts
  /** A minor's alone: the product line goes by the day. Left out = a grown-up. */
  bornOn?: PlainDate
  slipIsUsed: boolean
  ticketIssuedOn?: PlainDate
  ticketRevokedOn?: PlainDate
  venueOpenedOn?: PlainDate
}

/** One dose against those that were known before it; these in any order. */
export function judgeDose(dose: Given, facts: DoseFacts, before: readonly Given[]): FindingCode[] {
  const byLot = lotFindings(dose.givenOn, facts.lot)
  const { ticketRevokedOn } = facts
  const rules: [FindingCode, boolean][] = [
    ['intervalTooShort', intervalIsTooShort(dose, before)],
    ['productMismatch', before.some((other) => other.productCode !== dose.productCode)],
    ['ageOutsideProduct', before.length === 0 && ageIsOutside(dose, facts.bornOn)],
    ...lotFindingCodes.map((code): [FindingCode, boolean] => [code, byLot.includes(code)]),
    ['sameDayDose', before.some((other) => other.givenOn === dose.givenOn)],
    ['doseOrder', orderIsOdd(dose, before)],
    ['claimAgainstCourse', before.some((d) => d.claimedDoseNumber === dose.claimedDoseNumber)],
    ['extraDose', seriesIsFull(before)],
    ['slipAlreadyUsed', facts.slipIsUsed],
    ['ticketRevoked', ticketRevokedOn !== undefined && !isBefore(dose.givenOn, ticketRevokedOn)],
    ['beforeProductApproved', isAfter(productOf(dose.productCode).approvedOn, dose.givenOn)],
    ['beforeVenueOpened', isAfter(facts.venueOpenedOn, dose.givenOn)],
    ['beforeTicketIssued', isAfter(facts.ticketIssuedOn, dose.givenOn)],
  ]
  return rules.filter(([, hit]) => hit).map(([code]) => code)
}

/** What a lot's data say about a dose of it. Undefined: nobody named the lot. */
export function lotFindings(givenOn: PlainDate, lot: LotFacts | undefined): FindingCode[] {
  if (lot === undefined) return ['lotUnknown']
  const codes: FindingCode[] = []
  if (isBefore(lot.expiresOn, givenOn)) codes.push('lotExpired')
  // On the day itself nobody knows which came first: worth a look.
  if (lot.recalledOn !== undefined && !isBefore(givenOn, lot.recalledOn)) codes.push('lotRecalled')
  return codes
}

/** Against the dose before and the dose after, wherever in the series this one falls. */
function intervalIsTooShort(dose: Given, others: readonly Given[]): boolean {
  const inOrder = [...others].sort((a, b) => compareDates(a.givenOn, b.givenOn))
  const earlier = inOrder.filter((other) => compareDates(other.givenOn, dose.givenOn) <= 0)
  const previous = earlier.at(-1)
  const next = inOrder[earlier.length]
  return (
    (previous !== undefined && isTooSoonAfter(previous, dose, earlier.length)) ||
    (next !== undefined && isTooSoonAfter(dose, next, earlier.length + 1))
  )
}

function isTooSoonAfter(first: Given, second: Given, dosesGiven: number): boolean {
  const { earliest } = dueWindowAfter({
    productCode: first.productCode,
    nextProductCode: second.productCode,
    givenOn: first.givenOn,
    dosesGiven,
  })
  return isBefore(second.givenOn, earliest)
}

/** The product line is fixed by the civil age at the first dose. No product asks how old a grown-up is. */
function ageIsOutside(dose: Given, bornOn: PlainDate | undefined): boolean {
  const product = productOf(dose.productCode)
  if (bornOn === undefined) return product.belowAge !== undefined
  const from = minimumAgeFor(product, dose.givenOn)
  return !isWithinAges(bornOn, dose.givenOn, from, product.belowAge)
}

function seriesIsFull(doses: readonly Given[]): boolean {
  const [first] = [...doses].sort((a, b) => compareDates(a.givenOn, b.givenOn))
  return first !== undefined && doses.length >= dosesInSeries(first.productCode)
}

/** A second dose without a first, or dated before one: normal at large venues, worth a look. */
function orderIsOdd(dose: Given, before: readonly Given[]): boolean {
  const hasEarlier = before.some((other) => other.claimedDoseNumber < dose.claimedDoseNumber)
  if (dose.claimedDoseNumber > 1 && !hasEarlier) return true
  return before.some((other) => {
    const claims = other.claimedDoseNumber - dose.claimedDoseNumber
    return claims * compareDates(other.givenOn, dose.givenOn) < 0
  })
}

function isBefore(a: PlainDate | undefined, b: PlainDate): boolean {
  return a !== undefined && compareDates(a, b) < 0
}

function isAfter(a: PlainDate | undefined, b: PlainDate): boolean {
  return a !== undefined && compareDates(a, b) > 0
}
