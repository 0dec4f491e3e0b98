/**
 * Files sealed in age's format (age-encryption.org/v1), as streams in constant memory: any age tool reads
 * them. The header comes from the library; the payload, 64 KiB pieces of ChaCha20-Poly1305, from OpenSSL,
 * which is several times faster than JavaScript.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { Encrypter } from 'age-encryption'
import { DomainError } from '../domain/errors.ts'
import { type ByteReader, byteReader } from './byte-reader.ts'

/** Of one piece before it is sealed, in bytes. */
export const PIECE_BYTES = 64 * 1024
const TAG_BYTES = 16
const SEALED_PIECE_BYTES = PIECE_BYTES + TAG_BYTES
const NONCE_BYTES = 16
/** A header has a stanza per recipient, each about 100 bytes; keyd takes no longer one. */
const MOST_HEADER_BYTES = 3_000
const MAC_LINE = Buffer.from('\n--- ')

/** The 16 bytes a file is sealed under, from its header (first line to MAC). Asks keyd, in earnest. */
export type Unwrap = (header: Uint8Array) => Promise<Uint8Array>

/** The sealed bytes of `plain`, for whoever holds the identity of `recipient` (`age1…`). */
export async function* sealTo(
  recipient: string,
  plain: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { header, fileKey } = await newHeader(recipient)
  const nonce = randomBytes(NONCE_BYTES)
  yield Buffer.concat([header, nonce])
  const pieces = piecesUnder(fileKey, nonce)
  for await (const { bytes, isLast } of inPieces(plain, PIECE_BYTES)) {
    yield pieces.seal(bytes, isLast)
  }
}

/**
 * The plain bytes of a sealed file. Whatever is given out was authenticated; that the file is whole is
 * known only when the iteration has ended. Throws `DomainError`: `notSealed` (no age file),
 * `sealedFileCut` (it ends too early), `sealedFileBroken` (a byte was changed), and what `unwrap` throws.
 */
export async function* openSealed(
  sealed: AsyncIterable<Uint8Array>,
  unwrap: Unwrap,
): AsyncGenerator<Uint8Array> {
  const reader = byteReader(sealed)
  try {
    const header = await readHeader(reader)
    const nonce = await reader.take(NONCE_BYTES)
    if (nonce.length < NONCE_BYTES) throw cut()
    const pieces = piecesUnder(await unwrap(header), nonce)
    let isFirst = true
    for await (const { bytes, isLast } of inPieces(reader.rest(), SEALED_PIECE_BYTES)) {
      const plain = pieces.open(bytes, isLast)
      if (plain.length === 0 && !isFirst) throw broken()
      isFirst = false
      if (plain.length > 0) yield plain
    }
  } finally {
    await reader.close()
  }
}

/** Bytes of the plain file, from the length of the sealed one and of its header. */
export function plainBytes(sealedBytes: number, headerBytes: number): number {
  const payload = sealedBytes - headerBytes - NONCE_BYTES
  return Math.max(0, payload - Math.max(1, Math.ceil(payload / SEALED_PIECE_BYTES)) * TAG_BYTES)
}

/** Bytes of the sealed file. */
export function sealedBytes(plain: number, headerBytes: number): number {
  const tags = Math.max(1, Math.ceil(plain / PIECE_BYTES)) * TAG_BYTES
  return headerBytes + NONCE_BYTES + plain + tags
}

/** Where the header ends in the first bytes of a file; `undefined` when it does not end in them. */
export function headerLength(beginning: Uint8Array): number | undefined {
  const bytes = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.byteLength)
  const mac = bytes.indexOf(MAC_LINE)
  const end = mac < 0 ? -1 : bytes.indexOf('\n', mac + MAC_LINE.length)
  return end < 0 ? undefined : end + 1
}

/**
 * The library makes a header only with a file. An empty one is sealed to the recipient and, as the
 * second recipient, to a listener that writes nothing and keeps the file's key for the payload to come.
 */
async function newHeader(recipient: string): Promise<{ header: Uint8Array; fileKey: Uint8Array }> {
  let fileKey: Uint8Array | undefined
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  encrypter.addRecipient({
    wrapFileKey: (key) => {
      fileKey = Uint8Array.from(key)
      return []
    },
  })
  const empty = await encrypter.encrypt(new Uint8Array(0))
  const header = empty.subarray(0, headerLength(empty))
  if (!fileKey) throw new Error('The library did not ask the second recipient')
  return { header, fileKey }
}

type Pieces = {
  seal(plain: Uint8Array, isLast: boolean): Buffer
  open(sealed: Uint8Array, isLast: boolean): Buffer
}

/** Piece n is under nonce n, and the last one says that it is: none can be left out, moved or added. */
function piecesUnder(fileKey: Uint8Array, nonce: Uint8Array): Pieces {
  const key = Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32))
  const options = { authTagLength: TAG_BYTES }
  const counter = Buffer.alloc(12)
  const next = (isLast: boolean): Buffer => {
    counter[11] = isLast ? 1 : 0
    const iv = Buffer.from(counter)
    for (let at = 10; at >= 0; at -= 1) {
      counter[at] = (counter[at]! + 1) & 0xff
      if (counter[at] !== 0) break
    }
    return iv
  }
  const opened = (iv: Buffer, sealed: Uint8Array): Buffer | undefined => {
    const decipher = createDecipheriv('chacha20-poly1305', key, iv, options)
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
    const plain = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES))
    try {
      decipher.final()
      return plain
    } catch {
      plain.fill(0)
      return undefined
    }
  }
  return {
    seal(plain, isLast) {
      const cipher = createCipheriv('chacha20-poly1305', key, next(isLast), options)
      const body = cipher.update(plain)
      cipher.final()
      return Buffer.concat([body, cipher.getAuthTag()])
    },
    open(sealed, isLast) {
      if (sealed.length < TAG_BYTES) throw cut()
      const iv = next(isLast)
      const plain = opened(iv, sealed)
      if (plain) return plain
      if (!isLast) throw broken()
      // A whole piece that is good, but was not the last one when it was written.
      iv[11] = 0
      throw opened(iv, sealed) ? cut() : broken()
    },
  }
}

type Piece = { bytes: Uint8Array; isLast: boolean }

/** Pieces of exactly `size`, the last one shorter or as long; an empty source is one empty piece. */
async function* inPieces(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  size: number,
): AsyncGenerator<Piece> {
  let kept = Buffer.allocUnsafe(size)
  let used = 0
  for await (const chunk of source) {
    let from = 0
    while (from < chunk.length) {
      if (used === size) {
        yield { bytes: kept, isLast: false }
        kept = Buffer.allocUnsafe(size)
        used = 0
      }
      const most = Math.min(size - used, chunk.length - from)
      kept.set(chunk.subarray(from, from + most), used)
      used += most
      from += most
    }
  }
  yield { bytes: kept.subarray(0, used), isLast: true }
}

const FIRST_LINE = Buffer.from('age-encryption.org/v1\n')

async function readHeader(reader: ByteReader): Promise<Buffer> {
  for (;;) {
    const held = reader.peek()
    const beginning = held.subarray(0, FIRST_LINE.length)
    if (!FIRST_LINE.subarray(0, beginning.length).equals(beginning)) throw notSealed()
    const length = headerLength(held)
    if (length !== undefined && length <= MOST_HEADER_BYTES) return await reader.take(length)
    if (held.length > MOST_HEADER_BYTES) throw broken()
    if (!(await reader.more())) throw held.length === 0 ? notSealed() : cut()
  }
}

function notSealed(): DomainError {
  return new DomainError('notSealed', 'This is no sealed file')
}

function cut(): DomainError {
  return new DomainError('sealedFileCut', 'The sealed file ends too early')
}

function broken(): DomainError {
  return new DomainError('sealedFileBroken', 'The sealed file was changed')
}
