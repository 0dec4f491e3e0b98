/**
 * The ways in which a text can lie in a file: as itself in several encodings, and wrapped as logs,
 * mails, dumps and web addresses wrap it.
 */

export type Spelling = { how: string; bytes: Buffer }

/** Shorter ones occur by chance in gigabytes of other bytes. */
const bytesAtLeast = 6

/** Every spelling of `text` that is long enough to mean something, each once. */
export function spellingsOf(text: string): Spelling[] {
  const utf8 = Buffer.from(text, 'utf8')
  const found: Spelling[] = [
    { how: 'utf8', bytes: utf8 },
    { how: 'utf16le', bytes: Buffer.from(text, 'utf16le') },
    { how: 'utf16be', bytes: Buffer.from(text, 'utf16le').swap16() },
    ...shiftJis(text),
    { how: 'hex', bytes: Buffer.from(utf8.toString('hex')) },
    { how: 'HEX', bytes: Buffer.from(utf8.toString('hex').toUpperCase()) },
    ...base64(utf8),
    { how: 'percent', bytes: Buffer.from(encodeURIComponent(text)) },
    { how: 'quotedPrintable', bytes: Buffer.from(quoted(utf8)) },
    { how: 'jsonEscape', bytes: Buffer.from(escaped(text, (hex) => `\\u${hex}`)) },
    { how: 'htmlEntity', bytes: Buffer.from(escaped(text, (hex) => `&#x${hex};`)) },
  ]
  const seen = new Set<string>()
  return found.filter(({ bytes }) => {
    const key = bytes.toString('latin1')
    if (bytes.length < bytesAtLeast || seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/**
 * Base64 of a text inside a longer one depends on where it begins: three shifts, without the
 * characters at either end that also hold bits of the neighbours.
 */
function base64(utf8: Buffer): Spelling[] {
  return [0, 1, 2].flatMap((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), utf8])
    const whole = padded.toString('base64').replaceAll('=', '')
    const start = Math.ceil((shift * 8) / 6)
    const end = Math.floor((padded.length * 8) / 6)
    const plain = whole.slice(start, end)
    const forUrls = plain.replaceAll('+', '-').replaceAll('/', '_')
    return [
      { how: 'base64', bytes: Buffer.from(plain) },
      { how: 'base64url', bytes: Buffer.from(forUrls) },
    ]
  })
}

function quoted(utf8: Buffer): string {
  return [...utf8]
    .map((byte) =>
      byte > 0x20 && byte < 0x7f && byte !== 0x3d
        ? String.fromCharCode(byte)
        : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
}

function escaped(text: string, write: (hex: string) => string): string {
  return Array.from({ length: text.length }, (_, i) => {
    const unit = text.charCodeAt(i)
    return unit < 0x80 ? text[i] : write(unit.toString(16).padStart(4, '0'))
  }).join('')
}

let shiftJisBytes: Map<string, Buffer> | undefined

/** Empty where a character has no place in it. Node decodes Shift_JIS but does not encode it. */
function shiftJis(text: string): Spelling[] {
  shiftJisBytes ??= shiftJisTable()
  const parts = Array.from(text, (character) =>
    character < '\x80' ? Buffer.from(character) : shiftJisBytes?.get(character),
  )
  if (parts.some((part) => part === undefined)) return []
  return [{ how: 'shiftJis', bytes: Buffer.concat(parts as Buffer[]) }]
}

function shiftJisTable(): Map<string, Buffer> {
  const decoder = new TextDecoder('shift_jis')
  const table = new Map<string, Buffer>()
  for (let lead = 0x81; lead <= 0xfc; lead += 1) {
    if (lead > 0x9f && lead < 0xe0) continue
    for (let trail = 0x40; trail <= 0xfc; trail += 1) {
      const bytes = Buffer.from([lead, trail])
      const character = decoder.decode(bytes)
      if (character.length === 1 && character !== '\ufffd' && !table.has(character)) {
        table.set(character, bytes)
      }
    }
  }
  return table
}
