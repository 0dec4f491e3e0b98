/**
 * What lies on a sealed stick, in bytes that do not depend on who wrote them: the command line and the
 * page that a clerk's PC opens share this file, and the reader accepts nothing that it would not write.
 *
 * `manifest.json` says what there is; `manifest.sig` is the town's Ed25519 signature over it, and is written
 * last; `1.age`, `2.age`, … are the files, each sealed for the system alone (age-encryption.org/v1).
 */
import type { PlainDate } from './course.ts'
import type { ImportMode } from './import.ts'
import type { LayoutKind } from './municipal-file.ts'
import { holdsMyNumber } from './my-number.ts'

export const stickFormat = 'sesshu-stick/1'
export const manifestName = 'manifest.json'
export const signatureName = 'manifest.sig'
export const receiptName = 'receipt.json'
export const receiptSignatureName = 'receipt.sig'
/** Words for whoever opens the stick on a PC; nobody's data. */
export const receiptPageName = 'receipt.html'
export const refusalPageName = 'not-read.html'
export const resultsFolder = 'results'

export type StickFile = {
  /** As the town calls it; nobody's name or number. */
  name: string
  /** What the town says that it is; without it the layout is guessed. */
  kind?: LayoutKind
  mode: ImportMode
  /** Lines that are not empty, the header included; null of a workbook, whose rows are not lines. */
  rows: number | null
  /** Of the plain bytes. */
  bytes: number
  /** Of the plain bytes, lower-case hex. */
  sha256: string
  controlSums: ControlSums
  /** Of `<n>.age`. */
  sealedBytes: number
}

export type ControlSums = {
  /** Every digit of the file added up: a figure that a register system can print too. */
  digits: number
}

export type StickManifest = {
  format: typeof stickFormat
  municipalityCode: string
  /** Each stick of a town has a higher one than the last. */
  sequence: number
  madeAt: string
  /** The last day on which it is read. */
  expiresOn: PlainDate
  /** Whom it is sealed for: `age1…` of the system. */
  recipient: string
  /** Whom the answers are sealed for: `age1…` of the town. Without it, no answer leaves with the stick. */
  returnTo?: string
  files: StickFile[]
}

export const stickLimits = {
  files: 32,
  nameChars: 200,
  manifestBytes: 64 * 1024,
  /** Of one plain file. */
  fileBytes: 2 * 1024 ** 3,
  /** A stick that is good for longer is a stick that lies in a drawer. */
  daysValid: 60,
} as const

export function sealedName(index: number): string {
  return `${index + 1}.age`
}

/** The one way to write a manifest down. */
export function manifestText(manifest: StickManifest): string {
  const files = manifest.files.map((file) => ({
    name: file.name,
    ...(file.kind !== undefined && { kind: file.kind }),
    mode: file.mode,
    rows: file.rows,
    bytes: file.bytes,
    sha256: file.sha256,
    controlSums: { digits: file.controlSums.digits },
    sealedBytes: file.sealedBytes,
  }))
  const { format, municipalityCode, sequence, madeAt, expiresOn, recipient, returnTo } = manifest
  const ordered = {
    ...{ format, municipalityCode, sequence, madeAt, expiresOn, recipient },
    ...(returnTo !== undefined && { returnTo }),
    files,
  }
  return `${JSON.stringify(ordered, null, 2)}\n`
}

/** What is signed: no signature of a manifest can be taken for one of anything else. */
export function signedBytes(manifest: Uint8Array): Uint8Array {
  const prefix = new TextEncoder().encode(`${stickFormat} manifest\n`)
  const bytes = new Uint8Array(prefix.length + manifest.length)
  bytes.set(prefix)
  bytes.set(manifest, prefix.length)
  return bytes
}

/** Of a receipt keyd signs no more than the digest, after words that nothing else it signs begins with. */
export function receiptSigned(sha256: string): Uint8Array {
  return new TextEncoder().encode(`${stickFormat} receipt ${sha256}\n`)
}

export type StickSignature = { publicKey: Uint8Array; signature: Uint8Array }

export function signatureText({ publicKey, signature }: StickSignature): string {
  return `${stickFormat} ed25519 ${toBase64(publicKey)} ${toBase64(signature)}\n`
}

/** Undefined for anything that `signatureText` would not write. */
export function parseSignature(text: string): StickSignature | undefined {
  const match = /^\S+ ed25519 ([A-Za-z0-9+/]{43}=) ([A-Za-z0-9+/]{86}==)\n$/.exec(text)
  if (!match) return undefined
  const parsed = { publicKey: fromBase64(match[1]!), signature: fromBase64(match[2]!) }
  return signatureText(parsed) === text ? parsed : undefined
}

const codeLetters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_CHARS = 16

/**
 * A key as two people compare it over the telephone: 80 bits of its SHA-256 in four groups, without
 * letters that are taken for digits.
 */
export function keyCode(sha256OfKey: Uint8Array): string {
  let [bits, held, code] = [0, 0, '']
  for (const byte of sha256OfKey) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5 && code.length < CODE_CHARS) {
      bits -= 5
      code += codeLetters[(held >> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return code.replace(/.{4}(?=.)/g, '$&-')
}

/** As somebody typed it: small letters, spaces and the letters O, I and L do no harm. */
export function asKeyCode(typed: string): string {
  const letters = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  return letters.replace(/.{4}(?=.)/g, '$&-')
}

export type Tally = {
  add(bytes: Uint8Array): void
  done(): { rows: number | null; bytes: number; controlSums: ControlSums }
}

const [LINE_FEED, RETURN, ZERO, NINE] = [0x0a, 0x0d, 0x30, 0x39]

/** Counts a file as it passes. In CP932 and UTF-8 no part of a wider character is a digit or a line's end. */
export function createTally(): Tally {
  let [rows, bytes, digits] = [0, 0, 0]
  let isInLine = false
  let beginning = ''
  return {
    add(chunk) {
      for (let at = 0; beginning.length < 4 && at < chunk.length; at += 1) {
        beginning += String.fromCharCode(chunk[at]!)
      }
      bytes += chunk.length
      for (const byte of chunk) {
        if (byte === LINE_FEED) {
          if (isInLine) rows += 1
          isInLine = false
        } else if (byte !== RETURN) {
          isInLine = true
          if (byte >= ZERO && byte <= NINE) digits += byte - ZERO
        }
      }
    },
    done: () => ({
      rows: beginning === 'PK\x03\x04' ? null : rows + (isInLine ? 1 : 0),
      bytes,
      controlSums: { digits },
    }),
  }
}

/** A name that is shown to people and leads nowhere: no path, nothing invisible, no My Number in it. */
export function isPlainFileName(name: string): boolean {
  if (name.length < 1 || name.length > stickLimits.nameChars || name.startsWith('.')) return false
  if (/[/\\:*?"<>|]|\p{Cc}|\p{Cf}/u.test(name)) return false
  return !holdsMyNumber(name)
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** For text that is base64 already. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

/**
 * A number that is higher than any before it, without a memory of the last: the date, and every two minutes of
 * the day. Whoever packs twice in two minutes adds one.
 */
export function sequenceAt(local: Date): number {
  const date = (local.getFullYear() % 100) * 10_000 + (local.getMonth() + 1) * 100 + local.getDate()
  return date * 1_000 + Math.floor((local.getHours() * 60 + local.getMinutes()) / 2)
}
