/**
 * Everything that is asked within one turn of the event loop goes out together: a page that opens
 * thirty people by thirty calls costs one round trip.
 */
export function batchPerTurn<Ask, Answer>(
  send: (asks: Ask[]) => Promise<Answer[]>,
): (ask: Ask) => Promise<Answer> {
  let waiting: { ask: Ask; resolve(answer: Answer): void; reject(error: unknown): void }[] = []
  const flush = async (): Promise<void> => {
    const batch = waiting
    waiting = []
    try {
      const answers = await send(batch.map(({ ask }) => ask))
      for (const [at, { resolve }] of batch.entries()) resolve(answers[at] as Answer)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  return (ask) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => void flush())
      waiting.push({ ask, resolve, reject })
    })
}

/** Slices of at most `size`, in order. */
export function slicesOf<T>(list: readonly T[], size: number): T[][] {
  const slices: T[][] = []
  for (let from = 0; from < list.length; from += size) slices.push(list.slice(from, from + size))
  return slices
}
