import { createPublicKey, sign } from 'node:crypto'
import { manifestSigned } from '../../domain/manifest-signature.ts'
import type { Asking } from '../context.ts'
import type { Answers, Request } from '../protocol.ts'

/** With the key that signs receipts; the words before the digest keep the two apart. */
export async function signManifest(
  { context, client }: Asking,
  { sha256 }: Request<'signManifest'>,
): Promise<Answers['signManifest']> {
  const key = await context.store.signingKey()
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  context.keydLog.append({ op: 'signManifest', client, manifest: sha256 })
  return {
    signature: sign(null, manifestSigned(sha256), key).toString('base64'),
    publicKey: Buffer.from(x!, 'base64url').toString('base64'),
  }
}
