/**
 * The tablet's own key: made here, kept in this browser's database, and able to sign but not to be read
 * out, by this page or by anything else. Whoever holds the tablet can use it; nobody can take it along.
 */
import { dropValue, keepValue, keptValue } from './kept.ts'
import { proofOf, readersLanguage, takeNonce } from './proof.ts'

/** The public half, as it stands in every proof. */
export type PublicJwk = { kty: 'EC'; crv: 'P-256'; x: string; y: string }
export type DeviceKeys = { privateKey: CryptoKey; publicJwk: PublicJwk }
/** What this browser is, once enrolled. */
export type Device = DeviceKeys & { deviceId: string; venueCode: string }

const keptUnder = 'device'
const enrolPath = '/auth/devices/enrol'

export async function enrolledDevice(): Promise<Device | undefined> {
  return await keptValue<Device>(keptUnder)
}

export async function forgetDevice(): Promise<void> {
  await dropValue(keptUnder)
}

/**
 * Makes a key and hands its public half in with the code that an administrator gave; the key is kept
 * when it was taken. Answers the response, 201 or a problem. Throws when the server was not reached.
 */
export async function enrol(code: string, name: string): Promise<Response> {
  const keys = await newKeys()
  const answer = await sendCode(keys, code, name)
  if (answer.status !== 201) return answer
  const { deviceId, venueCode } = (await answer.clone().json()) as Omit<Device, keyof DeviceKeys>
  await keepValue(keptUnder, { ...keys, deviceId, venueCode } satisfies Device)
  return answer
}

/** Twice at most: the first proof cannot know the nonce. */
async function sendCode(keys: DeviceKeys, code: string, name: string): Promise<Response> {
  for (let isLastTry = false; ; isLastTry = true) {
    const answer = await fetch(enrolPath, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Accept-Language': readersLanguage(),
        DPoP: await proofOf(keys, { method: 'POST', path: enrolPath }),
      },
      body: JSON.stringify({ code, name }),
    })
    if (!takeNonce(answer) || isLastTry) return answer
  }
}

async function newKeys(): Promise<DeviceKeys> {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const pair = await crypto.subtle.generateKey(curve, false, ['sign', 'verify'])
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  if (!x || !y) throw new Error('The public key has no coordinates.')
  return { privateKey: pair.privateKey, publicJwk: { kty: 'EC', crv: 'P-256', x, y } }
}
