/** Reads a few bytes from the front of a stream, and leaves the rest to whoever goes on. */
export type ByteReader = ReturnType<typeof byteReader>

export function byteReader(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]()
  let held = Buffer.alloc(0)
  const more = async (): Promise<boolean> => {
    const { value, done } = await iterator.next()
    if (done) return false
    held = held.length === 0 ? Buffer.from(value) : Buffer.concat([held, value])
    return true
  }
  return {
    /** Holds the next chunk as well; false at the end. */
    more,
    peek: (): Buffer => held,
    /** Fewer than asked for at the end. */
    async take(bytes: number): Promise<Buffer> {
      while (held.length < bytes && (await more()));
      const taken = held.subarray(0, bytes)
      held = held.subarray(bytes)
      return taken
    },
    drop(bytes: number): void {
      held = held.subarray(bytes)
    },
    unread(bytes: Buffer): void {
      held = Buffer.concat([bytes, held])
    },
    async *rest(): AsyncGenerator<Uint8Array> {
      if (held.length > 0) yield held
      for (;;) {
        const { value, done } = await iterator.next()
        if (done) return
        yield value
      }
    },
    close: async () => void (await iterator.return?.()),
  }
}
