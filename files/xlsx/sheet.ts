/** Rows of one sheet: what each cell shows, and where it shows something that nobody typed. */
import { columnIndex, type RawRow } from '../cells.ts'
import { columnsMax, rowsMax } from '../limits.ts'
import { readExcelSerial, readExcelSerial1904 } from '../readings/dates.ts'
import { FileRefusal } from '../refusal.ts'
import { suspect } from '../suspect.ts'
import { gatherText, type Workbook } from './workbook.ts'
import { xmlPieces } from './xml.ts'

type Cell = { index: number; type: string; style: number; value: string; hasFormula: boolean }

/** Numbers in a workbook are floating: what is longer has lost its last digits. */
const exactDigitsMax = 15

export async function* rowsOfSheet(
  part: AsyncIterable<Uint8Array>,
  workbook: Workbook,
): AsyncGenerator<RawRow[]> {
  const reader = sheetReader(workbook)
  for await (const _ of xmlPieces(part, reader.events)) {
    const rows = reader.take()
    if (rows.length > 0) yield rows
  }
}

function sheetReader(workbook: Workbook) {
  let rows: RawRow[] = []
  let row = emptyRow(0)
  let cell: Cell | undefined
  let last = -1
  let isValue = false
  const inline = gatherText()

  const events = {
    open(name: string, attributes: Readonly<Record<string, string>>) {
      if (name === 'row') {
        const rowNumber = attributes.r === undefined ? row.rowNumber + 1 : Number(attributes.r)
        if (!(rowNumber > row.rowNumber && rowNumber <= rowsMax))
          throw new FileRefusal('xlsxBroken')
        row = emptyRow(rowNumber)
        last = -1
      } else if (name === 'c') {
        last = indexOf(attributes.r, last + 1)
        const style = Number(attributes.s ?? 0)
        cell = { index: last, type: attributes.t ?? 'n', style, value: '', hasFormula: false }
        inline.start()
      } else if (name === 'f' && cell) {
        cell.hasFormula = true
      } else if (name === 'v') {
        isValue = true
      }
      inline.open(name)
    },
    close(name: string) {
      inline.close(name)
      if (name === 'v') isValue = false
      if (name === 'c' && cell) {
        put(row, cell, cell.type === 'inlineStr' ? inline.take() : undefined, workbook)
        cell = undefined
      }
      if (name === 'row') {
        row.suspicious = suspect.test(row.cells.join('\n'))
        rows.push(row)
      }
    },
    text(text: string) {
      if (isValue && cell) cell.value += text
      else inline.text(text)
    },
  }
  return {
    events,
    take() {
      const taken = rows
      rows = []
      return taken
    },
  }
}

function emptyRow(rowNumber: number): RawRow & { cellFaults: { index: number; code: string }[] } {
  return { rowNumber, cells: [], suspicious: false, cellFaults: [] }
}

function indexOf(address: string | undefined, otherwise: number): number {
  if (address === undefined) return otherwise
  const index = columnIndex(address.replace(/\d+$/, ''))
  if (index === undefined) throw new FileRefusal('xlsxBroken')
  return index
}

function put(
  row: ReturnType<typeof emptyRow>,
  cell: Cell,
  inline: string | undefined,
  workbook: Workbook,
): void {
  const { index } = cell
  const { text, code } = shownBy(cell, inline, workbook)
  if (index >= columnsMax) {
    if (text !== '') row.fault = 'tooManyCells'
    return
  }
  while (row.cells.length < index) row.cells.push('')
  row.cells[index] = text
  const fault = cell.hasFormula ? 'formulaCell' : code
  if (fault) row.cellFaults.push({ index, code: fault })
}

function shownBy(
  { type, value, style }: Cell,
  inline: string | undefined,
  workbook: Workbook,
): { text: string; code?: string } {
  if (inline !== undefined) return { text: inline }
  if (type === 's') {
    const text = workbook.texts[Number(value)]
    if (text === undefined) throw new FileRefusal('xlsxBroken')
    return { text }
  }
  if (type === 'e') return { text: value, code: 'errorCell' }
  if (type === 'b') return { text: value === '1' ? 'TRUE' : 'FALSE' }
  if (type !== 'n' || value === '') return { text: value }
  const { isDate = false, zeros = 0 } = workbook.styles[style] ?? {}
  if (isDate) return { text: dayOf(value, workbook.isFrom1904) }
  return numberShown(value, zeros)
}

/** The day as YYYY-MM-DD; a number that is no day stays what it is, and the date's reading refuses it. */
function dayOf(value: string, isFrom1904: boolean): string {
  const read = isFrom1904 ? readExcelSerial1904(value) : readExcelSerial(value)
  return typeof read === 'string' ? read : value
}

function numberShown(value: string, zeros: number): { text: string; code?: string } {
  const number = Number(value)
  const text = Number.isSafeInteger(number) ? String(number) : value
  if (/^\d+$/.test(text) && text.length > exactDigitsMax) {
    return { text, code: 'numberPrecisionLost' }
  }
  return { text: /^\d+$/.test(text) ? text.padStart(zeros, '0') : text }
}
