/**
 * What a tablet's proof costs the server: checks a second on one process, with the key in the cache,
 * beside the floor: the same signatures checked by the crypto library alone.
 */
import { createHash, generateKeyPairSync, type JsonWebKey, verify } from 'node:crypto'
import { cpus, loadavg } from 'node:os'
import { checkProof, importDeviceKey } from '../auth/dpop.ts'
import { proofWindow } from '../auth/proof-window.ts'
import type { PublicJwk } from '../db/auth/devices.ts'
import { createTablet } from '../simulator/tablet.ts'

const atOnce = 16
const url = 'http://127.0.0.1:8720/api/v1/scans'
const token = 'a-token-for-the-bench'

export async function benchDpop(
  { proofs, rounds }: { proofs: number; rounds: number },
  say: (line: string) => void,
) {
  const loadBefore = Number(loadavg()[0]!.toFixed(1))
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const privateJwk = privateKey.export({ format: 'jwk' }) as JsonWebKey
  const { x, y } = publicKey.export({ format: 'jwk' })
  const key = await importDeviceKey({ kty: 'EC', crv: 'P-256', x, y } as PublicJwk)
  const tokenHash = createHash('sha256').update(token).digest('base64url')
  const window = proofWindow({ slotMs: 600_000 })
  const tablet = createTablet('http://127.0.0.1:8720', {
    venueCode: '1310400018',
    privateJwk: privateJwk as never,
  })
  tablet.learn(new Response(null, { headers: { 'dpop-nonce': window.nonce() } }))
  const checked: number[] = []
  const floor: number[] = []
  for (let round = 1; round <= rounds; round++) {
    const sent = Array.from({ length: proofs }, () => tablet.proof('POST', '/api/v1/scans', token))
    const of = { method: 'POST', url, tokenHash, key }
    checked.push(await perSecond(sent, (proof) => checkProof(proof, of, window)))
    floor.push(await perSecond(sent, async (proof) => isSigned(proof, publicKey)))
    say(`round ${round}: ${checked.at(-1)!.toFixed(0)} proofs/s, floor ${floor.at(-1)!.toFixed(0)}`)
  }
  const median = (all: number[]) => all.toSorted((a, b) => a - b)[all.length >> 1]!
  return {
    proofsPerSecond: Math.round(median(checked)),
    signaturesPerSecond: Math.round(median(floor)),
    microsecondsPerProof: Math.round(1e6 / median(checked)),
    ...{ proofs, rounds, atOnce, loadBefore, cores: cpus().length },
  }
}

function isSigned(
  proof: string,
  key: ReturnType<typeof generateKeyPairSync>['publicKey'],
): boolean {
  const [header, claims, signature] = proof.split('.') as [string, string, string]
  const made = Buffer.from(signature, 'base64url')
  const text = Buffer.from(`${header}.${claims}`)
  return verify('sha256', text, { key, dsaEncoding: 'ieee-p1363' }, made)
}

async function perSecond(sent: string[], check: (proof: string) => Promise<unknown>) {
  let next = 0
  const startedAt = performance.now()
  const lane = async () => {
    while (next < sent.length) if (!(await check(sent[next++]!))) throw new Error('refused')
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return (sent.length * 1_000) / (performance.now() - startedAt)
}
