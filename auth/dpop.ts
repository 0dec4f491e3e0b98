/**
 * DPoP (RFC 9449): a proof, signed with the tablet's own key, that this very request comes from it. Each
 * is bound to method, address, token and a nonce of ours, and counts once. ES256 alone.
 */
import { type CryptoKey, calculateJwkThumbprint, importJWK, jwtVerify } from 'jose'
import { z } from 'zod'
import type { PublicJwk } from '../db/auth/devices.ts'
import type { ProofWindow } from './proof-window.ts'
import { Refusal } from './refusal.ts'

/** A nonce is what keeps a proof young; the tablet's own clock need only be roughly right. */
const clockToleranceSeconds = 600
const longestProof = 2_048

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
/** No private half, no other curve; what else stands in the key is left out. */
const jwkSchema = z
  .looseObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: coordinate,
    y: coordinate,
    d: z.undefined().optional(),
  })
  .transform(({ kty, crv, x, y }): PublicJwk => ({ kty, crv, x, y }))
const headerSchema = z.object({
  typ: z.literal('dpop+jwt'),
  alg: z.literal('ES256'),
  jwk: jwkSchema,
})
const claimsSchema = z.object({
  jti: z.string().min(16).max(64),
  htm: z.string().max(10),
  htu: z.string().max(500),
  iat: z.int(),
  ath: z.string().optional(),
  nonce: z.string().max(80).optional(),
})

export type DeviceKey = { jwk: PublicJwk; verify: CryptoKey }

export type ProofOf = {
  method: string
  /** Address as the tablet asked for it, without query. */
  url: string
  /** SHA-256 of the token that came with it, base64url. */
  tokenHash?: string
  /** The key that the token is bound to; without one, any key proves itself. */
  key?: DeviceKey
}

export async function importDeviceKey(jwk: PublicJwk): Promise<DeviceKey> {
  return { jwk, verify: (await importJWK(jwk, 'ES256')) as CryptoKey }
}

export async function thumbprintOf(jwk: PublicJwk): Promise<string> {
  return await calculateJwkThumbprint(jwk, 'sha256')
}

/**
 * Checks a proof and uses it up; answers the key that signed it. Throws `Refusal` 401: `useDpopNonce`
 * with the nonce to use, else `proofRefused`, whatever was wrong, so that a thief learns nothing.
 */
export async function checkProof(
  proof: string | undefined,
  of: ProofOf,
  window: ProofWindow,
): Promise<PublicJwk> {
  const sent = proof === undefined ? undefined : readProof(proof)
  if (!proof || !sent) throw refused()
  const { jwk, claims } = sent
  const isOurKey = !of.key || (jwk.x === of.key.jwk.x && jwk.y === of.key.jwk.y)
  if (!isOurKey || claims.htm !== of.method || claims.htu !== of.url) throw refused()
  if (claims.ath !== of.tokenHash) throw refused()
  if (Math.abs(claims.iat - Date.now() / 1_000) > clockToleranceSeconds) throw refused()
  if (!claims.nonce || !window.isFresh(claims.nonce)) throw useNonce(window)
  const key = of.key ?? (await importDeviceKey(jwk).catch(() => undefined))
  if (!key || !(await isSignedBy(proof, key))) throw refused()
  if (!window.isFirstUse(claims.nonce, claims.jti)) throw refused()
  return jwk
}

async function isSignedBy(proof: string, { verify }: DeviceKey): Promise<boolean> {
  try {
    await jwtVerify(proof, verify, { algorithms: ['ES256'], typ: 'dpop+jwt' })
    return true
  } catch {
    return false
  }
}

function readProof(
  proof: string,
): { jwk: PublicJwk; claims: z.output<typeof claimsSchema> } | undefined {
  const [header, claims, signature, ...more] = proof.split('.')
  if (proof.length > longestProof || !header || !claims || !signature || more.length > 0) {
    return undefined
  }
  const head = headerSchema.safeParse(fromBase64(header))
  const said = claimsSchema.safeParse(fromBase64(claims))
  return head.success && said.success ? { jwk: head.data.jwk, claims: said.data } : undefined
}

function fromBase64(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

function refused(): Refusal {
  const challenge = 'DPoP error="invalid_dpop_proof", algs="ES256"'
  return new Refusal(401, 'proofRefused', { 'WWW-Authenticate': challenge })
}

function useNonce(window: ProofWindow): Refusal {
  return new Refusal(401, 'useDpopNonce', {
    'WWW-Authenticate': 'DPoP error="use_dpop_nonce", algs="ES256"',
    'DPoP-Nonce': window.nonce(),
  })
}
