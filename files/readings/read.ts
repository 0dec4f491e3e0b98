/** From a reading's name to its function. Dates and codes repeat, so what was read once is remembered. */
import {
  readDate,
  readEraCodeDate,
  readEraDate,
  readExcelSerial,
  readExcelSerial1904,
  readWesternDate,
} from './dates.ts'
import type { ReadingName } from './names.ts'
import { fault, type Read } from './note.ts'
import {
  codeKey,
  readDoseNumber,
  readGroupCode,
  readKana,
  readLotNumber,
  readMail,
  readMunicipalityCode,
  readMyNumber,
  readNumber,
  readPostcode,
  readProduct,
  readTicketNumber,
  readVenueCode,
} from './values.ts'

export type Reader = (text: string) => Read

/** More different values than a column of dates or codes has; beyond it, everything is forgotten. */
const rememberedMax = 50_000

const asItStands: Reader = (text) => text

const readers: Readonly<Record<Exclude<ReadingName, 'code'>, Reader>> = {
  text: asItStands,
  name: asItStands,
  kana: readKana,
  number: readNumber,
  date: readDate,
  westernDate: readWesternDate,
  eraDate: readEraDate,
  dateInEra: asItStands,
  eraCodeDate: readEraCodeDate,
  excelSerial: readExcelSerial,
  excelSerial1904: readExcelSerial1904,
  postcode: readPostcode,
  mail: readMail,
  myNumber: readMyNumber,
  municipalityCode: readMunicipalityCode,
  ticketNumber: readTicketNumber,
  venueCode: readVenueCode,
  product: readProduct,
  doseNumber: readDoseNumber,
  lotNumber: readLotNumber,
  groupCode: readGroupCode,
}

export const dateReadings = [
  'date',
  'westernDate',
  'eraDate',
  'eraCodeDate',
  'excelSerial',
  'excelSerial1904',
] as const satisfies readonly ReadingName[]

const remembered: ReadonlySet<ReadingName> = new Set([
  ...dateReadings,
  'postcode',
  'municipalityCode',
  'product',
  'doseNumber',
  'code',
])

/** `tables` are the code tables that hold, the first that knows a code decides. */
export function readerOf(
  reading: ReadingName,
  tables: readonly Readonly<Record<string, string>>[] = [],
): Reader {
  const read = reading === 'code' || tables.length > 0 ? coded(reading, tables) : readers[reading]
  return remembered.has(reading) ? remembering(read) : read
}

function coded(reading: ReadingName, tables: readonly Readonly<Record<string, string>>[]): Reader {
  const codes = new Map<string, string>()
  for (const table of [...tables].reverse()) {
    for (const [code, value] of Object.entries(table)) codes.set(codeKey(code), value)
  }
  const otherwise = reading === 'code' ? () => fault('codeUnknown') : readers[reading]
  return (text) => codes.get(codeKey(text)) ?? otherwise(text)
}

function remembering(read: Reader): Reader {
  const known = new Map<string, Read>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    if (known.size >= rememberedMax) known.clear()
    const value = read(text)
    known.set(text, value)
    return value
  }
}
