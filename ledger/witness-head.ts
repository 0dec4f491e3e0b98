/**
 * The last head that a witness has co-signed, read from the two ends of its file: for a page that
 * shows it. What the file says of the rows before is checked by `ledger verify`, not here.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { openCheckpoint, openCosignature } from './checkpoint.ts'
import { parseVerifier } from './note-key.ts'

export type WitnessedHead = {
  /** As the header names them. */
  logKey: string
  witnessKey: string
  /** Undefined before the first co-signed head. */
  last?: { size: number; root: string; seenAt: Date }
}

const headerBytes = 4_096
/** A head stands behind at most 8,192 leaves in one line; several such lines fit. */
const tailBytes = 4 * 1024 * 1024

/** Throws when the file is none of a witness, or a signature in it is not good. */
export function readWitnessedHead(path: string): WitnessedHead {
  const file = openSync(path, 'r')
  try {
    const size = fstatSync(file).size
    const header = JSON.parse(firstLine(part(file, 0, Math.min(size, headerBytes)))) as {
      logKey: string
      witnessKey: string
    }
    const log = parseVerifier(header.logKey)
    const witness = parseVerifier(header.witnessKey)
    const tail = part(file, Math.max(0, size - tailBytes), size)
    const checkpoint = lastCheckpoint(tail)
    const known = { logKey: log.text, witnessKey: witness.text }
    if (checkpoint === undefined) return known
    const head = openCheckpoint(checkpoint, log)
    const seenAt = new Date(openCosignature(checkpoint, witness) * 1_000)
    const root = Buffer.from(head.root).toString('base64')
    return { ...known, last: { size: head.size, root, seenAt } }
  } finally {
    closeSync(file)
  }
}

function part(file: number, from: number, to: number): string {
  const bytes = Buffer.alloc(to - from)
  readSync(file, bytes, 0, bytes.length, from)
  return bytes.toString('utf8')
}

function firstLine(text: string): string {
  return text.slice(0, text.indexOf('\n'))
}

/** Of whole lines alone: the last one may have been cut by a kill, the first by where we began. */
function lastCheckpoint(tail: string): string | undefined {
  const lines = tail.slice(0, tail.lastIndexOf('\n')).split('\n')
  const found = lines.findLast((line) => line.startsWith('{"checkpoint":'))
  return found && (JSON.parse(found) as { checkpoint: string }).checkpoint
}
