/**
 * How often codes may be tried, whoever is right: per address, so that nobody walks through codes, and
 * overall, so that many addresses together do not. In this process's memory; wall time.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** A home for older people sits behind one address; a guesser needs millions. */
const perAddress = { points: 60, duration: 15 * 60 }
const together = { points: 1_200, duration: 60 }

export type TryLimits = {
  /** Seconds to wait, or undefined when this try may be made. */
  wait(address: string): Promise<number | undefined>
}

export function tryLimits(limits = { perAddress, together }): TryLimits {
  const one = new RateLimiterMemory(limits.perAddress)
  const all = new RateLimiterMemory(limits.together)
  return {
    async wait(address) {
      try {
        await one.consume(address)
        await all.consume('all')
        return undefined
      } catch (thrown) {
        if (!(thrown instanceof RateLimiterRes)) throw thrown
        return Math.max(1, Math.ceil(thrown.msBeforeNext / 1_000))
      }
    },
  }
}
