import type { DeviceKeys } from './device-key.ts'

let nonce: string | undefined
/** Server's clock minus this one's, in ms, at the newest answer; its own precision is a second. */
let skewMs = 0

export function clockSkewMs(): number {
  return skewMs
}

/** A proof for one request: method, address without query, the token's hash, the newest nonce. */
export async function proofOf(
  { privateKey, publicJwk }: DeviceKeys,
  of: { method: string; path: string; token?: string },
): Promise<string> {
  const claims = {
    jti: crypto.randomUUID(),
    htm: of.method,
    htu: `${location.origin}${of.path.split('?')[0]}`,
    iat: Math.floor(Date.now() / 1_000),
    ...(nonce !== undefined && { nonce }),
    ...(of.token !== undefined && { ath: base64url(await sha256(of.token)) }),
  }
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk }
  const signed = `${encoded(header)}.${encoded(claims)}`
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const signature = await crypto.subtle.sign(algorithm, privateKey, utf8(signed))
  return `${signed}.${base64url(new Uint8Array(signature))}`
}

/** Learns nonce and time. True when the request was refused for its nonce and may be signed again. */
export function takeNonce(response: Response): boolean {
  const servedAt = Date.parse(response.headers.get('date') ?? '')
  if (!Number.isNaN(servedAt)) skewMs = servedAt - Date.now()
  const given = response.headers.get('dpop-nonce')
  if (given === null) return false
  nonce = given
  return response.status === 401
}

export function readersLanguage(): string {
  return document.documentElement.lang || 'ja'
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const encoded = (value: object) => base64url(utf8(JSON.stringify(value)))

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text)))
}

function base64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
