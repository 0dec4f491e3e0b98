/** What a scan's verdict goes by, from its locked read set. Opens nothing but a minor's birth date. */
import { ageBandOf } from '../../domain/age.ts'
import { compareDates } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { doubtAboutPerson, type KnownTicket, type ScanKnowledge } from '../../domain/scan.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Sql } from '../client.ts'
import { openBirthDates, rowsBornAsStated, type StatedBirth } from '../people/birth.ts'
import { alikeNeighbours, type NearSheet, type NearTickets } from './scan-near.ts'
import type { IndexedScan, ScanRow } from './scan-read.ts'

/** A scan with what was stated about its person, if anything was, and whose it may have been meant to be. */
export type AskedScan = IndexedScan & { stated?: StatedBirth; near?: NearTickets }

/** Throws DomainError with the code of a refusal. `holderId`: whose the ticket has to be. */
export function refuseImpossible(
  row: ScanRow,
  { scan, holderId }: Pick<IndexedScan, 'scan'> & { holderId?: string },
  today: PlainDate,
): void {
  if (!row.issuerIsKnown) {
    throw new DomainError('unknownMunicipality', 'no such issuer', 'ticket.municipalityCode')
  }
  if (!row.venue) throw new DomainError('unknownVenue', 'no such venue', 'venueCode')
  if (!row.productIsKnown) throw new DomainError('unknownProduct', 'no such product', 'productCode')
  if (compareDates(scan.givenOn, today) > 0) {
    throw new DomainError('givenOnInFuture', 'given after today', 'givenOn')
  }
  if (holderId !== undefined && holderId !== row.residentId) {
    throw new DomainError('ticketNumberTaken', 'the ticket is somebody else’s', 'ticket.number')
  }
}

/** Throws `dateBeforeBirth`, and what the vault throws. `nearSheets`: of the issuer, none for a QR read. */
export async function scanKnowledge(
  tx: Sql,
  vault: Vault,
  { row, nearSheets }: { row: ScanRow; nearSheets: NearSheet[] },
  asked: AskedScan,
): Promise<ScanKnowledge> {
  const ticket = row.residentId
    ? await knownTicket(tx, vault, { row, nearSheets }, asked)
    : undefined
  return {
    ...(ticket ? { ticket } : {}),
    doses: row.doses ?? [],
    ...(row.lot ? { lot: withoutNulls(row.lot) } : {}),
    ...(row.venue?.openedOn ? { venueOpenedOn: row.venue.openedOn } : {}),
  }
}

async function knownTicket(
  tx: Sql,
  vault: Vault,
  { row, nearSheets }: { row: ScanRow; nearSheets: NearSheet[] },
  asked: AskedScan,
): Promise<KnownTicket> {
  const { scan } = asked
  const municipalityCode = scan.issuingMunicipalityCode
  const resident = { municipalityCode, residentId: row.residentId! }
  const ticket: KnownTicket = {
    ...(row.issuedOn ? { issuedOn: row.issuedOn } : {}),
    ...(row.revokedOn ? { revokedOn: row.revokedOn } : {}),
    ...(scan.readBy === 'qr' ? {} : await whoIsMeant(tx, vault, { row, nearSheets }, asked)),
    slipIsUsed: row.slipIsUsed,
  }
  // Attached to nobody: then nobody's birth date is opened either.
  if (!row.isMinor || doubtAboutPerson(scan, ticket)) return ticket
  const opening = { purpose: 'recordDose', rows: [resident] }
  const bornOn = (await openBirthDates(tx, vault, opening)).get(resident.residentId)
  if (bornOn === undefined) return ticket
  if (compareDates(scan.givenOn, bornOn) < 0) {
    throw new DomainError('dateBeforeBirth', 'given before birth', 'givenOn')
  }
  return { ...ticket, bornOn }
}

/** Neighbours are compared only where the holder agrees: otherwise it is held all the same. */
async function whoIsMeant(
  tx: Sql,
  vault: Vault,
  { row, nearSheets }: { row: ScanRow; nearSheets: NearSheet[] },
  { scan, stated, near }: AskedScan,
): Promise<Pick<KnownTicket, 'birthYearMatches' | 'bornOnMatches' | 'hasAlikeNeighbour'>> {
  if (!stated) return {}
  const municipalityCode = scan.issuingMunicipalityCode
  const { residentId, birthYearCheck, bornOnCheck } = row
  const holder = {
    ...{ municipalityCode, residentId: residentId! },
    ...{ birthYearCheck: birthYearCheck!, bornOnCheck: bornOnCheck! },
  }
  const isHolder = (await rowsBornAsStated(vault, municipalityCode, [holder], stated)).length > 0
  const matches = 'bornOn' in stated ? { bornOnMatches: isHolder } : { birthYearMatches: isHolder }
  if (!isHolder || !near) return matches
  const asked = { near, own: nearSheets, stated, holderId: residentId! }
  return { ...matches, hasAlikeNeighbour: (await alikeNeighbours(tx, vault, asked)).length > 0 }
}

/** The band on the day of the dose, of somebody whom a ticket names. */
export function ageBandFrom(row: ScanRow, givenOn: PlainDate) {
  const { ageClass, ageClassOn, olderFrom, isMinor } = row
  return ageBandOf(
    {
      ageClass: ageClass!,
      ageClassOn: ageClassOn!,
      isMinor: isMinor!,
      ...(olderFrom ? { olderFrom } : {}),
    },
    givenOn,
  )
}

function withoutNulls({ expiresOn, recalledOn }: NonNullable<ScanRow['lot']>) {
  return { ...(expiresOn ? { expiresOn } : {}), ...(recalledOn ? { recalledOn } : {}) }
}
