import { createPublicKey, sign } from 'node:crypto'
import { receiptSigned } from '../../domain/stick.ts'
import type { Asking } from '../context.ts'
import type { Answers, Request } from '../protocol.ts'

/** With the key that signs the list of the erased; the words before the digest keep the two apart. */
export async function signReceipt(
  { context, client }: Asking,
  { sha256 }: Request<'signReceipt'>,
): Promise<Answers['signReceipt']> {
  const key = await context.store.signingKey()
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  context.keydLog.append({ op: 'signReceipt', client, receipt: sha256 })
  return {
    signature: sign(null, receiptSigned(sha256), key).toString('base64'),
    publicKey: Buffer.from(x!, 'base64url').toString('base64'),
  }
}
