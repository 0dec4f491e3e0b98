/** The tablet's page in a real browser: a system, a camera that plays a film, tablets enrolled by hand. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser, type Served, serveApp } from './browser.ts'
import { as, seedStaff } from './credentials.ts'
import { holdTime } from './held-time.ts'
import { type Site, startSite } from './pages-site.ts'
import { type SealedDatabase, sealedDatabase } from './sealed.ts'
import { seedTowns, venue } from './town.ts'
import { qrPicture, writeFilm } from './venue-codes.ts'

export type Lang = 'ja' | 'en'

export type ScanSite = {
  db: SealedDatabase
  site: Site
  served: Served
  browser: Browser
  /** Asks for an enrolment code as the administrator. */
  code(): Promise<string>
  close(): Promise<void>
}

/** `filmed` is the line of the QR code that the camera sees. */
export async function startScanSite(filmed: string): Promise<ScanSite> {
  const folder = mkdtempSync(join(tmpdir(), 'sesshu-film-'))
  const film = join(folder, 'camera.y4m')
  const [db] = await Promise.all([
    sealedDatabase(),
    writeFilm(film, [{ picture: qrPicture(filmed), seconds: 1 }]),
  ])
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  const site = startSite(db, { isDemo: false })
  const [served, browser] = await Promise.all([
    serveApp(site.app),
    launchBrowser([
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
      '--autoplay-policy=no-user-gesture-required',
    ]),
  ])
  return {
    db,
    site,
    served,
    browser,
    async code() {
      const made = await site.app.request('/api/v1/enrolments', {
        method: 'POST',
        headers: { ...as('municipalAdministrator'), 'content-type': 'application/json' },
        body: JSON.stringify({ venueCode: venue, opensAt: '00:00', closesAt: '24:00' }),
      })
      return ((await made.json()) as { code: string }).code
    },
    async close() {
      await browser.close()
      await served.close()
      await site.close()
      await db.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type Tablet = { context: BrowserContext; page: Page }

/** What was heard and felt is kept in the page for the test to look at. */
const listen = `
  window.felt = []
  window.heard = []
  navigator.vibrate = (pattern) => { window.felt.push([pattern].flat().join(' ')); return true }
  const start = OscillatorNode.prototype.start
  OscillatorNode.prototype.start = function (at) {
    window.heard.push(this.frequency.value)
    return start.call(this, at)
  }
  const { resume } = AudioContext.prototype
  AudioContext.prototype.resume = function () { return (window.isAudible = resume.call(this)) }`

/** Its time is held: `passTime` lets it pass. */
export async function newTablet(
  { browser }: ScanSite,
  options: { width?: number; height?: number } = {},
): Promise<Tablet> {
  const { width = 1_280, height = 800 } = options
  const context = await browser.newContext({ viewport: { width, height } })
  // A test's own limit is the only one.
  context.setDefaultTimeout(0)
  await context.grantPermissions(['camera'])
  await context.addInitScript(listen)
  await context.addInitScript(holdTime)
  return { context, page: await context.newPage() }
}

export const langQuery = (lang: Lang) => (lang === 'en' ? '?lang=en' : '')

/** From the administrator's code to a page that is ready to read. */
export async function enrolAndStart(site: ScanSite, { page }: Tablet, lang: Lang): Promise<void> {
  const query = new URLSearchParams({ code: await site.code(), ...(lang === 'en' && { lang }) })
  await page.goto(`${site.served.url}/scan/enrol?${query}`)
  await page.locator('form[data-form=enrol] button').click()
  await chooseSettings(page)
}

export async function chooseSettings(page: Page, lot = 'TEST01'): Promise<void> {
  await page.locator('#lot').fill(lot)
  await page.locator('form[data-form=setup] button').click()
  await page.locator('[data-do=start]').click()
  await page.locator('[data-part=read]').waitFor()
}

const gapSeconds = 0.005

/** As a scanner like a keyboard does: key after key at its own pace, however busy this machine is. */
export async function wedge(page: Page, text: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const keys = [...[...text].map((key) => ({ key, text: key })), { key: 'Enter', text: '\r' }]
  // The last key is now: from there the verdict's time is taken.
  const startedAt = Date.now() / 1_000 - keys.length * gapSeconds
  await Promise.all(
    keys.flatMap((key, i) => {
      const timestamp = startedAt + i * gapSeconds
      return [
        session.send('Input.dispatchKeyEvent', { type: 'keyDown', timestamp, ...key }),
        session.send('Input.dispatchKeyEvent', { type: 'keyUp', timestamp, key: key.key }),
      ]
    }),
  )
  await session.detach()
}

/** The kind of the verdict on the screen, once there is one of the kind that is waited for. */
export async function verdict(page: Page, kind: string): Promise<string> {
  const over = page.locator(`[data-over=verdict][data-kind=${kind}]`)
  await over.waitFor()
  return await over.innerText()
}

export async function next(page: Page): Promise<void> {
  await page.locator('[data-do=next]').click()
  await page.locator('[data-over=verdict]').waitFor({ state: 'hidden' })
}

/** Kept for whoever wants to look; nobody compares them. */
export async function keepScreen(page: Page, name: string): Promise<void> {
  const screens = process.env.SESSHU_SCREENS
  if (!screens) return
  mkdirSync(screens, { recursive: true })
  await page.screenshot({ path: join(screens, `${name}.png`) })
}
