import {
  copyFileSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'

const MAX_BYTES = 10 * 1024 * 1024
const KEPT = 3
const TAIL_BYTES = 4096

/** Opened for appending and handed to the child itself, so that it outlives its supervisor. */
export function openLogFile(path: string): number {
  mkdirSync(dirname(path), { recursive: true })
  return openSync(path, 'a', 0o600)
}

/**
 * Moves a log that grew past `maxBytes` to `.1`, `.2`, `.3`. Copied and emptied, not renamed: the
 * child holds the file open and appends.
 */
export function rotateLogFile(path: string, maxBytes = MAX_BYTES): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size <= maxBytes) return
  rmSync(`${path}.${KEPT}`, { force: true })
  for (let n = KEPT - 1; n >= 1; n -= 1) {
    if (statSync(`${path}.${n}`, { throwIfNoEntry: false })) {
      renameSync(`${path}.${n}`, `${path}.${n + 1}`)
    }
  }
  copyFileSync(path, `${path}.1`)
  truncateSync(path)
}

/** The last lines of a log, for the sentence that says why a process does not start. */
export async function lastLines(path: string, count = 5): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return ''
  try {
    const { size } = await file.stat()
    const length = Math.min(size, TAIL_BYTES)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.toString('utf8').trimEnd().split('\n').slice(-count).join('\n')
  } finally {
    await file.close()
  }
}
