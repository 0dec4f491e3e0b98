/**
 * Rows of a vaccination register, each a person with all their doses. A dose that is known here already,
 * however it came, is the same; one that contradicts what is known is somebody's to decide; the rest goes
 * through the scan. A row is taken with all its new doses or not at all: whoever mends it sends it again, and
 * what is in by then is the same.
 */
import { DomainError } from '../../../domain/errors.ts'
import type { CellNote, PersonDoses, PlacedDose } from '../../../domain/municipal-file.ts'
import type { Scan } from '../../../domain/scan.ts'
import { sheetOfResident } from '../../people/sheet-of-resident.ts'
import { recordScan } from '../../queries/record-scan.ts'
import { contentIds } from '../content-id.ts'
import type { FileChange } from '../types.ts'
import { type Compared, type Comparing, cellNote, type ToldRow } from './kind.ts'
import { type Known, type KnownPerson, knownOf, venueOf } from './person-doses-known.ts'
import { movedOn } from './resident-applier.ts'

export type PersonRow = Pick<ToldRow<'doses'>, 'cells' | 'places'> & { record: PersonDoses }

/** What is to be done with one dose. */
type Judged =
  | { as: 'same' }
  | { as: 'new'; dose: PlacedDose; scanId: string; venueCode: string }
  | { as: 'needsDecision' | 'rejected'; note: CellNote }

type JudgedRow = {
  residentId?: string
  note?: { as: 'needsDecision' | 'rejected'; note: CellNote }
} & { doses: Judged[] }

export async function comparePersonDoses(
  comparing: Comparing,
  rows: PersonRow[],
): Promise<Compared[]> {
  return (await judged(comparing, rows)).map(comparedOf)
}

function comparedOf({ residentId, note, doses }: JudgedRow): Compared {
  const found = residentId === undefined ? {} : { residentId }
  const noted = [...(note ? [note] : []), ...doses.filter((dose) => 'note' in dose)]
  const notes = noted.map((one) => one.note)
  if (noted.some(({ as }) => as === 'rejected')) return { ...found, outcome: 'rejected', notes }
  if (noted.length > 0) return { ...found, outcome: 'needsDecision', notes }
  const fresh = doses.filter(({ as }) => as === 'new').length
  if (fresh === 0) return { ...found, outcome: 'same' }
  return { ...found, outcome: fresh === doses.length ? 'new' : 'changed' }
}

async function judged(comparing: Comparing, rows: PersonRow[]): Promise<JudgedRow[]> {
  const { store, job } = comparing
  const told = rows.flatMap(({ record }) =>
    record.doses.map((dose) => ({ registerNumber: record.registerNumber, ...dose })),
  )
  const ids = await contentIds(store.vault, job.municipalityCode, 'scan', told)
  const known = await knownOf(comparing, rows, ids)
  let at = 0
  return rows.map((row, i) => {
    const ofRow = ids.slice(at, at + row.record.doses.length)
    at += ofRow.length
    return judgedRow(known, row, ofRow, known.isBornOtherwise[i]!)
  })
}

function judgedRow(
  known: Known,
  row: PersonRow,
  ids: string[],
  isBornOtherwise: boolean,
): JudgedRow {
  const { registerNumber, doses } = row.record
  const person = known.people.get(registerNumber)
  const refused = (code: string) => {
    const note = cellNote(row, 'registerNumber', code)
    return { note: { as: 'rejected' as const, note }, doses: [] }
  }
  // Somebody of whom it tells nothing need not be known here.
  if (doses.length === 0) return { doses: [] }
  if (!person) return refused('unknownResident')
  if (person.isErased) return refused('residentErased')
  const { residentId } = person
  if (isBornOtherwise) {
    const note = cellNote(row, 'bornOn', 'birthDateDiffers')
    return { residentId, note: { as: 'needsDecision', note }, doses: [] }
  }
  const same = sameDoses(person, doses)
  const judgedDoses = doses.map((dose, i): Judged => {
    if (same.has(dose) || known.scans.has(ids[i]!)) return { as: 'same' }
    return judgedDose(known, person, row, dose, same, ids[i]!)
  })
  return { residentId, doses: judgedDoses }
}

/** Each told dose with the known one that it is; of two alike each is one. */
function sameDoses({ doses }: KnownPerson, told: readonly PlacedDose[]) {
  const free = new Set(doses.filter(({ isVoided }) => !isVoided))
  const same = new Map<PlacedDose, KnownPerson['doses'][number]>()
  for (const dose of told) {
    const found = [...free].find((one) => isAlike(one, dose))
    if (!found) continue
    free.delete(found)
    same.set(dose, found)
  }
  return same
}

type Given = Pick<PlacedDose, 'givenOn' | 'productCode' | 'lotNumber'>

/** The number does not count: our own file places two that claim the same one by their days. */
function isAlike(one: Given, other: Given): boolean {
  return (
    one.givenOn === other.givenOn &&
    one.productCode === other.productCode &&
    one.lotNumber === other.lotNumber
  )
}

function judgedDose(
  known: Known,
  person: KnownPerson,
  row: PersonRow,
  dose: PlacedDose,
  same: ReadonlyMap<PlacedDose, object>,
  scanId: string,
): Judged {
  const says = (as: 'needsDecision' | 'rejected', part: string, code: string): Judged => {
    return { as, note: cellNote(row, `${part}${dose.doseNumber}`, code) }
  }
  const taken = new Set(same.values())
  const others = person.doses.filter((one) => !taken.has(one))
  const contradicts = others.some(
    (one) => !one.isVoided && (one.doseNumber === dose.doseNumber || one.givenOn === dose.givenOn),
  )
  if (contradicts) return says('needsDecision', 'givenOn', 'doseDiffers')
  if (others.some((one) => one.isVoided && isAlike(one, dose))) {
    return says('needsDecision', 'givenOn', 'doseWasVoided')
  }
  if (dose.givenOn > known.today) return says('rejected', 'givenOn', 'dateInFuture')
  if (person.bornOn !== undefined && dose.givenOn < person.bornOn)
    return says('rejected', 'givenOn', 'dateBeforeBirth')
  if (!known.products.has(dose.productCode))
    return says('rejected', 'productCode', 'unknownProduct')
  const { ticketNumber, ticketMunicipalityCode: issuer = known.town } = dose
  if (issuer !== known.town) {
    return says('needsDecision', 'ticketMunicipalityCode', 'doseOfAnotherTown')
  }
  if (ticketNumber !== undefined) {
    const holder = known.holders.get(ticketNumber)
    if (!holder) return says('rejected', 'ticketNumber', 'ticketUnknown')
    if (holder !== person.residentId) {
      return says('needsDecision', 'ticketNumber', 'ticketNumberTaken')
    }
  } else if (!person.hasSheet) return says('needsDecision', 'ticketNumber', 'doseWithoutTicket')
  const venue = venueOf(known, dose)
  if ('fault' in venue) return says('rejected', venue.part, venue.fault)
  return { as: 'new', dose, scanId, venueCode: venue.code }
}

/** Each dose in a transaction of its own. Throws `registerMovedOn` when one is refused; those before it stay. */
export async function applyPersonDoses(
  comparing: Comparing,
  changes: FileChange<'doses'>[],
  isIn: () => void,
): Promise<{ hasNews: boolean }> {
  const { store, job } = comparing
  const rows = changes.map(({ record }) => ({ cells: [], record: record as PersonDoses }))
  let hasNews = false
  for (const [i, { note, residentId, doses }] of (await judged(comparing, rows)).entries()) {
    if (note || doses.some((dose) => 'note' in dose)) throw movedOn()
    for (const dose of doses) {
      if (dose.as !== 'new') continue
      const scan = await scanOf(comparing, rows[i]!.record.registerNumber, dose)
      try {
        const done = await recordScan(store, scan, job.today, { holderId: residentId! })
        hasNews ||= done.hasNews
      } catch (error) {
        throw error instanceof DomainError ? movedOn() : error
      }
    }
    isIn()
  }
  return { hasNews }
}

async function scanOf(
  { store, job: { municipalityCode } }: Comparing,
  registerNumber: string,
  { dose, scanId, venueCode }: Extract<Judged, { as: 'new' }>,
): Promise<Scan> {
  const { doseNumber, givenOn, productCode, lotNumber } = dose
  const number =
    dose.ticketNumber ??
    (await sheetOfResident(store, municipalityCode, { registerNumber }))?.number
  if (number === undefined) throw movedOn()
  return {
    ...{ scanId, issuingMunicipalityCode: municipalityCode, ticketNumber: number },
    ...{ readBy: 'paper', slipKind: 'vaccination', source: 'paper' },
    ...{ claimedDoseNumber: doseNumber, givenOn, venueCode, productCode, lotNumber },
  }
}
