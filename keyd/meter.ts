import { DomainError } from '../domain/errors.ts'
import type { KeydClient } from '../domain/purpose-fields.ts'
import { type IndexName, indexNames } from '../domain/sealed-fields.ts'
import { RefusedForNow } from './refusal.ts'

/** What is counted: keys made, fields opened, values of an index, and what only operators do. */
export type Metered = 'createKeys' | 'unlock' | 'erase' | 'unwrapFile' | `index.${IndexName}`

/** How many a client may have in a minute; what is not named it may not have at all. */
export type ClientLimits = Partial<Record<Metered, number>>

const everyIndex = Object.fromEntries(indexNames.map((name) => [`index.${name}`, 6_000_000]))

/**
 * Deployment data: far above honest use (a scan asks for two values, a letter opens one person), and
 * far below what trying out all My Numbers would need.
 */
export const defaultLimits: Record<KeydClient, ClientLimits> = {
  api: {
    createKeys: 600_000,
    unlock: 300_000,
    // by hand, one person at a time
    erase: 60,
    ...everyIndex,
    'index.myNumber': 120_000,
    unwrapFile: 600,
  },
  worker: {
    createKeys: 60_000,
    unlock: 600_000,
    'index.letterCode': 600_000,
    // a digest of each page of a printed register
    'index.body': 60_000,
  },
  import: {
    createKeys: 6_000_000,
    unlock: 600_000,
    ...everyIndex,
    'index.myNumber': 600_000,
    unwrapFile: 6_000,
  },
  keys: { erase: 10_000 },
  authority: { unlock: 60 },
  monitor: {},
}

export type Meter = {
  /** Takes `amount` from what the client may have. Throws `keydNotAllowed` or `keydOverLimit`. */
  take(client: KeydClient, what: Metered, amount: number): void
  /** What was counted since the beginning. */
  totals(): Record<string, number>
}

type Bucket = { left: number; at: number }
const MINUTE_MS = 60_000

/** Fills up again evenly, so that nobody can take two minutes' worth at the turn of a minute. */
export function createMeter(
  limits: Record<KeydClient, ClientLimits>,
  now: () => number = () => performance.now(),
): Meter {
  const buckets = new Map<string, Bucket>()
  const totals: Record<string, number> = {}
  return {
    take(client, what, amount) {
      const perMinute = limits[client][what]
      if (perMinute === undefined) {
        throw new DomainError('keydNotAllowed', `${client} may not have ${what}`)
      }
      const key = `${client}/${what}`
      const nowMs = now()
      const bucket = buckets.get(key) ?? { left: perMinute, at: nowMs }
      const filled = bucket.left + ((nowMs - bucket.at) / MINUTE_MS) * perMinute
      const left = Math.min(perMinute, filled)
      if (left < amount) {
        buckets.set(key, { left, at: nowMs })
        const waitMs = Math.ceil(((amount - left) / perMinute) * MINUTE_MS)
        throw new RefusedForNow('keydOverLimit', `${client} asked for too much ${what}`, waitMs)
      }
      buckets.set(key, { left: left - amount, at: nowMs })
      totals[key] = (totals[key] ?? 0) + amount
    },
    totals: () => ({ ...totals }),
  }
}
