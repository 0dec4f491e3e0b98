import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DataDir } from './data-dir.ts'
import { readEnvironment } from './env.ts'

/** What a socket's address holds on every system that we know. */
const socketPathBytes = 103

/**
 * Where the state's desk listens and the pages ask; the same answer for both: as the environment
 * says, or in the data dir. A deep data dir gets a short address elsewhere, in a folder that
 * others cannot enter. Throws when somebody else has made that folder.
 */
export function stateSocketOf({ root, run }: DataDir): string {
  const given = readEnvironment(['SESSHU_STATE_SOCKET']).SESSHU_STATE_SOCKET
  if (given) return given
  const path = join(run, 'state.sock')
  if (Buffer.byteLength(path) <= socketPathBytes) return path
  const uid = process.getuid?.() ?? 0
  const name = createHash('sha256').update(`state ${root}`).digest('hex').slice(0, 16)
  const folder = join(tmpdir(), `sesshu-${uid}-${name}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  if (found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new Error(
      `${folder} is not ours alone. Remove it, or use a data dir with a shorter path.`,
    )
  }
  return join(folder, 'state.sock')
}
