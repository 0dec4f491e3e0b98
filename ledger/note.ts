/**
 * Signed notes (c2sp.org/signed-note): a text that ends in a newline, an empty line, and signature
 * lines: em dash, space, key name, space, base64 of the key's id and the signature.
 */
import { sign, verify } from 'node:crypto'
import type { SignerKey, VerifierKey } from './note-key.ts'

export type Note = { text: string; signatures: NoteSignature[] }
export type NoteSignature = { name: string; id: Uint8Array; signature: Uint8Array; line: string }

const longestNote = 64 * 1024
const idBytes = 4
const mark = '\u2014 '

/** What is wrong with a note, as one of a few words. */
export class NoteError extends Error {
  readonly fault: 'malformed' | 'notSigned' | 'wrongSignature'

  constructor(fault: NoteError['fault'], message: string) {
    super(message)
    this.name = 'NoteError'
    this.fault = fault
  }
}

/** A note with one signature over its text. */
export function signNote(text: string, signer: SignerKey): string {
  const signature = sign(null, Buffer.from(text, 'utf8'), signer.key)
  return `${text}\n${signatureLine(signer.verifier, signature)}`
}

export function signatureLine({ name, id }: VerifierKey, signature: Uint8Array): string {
  return `${mark}${name} ${Buffer.concat([id, signature]).toString('base64')}\n`
}

/** Splits a note. Throws `NoteError`; checks no signature. */
export function parseNote(note: string): Note {
  const at = note.lastIndexOf('\n\n')
  const text = note.slice(0, at + 1)
  const lines = note.slice(at + 2).split('\n')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a note may not hold.
  const holdsControls = /[\u0000-\u0009\u000b-\u001f]/.test(note)
  if (at < 1 || note.length > longestNote || holdsControls || lines.pop() !== '') {
    throw new NoteError('malformed', 'This is not a signed note.')
  }
  return { text, signatures: lines.map(parseSignature) }
}

function parseSignature(line: string): NoteSignature {
  const found = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line)
  const bytes = Buffer.from(found?.[2] ?? '', 'base64')
  if (!found || bytes.length <= idBytes) {
    throw new NoteError('malformed', 'This is not the signature line of a note.')
  }
  const [id, signature] = [bytes.subarray(0, idBytes), bytes.subarray(idBytes)]
  return { name: found[1]!, id, signature, line: `${line}\n` }
}

/** The signature that claims to be this key's; claims of other keys are nobody's business here. */
export function signatureBy(note: Note, key: VerifierKey): NoteSignature {
  const found = note.signatures.find(
    ({ name, id }) => name === key.name && Buffer.from(id).equals(key.id),
  )
  if (!found) throw new NoteError('notSigned', `The note is not signed by ${key.name}.`)
  return found
}

/** The text of a note that this key has signed. Throws `NoteError`. */
export function openNote(note: string, key: VerifierKey): string {
  const parsed = parseNote(note)
  const { signature } = signatureBy(parsed, key)
  if (!verify(null, Buffer.from(parsed.text, 'utf8'), key.key, signature)) {
    throw new NoteError('wrongSignature', `The signature of ${key.name} does not fit the note.`)
  }
  return parsed.text
}
