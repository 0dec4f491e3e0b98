/** JSON lines that hold on to each other: each names the hash of the line before it. */
import { createHash } from 'node:crypto'

export type ChainHead = { seq: number; hash: string }
export type Chained<Entry> = { seq: number; prev: string } & Entry

export const emptyChain: ChainHead = { seq: 0, hash: '0'.repeat(64) }

/** The next line, without its end, and the head that it makes. */
export function chainLine(head: ChainHead, entry: object): { line: string; head: ChainHead } {
  const line = JSON.stringify({ seq: head.seq + 1, prev: head.hash, ...entry })
  return { line, head: { seq: head.seq + 1, hash: hashOf(line) } }
}

/** The first line that is not the one that was written there, counted from 1, and why. */
export type ChainFault = {
  line: number
  why: 'notJson' | 'wrongNumber' | 'brokenLink' | 'truncated'
}

export type ChainReading<Entry> = {
  entries: Chained<Entry>[]
  head: ChainHead
  fault?: ChainFault
}

/**
 * Reads lines in the order of their writing. A changed, removed or moved line breaks the link of the
 * line after it; the last line has nobody to tell on it, so that its head is compared with one that
 * was kept elsewhere.
 */
export function readChain<Entry>(
  lines: Iterable<string>,
  { from = emptyChain, kept }: { from?: ChainHead; kept?: ChainHead } = {},
): ChainReading<Entry> {
  let head = from
  const entries: Chained<Entry>[] = []
  for (const text of lines) {
    const line = head.seq + 1
    const entry = parseEntry<Entry>(text)
    if (!entry) return { entries, head, fault: { line, why: 'notJson' } }
    if (entry.seq !== line) return { entries, head, fault: { line, why: 'wrongNumber' } }
    // The link before it does not fit: the line before is the one that changed.
    if (entry.prev !== head.hash) {
      return { entries, head, fault: { line: Math.max(1, line - 1), why: 'brokenLink' } }
    }
    head = { seq: line, hash: hashOf(text) }
    entries.push(entry)
    if (kept && kept.seq === line && kept.hash !== head.hash) {
      return { entries, head, fault: { line, why: 'brokenLink' } }
    }
  }
  if (kept && kept.seq > head.seq) {
    return { entries, head, fault: { line: head.seq + 1, why: 'truncated' } }
  }
  return { entries, head }
}

export function hashOf(line: string): string {
  return createHash('sha256').update(line, 'utf8').digest('hex')
}

function parseEntry<Entry>(text: string): Chained<Entry> | undefined {
  try {
    const entry = JSON.parse(text) as Chained<Entry> | null
    return typeof entry === 'object' && entry !== null ? entry : undefined
  } catch {
    return undefined
  }
}
