/**
 * Text to rows of cells, CSV or TSV (after RFC 4180, forgiving where no cell can be taken for another).
 * Lines without a quotation mark, which are nearly all, are cut by the runtime's own search. A quotation
 * mark that is never closed is a fault of the row where it stands; reading goes on with the next line,
 * so that it swallows nobody else.
 */
import type { RawRow } from './cells.ts'
import { cellCharactersMax, columnsMax, lineCharactersMax, linesInCellMax } from './limits.ts'
import { FileRefusal } from './refusal.ts'
import { suspect } from './suspect.ts'

export type Splitter = {
  /** Rows that are complete with this piece of text. */
  push(text: string): RawRow[]
  /** The last row, where the file does not end with a line end. */
  end(): RawRow[]
}

const quote = 34

type Parsed = { cells: string[]; next: number; fault?: string }

export function splitter(delimiter: ',' | '\t'): Splitter {
  let kept = ''
  let keptIsSuspect = false
  let rowNumber = 0
  let lineEnd: '\n' | '\r' | undefined
  let sawLineEnd = false

  function rowsIn(text: string, isLast: boolean): RawRow[] {
    const rows: RawRow[] = []
    const buffer = kept + text
    const suspicious = keptIsSuspect || suspect.test(text)
    lineEnd ??= lineEndOf(buffer, isLast)
    if (!lineEnd) return keep(buffer, 0, suspicious, rows)
    let at = 0
    let quoteAt = buffer.indexOf('"')
    while (at < buffer.length) {
      const end = buffer.indexOf(lineEnd, at)
      if (end < 0 && !isLast) break
      if (quoteAt >= 0 && quoteAt < at) quoteAt = buffer.indexOf('"', at)
      const stop = end < 0 ? buffer.length : end
      const parsed =
        quoteAt < 0 || quoteAt > stop
          ? { cells: plainCells(buffer, at, stop), next: stop + 1 }
          : (allQuoted(buffer, at, stop) ?? quotedCells(buffer, at, isLast))
      if (!parsed) break
      rows.push(rowOf(parsed, suspicious && suspect.test(buffer.slice(at, parsed.next))))
      if (parsed.next > buffer.length && sawLineEnd) rows.at(-1)!.flag = 'lastLineOpen'
      sawLineEnd ||= end >= 0
      at = parsed.next
    }
    return keep(buffer, at, suspicious, rows)
  }

  function keep(buffer: string, at: number, suspicious: boolean, rows: RawRow[]): RawRow[] {
    kept = at < buffer.length ? buffer.slice(at) : ''
    keptIsSuspect = suspicious && suspect.test(kept)
    if (kept.length > lineCharactersMax) {
      throw new FileRefusal('fileLineTooLong', String(rowNumber + 1))
    }
    return rows
  }

  function plainCells(buffer: string, from: number, to: number): string[] {
    const stop = to > from && buffer.charCodeAt(to - 1) === 13 ? to - 1 : to
    return buffer.slice(from, stop).split(delimiter, columnsMax + 1)
  }

  function rowOf(parsed: Parsed, suspicious: boolean): RawRow {
    rowNumber += 1
    const { cells } = parsed
    const fault = parsed.fault ?? (cells.length > columnsMax ? 'tooManyCells' : undefined)
    if (cells.length > columnsMax) cells.length = columnsMax
    return fault ? { rowNumber, cells, suspicious, fault } : { rowNumber, cells, suspicious }
  }

  /** `"a","b"` on one line with no other quotation mark: how many systems write every line. */
  function allQuoted(buffer: string, from: number, to: number): Parsed | undefined {
    const stop = to > from && buffer.charCodeAt(to - 1) === 13 ? to - 1 : to
    if (stop - from < 2 || buffer.charCodeAt(from) !== quote) return undefined
    if (buffer.charCodeAt(stop - 1) !== quote) return undefined
    const cells = buffer.slice(from + 1, stop - 1).split(`"${delimiter}"`, columnsMax + 1)
    return cells.some((cell) => cell.includes('"')) ? undefined : { cells, next: to + 1 }
  }

  /** Undefined where the row goes on beyond the buffer. */
  function quotedCells(buffer: string, from: number, isLast: boolean): Parsed | undefined {
    const cells: string[] = []
    let at = from
    for (;;) {
      if (cells.length > columnsMax) return broken(buffer, from, 'tooManyCells')
      if (buffer.charCodeAt(at) !== quote) {
        const stop = endOfPlain(buffer, at)
        if (stop === buffer.length && !isLast) return undefined
        cells.push(withoutReturn(buffer.slice(at, stop)))
        at = stop
      } else {
        const close = closingQuote(buffer, at, isLast)
        if (close === undefined) return undefined
        if (close < 0) return broken(buffer, from, 'quoteOpen')
        cells.push(buffer.slice(at + 1, close).replaceAll('""', '"'))
        at = close + 1
        if (buffer[at] === '\r' && lineEnd === '\n') at += 1
        if (at >= buffer.length && !isLast) return undefined
        const after = buffer[at]
        if (after !== undefined && after !== delimiter && after !== lineEnd) {
          return broken(buffer, from, 'quoteStray')
        }
      }
      if (at >= buffer.length) return { cells, next: at + 1 }
      at += 1
      if (buffer[at - 1] === lineEnd) return { cells, next: at }
    }
  }

  function endOfPlain(buffer: string, at: number): number {
    const line = buffer.indexOf(lineEnd!, at)
    const stop = line < 0 ? buffer.length : line
    const cell = buffer.indexOf(delimiter, at)
    return cell < 0 || cell > stop ? stop : cell
  }

  /** Where the quotation ends; negative where it never does; undefined where the buffer ends first. */
  function closingQuote(buffer: string, open: number, isLast: boolean): number | undefined {
    for (let at = open + 1; ; at += 2) {
      at = buffer.indexOf('"', at)
      const upTo = at < 0 ? buffer.length : at
      if (upTo - open > 2 * cellCharactersMax) return -1
      if (at < 0)
        return isLast || linesBetween(buffer, open, upTo) > linesInCellMax ? -1 : undefined
      if (at + 1 >= buffer.length) return isLast ? at : undefined
      if (buffer.charCodeAt(at + 1) !== quote) {
        return linesBetween(buffer, open, at) > linesInCellMax ? -1 : at
      }
    }
  }

  function linesBetween(buffer: string, from: number, to: number): number {
    let lines = 0
    let at = buffer.indexOf(lineEnd!, from)
    while (at >= 0 && at < to && lines <= linesInCellMax) {
      lines += 1
      at = buffer.indexOf(lineEnd!, at + 1)
    }
    return lines
  }

  /** The line as it stands, so that it can be shown; the next line is a row of its own again. */
  function broken(buffer: string, from: number, fault: string): Parsed {
    const end = buffer.indexOf(lineEnd!, from)
    const stop = end < 0 ? buffer.length : end
    return { cells: plainCells(buffer, from, stop), next: stop + 1, fault }
  }

  return {
    push: (text) => rowsIn(text, false),
    end: () => rowsIn('', true).filter(({ cells }) => !isEndMark(cells)),
  }
}

/** Old systems end a file with ^Z, which the decoder of CP932 gives back as another control character. */
function isEndMark(cells: readonly string[]): boolean {
  return cells.length === 1 && (cells[0] === '\u001a' || cells[0] === '\u001c')
}

function withoutReturn(cell: string): string {
  return cell.endsWith('\r') ? cell.slice(0, -1) : cell
}

/** Files of old Macs end their lines with a carriage return alone. */
function lineEndOf(buffer: string, isLast: boolean): '\n' | '\r' | undefined {
  const feed = buffer.indexOf('\n')
  const back = buffer.indexOf('\r')
  if (back < 0 || (feed >= 0 && feed < back)) return feed >= 0 || isLast ? '\n' : undefined
  if (back + 1 === buffer.length && !isLast) return undefined
  return buffer[back + 1] === '\n' ? '\n' : '\r'
}
