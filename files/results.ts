/**
 * The results file: the rows as they came, with what came of them and why. A spreadsheet program must
 * open it rightly: numbers keep their zeros, nothing becomes a date, and nothing is run.
 */
export type ResultRow = { cells: readonly string[]; result: string; reason: string }

const flushCharacters = 65_536

/** A spreadsheet program would take it for a number, a date or a fraction, and change it. */
const changed = /^[\d.,:/+\-\sA-Za-z]*\d[\d.,:/+\-\sA-Za-z]*$/
/** Shown as it is: at most eleven digits, the first of them not zero. */
const plainInteger = /^[1-9]\d{0,10}$|^0$/
const keptLengthMax = 40
/** Programs run what begins so; an apostrophe makes it text (as in `csv.ts`). */
const trigger = /^[\s'"]*[=+\-@＝＋－＠]|^[\t\r\n]/

/** Byte order mark, CRLF, every cell quoted, two columns more than the file had. */
export async function* resultsCsv(
  header: readonly string[],
  rows: AsyncIterable<ResultRow>,
  titles: { result: string; reason: string } = { result: '結果', reason: '理由' },
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  const width = header.length
  let text = '\ufeff'
  if (width > 0) text += lineOf([...header, titles.result, titles.reason])
  for await (const { cells, result, reason } of rows) {
    const missing = Math.max(0, width - cells.length)
    text += lineOf([...cells, ...Array.from({ length: missing }, () => ''), result, reason])
    if (text.length >= flushCharacters) {
      yield encoder.encode(text)
      text = ''
    }
  }
  if (text.length > 0) yield encoder.encode(text)
}

function lineOf(cells: readonly string[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

function cellOf(cell: string): string {
  if (cell.length <= keptLengthMax && changed.test(cell) && !plainInteger.test(cell)) {
    return trigger.test(cell) ? quoted(`'${cell}`) : `"=""${cell}"""`
  }
  return quoted(trigger.test(cell) ? `'${cell}` : cell)
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
