/** What a file is, from its first bytes: container, encoding, delimiter. */
import { isAscii, isUtf8 } from 'node:buffer'
import type { FileEncoding, FileFormat, FileSource } from '../domain/municipal-file.ts'
import { decoderOf, piecesOf } from './decode.ts'
import { encodingBytesMax, guessBytesMax } from './limits.ts'
import { FileRefusal } from './refusal.ts'

export type Sniffed = { head: Uint8Array; isWhole: boolean; isWorkbook: boolean }

/** The first 256 KiB. Refuses what is no text and no workbook. */
export async function sniff(source: FileSource, signal?: AbortSignal): Promise<Sniffed> {
  const head = new Uint8Array(guessBytesMax)
  let length = 0
  let isWhole = true
  for await (const piece of piecesOf(source, signal)) {
    const taken = Math.min(piece.length, guessBytesMax - length)
    head.set(piece.subarray(0, taken), length)
    length += taken
    if (taken < piece.length || length === guessBytesMax) {
      isWhole = false
      break
    }
  }
  const bytes = head.subarray(0, length)
  if (length === 0) throw new FileRefusal('fileEmpty')
  const isWorkbook = startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])
  if (!isWorkbook) refuseForeign(bytes)
  return { head: bytes, isWhole, isWorkbook }
}

function refuseForeign(bytes: Uint8Array): void {
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) throw new FileRefusal('fileOldExcel')
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) {
    throw new FileRefusal('fileUtf16')
  }
  const zeroAt = bytes.indexOf(0)
  if (zeroAt < 0) return
  if (bytes.every((byte) => byte === 0)) throw new FileRefusal('fileZeroFilled')
  // UTF-16 without its mark: every other byte of plain text is zero.
  if (zeroAt <= 1 && bytes.length > 3 && bytes[zeroAt + 2] === 0) throw new FileRefusal('fileUtf16')
  throw new FileRefusal('fileNotText')
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, at) => bytes[at] === byte)
}

/**
 * UTF-8 is hardly ever met by chance: a line that reads as UTF-8 is UTF-8. Where most lines do, the file
 * is; where nearly all read as EUC-JP, it is that; otherwise it is CP932, unless most lines are none. A head of plain ASCII says nothing: the file is
 * looked through until something does.
 */
export async function encodingOf(
  source: FileSource,
  { head, isWhole }: Sniffed,
  signal?: AbortSignal,
): Promise<FileEncoding> {
  if (startsWith(head, [0xef, 0xbb, 0xbf])) return 'utf-8-bom'
  if (!isAscii(head)) return encodingOfText(head, isWhole)
  if (isWhole || !hasLineEnd(head)) return 'cp932'
  let seen = 0
  let before = new Uint8Array(0)
  for await (const piece of piecesOf(source, signal)) {
    seen += piece.length
    if (before.length > 0) return encodingOfText(Buffer.concat([before, piece]), false)
    if (!isAscii(piece)) before = new Uint8Array(piece)
    if (seen > encodingBytesMax) break
  }
  return before.length > 0 ? encodingOfText(before, true) : 'cp932'
}

function encodingOfText(bytes: Uint8Array, isWhole: boolean): FileEncoding {
  const sound = isWhole ? bytes : bytes.subarray(0, lastLineEnd(bytes))
  if (isUtf8(sound)) return 'utf-8'
  const decoder = decoderOf('cp932')
  const lines = { utf8: 0, cp932: 0, neither: 0 }
  const euc = { lines: 0, others: 0, isSure: false }
  for (const line of linesOf(sound)) {
    if (isAscii(line)) continue
    if (isEuc(line)) {
      euc.lines += 1
      euc.isSure ||= line.some((byte) => byte >= beyondHalfWidth)
    } else euc.others += 1
    if (isUtf8(line)) lines.utf8 += 1
    else if (decoder.decode(line).includes('\ufffd')) lines.neither += 1
    else lines.cp932 += 1
  }
  if (euc.isSure && euc.lines > eucShare * (euc.lines + euc.others)) return 'euc-jp'
  if (lines.neither > lines.utf8 + lines.cp932) throw new FileRefusal('fileEncodingUnknown')
  return lines.utf8 > lines.cp932 ? 'utf-8' : 'cp932'
}

/** Of the lines that are not plain ASCII; the rest may be broken. */
const eucShare = 0.9
/** A line of half-width kana in CP932 reads as EUC-JP, too; it has no byte from here on. */
const beyondHalfWidth = 0xe0

/** Kanji and kana of CP932 begin with bytes that EUC-JP has not. */
function isEuc(line: Uint8Array): boolean {
  for (let at = 0; at < line.length; at += 1) {
    const byte = line[at]!
    if (byte < 0x80) continue
    // One of half-width kana (8E), two of the second table (8F), one otherwise.
    const follow = byte === 0x8f ? 2 : 1
    if (byte !== 0x8e && byte !== 0x8f && (byte < 0xa1 || byte > 0xfe)) return false
    for (let next = 1; next <= follow; next += 1) {
      const trail = line[at + next] ?? 0
      if (trail < 0xa1 || trail > 0xfe) return false
    }
    at += follow
  }
  return true
}

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  const lineEnd = bytes.includes(10) ? 10 : 13
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(lineEnd, at)
    yield bytes.subarray(at, end < 0 ? bytes.length : end)
    at = end < 0 ? bytes.length : end + 1
  }
}

export function hasLineEnd(bytes: Uint8Array): boolean {
  return bytes.includes(10) || bytes.includes(13)
}

function lastLineEnd(bytes: Uint8Array): number {
  const at = Math.max(bytes.lastIndexOf(10), bytes.lastIndexOf(13))
  return at > 0 ? at : bytes.length
}

/** By the delimiter that the first lines have most of; none at all may be a fixed-width file. */
export function formatOf(text: string): FileFormat {
  const lines = text.split(/\r\n|\n|\r/, 20).filter((line) => line !== '')
  const count = (sign: string) =>
    lines.reduce((total, line) => total + line.split(sign).length - 1, 0)
  const [tabs, commas] = [count('\t'), count(',')]
  if (tabs > commas) return 'tsv'
  return commas >= lines.length ? 'csv' : lines.length > 1 && commas === 0 ? 'fixedWidth' : 'csv'
}
