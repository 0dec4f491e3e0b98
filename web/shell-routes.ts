/** What makes the scan page an app that starts without a connection. */
import { type Context, Hono } from 'hono'
import { callAs } from '../auth/caller.ts'
import { pagesEn } from '../i18n/pages-en.ts'
import { pagesJa } from '../i18n/pages-ja.ts'
import type { Asset } from './assets.ts'
import {
  manifestOf,
  manifests,
  type ShellFile,
  shellAssets,
  shellPages,
  workerOf,
} from './client-shell.ts'
import { pageHeaders } from './headers.ts'

/** `pages` answers the scan page; `assetNamed` whatever stands under `/assets/`. */
export function shellRoutes(
  pages: { request(path: string): Response | Promise<Response> },
  assetNamed: (name: string) => Promise<Asset | undefined>,
): Hono {
  const app = new Hono()
  // What a process serves does not change while it runs.
  let made: Promise<Asset> | undefined

  app.get('/scan/sw.js', async (c) => {
    made ??= filesOf(pages, assetNamed)
      .then(workerOf)
      .catch((error) => {
        made = undefined
        throw error
      })
    const worker = await made
    return c.body(worker.body, 200, {
      ...pageHeaders,
      'Content-Type': worker.type,
      // The page itself lies above the folder of its worker.
      'Service-Worker-Allowed': '/scan',
    })
  })
  app.get('/scan/manifest.webmanifest', (c) =>
    c.body(manifestIn(languageIn(c)), 200, {
      ...pageHeaders,
      'Content-Type': 'application/manifest+json; charset=utf-8',
    }),
  )
  return app
}

async function filesOf(
  pages: { request(path: string): Response | Promise<Response> },
  assetNamed: (name: string) => Promise<Asset | undefined>,
): Promise<ShellFile[]> {
  const files: ShellFile[] = []
  for (const url of shellPages) {
    // Whoever asks for the worker: what it keeps is what nobody in particular is shown.
    const page = await callAs({ kind: 'anonymous' }, () => pages.request(url))
    if (page.status !== 200) throw new Error(`${url} cannot be kept: ${page.status}`)
    files.push({ url, body: await page.text() })
  }
  for (const url of manifests) {
    files.push({ url, body: manifestIn(url.endsWith('lang=en') ? 'en' : 'ja') })
  }
  for (const name of shellAssets) {
    const asset = await assetNamed(name)
    if (!asset) throw new Error(`There is no asset ${name} for the scan page to keep.`)
    files.push({ url: `/assets/${name}`, body: asset.body })
  }
  return files
}

function manifestIn(lang: 'ja' | 'en'): string {
  return manifestOf(lang, (lang === 'en' ? pagesEn : pagesJa).offline.app)
}

function languageIn(c: Context): 'ja' | 'en' {
  return c.req.query('lang') === 'en' ? 'en' : 'ja'
}
