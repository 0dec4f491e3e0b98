/**
 * CSV for people, who open it in a spreadsheet program: the one place where it is written.
 *
 * Such programs run a cell that begins with one of these as a formula, whoever wrote the text. An
 * apostrophe before it makes it text again, and shows. Programs read NDJSON, where nothing is changed.
 */
export type Cell = string | number | null

/** With their full-width forms, which a Japanese input method turns into formulas as well. */
const trigger = /^[\s'"]*[=+\-@＝＋－＠]|^\s*[\t\r\n]/

const byteOrderMark = '\ufeff'
const lineEnd = '\r\n'

/** Begins with a byte order mark, without which spreadsheet programs take Japanese for something else. */
export function csvForPeople(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [lineOf(header)]
  for (const row of rows) lines.push(lineOf(row))
  return `${byteOrderMark}${lines.join(lineEnd)}${lineEnd}`
}

function lineOf(cells: readonly Cell[]): string {
  return cells.map(quoted).join(',')
}

function quoted(cell: Cell): string {
  const text = cell === null ? '' : String(cell)
  const harmless = trigger.test(text) ? `'${text}` : text
  return `"${harmless.replaceAll('"', '""')}"`
}
