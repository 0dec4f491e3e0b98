import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CopiedFile, copyHashed } from './copy.ts'
import { BackupUnusable } from './manifest.ts'
import { segmentsBetween, type WalGeometry } from './wal.ts'

export type WalKeeper = {
  /** Every WAL file up to the position, which a switch has closed. Ends the watch. */
  upTo(end: bigint): Promise<CopiedFile[]>
  stop(): Promise<void>
}

export type WalKeeperOptions = {
  walDir: string
  to: string
  start: bigint
  geometry: WalGeometry
  /** Where the server writes now; all before that file's beginning is finished. */
  position: () => Promise<bigint>
}

const lookEveryMs = 250

/**
 * Copies finished WAL files while the cluster is copied: a checkpoint in between may recycle them.
 * One that slipped away all the same is an error at the end, never a gap.
 */
export function keepWal({ walDir, to, start, geometry, position }: WalKeeperOptions): WalKeeper {
  const kept = new Map<string, CopiedFile>()
  const over = new AbortController()

  const keep = async (name: string): Promise<void> => {
    if (kept.has(name)) return
    const done = await copyHashed(join(walDir, name), join(to, name))
    if (done) kept.set(name, { path: `wal/${name}`, ...done })
  }
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const inUse = ((await position()) / geometry.segmentBytes) * geometry.segmentBytes
      if (inUse > start)
        for (const name of segmentsBetween(start, inUse, geometry)) await keep(name)
      await sleep(lookEveryMs, undefined, { signal: over.signal }).catch(() => {})
    }
  }
  const watching = watch().catch((error: unknown) => ({ error }))
  const stop = async (): Promise<void> => {
    over.abort()
    await watching
  }
  return {
    stop,
    async upTo(end) {
      over.abort()
      const broken = await watching
      if (broken) throw broken.error
      const names = segmentsBetween(start, end, geometry)
      for (const name of names) await keep(name)
      const missing = names.find((name) => !kept.has(name))
      if (missing === undefined) return names.map((name) => kept.get(name)!)
      throw new BackupUnusable(
        `The WAL file ${missing} was recycled before it could be copied.`,
        'Take the backup again, at a quieter time.',
      )
    },
  }
}
