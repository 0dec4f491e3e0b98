/**
 * How much may be fetched in a while, whoever fetches: a bucket that fills up again by itself. A
 * witness that begins with a large log asks again when it is refused.
 */
export type Budget = { take(amount: number): boolean }

export function budgetOf(
  { most, perSecond }: { most: number; perSecond: number },
  now: () => number = () => performance.now(),
): Budget {
  let left = most
  let atMs = now()
  return {
    take(amount) {
      const nowMs = now()
      left = Math.min(most, left + ((nowMs - atMs) / 1_000) * perSecond)
      atMs = nowMs
      if (left < amount) return false
      left -= amount
      return true
    },
  }
}
