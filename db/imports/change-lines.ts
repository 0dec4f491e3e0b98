/** A change set as bytes, one JSON line a change: for whoever seals them, and back. */
import type { ChangeRow } from './types.ts'

const decodedAtOnce = 1_000

export function encodeChanges(changes: readonly ChangeRow[]): Uint8Array {
  return Buffer.from(changes.map((change) => `${JSON.stringify(change)}\n`).join(''), 'utf8')
}

/** Throws on bytes that are no change set; a line that was cut off is one of these. */
export async function* decodeChanges(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<ChangeRow[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop()!
    for (let from = 0; from < lines.length; from += decodedAtOnce) {
      yield lines.slice(from, from + decodedAtOnce).map((line) => JSON.parse(line) as ChangeRow)
    }
  }
  if (rest + decoder.decode() !== '') throw new Error('The change set is cut off')
}
