/**
 * Keeps the scan page for when there is no connection: its shell and the reader's WASM, in one version
 * that was fetched as a whole and checked by content. Everything else, the API first of all, passes by
 * untouched: no answer about a person is ever kept. See docs/adr/0019-offline.md.
 */

/** Written before this script by `web/client-shell.ts`. */
type Shell = { version: string; files: { url: string; sha256: string }[] }

type Lasting = Event & { waitUntil(work: Promise<unknown>): void }
type Fetching = Event & { request: Request; respondWith(answer: Promise<Response>): void }

/** What a worker has and a page has not; the libraries of both do not go together in one project. */
declare const self: {
  shell: Shell
  location: { origin: string }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', listener: (event: Lasting) => void): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void
}

const { version, files } = self.shell
const prefix = 'sesshu-scan-'
const cacheName = `${prefix}${version}`
const urls = new Set(files.map(({ url }) => new URL(url, self.location.origin).href))

self.addEventListener('install', (event) => event.waitUntil(fetchAll()))
self.addEventListener('activate', (event) => event.waitUntil(forgetOthers()))
self.addEventListener('message', ({ data }) => {
  if (data === 'takeOver') void self.skipWaiting()
})
self.addEventListener('fetch', (event) => {
  const { method, url } = event.request
  if (method === 'GET' && urls.has(withoutFragment(url))) event.respondWith(kept(event.request))
})

/** All or nothing: while the server changes its version, one file of the other fails the whole. */
async function fetchAll(): Promise<void> {
  const fetched = await Promise.all(files.map(fetchOne))
  const cache = await caches.open(cacheName)
  await Promise.all(fetched.map(([url, response]) => cache.put(url, response)))
}

async function fetchOne({ url, sha256 }: Shell['files'][number]): Promise<[string, Response]> {
  // Without a cookie: the shell is nobody's.
  const response = await fetch(url, { cache: 'no-store', credentials: 'omit', redirect: 'error' })
  const body = await response.arrayBuffer()
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body))
  if (!response.ok || hex(digest) !== sha256) throw new Error(`${url} is of another version`)
  const { status, headers } = response
  return [url, new Response(body, { status, headers })]
}

/** This version takes over only when no page of another one is open. */
async function forgetOthers(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(prefix) && name !== cacheName) await caches.delete(name)
  }
}

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName)
  return (await cache.match(withoutFragment(request.url))) ?? fetch(request)
}

function withoutFragment(url: string): string {
  return url.split('#')[0]!
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export {}
