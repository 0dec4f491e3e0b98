/**
 * Doses from paper or from a town's own register. A dose exists when its own row is committed, like any
 * scan, and a fact is never refused or deleted: a file of them is not one transaction, but goes on where
 * it stopped until all of it is in. Its ids are made from its rows, so that nothing comes in twice.
 */
import { DomainError } from '../../../domain/errors.ts'
import type { DoseRecord, PersonDoses } from '../../../domain/municipal-file.ts'
import type { Scan } from '../../../domain/scan.ts'
import { type Tx, withPurpose } from '../../client.ts'
import { knownRows } from '../../people/compare-file.ts'
import { sheetOfResident } from '../../people/sheet-of-resident.ts'
import { recordScan } from '../../queries/record-scan.ts'
import { contentIds } from '../content-id.ts'
import type { FileChange, ImportJob } from '../types.ts'
import { type Compared, type Comparing, type KindModule, rowNote, type ToldRow } from './kind.ts'
import { applyPersonDoses, comparePersonDoses } from './person-doses.ts'
import { movedOn } from './resident-applier.ts'

const source = 'paper'

export const doses: KindModule<'doses'> = {
  // A vaccination register names everybody once; slips may name somebody twice.
  keyOf: (record) => (isOfPerson(record) ? record.registerNumber : undefined),
  compare: async (comparing, rows) =>
    areOfPeople(rows) ? comparePersonDoses(comparing, rows) : compare(comparing, rows as DoseRow[]),
  applyEach: async (comparing, changes, isIn) =>
    areOfPeople(changes)
      ? applyPersonDoses(comparing, changes, isIn)
      : applyEach(comparing, changes, isIn),
}

type DoseRow = ToldRow<'doses'> & { record: DoseRecord }

function isOfPerson(record: DoseRecord | PersonDoses | undefined): record is PersonDoses {
  return record !== undefined && 'doses' in record
}

/** All rows of a file are of one form. */
function areOfPeople<Row extends { record?: DoseRecord | PersonDoses }>(
  rows: Row[],
): rows is (Row & { record: PersonDoses })[] {
  return isOfPerson(rows[0]?.record)
}

async function compare({ store, job }: Comparing, rows: DoseRow[]): Promise<Compared[]> {
  const { municipalityCode } = job
  const records = rows.map(({ record }) => record)
  const ids = await contentIds(store.vault, municipalityCode, 'scan', records)
  const scope = { municipalityCode, purpose: 'compareRegister' } as const
  return withPurpose(store.sql, scope, async (tx) => {
    const kept = await tx<{ id: string }[]>`
      select id from scan where id = any(${ids}::uuid[])`
    const isKept = new Set(kept.map(({ id }) => id))
    const [places, holders] = [await placesOf(tx, records), await holdersOf(tx, job, records)]
    return records.map((record, i): Compared => {
      if (isKept.has(ids[i]!)) return { outcome: 'same' }
      const fault = faultOf(record, job, places)
      if (fault) return { outcome: 'rejected', notes: [rowNote(fault)] }
      if (record.ticket) return { outcome: 'new' }
      const holder = holders.get(record.registerNumber!)
      if (!holder) return { outcome: 'rejected', notes: [rowNote('unknownResident')] }
      const { residentId, hasSheet } = holder
      if (hasSheet) return { outcome: 'new', residentId }
      return { outcome: 'needsDecision', residentId, notes: [rowNote('doseWithoutTicket')] }
    })
  })
}

/** Venues with the town that each belongs to. */
type Places = { venues: Map<string, string>; products: Set<string> }

async function placesOf(tx: Tx, records: DoseRecord[]): Promise<Places> {
  const venues = await tx<{ code: string; town: string }[]>`
    select code, municipality_code as town from venue where code = any(${records.map(({ venueCode }) => venueCode)})`
  const products = await tx<{ code: string }[]>`select code from product`
  return {
    venues: new Map(venues.map(({ code, town }) => [code, town])),
    products: new Set(products.map(({ code }) => code)),
  }
}

/** As everywhere: a town records at its own venues, or for its own people. */
function faultOf(record: DoseRecord, job: ImportJob, { venues, products }: Places) {
  if (record.givenOn > job.today) return 'dateInFuture'
  const town = venues.get(record.venueCode)
  if (town === undefined) return 'unknownVenue'
  const issuer = record.ticket?.municipalityCode ?? job.municipalityCode
  if (town !== job.municipalityCode && issuer !== job.municipalityCode) return 'anotherVenue'
  if (!products.has(record.productCode)) return 'unknownProduct'
  return record.ticket || record.registerNumber ? undefined : 'detailsMissing'
}

async function holdersOf(tx: Tx, { municipalityCode }: ImportJob, records: DoseRecord[]) {
  const numbers = records.flatMap(({ ticket, registerNumber }) =>
    ticket || !registerNumber ? [] : [registerNumber],
  )
  const known = await knownRows(tx, municipalityCode, numbers)
  const ids = [...known.values()].map(({ residentId }) => residentId)
  const sheets = await tx<{ residentId: string }[]>`
    select distinct resident_id as "residentId" from ticket
     where municipality_code = ${municipalityCode} and resident_id = any(${ids}::uuid[])
       and revoked_on is null`
  const withSheet = new Set(sheets.map(({ residentId }) => residentId))
  return new Map(
    [...known].map(([number, { residentId }]) => {
      return [number, { residentId, hasSheet: withSheet.has(residentId) }]
    }),
  )
}

/** Each in a transaction of its own. Throws `registerMovedOn` when one is refused; those before it stay. */
async function applyEach(
  { store, job }: Comparing,
  changes: FileChange<'doses'>[],
  isIn: () => void,
): Promise<{ hasNews: boolean }> {
  const { municipalityCode, today } = job
  const records = changes.map(({ record }) => record as DoseRecord)
  const ids = await contentIds(store.vault, municipalityCode, 'scan', records)
  let hasNews = false
  for (const [i, record] of records.entries()) {
    const ticket = record.ticket ?? (await sheetOfResident(store, municipalityCode, record))
    if (!ticket) throw movedOn()
    try {
      const done = await recordScan(store, scanOf(ids[i]!, record, ticket), today)
      hasNews ||= done.hasNews
      isIn()
    } catch (error) {
      throw error instanceof DomainError ? movedOn() : error
    }
  }
  return { hasNews }
}

function scanOf(
  scanId: string,
  record: DoseRecord,
  ticket: NonNullable<DoseRecord['ticket']>,
): Scan {
  const { doseNumber, givenOn, venueCode, productCode, lotNumber, bornOn } = record
  return {
    ...{ scanId, issuingMunicipalityCode: ticket.municipalityCode, ticketNumber: ticket.number },
    ...{ readBy: 'paper' as const, slipKind: 'vaccination' as const, source },
    ...{ claimedDoseNumber: doseNumber, givenOn, venueCode, productCode, lotNumber },
    ...(bornOn !== undefined && { bornOn }),
  }
}
