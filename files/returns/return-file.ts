/** A return file as a stream of bytes that counts, sums and notes what it could not write while it runs. */
import { createHash } from 'node:crypto'
import type { FileEncoding } from '../../domain/municipal-file.ts'
import { encodeCp932 } from './cp932.ts'

export type ReturnCell = string | number | null

/** Complete once the stream has ended. */
export type ReturnSummary = {
  /** Without the header. */
  rows: number
  bytes: number
  /** Lower-case hex of the bytes as they left. */
  sha256: string
  /** As `U+20BB7`: characters that the encoding lacks; the file shows `〓` in their place. */
  lacking: string[]
  /** Cells cut because the layout gives them no more room. */
  shortened: number
}

export type ReturnFile = AsyncIterable<Uint8Array> & { readonly summary: ReturnSummary }

export type ReturnOptions = { encoding?: Exclude<FileEncoding, 'euc-jp'> }

export type Layout<Row> = {
  header: readonly string[]
  /** One line; null for a column that has nothing. */
  cells: (row: Row) => readonly ReturnCell[]
  /** Most code points of a column, by its place; the rest is cut and counted. */
  longest?: (column: number) => number | undefined
  /**
   * For people who open it in a spreadsheet program: text that such a program would run as a formula gets
   * an apostrophe. What another system reads is left as it is.
   */
  isForPeople: boolean
}

const lineEnd = '\r\n'
const byteOrderMark = '\ufeff'
const wouldRun = /^[\s'"]*[=+\-@＝＋－＠]|^\s*[\t\r\n]/

/** Reads `pages` once, as fast as the bytes are taken. */
export function returnFile<Row>(
  layout: Layout<Row>,
  pages: AsyncIterable<readonly Row[]>,
  { encoding = layout.isForPeople ? 'utf-8-bom' : 'utf-8' }: ReturnOptions = {},
): ReturnFile {
  const summary: ReturnSummary = { rows: 0, bytes: 0, sha256: '', lacking: [], shortened: 0 }
  const hash = createHash('sha256')
  const lacking = new Set<string>()
  const written = (text: string): Uint8Array => {
    const coded =
      encoding === 'cp932'
        ? encodeCp932(text)
        : { bytes: new TextEncoder().encode(text), lacking: [] }
    for (const character of coded.lacking) lacking.add(codePointOf(character))
    hash.update(coded.bytes)
    summary.bytes += coded.bytes.length
    return coded.bytes
  }
  const cut = (cell: ReturnCell, column: number): ReturnCell => {
    const most = layout.longest?.(column)
    if (most === undefined || typeof cell !== 'string') return cell
    const characters = [...cell]
    if (characters.length <= most) return cell
    summary.shortened += 1
    return characters.slice(0, most).join('')
  }
  async function* bytes(): AsyncGenerator<Uint8Array> {
    const mark = encoding === 'utf-8-bom' ? byteOrderMark : ''
    yield written(`${mark}${lineOf(layout.header, false)}${lineEnd}`)
    for await (const page of pages) {
      const lines = page.map((row) => lineOf(layout.cells(row).map(cut), layout.isForPeople))
      summary.rows += lines.length
      if (lines.length > 0) yield written(`${lines.join(lineEnd)}${lineEnd}`)
    }
    summary.sha256 = hash.digest('hex')
    summary.lacking = [...lacking].sort()
  }
  return { summary, [Symbol.asyncIterator]: bytes }
}

function lineOf(cells: readonly ReturnCell[], isForPeople: boolean): string {
  return cells
    .map((cell) => {
      const text = cell === null ? '' : String(cell)
      const harmless =
        isForPeople && typeof cell === 'string' && wouldRun.test(text) ? `'${text}` : text
      return `"${harmless.replaceAll('"', '""')}"`
    })
    .join(',')
}

export function codePointOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}
