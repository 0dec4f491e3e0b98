/**
 * The parts of a workbook, unpacked as a stream within limits. The table of contents is believed only
 * as far as it refuses: a part that unpacks to more than it says is broken.
 */

import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, fromBuffer, type ZipFile } from 'yauzl'
import type { FileSource } from '../../domain/municipal-file.ts'
import { piecesOf } from '../decode.ts'
import { xlsxBytesMax, xlsxEntriesMax, xlsxInflatedBytesMax, xlsxRatioMax } from '../limits.ts'
import { FileRefusal } from '../refusal.ts'

export type Package = {
  names: readonly string[]
  /** Undefined where there is no such part. Throws `xlsxBroken` while it is read. */
  open(name: string): Promise<AsyncIterable<Uint8Array> | undefined>
}

/** Parts so small need not be well packed to be harmless. */
const alwaysAllowedBytes = 1_048_576

export async function openPackage(source: FileSource, signal?: AbortSignal): Promise<Package> {
  const bytes = await bytesOf(source, signal)
  const zip = await opened(bytes)
  const entries = await entriesOf(zip)
  return {
    names: [...entries.keys()],
    async open(name) {
      const entry = entries.get(name)
      if (!entry) return undefined
      refuseBomb(entry)
      return partOf(zip, entry)
    },
  }
}

async function bytesOf(source: FileSource, signal?: AbortSignal): Promise<Buffer> {
  if (source.bytes > xlsxBytesMax) throw new FileRefusal('xlsxTooLarge')
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of piecesOf(source, signal)) {
    length += piece.length
    if (length > xlsxBytesMax) throw new FileRefusal('xlsxTooLarge')
    pieces.push(new Uint8Array(piece))
  }
  return Buffer.concat(pieces)
}

function opened(bytes: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true, strictFileNames: true }, (error, zip) => {
      if (error) reject(new FileRefusal('xlsxBroken'))
      else resolve(zip)
    })
  })
}

function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  return new Promise((resolve, reject) => {
    if (zip.entryCount > xlsxEntriesMax) reject(new FileRefusal('xlsxBomb'))
    zip.on('entry', (entry: Entry) => {
      // Two parts of one name are read differently by every program.
      if (entries.has(entry.fileName)) reject(new FileRefusal('xlsxBroken', entry.fileName))
      if (entry.isEncrypted()) reject(new FileRefusal('xlsxEncrypted'))
      entries.set(entry.fileName, entry)
      zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', () => reject(new FileRefusal('xlsxBroken')))
    zip.readEntry()
  })
}

function refuseBomb({ uncompressedSize, compressedSize, fileName }: Entry): void {
  const isLarge = uncompressedSize > alwaysAllowedBytes
  if (isLarge && uncompressedSize > compressedSize * xlsxRatioMax) {
    throw new FileRefusal('xlsxBomb', fileName)
  }
  if (uncompressedSize > xlsxInflatedBytesMax) throw new FileRefusal('xlsxTooLarge', fileName)
}

async function* partOf(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  const broken = () => new FileRefusal('xlsxBroken', entry.fileName)
  const stream = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, readable) => (error ? reject(broken()) : resolve(readable)))
  })
  let sum = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum)
      yield chunk
    }
  } catch (error) {
    throw error instanceof FileRefusal ? error : broken()
  } finally {
    stream.destroy()
  }
  if (sum !== entry.crc32) throw broken()
}
