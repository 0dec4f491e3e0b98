import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const ORPHANS_GONE_WITHIN_MS = 30_000
const LOOK_AGAIN_AFTER_MS = 50

/** The pid that `postmaster.pid` names, if the file is there. */
export async function recordedPostmaster(clusterDir: string): Promise<number | undefined> {
  try {
    const text = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8')
    const pid = Number.parseInt(text, 10)
    return pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

/** The pid of the server that runs on this cluster now. A reused pid is not mistaken for it. */
export async function runningPostmaster(clusterDir: string): Promise<number | undefined> {
  const pid = await recordedPostmaster(clusterDir)
  if (pid === undefined || !isAlive(pid)) return undefined
  const living = await serverProcesses(clusterDir)
  // Without /proc nobody can be sure, and two servers on one cluster would destroy it.
  return living === undefined || living.includes(pid) ? pid : undefined
}

/**
 * After a killed server its children live on for a moment and still write. Waits for them, and only
 * then drops a lock file whose pid now belongs to somebody else.
 */
export async function settleAfterCrash(clusterDir: string): Promise<void> {
  const deadline = Date.now() + ORPHANS_GONE_WITHIN_MS
  for (;;) {
    const living = await serverProcesses(clusterDir)
    if (living === undefined) return
    if (living.length === 0) break
    if (Date.now() > deadline) {
      throw new Error(
        `Processes ${living.join(', ')} of an earlier PostgreSQL still use ${clusterDir}. ` +
          'End them (kill -QUIT) and start again.',
      )
    }
    await sleep(LOOK_AGAIN_AFTER_MS)
  }
  await rm(join(clusterDir, 'postmaster.pid'), { force: true })
}

/** Every server process works inside its cluster's folder; `undefined` where /proc is missing. */
async function serverProcesses(clusterDir: string): Promise<number[] | undefined> {
  let names: string[]
  try {
    names = await readdir('/proc')
  } catch {
    return undefined
  }
  const home = await realpath(clusterDir)
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number)
  const homes = await Promise.all(
    pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => undefined)),
  )
  return pids.filter((_, index) => homes[index] === home)
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
