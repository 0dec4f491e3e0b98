// T1: a proof is good for its key, method, address, token and nonce, once; anything else is refused.
import {
  createHash,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { checkProof, type DeviceKey, importDeviceKey, thumbprintOf } from '../../../auth/dpop.ts'
import { type ProofWindow, proofWindow } from '../../../auth/proof-window.ts'
import type { PublicJwk } from '../../../db/auth/devices.ts'

const url = 'https://sesshu.example/api/v1/scans'
const tokenHash = createHash('sha256').update('token').digest('base64url')

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x, y } = publicKey.export({ format: 'jwk' }) as JsonWebKey
  return { privateKey, jwk: { kty: 'EC', crv: 'P-256', x, y } as PublicJwk }
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function signed(key: KeyObject, header: object, claims: object): string {
  const text = `${encode(header)}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

describe('T1: a proof', () => {
  const tablet = keyPair()
  let key: DeviceKey
  let window: ProofWindow

  beforeEach(async () => {
    key = await importDeviceKey(tablet.jwk)
    window = proofWindow()
  })

  const claims = (more: object = {}) => ({
    ...{ jti: randomUUID(), htm: 'POST', htu: url, ath: tokenHash, nonce: window.nonce() },
    iat: Math.floor(Date.now() / 1_000),
    ...more,
  })
  const header = (more: object = {}) => ({
    typ: 'dpop+jwt',
    alg: 'ES256',
    jwk: tablet.jwk,
    ...more,
  })
  const check = (proof: string | undefined) =>
    checkProof(proof, { method: 'POST', url, tokenHash, key }, window)

  test('made for this request is good, and names its key', async () => {
    const proof = signed(tablet.privateKey, header(), claims())
    expect(await check(proof)).toEqual(tablet.jwk)
  })

  test('is good once', async () => {
    const proof = signed(tablet.privateKey, header(), claims())
    await check(proof)
    await expect(check(proof)).rejects.toMatchObject({ status: 401, code: 'proofRefused' })
  })

  test('without a nonce of ours is told the nonce', async () => {
    for (const nonce of [undefined, 'made-up', proofWindow().nonce()]) {
      const proof = signed(tablet.privateKey, header(), claims({ nonce }))
      await expect(check(proof)).rejects.toMatchObject({
        code: 'useDpopNonce',
        headers: { 'DPoP-Nonce': window.nonce() },
      })
    }
  })

  const stranger = keyPair()
  test.each<[string, () => string | undefined]>([
    ['not there', () => undefined],
    ['no JWT', () => 'a.b'],
    ['too long', () => `${signed(tablet.privateKey, header(), claims())}${'A'.repeat(3_000)}`],
    ['of another key', () => signed(stranger.privateKey, header({ jwk: stranger.jwk }), claims())],
    ['signed by another key in its name', () => signed(stranger.privateKey, header(), claims())],
    ['unsigned', () => `${encode(header({ alg: 'none' }))}.${encode(claims())}.AAAA`],
    ['of another kind', () => signed(tablet.privateKey, header({ typ: 'JWT' }), claims())],
    [
      'with its private half',
      () =>
        signed(tablet.privateKey, header({ jwk: { ...tablet.jwk, d: 'A'.repeat(43) } }), claims()),
    ],
    ['for another method', () => signed(tablet.privateKey, header(), claims({ htm: 'GET' }))],
    [
      'for another address',
      () => signed(tablet.privateKey, header(), claims({ htu: `${url}/batch` })),
    ],
    [
      'for another host',
      () =>
        signed(tablet.privateKey, header(), claims({ htu: 'https://evil.example/api/v1/scans' })),
    ],
    [
      'for another token',
      () => signed(tablet.privateKey, header(), claims({ ath: 'A'.repeat(43) })),
    ],
    ['for no token', () => signed(tablet.privateKey, header(), claims({ ath: undefined }))],
    [
      'an hour old',
      () =>
        signed(
          tablet.privateKey,
          header(),
          claims({ iat: Math.floor(Date.now() / 1_000) - 3_600 }),
        ),
    ],
    ['without an id', () => signed(tablet.privateKey, header(), claims({ jti: undefined }))],
  ])('%s is refused', async (_, proof) => {
    await expect(check(proof())).rejects.toMatchObject({ status: 401, code: 'proofRefused' })
  })

  test('that was altered in any letter is refused', async () => {
    const proof = signed(tablet.privateKey, header(), claims())
    for (let i = 0; i < proof.length - 1; i += 37) {
      const letter = proof[i] === 'A' ? 'B' : 'A'
      const altered = `${proof.slice(0, i)}${letter}${proof.slice(i + 1)}`
      await expect(check(altered)).rejects.toMatchObject({ status: 401 })
    }
    await check(proof)
  })

  test('of a bad signature leaves no trace: the good one is still good', async () => {
    const said = claims()
    const forged = signed(stranger.privateKey, header(), said)
    await expect(check(forged)).rejects.toMatchObject({ code: 'proofRefused' })
    await check(signed(tablet.privateKey, header(), said))
  })

  test('a key has the thumbprint of RFC 7638', async () => {
    const { crv, kty, x, y } = tablet.jwk
    const canonical = JSON.stringify({ crv, kty, x, y })
    const expected = createHash('sha256').update(canonical).digest('base64url')
    expect(await thumbprintOf(tablet.jwk)).toBe(expected)
  })
})
