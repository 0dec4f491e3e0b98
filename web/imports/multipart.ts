/**
 * A form with one file, read as it arrives: fields first, then the file's bytes, in constant memory. The
 * form puts its fields before the file, as browsers send them in the order of the page.
 */
import { DomainError } from '../../domain/errors.ts'
import { type ByteReader, byteReader } from '../../files/byte-reader.ts'

export type SentFile = {
  /** Fields that stand before the file. */
  fields: Record<string, string>
  /** As the browser names it: without folders. */
  fileName: string
  bytes: AsyncGenerator<Uint8Array>
}

const headerBytesMax = 8 * 1024
const fieldBytesMax = 4 * 1024
const fieldsMax = 20
const crlf = Buffer.from('\r\n')
const headEnd = Buffer.from('\r\n\r\n')

/** Throws `malformed` for what is no such form, and when it ends before its last line. */
export async function readSentFile(
  contentType: string | undefined,
  body: AsyncIterable<Uint8Array>,
): Promise<SentFile> {
  const boundary = /^multipart\/form-data;.*boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(
    contentType ?? '',
  )
  const name = boundary?.[1] ?? boundary?.[2]
  if (!name) throw malformed('no form with a file')
  const reader = byteReader(body)
  // Every delimiter begins with a line break; the first stands at the very beginning.
  const delimiter = Buffer.from(`\r\n--${name}`)
  reader.unread(crlf)
  const first = await takeExactly(reader, delimiter.length)
  if (!first.equals(delimiter)) throw malformed('no boundary at the beginning')
  const fields: Record<string, string> = {}
  for (let parts = 0; parts < fieldsMax; parts += 1) {
    const head = await partHead(reader)
    if (!head) throw malformed('no file')
    if (head.fileName !== undefined) {
      return { fields, fileName: head.fileName, bytes: upTo(reader, delimiter) }
    }
    fields[head.name] = await fieldText(reader, delimiter)
  }
  throw malformed('too many fields')
}

type PartHead = { name: string; fileName?: string }

/** Undefined after the last part. */
async function partHead(reader: ByteReader): Promise<PartHead | undefined> {
  const line = await takeExactly(reader, 2)
  if (line.equals(Buffer.from('--'))) return undefined
  if (!line.equals(crlf)) throw malformed('no line after a boundary')
  const head = await until(reader, headEnd, headerBytesMax)
  if (!head) throw malformed('a part without an end of its head')
  const said = /^content-disposition:\s*form-data\b(.*)$/im.exec(head.toString('utf8'))?.[1] ?? ''
  const name = quoted(said, 'name')
  const fileName = quoted(said, 'filename')
  if (name === undefined) throw malformed('a part without a name')
  return { name, ...(fileName !== undefined && { fileName: baseName(fileName) }) }
}

/** Browsers write a quote as %22 and leave the rest as it is. */
function quoted(text: string, key: string): string | undefined {
  const found = new RegExp(`;\\s*${key}="([^"]*)"`, 'i').exec(text)?.[1]
  return found?.replaceAll('%22', '"').replaceAll(/%0D|%0A/gi, '')
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? ''
}

async function fieldText(reader: ByteReader, delimiter: Buffer): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of upTo(reader, delimiter)) {
    size += piece.length
    if (size > fieldBytesMax) throw malformed('a field that is too long')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** Bytes up to the delimiter, which is taken away; what could be its beginning is held back. */
async function* upTo(reader: ByteReader, delimiter: Buffer): AsyncGenerator<Uint8Array> {
  for (;;) {
    const held = reader.peek()
    const at = held.indexOf(delimiter)
    if (at >= 0) {
      if (at > 0) yield held.subarray(0, at)
      reader.drop(at + delimiter.length)
      return
    }
    const safe = held.length - (delimiter.length - 1)
    if (safe > 0) {
      yield held.subarray(0, safe)
      reader.drop(safe)
    }
    if (!(await reader.more())) throw malformed('the form ended in the middle of the file')
  }
}

async function takeExactly(reader: ByteReader, bytes: number): Promise<Buffer> {
  const taken = await reader.take(bytes)
  if (taken.length < bytes) throw malformed('the form ended too early')
  return taken
}

/** What stands before `end`, which is dropped; undefined where it does not come within `atMost` bytes. */
async function until(reader: ByteReader, end: Buffer, atMost: number): Promise<Buffer | undefined> {
  for (;;) {
    const held = reader.peek()
    const at = held.indexOf(end)
    if (at >= 0 && at <= atMost) {
      reader.drop(at + end.length)
      return held.subarray(0, at)
    }
    if (held.length > atMost + end.length || !(await reader.more())) return undefined
  }
}

function malformed(detail: string): DomainError {
  return new DomainError('malformed', `The form cannot be read: ${detail}`, 'file')
}
