/**
 * A tablet goes out of use: signed out for good, or revoked. Everything of this site leaves it: keys,
 * unsent scans, the page itself. Other tabs let go of the database when they are told to (`onTaken`).
 */
import { flushLock } from './outbox.ts'

/** What a browser that is asked to delete waits for at most: another tab may hang. */
const deleteWithinMs = 3_000

export class UnsentScans extends Error {
  readonly unsent: number

  constructor(unsent: number) {
    super(`${unsent} scans are not sent yet`)
    this.name = 'UnsentScans'
    this.unsent = unsent
  }
}

/**
 * Throws `UnsentScans` while there are any, unless they are to be lost as well: a revoked tablet can
 * send nothing, and its doses are keyed from the paper slips. Answers how many were lost.
 */
export async function wipeTablet(
  outbox: { count(): Promise<number> } | undefined,
  options: { evenUnsent: boolean },
): Promise<number> {
  return await navigator.locks.request(flushLock, async () => {
    const unsent = (await outbox?.count().catch(() => 0)) ?? 0
    if (unsent > 0 && !options.evenUnsent) throw new UnsentScans(unsent)
    const databases = await indexedDB.databases()
    await Promise.all(databases.map(({ name }) => name && deleteDatabase(name)))
    for (const name of await caches.keys()) await caches.delete(name)
    const workers = await navigator.serviceWorker?.getRegistrations()
    for (const worker of workers ?? []) await worker.unregister()
    localStorage.clear()
    sessionStorage.clear()
    return unsent
  })
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const deleting = indexedDB.deleteDatabase(name)
    // Blocked, it is deleted as soon as the tab that holds it is gone.
    setTimeout(resolve, deleteWithinMs)
    deleting.onsuccess = () => resolve()
    deleting.onerror = () => resolve()
  })
}
