/**
 * Keys of signed notes as c2sp.org/signed-note writes them: `name+id+base64(type, key)`, where the
 * id is the first four bytes of a hash over name, type and key. Type 1 signs checkpoints, type 4
 * co-signs them at a time. The one-line form of the private half is the one that Go's note package
 * reads, so that a key can be checked with tools that are not ours.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { sha256 } from './merkle.ts'

export const signatureTypes = { ed25519: 1, cosignature: 4 } as const
export type SignatureType = (typeof signatureTypes)[keyof typeof signatureTypes]

export type VerifierKey = {
  name: string
  type: SignatureType
  /** Four bytes. */
  id: Uint8Array
  key: KeyObject
  /** One line, as it is published. */
  text: string
}

export type SignerKey = { verifier: VerifierKey; key: KeyObject; text: string }

const keyBytes = 32
/** The DER headers of an Ed25519 key (RFC 8410) before its 32 bytes. */
const publicHeader = Buffer.from('302a300506032b6570032100', 'hex')
const privateHeader = Buffer.from('302e020100300506032b657004220420', 'hex')
const privateMark = 'PRIVATE+KEY'

export function generateSigner(name: string, type: SignatureType): SignerKey {
  const { privateKey } = generateKeyPairSync('ed25519')
  const der = privateKey.export({ format: 'der', type: 'pkcs8' })
  return signerFrom(name, type, der.subarray(-keyBytes))
}

/** Throws when the text is not a private key of a known type. */
export function parseSigner(text: string): SignerKey {
  const rest = text.trim()
  const { name, id, type, bytes } = splitKey(rest.replace(`${privateMark}+`, ''))
  const signer = signerFrom(name, type, bytes)
  if (!rest.startsWith(privateMark) || !signer.verifier.id.every((byte, i) => byte === id[i])) {
    throw new Error('This is not the private key of a note.')
  }
  return signer
}

/** Throws when the text is not a public key of a known type. */
export function parseVerifier(text: string): VerifierKey {
  const { name, id, type, bytes } = splitKey(text.trim())
  const verifier = verifierFrom(name, type, bytes)
  if (!verifier.id.every((byte, i) => byte === id[i])) {
    throw new Error('The id of this key does not belong to it.')
  }
  return verifier
}

function signerFrom(name: string, type: SignatureType, seed: Uint8Array): SignerKey {
  const key = createPrivateKey({
    key: Buffer.concat([privateHeader, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const verifier = verifierFrom(name, type, der.subarray(-keyBytes))
  return { verifier, key, text: `${privateMark}+${joinKey(name, verifier.id, type, seed)}` }
}

function verifierFrom(name: string, type: SignatureType, bytes: Uint8Array): VerifierKey {
  // The specification forbids both: a name ends at a space in a note, and at a plus in a key.
  if (name === '' || /[\s+]/u.test(name)) throw new Error('A key’s name has no spaces and no plus.')
  const typed = Buffer.concat([Buffer.from([type]), bytes])
  const id = sha256(Buffer.from(`${name}\n`, 'utf8'), typed).subarray(0, 4)
  const key = createPublicKey({
    key: Buffer.concat([publicHeader, bytes]),
    format: 'der',
    type: 'spki',
  })
  return { name, type, id, key, text: joinKey(name, id, type, bytes) }
}

function joinKey(name: string, id: Uint8Array, type: SignatureType, bytes: Uint8Array): string {
  const typed = Buffer.concat([Buffer.from([type]), bytes])
  return `${name}+${Buffer.from(id).toString('hex')}+${typed.toString('base64')}`
}

function splitKey(text: string) {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text)
  const typed = Buffer.from(found?.[3] ?? '', 'base64')
  const type = Object.values(signatureTypes).find((one) => one === typed[0])
  if (!found || type === undefined || typed.length !== 1 + keyBytes) {
    throw new Error('This is not the key of a note: name+id+base64.')
  }
  return { name: found[1]!, id: Buffer.from(found[2]!, 'hex'), type, bytes: typed.subarray(1) }
}
