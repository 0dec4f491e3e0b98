/**
 * Figures that are dear to count are counted again only after ten times as long as it took, so that
 * however many look, and however often, counting takes a tenth of one connection's time at most.
 */
export type Remembered<T> = { value: T; readAtMs: number }

const restFactor = 10
const keptAtMost = 500

export type Remember = ReturnType<typeof rememberer>

export function rememberer(now: () => number) {
  const kept = new Map<string, { until: number; answer: Promise<Remembered<unknown>> }>()

  return async <T>(key: string, ask: () => Promise<T>): Promise<Remembered<T>> => {
    const found = kept.get(key)
    if (found && now() < found.until) return (await found.answer) as Remembered<T>
    const readAtMs = now()
    // Whoever comes while it is being asked waits for the same answer.
    const entry = {
      until: Number.POSITIVE_INFINITY,
      answer: ask().then((value) => ({ value, readAtMs })),
    }
    kept.delete(key)
    kept.set(key, entry)
    const oldest = kept.keys().next().value
    if (kept.size > keptAtMost && oldest !== undefined) kept.delete(oldest)
    try {
      const answer = (await entry.answer) as Remembered<T>
      entry.until = now() + restFactor * (now() - readAtMs)
      return answer
    } catch (error) {
      if (kept.get(key) === entry) kept.delete(key)
      throw error
    }
  }
}
