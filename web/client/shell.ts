/**
 * The page without a connection: registers the service worker that keeps it, and changes to a newer
 * version as a whole. A page that is open goes on with the version that it was opened with.
 */

const lookAgainMs = 3_600_000

export type Shell = {
  /** Changes to the version that waits; the page is loaded anew. Unsent scans stay. */
  changeNow(): void
}

/**
 * Undefined where there are no service workers: the page then works with a connection alone.
 * `onNewVersion` is called when one is ready; when it is there already at the start, the page changes
 * at once, before anybody has begun to work with it.
 */
export async function keepShell(onNewVersion: () => void): Promise<Shell | undefined> {
  if (!('serviceWorker' in navigator)) return undefined
  const workers = navigator.serviceWorker
  const registration = await workers.register('/scan/sw.js', {
    scope: '/scan',
    updateViaCache: 'none',
  })
  const changeNow = () => {
    workers.addEventListener('controllerchange', () => location.reload(), { once: true })
    registration.waiting?.postMessage('takeOver')
  }
  if (registration.waiting && workers.controller) changeNow()
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed' && workers.controller) onNewVersion()
    })
  })
  const look = () => void registration.update().catch(() => {})
  setInterval(look, lookAgainMs)
  addEventListener('online', look)
  return { changeNow }
}
