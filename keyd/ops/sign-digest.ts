import { createPublicKey, sign } from 'node:crypto'
import { manifestSigned } from '../../domain/manifest-signature.ts'
import { receiptSigned } from '../../domain/stick.ts'
import type { Asking } from '../context.ts'
import type { Answers, Request } from '../protocol.ts'

/** A manifest of an evening's letters, before it is handed to the printing house. */
export async function signManifest(
  { context, client }: Asking,
  { sha256 }: Request<'signManifest'>,
): Promise<Answers['signManifest']> {
  const signed = await signWords(context, manifestSigned(sha256))
  context.keydLog.append({ op: 'signManifest', client, manifest: sha256 })
  return signed
}

/** The receipt of a stick, by which its town may erase it. */
export async function signReceipt(
  { context, client }: Asking,
  { sha256 }: Request<'signReceipt'>,
): Promise<Answers['signReceipt']> {
  const signed = await signWords(context, receiptSigned(sha256))
  context.keydLog.append({ op: 'signReceipt', client, receipt: sha256 })
  return signed
}

/** With the key that signs the list of the erased; the words before each digest keep the kinds apart. */
async function signWords({ store }: Asking['context'], words: Uint8Array) {
  const key = await store.signingKey()
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  return {
    signature: sign(null, words, key).toString('base64'),
    publicKey: Buffer.from(x!, 'base64url').toString('base64'),
  }
}
