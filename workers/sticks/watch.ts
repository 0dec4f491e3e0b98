/**
 * Looks, every few seconds, at the folders in which sticks appear. Mounts tell nobody when they come and go,
 * so that this asks. What was refused is looked at again when it has changed, or when somebody may have
 * registered its key meanwhile.
 */
import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  receiptName,
  receiptPageName,
  receiptSignatureName,
  refusalPageName,
} from '../../domain/stick.ts'
import { looksLikeStick } from '../../files/stick/open.ts'
import { attendStick } from './attend-stick.ts'
import type { StickDeps, StickLook } from './deps.ts'

/** A mount point's own folder, a stick in it, a folder on the stick. */
const depth = 2
const foldersAtMost = 200
/** Somebody is copying: what changes is not judged yet. */
const settledAfterMs = 4_000
/** A reading of a whole file that was refused is not repeated for nothing. */
const lookAgainAfterMs = 15_000

/** They change when the stick does, and not before. */
const unfinished = [
  ...['stickHalfWritten', 'stickFileMissing', 'stickFileBroken', 'stickHashWrong'],
  ...['stickCountsWrong', 'stickManifestBroken', 'stickFormatUnknown', 'stickTooLarge'],
]
/** Our own pages and receipts change a stick, and mean nothing by it. */
const ours = [refusalPageName, receiptName, receiptPageName, receiptSignatureName]

type Seen = { print: string; sinceMs: number; lookedAtMs: number; look?: StickLook }

export type StickWatch = { round(): Promise<void> }

export function watchSticks(
  deps: StickDeps,
  roots: readonly string[],
  settle = { settledAfterMs, lookAgainAfterMs },
): StickWatch {
  const seen = new Map<string, Seen>()
  return {
    async round() {
      const folders = (await Promise.all(roots.map((root) => sticksUnder(root)))).flat()
      for (const known of [...seen.keys()]) if (!folders.includes(known)) seen.delete(known)
      for (const folder of folders) {
        await lookAt(deps, folder, seen, settle).catch((error) => {
          deps.log.warn({ err: error }, 'a stick could not be dealt with; it is looked at again')
        })
      }
    },
  }
}

async function lookAt(
  deps: StickDeps,
  folder: string,
  seen: Map<string, Seen>,
  settle: { settledAfterMs: number; lookAgainAfterMs: number },
): Promise<void> {
  const print = await printOf(folder)
  const nowMs = performance.now()
  const before = seen.get(folder)
  const isSame = before?.print === print
  const state: Seen = isSame
    ? before
    : { print, sinceMs: nowMs, lookedAtMs: Number.NEGATIVE_INFINITY }
  seen.set(folder, state)
  // Until it has lain there for a moment, somebody may still be writing it.
  if (nowMs - state.sinceMs < settle.settledAfterMs) return
  const again = ['refused', 'notWritable', 'noRoom'].includes(state.look?.outcome ?? '')
  if (again && nowMs - state.lookedAtMs < settle.lookAgainAfterMs) return
  if (state.look?.outcome === 'refused' && unfinished.includes(state.look.code)) return
  state.lookedAtMs = nowMs
  state.look = await attendStick(deps, folder)
}

async function sticksUnder(root: string): Promise<string[]> {
  const sticks: string[] = []
  let level = [root]
  for (let at = 0; at <= depth && level.length > 0; at += 1) {
    const next: string[] = []
    for (const folder of level.slice(0, foldersAtMost)) {
      if (await looksLikeStick(folder)) sticks.push(folder)
      else if (at < depth) next.push(...(await foldersIn(folder)))
    }
    level = next
  }
  return sticks
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
}

/** Names, lengths and times: whatever somebody does to a stick changes it. */
async function printOf(folder: string): Promise<string> {
  const names = (await readdir(folder).catch(() => []))
    .filter((name) => !ours.includes(name))
    .sort()
  const lines: string[] = []
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(() => undefined)
    if (found?.isFile()) lines.push(`${name} ${found.size} ${found.mtimeMs}`)
  }
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}
