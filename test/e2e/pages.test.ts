/** Proves, in a real browser: pages fit, speak one language, take the keyboard, and live. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stateSocketOf } from '../../config/state-socket.ts'
import { connect, type Sql } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import { ensureRoles, urlFor } from '../../db/roles.ts'
import { openCredentials, type RunningPostgres, startPostgres } from '../../db/server.ts'
import { type Desk, openDesk } from '../../state/desk.ts'
import { browserPath, launchBrowser, type Served, serveApp } from '../support/browser.ts'
import { type Staff, sessionOf } from '../support/credentials.ts'
import { startTestKeyd } from '../support/keyd.ts'
import { foreignWords } from '../support/page-looks.ts'
import { readerOf, type Site, startSite } from '../support/pages-site.ts'
import { type PagesStory, seedPages } from '../support/pages-story.ts'
import { onExit, rememberServer, runFolder } from '../support/shared.ts'
import { largeTown, seedStatistics } from '../support/statistics-story.ts'
import { town } from '../support/town.ts'

const widths = [320, 1280]
const langs = ['ja', 'en'] as const

// What a Japanese page may say in Latin letters, apart from code and what is marked as English.
const latinWords = new Set([
  'sesshu',
  'Temporal',
  'PostgreSQL',
  'HTTP',
  'worker',
  'importer',
  'relay',
  'keyd',
  'English',
  'CSV',
  'NDJSON',
  'JSON',
])

const tabsAtMost = 12
const focusScript = `(() => {
  const at = document.activeElement
  const style = getComputedStyle(at)
  const box = at.getBoundingClientRect()
  return { what: at.outerHTML, outline: style.outlineStyle, width: parseFloat(style.outlineWidth),
           isVisible: box.width > 0 && box.height > 0 && box.right > 0 }
})()`

const allowed = { latin: latinWords, japaneseIn: '[lang=ja], h1', between: '' } as const

// Without a browser these count as skipped, never as passed.
describe.skipIf(!browserPath)('the pages in a browser', () => {
  let server: RunningPostgres
  let site: Site
  let served: Served
  let browser: Browser
  let story: PagesStory
  let stopServer: () => Promise<void>
  let stopKeyd: () => Promise<void>
  let state: Sql
  let desk: Desk
  let endSealing: () => Promise<void>
  // Looked at by people, who name a folder for them; taking them doubles the time.
  const shots = process.env.SESSHU_SHOTS_DIR

  beforeAll(async () => {
    const folder = await runFolder('pages')
    const quiet = { info: () => {}, warn: () => {} }
    server = await startPostgres({ dataDir: folder, log: quiet, settings: { fsync: 'off' } })
    rememberServer(folder, [server.pid])
    const forget = onExit(() => process.kill(server.pid, 'SIGKILL'))
    stopServer = async () => {
      await server.stop()
      forget()
      rmSync(folder, { recursive: true, force: true })
    }
    const database = 'sesshu_pages'
    const roles = await ensureRoles(server.superuserUrl, database, await openCredentials(folder))
    await migrate(roles.owner)
    const sql = postgres(urlFor(server.superuserUrl, { database }), { max: 2, onnotice: () => {} })
    const keyd = await startTestKeyd({ urls: roles })
    stopKeyd = keyd.stop
    const vault = keyd.vault('api')
    site = startSite({ urls: roles, vault })
    story = await seedPages({ sql, vault }, site.app)
    const worker = connect(roles.sesshu_worker, { name: 'test-worker', max: 2 })
    let block = 0
    await seedStatistics(sql, worker, () => block++ % 20 === 7)
    await worker.end()
    // In the sealer's place: a look that waits for over a minute stops every page about a person.
    const sealing = setInterval(() => void sql`delete from ledger_inbox`.catch(() => {}), 5_000)
    endSealing = async () => {
      clearInterval(sealing)
      await sql.end()
    }
    state = connect(roles.sesshu_statistics, { name: 'test-state', max: 2 })
    desk = await openDesk({
      sql: state,
      log: { error: () => {} },
      socketPath: stateSocketOf(site.dataDir),
    })
    writeFileSync(
      join(site.dataDir.root, 'demo.json'),
      JSON.stringify({ followCourseId: story.movedCourseId }),
    )
    served = await serveApp(site.app)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
    await endSealing?.()
    await desk?.close()
    await state?.end()
    await site?.close()
    await stopKeyd?.()
    await stopServer?.()
  })

  const paths: [name: string, path: () => string][] = [
    ['start', () => '/'],
    ['towns', () => '/towns'],
    ['town', () => `/towns/${town}`],
    ['courses', () => '/courses'],
    ['course', () => `/courses/${story.overdueCourseId}`],
    ['moved', () => `/courses/${story.movedCourseId}`],
    ['findings', () => '/findings'],
    ['lot', () => '/findings/lots?productCode=pfizer&lotNumber=MIHON01'],
    ['supply', () => '/supply'],
    ['outgoing', () => '/outgoing'],
    ['operator', () => '/operator'],
    ['statistics', () => '/statistics?prefecture=20'],
    ['statistics-town', () => `/statistics/${largeTown}`],
    ['state', () => '/state'],
    ['reviews', () => '/reviews'],
    ['authority', () => '/authority'],
    ['incidents', () => '/incidents'],
    ['plan', () => '/plan'],
    ['conflicts', () => '/conflicts'],
    ['devices', () => '/devices'],
    ['approvals', () => '/approvals'],
    ['sign-in', () => '/sign-in'],
    ['account', () => '/account'],
    ['refused', () => '/outgoing?as=clerk'],
    ['missing', () => '/courses/none'],
  ]

  /** As somebody whose role leads there. */
  async function signedIn(path: string, width: number): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 } })
    await become(page, whoReads(path))
    return page
  }

  async function become(page: Page, who: Staff): Promise<void> {
    const url = served.url
    await page.context().addCookies([{ name: 'sesshu', value: sessionOf(who), url }])
  }

  function whoReads(path: string): Staff {
    if (path.includes('as=clerk')) return 'clerk'
    return path.includes(story.movedCourseId) ? 'clerkElsewhere' : readerOf(path)
  }

  async function open(path: string, width: number, lang: 'ja' | 'en' = 'ja'): Promise<Page> {
    const page = await signedIn(path, width)
    const query = path.includes('?') ? '&lang=en' : '?lang=en'
    await page.goto(`${served.url}${path}${lang === 'en' ? query : ''}`)
    return page
  }

  describe.each(paths)('%s', (name, path) => {
    test.each(langs)(
      'in %s fits every width, has its headings in order, and keeps to its language',
      async (lang) => {
        const page = await open(path(), widths[0]!, lang)
        for (const width of widths) {
          await page.setViewportSize({ width, height: 900 })
          const wide = await page.evaluate('document.documentElement.scrollWidth')
          expect(wide).toBeLessThanOrEqual(width)
          if (shots)
            await page.screenshot({
              path: join(shots, `${name}-${lang}-${width}.png`),
              fullPage: true,
            })
        }
        const levels = await page
          .locator('h1, h2, h3, h4')
          .evaluateAll((all) => all.map((heading) => Number(heading.tagName.slice(1))))
        expect(levels.filter((level) => level === 1)).toHaveLength(1)
        for (const [i, level] of levels.entries()) {
          expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1)
        }
        expect(await foreignWords(page, lang, allowed)).toEqual([])
        await page.close()
      },
    )

    test('is gone through by keyboard, and shows where it stands', async () => {
      const page = await open(path(), 1280)
      const reachable = await page.locator('a, button, input, select, summary, [tabindex]').count()
      const stops = Math.min(reachable, tabsAtMost)
      const seen = new Set<string>()
      for (let i = 0; i < stops; i++) {
        await page.keyboard.press('Tab')
        const focus = (await page.evaluate(focusScript)) as { what: string; width: number }
        expect(focus).toMatchObject({ outline: 'solid', isVisible: true })
        expect(focus.width).toBeGreaterThanOrEqual(4)
        seen.add(focus.what)
      }
      expect(seen.size).toBe(stops)
      await page.close()
    })
  })

  test('every page obeys its own security policy and loads everything it asks for', async () => {
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', (line) => {
      // A page that is refused has a status, and that is no fault of its policy.
      const isStatus = line.text().includes('the server responded with a status of 40')
      if (line.type() === 'error' && !isStatus) complaints.push(line.text())
    })
    const report =
      "addEventListener('securitypolicyviolation', (e) => console.error('violated', e.violatedDirective))"
    await page.addInitScript({ content: report })
    page.on('requestfailed', (request) => complaints.push(request.url()))
    page.on('pageerror', (error) => complaints.push(error.message))
    for (const [, path] of paths) {
      await become(page, whoReads(path()))
      await page.goto(`${served.url}${path()}`, { waitUntil: 'networkidle' })
      expect(await page.locator('h1').count()).toBe(1)
    }
    expect(complaints).toEqual([])
    // The net catches what it is there for.
    const complaint = page.waitForEvent('console', (said) => said.text().includes('violated'))
    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=color:red>x</p>')")
    expect((await complaint).text()).toContain('violated style-src')
    expect(complaints.join()).toContain('violated style-src')
    await page.close()
  })

  test('a page that lives shows a new number without being loaded again', async () => {
    const page = await open('/operator', 1280, 'en')
    await page.evaluate('window.wasLoadedOnce = true')
    const value = page
      .locator('#operator .figure', { hasText: 'Set aside' })
      .locator('.figure-value')
    expect(await value.textContent()).toBe('1')
    const sql = postgres(urlFor(server.superuserUrl, { database: 'sesshu_pages' }), { max: 1 })
    await sql`update outbox set set_aside_at = null where set_aside_at is not null`
    await sql.end()
    await page
      .locator('#operator .figure:has-text("Set aside") .figure-value', { hasText: /^0$/ })
      .waitFor()
    expect(await page.evaluate('window.wasLoadedOnce')).toBe(true)
    await page.close()
  })

  test('a page that lost its server says so, and recovers', async () => {
    const page = await open('/towns', 1280, 'en')
    await page.route('**/towns**', (route) => route.abort())
    await page.locator('#live-state', { hasText: 'cannot' }).waitFor()
    await page.unroute('**/towns**')
    await page.locator('#live-state', { hasText: 'itself' }).waitFor()
    await page.close()
  })

  test('works without a script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await become(page, 'clerk')
    await page.goto(`${served.url}/courses?lang=en`)
    await page.selectOption('#stage', 'complete')
    await page.click('main button')
    await page.locator('tbody a').first().click()
    expect(await page.locator('h1').textContent()).toContain(story.doneCourseId.slice(0, 8))
    await page.click('text=日本語')
    expect(await page.locator('html').getAttribute('lang')).toBe('ja')
    await context.close()
  })

  test('links of the menu lead to pages with that heading', async () => {
    const page = await open('/', 320)
    const menu = [
      ['市区町村', 'operator'],
      ['送ったもの', 'printOperator'],
      ['運用', 'operator'],
    ] as const
    for (const [label, who] of menu) {
      await become(page, who)
      await page.goto(served.url)
      await page.click(`nav >> text=${label}`)
      expect(await page.locator('h1').textContent()).toBe(label)
      expect(await page.locator('nav [aria-current=page]').textContent()).toBe(label)
    }
    await page.close()
  })
})
