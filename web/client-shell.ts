/**
 * What a tablet keeps to work without a connection: the scan page in both languages and everything that it
 * loads, named with the hash of its content, so that a worker keeps all of one version or nothing.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Asset } from './assets.ts'
import { scriptOf } from './bundle.ts'

export type ShellFile = { url: string; body: string | Uint8Array }

/** Nothing of these says who looks at it. */
export const shellPages = ['/scan', '/scan?lang=en'] as const
export const manifests = [
  '/scan/manifest.webmanifest',
  '/scan/manifest.webmanifest?lang=en',
] as const
export const shellAssets = [
  ...['tokens.css', 'style.css', 'scan.css', 'offline.css', 'scan-icon.svg'],
  ...['scan.js', 'zxing_reader.wasm'],
] as const

/** A name for the content of all of them together, and what each of them must be. */
export function shellOf(files: readonly ShellFile[]) {
  const listed = files.map(({ url, body }) => ({ url, sha256: sha256(body) }))
  return { version: sha256(JSON.stringify(listed)).slice(0, 16), files: listed }
}

let script: Promise<string> | undefined

/** The service worker of exactly these files: another content is another worker, and so an update. */
export async function workerOf(files: readonly ShellFile[]): Promise<Asset> {
  script ??= scriptOf(join(import.meta.dirname, 'client', 'sw.ts')).catch((error) => {
    script = undefined
    throw error
  })
  const body = `self.shell = ${JSON.stringify(shellOf(files))}\n${await script}`
  return { type: 'text/javascript; charset=utf-8', body }
}

export type AppWords = { name: string; shortName: string }

/** By which a tablet installs the page like an app of its own. */
export function manifestOf(lang: 'ja' | 'en', { name, shortName }: AppWords): string {
  return JSON.stringify({
    id: '/scan',
    name,
    short_name: shortName,
    lang,
    start_url: lang === 'en' ? '/scan?lang=en' : '/scan',
    scope: '/scan',
    display: 'standalone',
    background_color: '#ffffff',
    theme_color: '#0017c1',
    icons: [
      { src: '/assets/scan-icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
      { src: '/assets/scan-icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'maskable' },
    ],
  })
}

function sha256(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}
