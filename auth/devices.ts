import {
  type DeviceRow,
  deviceByThumbprint,
  deviceByToken,
  enrolDevice,
  type Hours,
  insertEnrolment,
  insertToken,
} from '../db/auth/devices.ts'
import type { Sql } from '../db/client.ts'
import type { DeviceCaller } from './caller.ts'
import { checkProof, type DeviceKey, importDeviceKey, type ProofOf, thumbprintOf } from './dpop.ts'
import type { ProofWindow } from './proof-window.ts'
import { Refusal } from './refusal.ts'
import { codeTyped, newCode, newSecret, sha256 } from './secrets.ts'

/** A revocation anywhere acts within this time everywhere: half of the minute that is promised. */
export const deviceCacheMs = 30_000
const cachedAtMost = 10_000
const enrolmentMinutes = 10
const shiftMs = 12 * 3_600_000
const tokyoOffsetMinutes = 9 * 60

type Known = { device: DeviceRow; key: DeviceKey; expiresAtMs: number; until: number }

export type DeviceDesk = ReturnType<typeof deviceDesk>

/** Everything that tablets ask for: enrolment, a token for the shift, and who sends a request. */
export function deviceDesk(
  sql: Sql,
  window: ProofWindow,
  options: { cacheMs?: number; now?: () => number } = {},
) {
  const { cacheMs = deviceCacheMs, now = Date.now } = options
  const cache = new Map<string, Known>()

  async function known(hash: Buffer): Promise<Known> {
    const name = hash.toString('base64url')
    const found = cache.get(name)
    if (found && now() < found.until) return found
    cache.delete(name)
    // From before the look: what is revoked after it counts for so long and no longer.
    const until = now() + cacheMs
    const row = await deviceByToken(sql, hash)
    if (!row) throw unknownToken()
    const { expiresAt, ...device } = row
    const key = await importDeviceKey(device.publicJwk)
    const entry = { device, key, expiresAtMs: expiresAt.getTime(), until }
    cache.set(name, entry)
    const oldest = cache.keys().next().value
    if (cache.size > cachedAtMost && oldest !== undefined) cache.delete(oldest)
    return entry
  }

  return {
    /** A code for one tablet of a venue, to be typed within ten minutes, once. Undefined: no such venue. */
    async makeCode(of: Hours & { municipalityCode: string; venueCode: string; madeBy: string }) {
      const code = newCode()
      const codeSha256 = sha256(code)
      const expiresAt = await insertEnrolment(sql, { ...of, codeSha256, minutes: enrolmentMinutes })
      return expiresAt && { code, expiresAt }
    },

    /** Keeps the key that signed the proof. Throws `Refusal`. */
    async enrol(sent: { code: string; name: string; proof: string | undefined; at: ProofOf }) {
      const publicJwk = await checkProof(sent.proof, sent.at, window)
      const thumbprint = await thumbprintOf(publicJwk)
      if (await deviceByThumbprint(sql, thumbprint)) throw new Refusal(409, 'deviceKnown')
      const code = sha256(codeTyped(sent.code))
      const enrolled = await enrolDevice(sql, code, { name: sent.name, publicJwk, thumbprint })
      if (!enrolled) throw new Refusal(403, 'enrolmentCode')
      return enrolled
    },

    /** A token for the rest of the shift, of use with that key alone. Throws `Refusal`. */
    async startShift(proof: string | undefined, at: ProofOf) {
      const thumbprint = await thumbprintOf(await checkProof(proof, at, window))
      const device = await deviceByThumbprint(sql, thumbprint)
      if (!device) throw unknownToken()
      // Said to whoever holds the key alone, so that the tablet lets go of what it keeps.
      if (device.isRevoked) throw new Refusal(401, 'deviceRevoked')
      assertAtWork(device, now())
      const expiresAt = new Date(Math.min(now() + shiftMs, closesAtMs(device, now())))
      const token = newSecret()
      await insertToken(sql, { tokenSha256: sha256(token), deviceId: device.id, expiresAt })
      return { token, expiresInSeconds: Math.floor((expiresAt.getTime() - now()) / 1_000) }
    },

    /** Whose request it is. Throws `Refusal` 401 for a token, key or proof that is not good, 403 after hours. */
    async callerOf(token: string, proof: string | undefined, at: ProofOf): Promise<DeviceCaller> {
      const hash = sha256(token)
      const { device, key, expiresAtMs } = await known(hash)
      const tokenHash = hash.toString('base64url')
      await checkProof(proof, { ...at, tokenHash, key }, window)
      if (device.isRevoked || now() >= expiresAtMs) throw unknownToken()
      assertAtWork(device, now())
      const { id, municipalityCode, venueCode } = device
      return { kind: 'device', id, municipalityCode, venueCode }
    },

    /** What was known of a device in this process is asked for again. */
    forget(deviceId: string) {
      for (const [name, { device }] of cache) if (device.id === deviceId) cache.delete(name)
    },
  }
}

function assertAtWork(device: DeviceRow, nowMs: number): void {
  if (device.isLocked) throw new Refusal(403, 'deviceLocked')
  const minute = tokyoMinute(nowMs)
  const isOpen = minute >= device.opensMinute && minute < device.closesMinute
  if (!isOpen) throw new Refusal(403, 'outsideVenueHours')
}

function tokyoMinute(nowMs: number): number {
  return (Math.floor(nowMs / 60_000) + tokyoOffsetMinutes) % 1_440
}

function closesAtMs({ closesMinute }: Hours, nowMs: number): number {
  return nowMs + (closesMinute - tokyoMinute(nowMs)) * 60_000 - (nowMs % 60_000)
}

function unknownToken(): Refusal {
  return new Refusal(401, 'unauthorized', {
    'WWW-Authenticate': 'DPoP error="invalid_token", algs="ES256"',
  })
}
