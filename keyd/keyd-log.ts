/**
 * keyd's own log, apart from the database's ledger and under another owner: what was opened, for
 * which look, by whom. Ids, codes and field names only. `compareLogWithLedger` holds the two together.
 */
import { readdirSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AppendFile, wholeLines } from './append-file.ts'
import {
  type Chained,
  type ChainFault,
  type ChainHead,
  chainLine,
  hashOf,
  readChain,
} from './chain.ts'
import { makePrivateFolder } from './durable.ts'

export type LoggedUnlock = {
  look: string
  municipality: string
  resident: string
  fields: string[]
  /** From the ledger row; unknown when there was none. */
  purpose?: string
  /** Nothing was opened, and why. */
  refused?: string
}

export type LogEntry =
  | { op: 'started'; store: string; torn?: number }
  | { op: 'stopped' }
  | { op: 'createKeys'; client: string; municipality: string; residents: string[]; version: number }
  | { op: 'unlock'; client: string; items: LoggedUnlock[] }
  | { op: 'index'; client: string; municipality: string; index: string; values: number }
  | { op: 'rewrap'; client: string; municipality: string; version: number; residents: number }
  | { op: 'rotate'; client: string; municipality: string; version: number }
  | { op: 'destroyVersion'; client: string; municipality: string; version: number }
  | { op: 'erase'; client: string; municipality: string; resident: string; reason: string }
  | {
      op: 'matchMyNumber'
      client: string
      /** The looks of both towns, and that of the person who was found. */
      looks: string[]
      municipality: string
      resident: string
      former: string
      outcome: string
      legalBasis: string
      /** Account that recorded the consent. */
      consentRecordedBy?: string
    }
  | {
      op: 'unwrapFile'
      client: string
      recipient: string
      /** SHA-256 of the file's header, in hex: another file, another header. */
      file: string
      because: string
      of: string
      refused?: string
    }
  | { op: 'signReceipt'; client: string; receipt: string }
  | { op: 'signManifest'; client: string; manifest: string }
  | { op: 'refused'; client: string; asked: string; code: string }

export type KeydLogLine = Chained<{ at: string } & LogEntry>

/** One file of the log is at most about this long. */
const SEGMENT_BYTES = 64 * 1024 * 1024

export type KeydLog = {
  readonly head: ChainHead
  /** On disk, as far as the process goes; `durable` also as far as the power goes. */
  append(entry: LogEntry, how?: { durable?: boolean }): void
  sync(): void
  close(): void
}

/** Opens the log for writing. A line whose writer was killed is cut off: nobody was answered for it. */
export function openKeydLog(folder: string, segmentBytes = SEGMENT_BYTES): KeydLog {
  makePrivateFolder(folder)
  const segments = segmentsIn(folder)
  const last = segments.at(-1) ?? join(folder, segmentName(1))
  const torn = segments.length > 0 ? cutTornLine(last) : 0
  let head = headOf(segments)
  let file = new AppendFile(last)
  return {
    get head() {
      return head
    },
    append(entry, { durable = false } = {}) {
      if (file.size >= segmentBytes) {
        file.close()
        file = new AppendFile(join(folder, segmentName(head.seq + 1)))
      }
      const stamped = { at: new Date().toISOString(), ...withTorn(entry, torn) }
      const next = chainLine(head, stamped)
      file.append(next.line)
      head = next.head
      if (durable) file.sync()
    },
    sync: () => file.sync(),
    close: () => file.close(),
  }
}

/** The whole log, checked. `kept` is a head that was noted elsewhere, such as in `status`. */
export function readKeydLog(
  folder: string,
  kept?: ChainHead,
): { lines: KeydLogLine[]; head: ChainHead; fault?: ChainFault } {
  const texts = segmentsIn(folder).flatMap((path) => wholeLines(readFileSync(path, 'utf8')).lines)
  const { entries, ...rest } = readChain<{ at: string } & LogEntry>(texts, kept ? { kept } : {})
  return { lines: entries as KeydLogLine[], ...rest }
}

/** The hash of one line, if it is there: what a head that was noted elsewhere is compared with. */
export function hashInLog(folder: string, seq: number): string | undefined {
  const segment = segmentsIn(folder).findLast((path) => firstLineOf(path) <= seq)
  if (segment === undefined) return undefined
  const { lines } = wholeLines(readFileSync(segment, 'utf8'))
  const line = lines[seq - firstLineOf(segment)]
  return line === undefined ? undefined : hashOf(line)
}

function firstLineOf(segment: string): number {
  return Number(basename(segment, '.jsonl'))
}

function withTorn(entry: LogEntry, torn: number): LogEntry {
  return entry.op === 'started' && torn > 0 ? { ...entry, torn } : entry
}

/** A segment is named by the number of its first line, so that it says where it belongs. */
function segmentName(firstLine: number): string {
  return `${String(firstLine).padStart(12, '0')}.jsonl`
}

function segmentsIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => /^\d{12}\.jsonl$/.test(name))
  return names.sort().map((name) => join(folder, name))
}

function cutTornLine(path: string): number {
  const { torn } = wholeLines(readFileSync(path, 'utf8'))
  const bytes = Buffer.byteLength(torn, 'utf8')
  if (bytes > 0) truncateSync(path, statSync(path).size - bytes)
  return bytes
}

/** Of the last line that there is; a segment may be new and still empty. */
function headOf(segments: string[]): ChainHead {
  for (const path of segments.toReversed()) {
    const { lines } = wholeLines(readFileSync(path, 'utf8'))
    if (lines.length === 0) continue
    const first = JSON.parse(lines[0] as string) as { seq: number; prev: string }
    const { head, fault } = readChain(lines, { from: { seq: first.seq - 1, hash: first.prev } })
    if (!fault) return head
    throw new Error(
      `${path} was changed: line ${fault.line} of the log does not fit. Keep the file as evidence, ` +
        'tell the supervisory authority, and move the folder aside before starting again.',
    )
  }
  return { seq: 0, hash: '0'.repeat(64) }
}
