/**
 * Bytes to text, in pieces of one size whatever the source gives. CP932 is read by the runtime's own
 * decoder: it knows the NEC and IBM characters and the private-use area, and is faster than any table
 * of ours. Bytes that are no text become U+FFFD, which the rows' second look finds.
 */
import { TextDecoder } from 'node:util'
import type { FileEncoding, FileSource } from '../domain/municipal-file.ts'
import { FileRefusal } from './refusal.ts'

const pieceBytes = 65_536

const labels: Readonly<Record<FileEncoding, string>> = {
  'utf-8': 'utf-8',
  'utf-8-bom': 'utf-8',
  cp932: 'shift_jis',
  'euc-jp': 'euc-jp',
}

/** Pieces of 64 KiB; a source of single bytes costs no more than one of large blocks. */
export async function* piecesOf(
  source: FileSource,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const kept = new Uint8Array(pieceBytes)
  let filled = 0
  for await (const block of source.open()) {
    signal?.throwIfAborted()
    let at = 0
    while (at < block.length) {
      if (filled === 0 && block.length - at >= pieceBytes) {
        yield block.subarray(at, at + pieceBytes)
        at += pieceBytes
        signal?.throwIfAborted()
        continue
      }
      const taken = Math.min(pieceBytes - filled, block.length - at)
      kept.set(block.subarray(at, at + taken), filled)
      filled += taken
      at += taken
      if (filled === pieceBytes) {
        yield kept
        filled = 0
      }
    }
  }
  signal?.throwIfAborted()
  if (filled > 0) yield kept.subarray(0, filled)
}

/**
 * The same pieces up to the first zero byte, where `fileZeroFilled` is thrown: what a copy leaves that
 * was interrupted. No text holds one.
 */
export async function* soundPieces(
  source: FileSource,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const piece of piecesOf(source, signal)) {
    const zeroAt = piece.indexOf(0)
    yield zeroAt < 0 ? piece : piece.subarray(0, zeroAt)
    if (zeroAt >= 0) throw new FileRefusal('fileZeroFilled')
  }
}

/** The text without its byte order mark. Throws as `soundPieces` does. */
export async function* textOf(
  source: FileSource,
  encoding: FileEncoding,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const decoder = decoderOf(encoding)
  let isFirst = true
  for await (const piece of soundPieces(source, signal)) {
    const text = decoder.decode(piece, { stream: true })
    const start = isFirst && text.charCodeAt(0) === 0xfeff ? 1 : 0
    if (text.length > 0) isFirst = false
    if (text.length > start) yield start ? text.slice(1) : text
  }
  const rest = decoder.decode()
  if (rest.length > 0) yield rest
}

export function decoderOf(encoding: FileEncoding): TextDecoder {
  return new TextDecoder(labels[encoding], { ignoreBOM: true })
}
