/** One part of a workbook as events. No document type, no entity of one's own, no endless text. */
import { TextDecoder } from 'node:util'
import { SaxesParser } from 'saxes'
import { xmlDepthMax } from '../limits.ts'
import { FileRefusal } from '../refusal.ts'

export type XmlEvents = {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  close(name: string): void
  text(text: string): void
}

/** More characters than any cell has, between two events: the parser keeps them in memory. */
const quietCharactersMax = 1_048_576
const writtenCharacters = 65_536

/**
 * Calls the events piece by piece and yields after each, so that what they gathered can be handed on.
 * Names come without their prefix. Throws `xlsxBroken`.
 */
export async function* xmlPieces(
  part: AsyncIterable<Uint8Array>,
  events: XmlEvents,
): AsyncGenerator<void> {
  const broken = () => new FileRefusal('xlsxBroken')
  const parser = new SaxesParser()
  let depth = 0
  let quiet = 0
  parser.on('error', () => {
    throw broken()
  })
  parser.on('doctype', () => {
    throw broken()
  })
  parser.on('opentag', ({ name, attributes }) => {
    quiet = 0
    depth += 1
    if (depth > xmlDepthMax) throw broken()
    events.open(localName(name), attributes as Record<string, string>)
  })
  parser.on('closetag', ({ name }) => {
    quiet = 0
    depth -= 1
    events.close(localName(name))
  })
  parser.on('text', (text) => events.text(text))
  parser.on('cdata', (text) => events.text(text))
  const write = (text: string) => {
    for (let at = 0; at < text.length; at += writtenCharacters) {
      const written = text.slice(at, at + writtenCharacters)
      quiet += written.length
      if (quiet > quietCharactersMax) throw broken()
      parser.write(written)
    }
  }
  const decoder = new TextDecoder('utf-8')
  for await (const bytes of part) {
    write(decoder.decode(bytes, { stream: true }))
    yield
  }
  write(decoder.decode())
  parser.close()
  yield
}

/** Small parts, read to their end. */
export async function readXml(part: AsyncIterable<Uint8Array>, events: XmlEvents): Promise<void> {
  for await (const _ of xmlPieces(part, events));
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
