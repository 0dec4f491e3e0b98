/** What a scan's verdict goes by, from its locked read set. Opens nothing but a minor's birth date. */
import { ageBandOf } from '../../domain/age.ts'
import { compareDates } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { doubtAboutPerson, type KnownTicket, type ScanKnowledge } from '../../domain/scan.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Sql } from '../client.ts'
import { birthYearMatches, openBirthDates } from '../people/birth.ts'
import type { IndexedScan, ScanRow } from './scan-read.ts'

/** A scan with what was stated about its person, if anything was. */
export type AskedScan = IndexedScan & { birthYear?: number }

/** Throws DomainError with the code of a refusal. */
export function refuseImpossible(
  row: ScanRow,
  { scan }: Pick<IndexedScan, 'scan'>,
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
}

/** Throws `dateBeforeBirth`, and what the vault throws. */
export async function scanKnowledge(
  tx: Sql,
  vault: Vault,
  row: ScanRow,
  asked: AskedScan,
): Promise<ScanKnowledge> {
  const ticket = row.residentId ? await knownTicket(tx, vault, row, asked) : undefined
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
  row: ScanRow,
  { scan, birthYear }: AskedScan,
): Promise<KnownTicket> {
  const municipalityCode = scan.issuingMunicipalityCode
  const resident = { municipalityCode, residentId: row.residentId! }
  const mustMatch = scan.readBy !== 'qr' && birthYear !== undefined
  const ticket: KnownTicket = {
    ...(row.issuedOn ? { issuedOn: row.issuedOn } : {}),
    ...(row.revokedOn ? { revokedOn: row.revokedOn } : {}),
    ...(mustMatch
      ? {
          birthYearMatches: await birthYearMatches(vault, resident, birthYear, row.birthYearCheck!),
        }
      : {}),
    slipIsUsed: row.slipIsUsed,
  }
  // Attached to nobody: then nobody's birth date is opened either.
  if (!row.isMinor || doubtAboutPerson(scan, ticket)) return ticket
  const asked = { purpose: 'recordDose', rows: [resident] }
  const bornOn = (await openBirthDates(tx, vault, asked)).get(resident.residentId)
  if (bornOn === undefined) return ticket
  if (compareDates(scan.givenOn, bornOn) < 0) {
    throw new DomainError('dateBeforeBirth', 'given before birth', 'givenOn')
  }
  return { ...ticket, bornOn }
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
