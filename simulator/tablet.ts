/**
 * A venue's tablet as seen from outside: a key, a token for the shift, and a proof signed for each
 * request (RFC 9449). Written from the standard, with nothing of the system that checks it.
 */
import { createHash, createPrivateKey, type JsonWebKey, randomUUID, sign } from 'node:crypto'
import type { DeviceCredential } from './credentials.ts'

export type Tablet = {
  /** Headers for one request; starts the shift first if need be. */
  headers(method: string, path: string): Promise<Record<string, string>>
  /** A proof alone, for what a tablet does before its shift. */
  proof(method: string, path: string, token?: string): string
  /** Takes the newest nonce over. True when the same request may succeed if it is signed again. */
  learn(response: Response): boolean
}

const shiftTimeoutMs = 20_000

export function createTablet(base: string, { privateJwk }: DeviceCredential): Tablet {
  const key = createPrivateKey({ key: privateJwk as JsonWebKey, format: 'jwk' })
  const { kty, x, y } = privateJwk
  const jwk = { kty, crv: 'P-256', x, y }
  let nonce: string | undefined
  let shift: Promise<string> | undefined

  function proof(method: string, path: string, token?: string): string {
    const claims = {
      jti: randomUUID(),
      htm: method,
      htu: `${base}${path.split('?')[0]}`,
      iat: Math.floor(Date.now() / 1_000),
      ...(nonce && { nonce }),
      ...(token && { ath: createHash('sha256').update(token).digest('base64url') }),
    }
    const signed = `${encode({ typ: 'dpop+jwt', alg: 'ES256', jwk })}.${encode(claims)}`
    const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
    return `${signed}.${signature.toString('base64url')}`
  }

  async function startShift(): Promise<string> {
    const path = '/auth/devices/token'
    for (let isLastTry = false; ; isLastTry = true) {
      const response = await fetch(`${base}${path}`, {
        method: 'POST',
        headers: { dpop: proof('POST', path) },
        signal: AbortSignal.timeout(shiftTimeoutMs),
      })
      const isStale = takeNonce(response)
      const body = (await response.json()) as { access_token?: string; code?: string }
      if (body.access_token) return body.access_token
      if (!isStale || isLastTry) throw new Error(`The shift was refused: ${body.code ?? 'unknown'}`)
    }
  }

  function takeNonce(response: Response): boolean {
    const given = response.headers.get('dpop-nonce')
    if (given === null) return false
    nonce = given
    return response.status === 401
  }

  return {
    async headers(method, path) {
      shift ??= startShift().catch((error) => {
        shift = undefined
        throw error
      })
      const token = await shift
      return { authorization: `DPoP ${token}`, dpop: proof(method, path, token) }
    },
    proof,
    learn(response) {
      if (takeNonce(response)) return true
      if (response.status !== 401) return false
      shift = undefined
      return true
    },
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
