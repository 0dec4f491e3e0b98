/**
 * Our own layout, written: what is read back from it is what was written (the round trip is a law of
 * the tests, for records in the form in which the reader gives them).
 */
import type { LayoutKind, PersonDoses, RecordOf } from '../domain/municipal-file.ts'
import { encodeCp932 } from './cp932.ts'
import { layoutCodes } from './layouts/codes.ts'
import { canonicalProfile } from './profile.ts'
import { FileRefusal } from './refusal.ts'

export type WrittenEncoding = 'utf-8-bom' | 'cp932'

/** A dose a row: the other form of doses is written by `files/returns` alone. */
export type WrittenRecord<Kind extends LayoutKind> = Exclude<RecordOf[Kind], PersonDoses>

const flushCharacters = 65_536
const trigger = /^[\s'"]*[=+\-@＝＋－＠]|^[\t\r\n]/

/**
 * CSV with header, CRLF and quotes, in blocks. In CP932 a character without a code there throws
 * `fileCharacterNotInCp932` with the row; nothing is replaced.
 */
export function* writeCanonical<Kind extends LayoutKind>(
  kind: Kind,
  records: Iterable<WrittenRecord<Kind>>,
  encoding: WrittenEncoding = 'utf-8-bom',
): Generator<Uint8Array> {
  const { columns } = canonicalProfile(kind)
  const fields = columns.map(({ field }) => field)
  const headers = columns.map(({ from }) => ('header' in from ? from.header : ''))
  const encode = encoding === 'cp932' ? encodedCp932 : encodedUtf8
  let text = (encoding === 'utf-8-bom' ? '\ufeff' : '') + lineOf(headers)
  let row = 1
  for (const record of records) {
    const values = valuesOf(kind, record)
    text += lineOf(fields.map((field) => values[field] ?? ''))
    row += 1
    if (text.length >= flushCharacters) {
      yield encode(text, row)
      text = ''
    }
  }
  if (text.length > 0) yield encode(text, row)
}

function lineOf(cells: readonly string[]): string {
  const quoted = cells.map((cell) => {
    const harmless = trigger.test(cell) ? `'${cell}` : cell
    return `"${harmless.replaceAll('"', '""')}"`
  })
  return `${quoted.join(',')}\r\n`
}

function encodedUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function encodedCp932(text: string, row: number): Uint8Array {
  const bytes = encodeCp932(text)
  if (bytes) return bytes
  const sign = [...text].find((one) => encodeCp932(one) === undefined)
  throw new FileRefusal('fileCharacterNotInCp932', String(row), sign)
}

/** The flat form of a record: the fields of the layout. */
function valuesOf<Kind extends LayoutKind>(
  kind: Kind,
  record: WrittenRecord<Kind>,
): { [field: string]: string } {
  const values: { [field: string]: string } = {}
  const put = (part: object) => {
    for (const [field, value] of Object.entries(part)) {
      if (typeof value === 'string' || typeof value === 'number') values[field] = String(value)
    }
  }
  put(record)
  if ('resident' in record && record.resident) put(record.resident)
  if ('former' in record && record.former) {
    values.formerMunicipalityCode = record.former.municipalityCode
    if (record.former.registerNumber) values.formerRegisterNumber = record.former.registerNumber
  }
  if ('ticket' in record && record.ticket) {
    values.ticketMunicipalityCode = record.ticket.municipalityCode
    values.ticketNumber = record.ticket.number
  }
  if (kind === 'moves') values.kind = moveWord(values.kind!)
  return values
}

function moveWord(kind: string): string {
  const found = Object.entries(layoutCodes['moves.kind']!).find(([, value]) => value === kind)
  return found ? found[0] : kind
}
