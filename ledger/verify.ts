/**
 * Checks a bundle of the access ledger against what a witness has kept: no database, no network, and
 * nothing that the bundle says of itself is believed.
 */
import type { Bundle } from './bundle.ts'
import { openCheckpoint, readCheckpoint } from './checkpoint.ts'
import { type FirstFault, firstFault } from './first-fault.ts'
import { CompactRange, type Hash } from './merkle.ts'
import { NoteError } from './note.ts'
import type { VerifierKey } from './note-key.ts'
import type { Witnessed } from './witness-file.ts'

export type Fault =
  | FirstFault
  /** A row from `seq` to before `until` is not what the log's own head was signed over. */
  | { seq: number; until: number; why: 'notAsSigned' }
  /** This head is not the one that was signed; the rows are not at fault. */
  | { size: number; why: 'headChanged' }
  /** The bundle holds no head of so many rows, and the witness has co-signed one. */
  | { size: number; why: 'headMissing' }
  /** The bundle is of another log than the one the witness follows. */
  | { why: 'otherLog' }

export type Verdict = {
  isIntact: boolean
  fault?: Fault
  origin: string
  exportedAt: string
  rows: number
  /** Rows that the witness has seen with its own eyes. */
  witnessedRows: number
  /** The witness's last head. */
  lastHead?: { size: number; seenAt: string; root: string }
  /** Heads of the bundle that were checked. */
  heads: number
  /** The file was cut, or lines were taken out of it after it was written. */
  isWholeFile: boolean
}

export function verifyBundle(bundle: Bundle, witnessed: Witnessed): Verdict {
  const heads = openHeads(bundle.heads, witnessed.log)
  const last = witnessed.heads.at(-1)
  const fault = findFault(bundle, witnessed, heads)
  return {
    isIntact: fault === undefined,
    ...(fault && { fault }),
    origin: bundle.header.origin,
    exportedAt: bundle.header.exportedAt,
    rows: bundle.seqs.length,
    witnessedRows: Math.min(witnessed.leaves.size, bundle.seqs.length),
    ...(last && {
      lastHead: {
        size: last.size,
        seenAt: last.seenAt.toISOString(),
        root: Buffer.from(last.root).toString('base64'),
      },
    }),
    heads: heads.length,
    isWholeFile: bundle.isWhole,
  }
}

function findFault(bundle: Bundle, witnessed: Witnessed, heads: OpenHead[]): Fault | undefined {
  const signedSize = Math.max(0, ...lastOf(heads))
  const rowFault = firstFault(bundle, witnessed.leaves, signedSize)
  if (rowFault) return rowFault
  if (!bundle.isWhole) return { seq: bundle.seqs.length, why: 'truncated' }
  if (bundle.header.publicKey !== witnessed.log.text) return { why: 'otherLog' }
  return headFault(bundle, heads, witnessed.leaves.size) ?? missingHead(heads, witnessed)
}

type OpenHead = { size: number; root: Hash; isSigned: boolean }

function lastOf(heads: OpenHead[]): number[] {
  return heads
    .filter(({ isSigned }) => isSigned)
    .map(({ size }) => size)
    .slice(-1)
}

/** Heads of this log, smallest first; those of a log before a restore are not this witness's. */
function openHeads(notes: string[], key: VerifierKey): OpenHead[] {
  return notes
    .map((note) => openHead(note, key))
    .filter((head) => head !== undefined)
    .sort((a, b) => a.size - b.size)
}

function openHead(note: string, key: VerifierKey): OpenHead | undefined {
  try {
    return { ...openCheckpoint(note, key), isSigned: true }
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
  }
  try {
    const { origin, size, root } = readCheckpoint(note)
    return origin === key.name ? { size, root, isSigned: false } : undefined
  } catch {
    return { size: Number.MAX_SAFE_INTEGER, root: new Uint8Array(32), isSigned: false }
  }
}

/**
 * The log's own heads over the rows. They decide only after the witness's last one: a key that was
 * stolen signs anything.
 */
function headFault(bundle: Bundle, heads: OpenHead[], witnessedSize: number): Fault | undefined {
  const { computed } = bundle
  const range = CompactRange.empty()
  let good = witnessedSize
  for (const { size, root, isSigned } of heads) {
    while (range.size < Math.min(size, computed.size)) range.append(computed.at(range.size))
    const until = Math.min(size, computed.size)
    const isOverTheRows = size === range.size && Buffer.from(range.root()).equals(root)
    if (!isOverTheRows && good < until) return { seq: good, until, why: 'notAsSigned' }
    if (!isOverTheRows || !isSigned) return { size, why: 'headChanged' }
    good = Math.max(good, size)
  }
  return undefined
}

function missingHead(heads: OpenHead[], witnessed: Witnessed): Fault | undefined {
  const sizes = new Set(heads.map(({ size }) => size))
  const largest = Math.max(0, ...lastOf(heads))
  const gone = witnessed.heads.find(({ size }) => size <= largest && !sizes.has(size))
  return gone && { size: gone.size, why: 'headMissing' }
}
