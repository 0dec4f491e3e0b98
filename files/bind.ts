/** A profile tied to the columns of one file: cells become values, values a record, or faults. */
import type {
  CellNote,
  CellPlaces,
  FileProfile,
  LayoutKind,
  ProfileColumn,
  ReadRow,
} from '../domain/municipal-file.ts'
import { columnLetters, type RawRow } from './cells.ts'
import { layoutCodes } from './layouts/codes.ts'
import { fieldSpec } from './layouts/kinds.ts'
import { type FieldSpec, headerKey } from './layouts/spec.ts'
import { cellCharactersMax } from './limits.ts'
import { isNoDay } from './readings/dates.ts'
import type { ReadingName } from './readings/names.ts'
import { dateReadings, type Reader, readerOf } from './readings/read.ts'
import { type RecordContext, recordMaker, type Sayer, type Values } from './records.ts'
import { FileRefusal } from './refusal.ts'
import { suspectCell } from './suspect.ts'

type Bound = {
  field: string
  index: number
  spec: FieldSpec
  read: Reader
  isDate: boolean
  charactersMax: number
}

export type RowReader<Kind extends LayoutKind> = (row: RawRow) => ReadRow<Kind>

const isDate: ReadonlySet<string> = new Set(dateReadings)
/** By `csv.ts` and our own writers. */
const madeHarmless = /^'[\s'"]*[=+\-@＝＋－＠]/
/** Shown of a cell that is too long to be shown. */
const shownCharactersMax = 200

/**
 * Throws `fileProfileColumnMissing` and `fileHeaderTwice` where the header is not what the profile
 * says. `header` is empty for files without one.
 */
export function rowReader<Kind extends LayoutKind>(
  profile: FileProfile & { kind: Kind },
  header: readonly string[],
  context: RecordContext,
): RowReader<Kind> {
  const bound = profile.columns.map((column, at) => boundColumn(profile, column, header, at))
  const width = profile.hasHeader
    ? widthOf(header)
    : 1 + Math.max(...bound.map(({ index }) => index))
  const make = recordMaker(profile)
  const isWorkbook = profile.format === 'xlsx'
  const places: CellPlaces = new Map(
    bound.map(({ field, index }) => [
      field,
      { index, column: columnLetters(index), header: header[index] ?? '' },
    ]),
  )

  // One row at a time: what its readings say is gathered here.
  let cells: string[] = []
  let faults: CellNote[] = []
  let flags: CellNote[] = []
  const note = (index: number, code: string): CellNote => ({
    column: index < 0 ? '' : columnLetters(index),
    header: header[index] ?? '',
    code,
    value: shown(cells[index] ?? ''),
  })
  const at = (field: string) => places.get(field)?.index ?? -1
  const say: Sayer = {
    fault: (field, code) => faults.push(note(at(field), code)),
    flag: (field, code) => flags.push(note(at(field), code)),
  }

  return (row) => {
    const { rowNumber } = row
    cells = row.cells
    faults = []
    flags = []
    if (row.flag) flags.push(note(-1, row.flag))
    const wrong = row.fault ?? (isWorkbook ? undefined : shapeFault(cells, width))
    if (wrong) return { rowNumber, cells: kept(cells), faults: [note(-1, wrong)], flags }
    for (const { index, code } of row.cellFaults ?? []) {
      if (bound.some((column) => column.index === index)) faults.push(note(index, code))
    }
    if (row.suspicious) lookAgain(row, bound, note, faults, flags)
    const values: Values = {}
    for (const column of bound) readInto(values, column)
    if (faults.length > 0) return { rowNumber, cells: kept(cells), ...named(values), faults, flags }
    const record = make(values, say, context)
    return faults.length > 0
      ? { rowNumber, cells, ...named(values), faults, flags }
      : { rowNumber, cells, record, faults, flags, places }
  }

  function readInto(values: Values, column: Bound): void {
    const cell = cells[column.index]
    const text = cell === undefined ? '' : bare(cell, isWorkbook)
    if (text === undefined) {
      faults.push(note(column.index, 'formulaCell'))
      return
    }
    if (text === '' || (column.isDate && !column.spec.required && isNoDay(text))) {
      if (column.spec.required) faults.push(note(column.index, 'cellEmpty'))
      else if (column.spec.isSaidEmpty) values[column.field] = ''
      return
    }
    if (text.length > column.charactersMax) {
      faults.push(
        note(column.index, text.length > cellCharactersMax ? 'cellTooLong' : 'textTooLong'),
      )
      return
    }
    const read = column.read(text)
    if (typeof read === 'string') {
      values[column.field] = read
    } else if (read.value === undefined) {
      faults.push(note(column.index, read.code))
    } else {
      values[column.field] = read.value
      flags.push(note(column.index, read.code))
    }
    const isOther = column.field === 'municipalityCode' && typeof read === 'string'
    if (isOther && context.municipalityCode && read !== context.municipalityCode) {
      faults.push(note(column.index, 'anotherTown'))
    }
  }
}

function named({ registerNumber }: Values): { named?: string } {
  return registerNumber === undefined ? {} : { named: registerNumber }
}

function boundColumn(
  { kind }: FileProfile,
  { field, from, reading, codes }: ProfileColumn,
  header: readonly string[],
  at: number,
): Bound {
  const spec = fieldSpec(kind, field)
  if (!spec) throw new FileRefusal('fileProfileInvalid', field)
  const byLayout = layoutCodes[`${kind}.${field}`]
  const tables = [codes, byLayout].filter((table) => table !== undefined)
  return {
    field,
    // Fields cut out by bytes are cells in the profile's own order.
    index: 'bytes' in from ? at : columnOf(from, header),
    spec,
    read: readerOf(reading as ReadingName, tables),
    isDate: isDate.has(reading),
    charactersMax: spec.charactersMax ?? 100,
  }
}

function columnOf(from: { header: string } | { index: number }, header: readonly string[]): number {
  if ('index' in from) return from.index
  const wanted = headerKey(from.header)
  const found = header.flatMap((text, index) => (headerKey(text) === wanted ? [index] : []))
  if (found.length === 0) throw new FileRefusal('fileProfileColumnMissing', undefined, from.header)
  if (found.length > 1) throw new FileRefusal('fileHeaderTwice', undefined, from.header)
  return found[0]!
}

/** Without the empty cells that spreadsheet programs leave behind the last column. */
function widthOf(header: readonly string[]): number {
  let width = header.length
  while (width > 0 && header[width - 1] === '') width -= 1
  return width
}

function shapeFault(cells: readonly string[], width: number): string | undefined {
  if (cells.length === width) return undefined
  if (cells.length < width) return 'tooFewCells'
  return cells.slice(width).some((cell) => cell !== '') ? 'tooManyCells' : undefined
}

/**
 * Blanks around a text fall away. `="0012"` is how programs keep a spreadsheet from eating zeros, and
 * `'=1` is how our own files keep one from calculating: both are mere text. Undefined for a formula; in
 * a workbook what begins with `=` was typed as text, and its formulas are told by their cells.
 */
function bare(cell: string, isWorkbook: boolean): string | undefined {
  const first = cell.charCodeAt(0)
  const last = cell.charCodeAt(cell.length - 1)
  const hasBlanks = first <= 32 || last <= 32 || first === 0x3000 || last === 0x3000
  const text = hasBlanks ? cell.replace(/^[ \t\r\n\u3000]+|[ \t\r\n\u3000]+$/g, '') : cell
  const sign = hasBlanks ? text.charCodeAt(0) : first
  if (sign === 61 && !isWorkbook) return text.match(/^="([^"]*)"$/)?.[1]
  return sign === 39 && madeHarmless.test(text) ? text.slice(1) : text
}

function lookAgain(
  row: RawRow,
  bound: readonly Bound[],
  note: (index: number, code: string) => CellNote,
  faults: CellNote[],
  flags: CellNote[],
): void {
  row.cells.forEach((cell, index) => {
    const found = suspectCell(cell)
    if (!found) return
    const isRead = bound.some((column) => column.index === index)
    // Of columns that nothing is read from, only what speaks of the file itself is told.
    if (isRead) (found.isFault ? faults : flags).push(note(index, found.code))
    else if (found.isFault) flags.push(note(index, found.code))
  })
}

function shown(cell: string): string {
  return cell.length > shownCharactersMax ? `${cell.slice(0, shownCharactersMax)}…` : cell
}

function kept(cells: string[]): string[] {
  return cells.some((cell) => cell.length > cellCharactersMax)
    ? cells.map((cell) => cell.slice(0, cellCharactersMax))
    : cells
}
