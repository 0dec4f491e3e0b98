/** Which cell a reason is about, where a kind only says that the row cannot be as told. */
import type { CellNote, ReadRow } from '../../domain/municipal-file.ts'
import { cellNote } from './kinds/kind.ts'

/**
 * By code: the fields to look at, the first that the file has. A My Number that is another person's is told by whose
 * row it is: the secret number itself is shown on no page. What no one cell is wrong of is about the row.
 */
const fieldsOf: { [code: string]: readonly string[] } = {
  unknownResident: ['registerNumber'],
  residentErased: ['registerNumber'],
  listedButGone: ['registerNumber'],
  myNumberTaken: ['registerNumber'],
  doseWithoutTicket: ['registerNumber'],
  // Of tickets the number is what a file names once; of everything else it is the person.
  twiceInFile: ['number', 'registerNumber'],
  birthDateDiffers: ['bornOn'],
  dateBeforeBirth: ['effectiveOn', 'on', 'from', 'residentSince'],
  dateInFuture: ['issuedOn', 'givenOn', 'on'],
  ticketNumberTaken: ['number', 'ticketNumber'],
  numberDelegated: ['number'],
  unknownVenue: ['venueCode'],
  anotherVenue: ['venueCode'],
  unknownProduct: ['productCode'],
  unknownMunicipality: ['formerMunicipalityCode', 'ticketMunicipalityCode'],
  previousIsSelf: ['formerMunicipalityCode'],
  previousBirthDateDiffers: ['formerRegisterNumber'],
  previousNameDiffers: ['formerRegisterNumber'],
}

/** Notes that name a cell already stay as they are. */
export function withCells<Found extends { notes?: CellNote[] }>(
  row: Pick<ReadRow, 'cells' | 'places'>,
  found: Found,
): Found {
  const { notes } = found
  if (!notes || notes.length === 0 || !row.places) return found
  return { ...found, notes: notes.map((note) => atItsCell(row, note)) }
}

function atItsCell(row: Pick<ReadRow, 'cells' | 'places'>, note: CellNote): CellNote {
  if (note.column !== '' || note.header !== '') return note
  const field = fieldsOf[note.code]?.find((one) => row.places?.has(one))
  return field === undefined ? note : cellNote(row, field, note.code)
}
