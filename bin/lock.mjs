import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

// A live holder touches its lock this often; one untouched for much longer is a dead machine's.
const heartbeatMs = 5_000
const staleAfterMs = 60_000
const pollMs = 250

/**
 * Runs `work` while holding the lock folder `path`; mkdir is what makes it exclusive, also between
 * processes and on network disks. A lock left by a killed process is taken over at once.
 * `onWait` is called once, with the holder's process id, if somebody else holds it.
 */
export async function withLock(path, work, { onWait, signal } = {}) {
  const token = await acquire(path, onWait, signal)
  const heartbeat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => {})
  }, heartbeatMs)
  heartbeat.unref()
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    if ((await readOwner(path))?.token === token) await rm(path, { recursive: true, force: true })
  }
}

async function acquire(path, onWait, signal) {
  await mkdir(dirname(path), { recursive: true })
  const token = randomUUID()
  let told = false
  for (;;) {
    signal?.throwIfAborted()
    try {
      await mkdir(path)
      const owner = { token, pid: process.pid, host: hostname() }
      await writeFile(join(path, 'owner.json'), JSON.stringify(owner))
      return token
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (await isAbandoned(path)) {
      await takeAway(path)
      continue
    }
    if (!told) {
      told = true
      onWait?.((await readOwner(path))?.pid)
    }
    await sleep(pollMs, undefined, { signal })
  }
}

async function isAbandoned(path) {
  const owner = await readOwner(path)
  if (owner?.host === hostname() && !isAlive(owner.pid)) return true
  const touchedAt = await stat(path).then(
    (found) => found.mtimeMs,
    () => Date.now(),
  )
  return Date.now() - touchedAt > staleAfterMs
}

async function takeAway(path) {
  // Renaming first lets exactly one of several waiters remove it.
  const away = `${path}.${randomUUID()}`
  try {
    await rename(path, away)
  } catch (error) {
    if (error.code === 'ENOENT') return
    throw error
  }
  await rm(away, { recursive: true, force: true })
}

async function readOwner(path) {
  try {
    return JSON.parse(await readFile(join(path, 'owner.json'), 'utf8'))
  } catch {
    return undefined
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
