/**
 * What a scan means: from the body a venue sent and what the database knows, to a verdict.
 *
 * A fact is never refused for breaking a rule: a dose against the rules is recorded with findings.
 * What cannot be attached to a person with certainty is held or waits, attached to nobody. Refusals
 * (an issuer, venue or product that does not exist, a date in the future) are the caller's, before.
 */
import { isWithinAges } from './age.ts'
import { compareDates } from './calendar.ts'
import type { PlainDate } from './course.ts'
import { dueWindowAfter } from './forecast.ts'
import type { PlanDose } from './plan.ts'
import { dosesInSeries, minimumAgeFor, productOf } from './product.ts'

export const readRoutes = ['qr', 'nw7', 'ocr', 'typed', 'paper'] as const
export type ReadRoute = (typeof readRoutes)[number]

export type Scan = {
  scanId: string
  issuingMunicipalityCode: string
  ticketNumber: string
  readBy: ReadRoute
  birthYear?: number
  slipKind: 'vaccination' | 'screenedOnly'
  claimedDoseNumber: number
  givenOn: PlainDate
  givenAtLocalTime?: string
  venueCode: string
  productCode: string
  lotNumber: string
  staffRef?: string
  source: string
  deviceSeq?: number
}

/** A scan without what tells whose it is: all that a verdict goes by. */
export type ScanFacts = Omit<Scan, 'ticketNumber' | 'birthYear'> & {
  /** Somebody at the municipality has decided whose it is: then there is no doubt about the person. */
  isDecided?: true
}

export type KnownTicket = {
  revokedOn?: PlainDate
  /** Whether the birth year that was stated is the person's; left out when none was. */
  birthYearMatches?: boolean
  /** A minor's alone: the product line goes by the day. A grown-up's is never opened for a scan. */
  bornOn?: PlainDate
  slipIsUsed: boolean
}

export type ScanKnowledge = {
  ticket?: KnownTicket
  /** The person's doses that count, in any order. */
  doses: PlanDose[]
  lot?: { expiresOn?: PlainDate; recalledOn?: PlainDate }
}

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
] as const
export type FindingCode = (typeof findingCodes)[number]

export type ScanVerdict =
  | { verdict: 'waiting' }
  | { verdict: 'held'; because: 'birthYearMissing' | 'birthYearDiffers' }
  | { verdict: 'screenedOnly' }
  | { verdict: 'alreadyRecorded'; doseId: string }
  | { verdict: 'recorded' | 'recordedWithFindings'; findings: FindingCode[] }

export function judgeScan(scan: ScanFacts, known: ScanKnowledge): ScanVerdict {
  const { ticket } = known
  if (!ticket) return { verdict: 'waiting' }

  const doubt = doubtAboutPerson(scan, ticket)
  if (doubt) return { verdict: 'held', because: doubt }
  if (scan.slipKind === 'screenedOnly') return { verdict: 'screenedOnly' }

  const same = known.doses.find((dose) => isSameEvent(dose, scan))
  if (same) return { verdict: 'alreadyRecorded', doseId: same.id }

  const findings = findingsOf(scan, ticket, known)
  return { verdict: findings.length > 0 ? 'recordedWithFindings' : 'recorded', findings }
}

/**
 * A QR code carries all 18 digits or none. By any other route one misread digit of ten is somebody
 * else's valid ticket, so the birth year must be there and be right.
 */
export function doubtAboutPerson(
  scan: Pick<ScanFacts, 'readBy' | 'isDecided'>,
  ticket: Pick<KnownTicket, 'birthYearMatches'>,
): 'birthYearMissing' | 'birthYearDiffers' | undefined {
  if (scan.readBy === 'qr' || scan.isDecided) return undefined
  if (ticket.birthYearMatches === undefined) return 'birthYearMissing'
  return ticket.birthYearMatches ? undefined : 'birthYearDiffers'
}

/** The same slip read twice for one jab: another scanId, the same claim, day and product. */
function isSameEvent(dose: PlanDose, scan: ScanFacts): boolean {
  return (
    dose.claimedDoseNumber === scan.claimedDoseNumber &&
    dose.givenOn === scan.givenOn &&
    dose.productCode === scan.productCode
  )
}

/** All that a finding goes by. */
export type GivenDose = Pick<
  ScanFacts,
  'claimedDoseNumber' | 'givenOn' | 'productCode' | 'lotNumber'
>

export function findingsOf(
  scan: GivenDose,
  ticket: KnownTicket,
  known: ScanKnowledge,
): FindingCode[] {
  const rules: [FindingCode, boolean][] = [
    ['intervalTooShort', intervalIsTooShort(scan, known.doses)],
    ['productMismatch', known.doses.some((dose) => dose.productCode !== scan.productCode)],
    ['ageOutsideProduct', ageIsOutside(scan, ticket, known.doses)],
    ['lotUnknown', known.lot === undefined],
    ['lotExpired', isBefore(known.lot?.expiresOn, scan.givenOn)],
    ['lotRecalled', isBefore(known.lot?.recalledOn, scan.givenOn)],
    ['sameDayDose', known.doses.some((dose) => dose.givenOn === scan.givenOn)],
    ['doseOrder', orderIsOdd(scan, known.doses)],
    ['claimAgainstCourse', known.doses.some((d) => d.claimedDoseNumber === scan.claimedDoseNumber)],
    ['extraDose', seriesIsFull(known.doses)],
    ['slipAlreadyUsed', ticket.slipIsUsed],
    ['ticketRevoked', ticket.revokedOn !== undefined && !isBefore(scan.givenOn, ticket.revokedOn)],
  ]
  return rules.filter(([, hit]) => hit).map(([code]) => code)
}

/** Against the dose before and the dose after, wherever in the series this one falls. */
function intervalIsTooShort(scan: GivenDose, doses: PlanDose[]): boolean {
  const inOrder = [...doses].sort((a, b) => compareDates(a.givenOn, b.givenOn))
  const earlier = inOrder.filter((dose) => compareDates(dose.givenOn, scan.givenOn) <= 0)
  const before = earlier.at(-1)
  const after = inOrder[earlier.length]
  return (
    (before !== undefined && isTooSoonAfter(before, scan, earlier.length)) ||
    (after !== undefined && isTooSoonAfter(scan, after, earlier.length + 1))
  )
}

type Given = Pick<PlanDose, 'givenOn' | 'productCode'>

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
function ageIsOutside(scan: GivenDose, ticket: KnownTicket, doses: PlanDose[]): boolean {
  if (doses.length > 0) return false
  const product = productOf(scan.productCode)
  if (ticket.bornOn === undefined) return product.belowAge !== undefined
  const from = minimumAgeFor(product, scan.givenOn)
  return !isWithinAges(ticket.bornOn, scan.givenOn, from, product.belowAge)
}

function seriesIsFull(doses: PlanDose[]): boolean {
  const [first] = [...doses].sort((a, b) => compareDates(a.givenOn, b.givenOn))
  return first !== undefined && doses.length >= dosesInSeries(first.productCode)
}

/** A second dose without a first, or dated before one: normal at large venues, worth a look. */
function orderIsOdd(scan: GivenDose, doses: PlanDose[]): boolean {
  const earlierClaims = doses.filter((dose) => dose.claimedDoseNumber < scan.claimedDoseNumber)
  if (scan.claimedDoseNumber > 1 && earlierClaims.length === 0) return true
  return doses.some((dose) => {
    const claims = dose.claimedDoseNumber - scan.claimedDoseNumber
    return claims * compareDates(dose.givenOn, scan.givenOn) < 0
  })
}

function isBefore(a: PlainDate | undefined, b: PlainDate): boolean {
  return a !== undefined && compareDates(a, b) < 0
}
