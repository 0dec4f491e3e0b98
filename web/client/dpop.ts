/**
 * Requests in the tablet's name (RFC 9449, DPoP): each carries the token of the shift and a proof, signed
 * for this very request. The server's newest nonce is learned from every answer.
 */
import { type Device, enrolledDevice } from './device-key.ts'
import { proofOf, readersLanguage, takeNonce } from './proof.ts'

const tokenPath = '/auth/devices/token'
const triesMax = 3

/** There is no key in this browser. */
export class NotEnrolled extends Error {
  override name = 'NotEnrolled'
}

/** The shift could not be started; the response is the server's problem. */
class ShiftRefused extends Error {
  readonly response: Response

  constructor(response: Response) {
    super('The shift was refused.')
    this.response = response
  }
}

let shift: Promise<string> | undefined

/**
 * `fetch` to our own server, signed with this tablet's key; starts the shift when there is none. A
 * refusal of the shift is answered like one of the request. Throws `NotEnrolled`, and what `fetch`
 * throws when the server is not reached.
 */
export async function signedFetch(path: string, init: RequestInit = {}): Promise<Response> {
  const device = await enrolledDevice()
  if (!device) throw new NotEnrolled()
  const method = init.method ?? 'GET'
  for (let tries = 1; ; tries++) {
    try {
      const token = await shiftToken(device)
      const headers = new Headers(init.headers)
      headers.set('Authorization', `DPoP ${token}`)
      headers.set('DPoP', await proofOf(device, { method, path, token }))
      if (!headers.has('Accept-Language')) headers.set('Accept-Language', readersLanguage())
      const response = await fetch(path, { ...init, method, headers })
      const isStaleNonce = takeNonce(response)
      if (response.status !== 401 || tries === triesMax) return response
      if (!isStaleNonce) shift = undefined
    } catch (error) {
      if (error instanceof ShiftRefused) return error.response.clone()
      throw error
    }
  }
}

/** The next request starts a shift anew: after another enrolment. */
export function endShift(): void {
  shift = undefined
}

function shiftToken(device: Device): Promise<string> {
  shift ??= startShift(device).catch((error) => {
    shift = undefined
    throw error
  })
  return shift
}

async function startShift(device: Device): Promise<string> {
  for (let isLastTry = false; ; isLastTry = true) {
    const response = await fetch(tokenPath, {
      method: 'POST',
      headers: {
        'Accept-Language': readersLanguage(),
        DPoP: await proofOf(device, { method: 'POST', path: tokenPath }),
      },
    })
    const isStaleNonce = takeNonce(response)
    if (response.ok) {
      const { access_token } = (await response.json()) as { access_token: string }
      return access_token
    }
    if (!isStaleNonce || isLastTry) throw new ShiftRefused(response)
  }
}
