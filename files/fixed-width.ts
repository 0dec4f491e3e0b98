/**
 * Fixed-width text: fields are bytes of a line, as the host computers count that write such files. A
 * file without line ends is cut into records of the profile's length.
 */
import { isAscii } from 'node:buffer'
import type { FileProfile, FileSource } from '../domain/municipal-file.ts'
import type { RawRow } from './cells.ts'
import { decoderOf, soundPieces } from './decode.ts'
import { lineCharactersMax } from './limits.ts'
import { FileRefusal } from './refusal.ts'
import { suspect } from './suspect.ts'

type Ranges = readonly (readonly [number, number])[]

const lineFeed = 10
const carriageReturn = 13
/** ^Z, with which old systems end a file. */
const endMark = 26

/** One row a line or record; empty lines are left out, their numbers are not used again. */
export async function* fixedRows(
  source: FileSource,
  profile: FileProfile,
  signal?: AbortSignal,
): AsyncGenerator<RawRow[]> {
  const cut = cutter(profile)
  let kept: Uint8Array = new Uint8Array(0)
  let rowNumber = 0
  for await (const piece of soundPieces(source, signal)) {
    const bytes = Buffer.concat([kept, piece])
    const rows: RawRow[] = []
    let at = 0
    for (;;) {
      const [stop, next] = recordEnd(bytes, at, profile.recordBytes)
      if (stop < 0) break
      rowNumber += 1
      if (stop > at) rows.push(cut(bytes.subarray(at, stop), rowNumber))
      at = next
    }
    kept = bytes.subarray(at)
    if (kept.length > lineCharactersMax) {
      throw new FileRefusal('fileLineTooLong', String(rowNumber + 1))
    }
    if (rows.length > 0) yield rows
  }
  const rest = withoutReturn(kept)
  if (rest.length === 0 || (rest.length === 1 && rest[0] === endMark)) return
  yield [cut(rest, rowNumber + 1)]
}

/** Where the record ends and the next one begins; -1 where it goes on beyond the bytes. */
function recordEnd(bytes: Uint8Array, at: number, length?: number): [number, number] {
  if (length !== undefined)
    return at + length <= bytes.length ? [at + length, at + length] : [-1, -1]
  const end = bytes.indexOf(lineFeed, at)
  if (end < 0) return [-1, -1]
  return [end > at && bytes[end - 1] === carriageReturn ? end - 1 : end, end + 1]
}

function withoutReturn(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes
}

/** A line that ends before its last field does is cut off: a fault, because it may be somebody else's. */
function cutter({ columns, encoding }: FileProfile) {
  const ranges: Ranges = columns.map(({ from }) => {
    if (!('bytes' in from)) throw new FileRefusal('fileProfileInvalid')
    return from.bytes
  })
  const decoder = decoderOf(encoding)
  const needed = Math.max(...ranges.map(([, to]) => to))
  const textOf = (bytes: Uint8Array) =>
    isAscii(bytes)
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
      : decoder.decode(bytes)

  return (line: Uint8Array, rowNumber: number): RawRow => {
    const start =
      rowNumber === 1 && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? 3 : 0
    const cells = ranges.map(([from, to]) => textOf(line.subarray(from + start, to + start)))
    const suspicious = suspect.test(cells.join(''))
    if (line.length - start < needed) return { rowNumber, cells, suspicious, fault: 'tooFewCells' }
    return { rowNumber, cells, suspicious }
  }
}
