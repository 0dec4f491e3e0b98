/**
 * How much a device, a venue, a municipality may send. The numbers are deployment data (table
 * `limit_setting`), read again every half minute; the counting is in this process's memory.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { LimitScope, LimitSetting } from '../db/auth/devices.ts'
import { Refusal } from './refusal.ts'

const readEveryMs = 30_000

export type Limit = { points: number; perSeconds: number }

export type Limits = {
  /** The line of the key, else the one of everybody; without either there is no limit. */
  of(scope: LimitScope, key: string): Promise<Limit | undefined>
  /** Throws `Refusal` 429 `tooManyRequests` with `Retry-After` in seconds. */
  consume(scope: LimitScope, key: string, points: number): Promise<void>
  /** Counts what was done already, and refuses nothing. Answers whether it was the last one allowed. */
  note(scope: LimitScope, key: string): Promise<boolean>
  /** Throws as `consume` does once nothing is left, and takes nothing. */
  assertLeft(scope: LimitScope, key: string): Promise<void>
}

export function limitsFrom(read: () => Promise<LimitSetting[]>, now = Date.now): Limits {
  let settings: LimitSetting[] = []
  let readAt = Number.NEGATIVE_INFINITY
  const limiters = new Map<string, RateLimiterMemory>()

  async function of(scope: LimitScope, key: string): Promise<Limit | undefined> {
    if (now() - readAt > readEveryMs) {
      settings = await read()
      readAt = now()
    }
    const own = settings.find((one) => one.scope === scope && one.key === key)
    return own ?? settings.find((one) => one.scope === scope && one.key === '*')
  }

  return {
    of,
    async consume(scope, key, points) {
      const limit = await of(scope, key)
      if (!limit) return
      try {
        await limiterOf(limiters, scope, limit).consume(key, points)
      } catch (thrown) {
        if (!(thrown instanceof RateLimiterRes)) throw thrown
        throw tooMany(thrown.msBeforeNext)
      }
    },
    async note(scope, key) {
      const limit = await of(scope, key)
      if (!limit) return false
      const counted = await limiterOf(limiters, scope, limit).penalty(key, 1)
      return counted.consumedPoints === limit.points
    },
    async assertLeft(scope, key) {
      const limit = await of(scope, key)
      const found = limit && (await limiterOf(limiters, scope, limit).get(key))
      if (found && found.consumedPoints >= limit.points) throw tooMany(found.msBeforeNext)
    },
  }
}

function limiterOf(limiters: Map<string, RateLimiterMemory>, scope: string, limit: Limit) {
  const id = `${scope} ${limit.points} ${limit.perSeconds}`
  const found = limiters.get(id)
  if (found) return found
  const made = new RateLimiterMemory({ points: limit.points, duration: limit.perSeconds })
  limiters.set(id, made)
  return made
}

function tooMany(waitMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000))
  return new Refusal(429, 'tooManyRequests', { 'Retry-After': String(seconds) })
}

/** Guesses from one address: only wrong ones count, so that nobody at work ever meets it. */
const guessesUsual = 50
const guessSeconds = 900

export type Guesses = {
  /** Throws `Refusal` 429 when the address has guessed wrongly too often. */
  assertMayGuess(address: string): Promise<void>
  noteWrong(address: string): Promise<void>
}

export function guesses(max = guessesUsual): Guesses {
  const limiter = new RateLimiterMemory({ points: max, duration: guessSeconds })
  return {
    async assertMayGuess(address) {
      const found = await limiter.get(address)
      if (found && found.consumedPoints >= max) throw tooMany(found.msBeforeNext)
    },
    async noteWrong(address) {
      await limiter.penalty(address, 1)
    },
  }
}
