/**
 * What a scan means: from the body a venue sent and what the database knows, to a verdict.
 *
 * A fact is never refused for breaking a rule: a dose against the rules is recorded with findings.
 * What cannot be attached to a person with certainty is held or waits, attached to nobody. Refusals
 * (an issuer, venue or product that does not exist, a date in the future) are the caller's, before.
 */
import type { PlainDate } from './course.ts'
import { type DoseFacts, type FindingCode, judgeDose, type LotFacts } from './findings.ts'
import type { PlanDose } from './plan.ts'

export { type FindingCode, findingCodes } from './findings.ts'

export const readRoutes = ['qr', 'nw7', 'ocr', 'typed', 'paper'] as const
export type ReadRoute = (typeof readRoutes)[number]

export type Scan = {
  scanId: string
  issuingMunicipalityCode: string
  ticketNumber: string
  readBy: ReadRoute
  birthYear?: number
  /** Says more than the year, and so holds fewer: see `doubtAboutPerson`. */
  bornOn?: PlainDate
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
export type ScanFacts = Omit<Scan, 'ticketNumber' | 'birthYear' | 'bornOn'> & {
  /** Somebody at the municipality has decided whose it is: then there is no doubt about the person. */
  isDecided?: true
}

export type KnownTicket = {
  issuedOn?: PlainDate
  revokedOn?: PlainDate
  /** Whether the birth year that was stated is the person's; left out when none was. */
  birthYearMatches?: boolean
  /** The same of a birth date. */
  bornOnMatches?: boolean
  /**
   * Whether a ticket that this read may be a misreading of (domain/misread.ts) belongs to somebody else of
   * whom the same year or date is true. Left out when nobody has looked.
   */
  hasAlikeNeighbour?: boolean
  /** A minor's alone: the product line goes by the day. A grown-up's is never opened for a scan. */
  bornOn?: PlainDate
  slipIsUsed: boolean
}

export type ScanKnowledge = {
  ticket?: KnownTicket
  /** The person's doses that count, in any order. */
  doses: PlanDose[]
  lot?: LotFacts
  venueOpenedOn?: PlainDate
}

export type ScanVerdict =
  | { verdict: 'waiting' }
  | { verdict: 'held'; because: DoubtAboutPerson }
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

/** Why a scan is held. `birthYearMissing`: neither year nor date was stated. */
export const doubtsAboutPerson = [
  'birthYearMissing',
  'birthYearDiffers',
  'birthDateDiffers',
  'neighbourAlike',
] as const
export type DoubtAboutPerson = (typeof doubtsAboutPerson)[number]

/**
 * A QR code carries all 18 digits or none. By any other route one misread digit of ten is somebody
 * else's valid ticket, so the birth year or date must be there and be right; and where it is right of a
 * neighbour as well, the digits alone would decide between two people. So no misread of a sheet that is
 * registered reaches anybody else, whatever the numbers: its own sheet is a neighbour of what was read.
 */
export function doubtAboutPerson(
  scan: Pick<ScanFacts, 'readBy' | 'isDecided'>,
  ticket: Pick<KnownTicket, 'birthYearMatches' | 'bornOnMatches' | 'hasAlikeNeighbour'>,
): DoubtAboutPerson | undefined {
  if (scan.readBy === 'qr' || scan.isDecided) return undefined
  const { birthYearMatches, bornOnMatches, hasAlikeNeighbour } = ticket
  if (birthYearMatches === undefined && bornOnMatches === undefined) return 'birthYearMissing'
  if (bornOnMatches === false) return 'birthDateDiffers'
  if (birthYearMatches === false) return 'birthYearDiffers'
  return hasAlikeNeighbour === false ? undefined : 'neighbourAlike'
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
  dose: GivenDose,
  ticket: KnownTicket,
  known: ScanKnowledge,
): FindingCode[] {
  return judgeDose(dose, doseFacts(ticket, known), known.doses)
}

function doseFacts(ticket: KnownTicket, { lot, venueOpenedOn }: ScanKnowledge): DoseFacts {
  const { bornOn, slipIsUsed, issuedOn, revokedOn } = ticket
  return {
    slipIsUsed,
    ...(lot && { lot }),
    ...(bornOn && { bornOn }),
    ...(issuedOn && { ticketIssuedOn: issuedOn }),
    ...(revokedOn && { ticketRevokedOn: revokedOn }),
    ...(venueOpenedOn && { venueOpenedOn }),
  }
}
