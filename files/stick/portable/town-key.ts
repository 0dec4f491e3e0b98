/**
 * A town's own key: it signs what the town sends and reads what comes back. Kept in one file under a
 * passphrase (age, scrypt). Runs in Node and, bundled, in a clerk's browser.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { fromBase64, type StickSignature, signedBytes, toBase64 } from '../../../domain/stick.ts'

const format = 'sesshu-town-key/1'

export type TownKey = {
  municipalityCode: string
  /** 32 bytes of Ed25519. */
  secret: Uint8Array
  publicKey: Uint8Array
  /** `AGE-SECRET-KEY-1…`, for the answers. */
  identity: string
  /** `age1…` of it. */
  recipient: string
}

/** Shorter ones are guessed. */
export const passphraseChars = 12

export async function makeTownKey(municipalityCode: string): Promise<TownKey> {
  const secret = ed25519.utils.randomSecretKey()
  return await townKey(municipalityCode, secret, await generateX25519Identity())
}

/** `logN` is scrypt's work factor: 17 takes a second of a PC, and so does each guess. */
export async function lockTownKey(
  key: TownKey,
  passphrase: string,
  logN = 17,
): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  encrypter.setScryptWorkFactor(logN)
  const { municipalityCode, secret, identity } = key
  const text = JSON.stringify({ format, municipalityCode, secret: toBase64(secret), identity })
  return await encrypter.encrypt(text)
}

/** Undefined for a wrong passphrase, and for a file that is no key. */
export async function unlockTownKey(
  locked: Uint8Array,
  passphrase: string,
): Promise<TownKey | undefined> {
  try {
    const decrypter = new Decrypter()
    decrypter.addPassphrase(passphrase)
    const kept = JSON.parse(await decrypter.decrypt(locked, 'text'))
    if (kept.format !== format) return undefined
    return await townKey(kept.municipalityCode, fromBase64(kept.secret), kept.identity)
  } catch {
    return undefined
  }
}

async function townKey(
  municipalityCode: string,
  secret: Uint8Array,
  identity: string,
): Promise<TownKey> {
  const publicKey = ed25519.getPublicKey(secret)
  const recipient = await identityToRecipient(identity)
  return { municipalityCode, secret, publicKey, identity, recipient }
}

export function signManifest(key: TownKey, manifest: Uint8Array): StickSignature {
  return { publicKey: key.publicKey, signature: ed25519.sign(signedBytes(manifest), key.secret) }
}

export function isSignedBy(
  { publicKey, signature }: StickSignature,
  manifest: Uint8Array,
): boolean {
  try {
    return ed25519.verify(signature, signedBytes(manifest), publicKey, { zip215: false })
  } catch {
    return false
  }
}
