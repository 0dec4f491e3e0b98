// Proves in a real browser: two people open a wave by plain forms, from the form to the full bar.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openReleased } from '../../../api/wave-keeper.ts'
import type { Sql } from '../../../db/client.ts'
import { readPace, setPace } from '../../../db/queries/wave-opening.ts'
import { browserPath, launchBrowser, type Served, serveApp } from '../../support/browser.ts'
import { as, type Staff, seedStaff, sessionOf } from '../../support/credentials.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, seedTowns, town } from '../../support/town.ts'

/** Kept for whoever wants to look; nobody compares them. */
const screens = process.env.SESSHU_SCREENS
const phone = { width: 320, height: 800 }
const desktop = { width: 1280, height: 900 }
/** As long as a test's own limit. */
const patience = { timeout: 60_000 }

let db: SealedDatabase
let site: Site
let served: Served
let browser: Browser

describe.skipIf(!browserPath)('a wave on its pages', () => {
  beforeAll(async () => {
    db = await sealedDatabase()
    await seedTowns(db.sql)
    await seedStaff(db.sql)
    await db.sql`update wave_setting set one_opens = false`
    for (let i = 0; i < 12; i++) await aResident(db, { bornOn: `194${i % 10}-01-02` })
    const { residentId } = await aResident(db, { bornOn: '1985-01-02' })
    await db.sql`insert into resident_group (municipality_code, resident_id, facility_code, priority_group)
                 values (${town}, ${residentId}, 'F001', '2')`
    site = startSite(db, { isDemo: false })
    served = await serveApp(site.app)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
    await site?.close()
    await db?.drop()
  })

  async function open(who: Staff, viewport = desktop, javaScriptEnabled = false): Promise<Page> {
    const context = await browser.newContext({ viewport, javaScriptEnabled, locale: 'ja-JP' })
    // A test's own limit is the only one.
    context.setDefaultTimeout(0)
    await context.addCookies([{ name: 'sesshu', value: sessionOf(who), url: served.url }])
    return context.newPage()
  }
  /** In both languages: nothing overflows a phone; kept for whoever looks, in both widths. */
  async function look(who: Staff, path: string, name: string): Promise<void> {
    for (const viewport of screens ? [phone, desktop] : [phone]) {
      const page = await open(who, viewport, true)
      for (const lang of ['ja', 'en']) {
        const answer = await page.goto(`${served.url}${path}${lang === 'en' ? '?lang=en' : ''}`)
        expect([path, answer?.status()]).toEqual([path, 200])
        expect(await page.locator('html').getAttribute('lang')).toBe(lang)
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
        expect([path, lang, viewport.width, overflow]).toEqual([path, lang, viewport.width, 0])
        await keep(page, `${name}-${lang}-${viewport.width}`)
      }
      await page.context().close()
    }
  }
  async function keep(page: Page, name: string): Promise<void> {
    if (!screens) return
    mkdirSync(screens, { recursive: true })
    await page.screenshot({ path: join(screens, `${name}.png`), fullPage: true })
  }

  test('one makes it, another releases it, the bar fills; without a script', async () => {
    await look('clerk', '/waves', 'waves')
    const clerk = await open('clerk')
    await clerk.goto(`${served.url}/waves`)
    expect(await clerk.locator('#bornOnOrBefore').inputValue()).toBe('1957-04-01')
    expect(await clerk.locator('#facilityCode').textContent()).toContain('F001（1人）')
    await clerk.getByRole('button', { name: '作って人数を数える' }).click()
    const address = new URL(clerk.url())
    expect(await clerk.locator('main').textContent()).toContain(
      '1957年4月1日（昭和32年4月1日）以前に生まれた人',
    )
    expect(await clerk.locator('#count + dl').textContent()).toContain('12人')
    // Whoever made it finds no button, and a form that is made up is refused.
    expect(await clerk.getByRole('button', { name: '12人の案内を開始する' }).count()).toBe(0)
    await look('municipalAdministrator', address.pathname, 'wave-made')

    const second = await open('municipalAdministrator')
    await second.goto(`${served.url}${address.pathname}?lang=en`)
    await second.getByRole('button', { name: 'Call up 12 people' }).click()
    expect(await second.locator('[role=status]').first().textContent()).toContain('Released.')
    expect(await second.locator('progress').getAttribute('value')).toBe('0')

    // Ten are opened at once, and their news keeps the last two waiting.
    await setPace(site.sql, { coursesPerSecond: 10, waitingNewsAtMost: 5 })
    const log = pino({ level: 'silent' })
    const keeping = { ...site, vault: db.vault, log, isDemo: false, wakeRelays: () => {} }
    const stopping = new AbortController()
    const opening = openReleased(keeping, new Map(), stopping.signal)
    const opened = async () => {
      await second.goto(`${served.url}${address.pathname}?lang=en`)
      return second.locator('#opened').textContent()
    }
    await expect.poll(opened, patience).toBe('10 of 12 people are called up.')
    await look('clerk', address.pathname, 'wave-opening')
    // Temporal, which nobody runs here, has heard of them: by now their news may also be too old.
    await db.sql`delete from outbox`
    await setPace(site.sql, { waitingNewsAtMost: 1_000 })
    await expect.poll(opened, patience).toBe('12 of 12 people are called up.')
    stopping.abort()
    await opening
    if (screens) await look('clerk', address.pathname, 'wave-complete')
    await look('clerk', '/ready', 'ready')
  })

  test('what cannot be is said on the form, and what was typed stays', async () => {
    const page = await open('clerk')
    await page.goto(`${served.url}/waves?lang=en`)
    await page.locator('#bornOnOrBefore').fill('明治33年1月1日')
    await page.getByRole('button', { name: 'Make it and count' }).click()
    expect(await page.locator('#problem').textContent()).toContain('It would call up nobody')
    expect(await page.locator('#bornOnOrBefore').inputValue()).toBe('明治33年1月1日')
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    await page.locator('#bornOnOrBefore').fill('')
    await page.getByRole('button', { name: 'Make it and count' }).click()
    expect(await page.locator('#problem').textContent()).toContain('No condition')
    await page.context().close()
  })

  test('held, resumed, withdrawn: each by a press, said on the page', async () => {
    const clerk = await open('clerk')
    await clerk.goto(`${served.url}/waves?lang=en`)
    await clerk.locator('#bornOnOrBefore').fill('')
    await clerk.locator('#facilityCode').selectOption('F001')
    await clerk.getByRole('button', { name: 'Make it and count' }).click()
    const { pathname } = new URL(clerk.url())
    const second = await open('secondAdministrator')
    await second.goto(`${served.url}${pathname}?lang=en`)
    await second.getByRole('button', { name: 'Call up 1 people' }).click()
    const said = () => second.locator('[role=status]').first().textContent()
    await second.getByRole('button', { name: 'Pause' }).click()
    expect(await said()).toContain('Paused.')
    if (screens) await look('clerk', pathname, 'wave-paused')
    await second.getByRole('button', { name: 'Resume' }).click()
    expect(await said()).toContain('Resumed.')
    await second.locator('summary').click()
    await second.getByRole('button', { name: 'Withdraw' }).click()
    expect(await said()).toContain('Withdrawn.')
    expect(await second.getByRole('button', { name: 'Withdraw' }).count()).toBe(0)
  })

  test('the operator sets the pace by a plain form; nobody else has the page', async () => {
    await look('operator', '/wave-pace', 'pace')
    const page = await open('operator')
    await page.goto(`${served.url}/wave-pace`)
    await page.getByLabel('1秒に何人まで').fill('7')
    await page.getByRole('button', { name: 'この速さにする' }).click()
    expect(await page.textContent('main')).toContain('速さを変えました')
    expect(await readPace(db.sql as unknown as Sql)).toMatchObject({ coursesPerSecond: 7 })
    const body = new URLSearchParams({ coursesPerSecond: '0', waitingNewsAtMost: '1' })
    const headers = { cookie: `sesshu=${sessionOf('operator')}`, origin: served.url }
    const wrong = await fetch(`${served.url}/wave-pace`, { method: 'POST', headers, body })
    expect(await wrong.text()).toContain('入力に誤りがあります')
    expect((await fetch(`${served.url}/wave-pace`, { headers: as('clerk') })).status).toBe(403)
    await setPace(db.sql as unknown as Sql, { coursesPerSecond: 50 })
    await page.context().close()
  })
})
