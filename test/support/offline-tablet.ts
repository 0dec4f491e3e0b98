/** A tablet with a profile on disk: its browser is a process of ours, to be killed, and its network a port. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import { freePort } from '../../config/ports.ts'
import { browserPath, type Served, serveApp } from './browser.ts'

export type KilledBrowser = { page: Page; browser: Browser; kill(): Promise<void> }

const startWithinMs = 30_000

/** A browser in a process group of its own, over the profile that is given. */
export async function browserOver(profile: string): Promise<KilledBrowser> {
  rmSync(join(profile, 'DevToolsActivePort'), { force: true })
  const child = spawn(
    browserPath!,
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      ...['--no-first-run', '--remote-debugging-port=0', `--user-data-dir=${profile}`],
      'about:blank',
    ],
    { detached: true, stdio: 'ignore' },
  )
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${await portOf(profile, child)}`)
  const context = browser.contexts()[0]!
  const page = context.pages()[0] ?? (await context.newPage())
  return {
    page,
    browser,
    /** All of its processes at once, as when the battery is taken out. */
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      process.kill(-child.pid!, 'SIGKILL')
      await ended
      await browser.close().catch(() => {})
    },
  }
}

async function portOf(profile: string, child: ChildProcess): Promise<string> {
  const until = Date.now() + startWithinMs
  while (Date.now() < until && child.exitCode === null) {
    try {
      const [port] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')
      if (port) return port
    } catch {
      // not written yet
    }
    await sleep(50)
  }
  throw new Error('The browser did not start.')
}

export function newProfile(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'sesshu-tablet-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) }
}

/** Files below a folder in which one of the words stands, as bytes of either encoding. */
export function filesWith(folder: string, words: readonly string[]): string[] {
  const needles = words.flatMap((word) => [Buffer.from(word), Buffer.from(word, 'utf16le')])
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const bytes = readFileSync(path)
      return needles.some((needle) => bytes.includes(needle))
    })
}

type App = { fetch(request: Request): Response | Promise<Response> }

/** A system behind a port that can be cut and mended; what reached it by `POST /scans` is written down. */
export async function cuttable(app: App) {
  const posted: string[] = []
  /** Answers in the app's place, when it answers at all. */
  let instead: (path: string) => Promise<Response | undefined> = async () => undefined
  const fetch = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url)
    if (request.method === 'POST' && pathname === '/api/v1/scans') {
      const body = (await request.clone().json()) as { scanId: string }
      posted.push(body.scanId)
    }
    return (await instead(pathname + search)) ?? (await app.fetch(request))
  }
  // Bound again after a cut: none that a connection may be given meanwhile.
  let served: Served | undefined = await serveApp({ fetch }, await freePort())
  const { url } = served
  return {
    url,
    posted,
    answer(with_: typeof instead) {
      instead = with_
    },
    async cut() {
      await served?.cut()
      served = undefined
    },
    async mend() {
      served = await serveApp({ fetch }, Number(new URL(url).port))
    },
    close: async () => served?.cut(),
  }
}

/** Held before a scanner like a keyboard, one after the other; each is kept before the next comes. */
export async function scanAll(page: Page, lines: string[], firstCount: number): Promise<void> {
  await page.evaluate(
    `(${async (all: string[], first: number) => {
      const doc = (globalThis as never as { document: Doc }).document
      const shown = () => Number(doc.querySelector('[data-bind=unsent]').textContent)
      const isFree = () => doc.querySelector('[data-over=sending]').hidden
      for (const [i, line] of all.entries()) {
        for (const key of [...`]Q1${line}`, 'Enter']) {
          doc.dispatchEvent(
            // biome-ignore lint/suspicious/noExplicitAny: a class of the browser.
            new (globalThis as any).KeyboardEvent('keydown', {
              key,
              bubbles: true,
              cancelable: true,
            }),
          )
        }
        for (let n = 0; shown() < first + i + 1 || !isFree(); n++) {
          if (n > 4_000) throw new Error(`scan ${i} was not kept: ${shown()}`)
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
      }
    }})(${JSON.stringify(lines)}, ${firstCount})`,
  )
}
type Doc = {
  querySelector(selector: string): { textContent: string; hidden: boolean }
  dispatchEvent(event: unknown): void
}

export const unsentShown = (page: Page) =>
  page.locator('[data-bind=unsent]').first().textContent().then(Number)
