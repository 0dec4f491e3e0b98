// In a real browser, without a script: a town changes its notice settings, and a clerk keeps a call.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserPath, launchBrowser, type Served, serveApp } from '../../support/browser.ts'
import { type Staff, seedStaff, sessionOf } from '../../support/credentials.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, seedTowns, town, venue } from '../../support/town.ts'

/** Kept for whoever wants to look; nobody compares them. */
const screens = process.env.SESSHU_SCREENS
const phone = { width: 320, height: 800 }
const desktop = { width: 1280, height: 900 }

let db: SealedDatabase
let site: Site
let served: Served
let browser: Browser

describe.skipIf(!browserPath)('notice settings', () => {
  beforeAll(async () => {
    db = await sealedDatabase()
    await seedTowns(db.sql)
    await seedStaff(db.sql)
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

  async function open(who: Staff, path: string, viewport = desktop): Promise<Page> {
    const context = await browser.newContext({
      viewport,
      javaScriptEnabled: false,
      locale: 'ja-JP',
    })
    await context.addCookies([{ name: 'sesshu', value: sessionOf(who), url: served.url }])
    const page = await context.newPage()
    const answer = await page.goto(`${served.url}${path}`)
    expect([path, answer?.status()]).toEqual([path, 200])
    return page
  }

  async function look(
    path: string,
    name: string,
    who: Staff = 'municipalAdministrator',
  ): Promise<void> {
    for (const viewport of screens ? [phone, desktop] : [phone]) {
      for (const lang of ['ja', 'en']) {
        const query = lang === 'en' ? '?lang=en' : ''
        const page = await open(who, `${path}${query}`, viewport)
        const overflow = await page
          .locator('html')
          .evaluate((html) => html.scrollWidth - html.clientWidth)
        expect([path, lang, viewport.width, overflow]).toEqual([path, lang, viewport.width, 0])
        if (screens) {
          mkdirSync(screens, { recursive: true })
          const file = join(screens, `${name}-${lang}-${viewport.width}.png`)
          await page.screenshot({ path: file, fullPage: true })
        }
        await page.context().close()
      }
    }
  }

  test('an administrator changes them within their bounds; the change stands below', async () => {
    const page = await open('municipalAdministrator', '/notice-settings')
    // Numbers of letters and of days are no times.
    expect(await page.inputValue('#releaseAutomaticallyUpTo')).toBe('1000')
    expect(await page.inputValue('#reconcileWithinDays')).toBe('2')
    await page.fill('#preDueDays', '７')
    await page.fill('#sendFromMinute', '8:00')
    await page.fill('#sendUntilMinute', '20:00')
    await page.check('input[name=quietWeekdays][value="0"]')
    await page.click('main form.ladder-settings button')
    expect(await page.textContent('main')).toContain('保存しました。')
    expect(await page.inputValue('#preDueDays')).toBe('7')
    expect(await page.textContent('#changes ~ *, section:last-of-type')).toContain('8:00')
    await page.fill('#roundGapDays', '0')
    await page.click('main form.ladder-settings button')
    expect(await page.textContent('[role=alert]')).toContain('設定の値が範囲の外です')
    expect(await page.inputValue('#roundGapDays')).toBe('14')
    await page.fill('#day', '2099-01-05')
    await page.fill('#why', '市長選挙')
    await page.getByRole('button', { name: 'この日は送らない' }).click()
    expect(await page.textContent('main')).toContain('市長選挙')
    await look('/notice-settings', 'notice-settings')
    await page.getByRole('button', { name: '取り消す' }).click()
    expect(await page.textContent('main')).toContain('取り消しました。')
  })

  test('a clerk declares paper and says that it is keyed, and decides nothing', async () => {
    const page = await open('clerk', '/notice-settings')
    expect(await page.textContent('main')).toContain('管理者だけです')
    expect(await page.getByRole('button', { name: '保存する' }).count()).toBe(0)
    await page.fill('#venueCode', venue)
    await page.fill('#givenFrom', '2021-06-01')
    await page.fill('#givenTo', '2021-06-03')
    await page.fill('#slipsAbout', '120')
    await page.getByRole('button', { name: '申告する' }).click()
    expect(await page.textContent('main')).toContain('申告しました。')
    await page.getByRole('button', { name: '入力が終わった' }).click()
    expect(await page.textContent('main')).toContain('に入力済み')
  })

  test('a clerk keeps that a person was told', async () => {
    const { residentId } = await aResident(db)
    await db.sql`
      insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage)
      values (gen_random_uuid(), ${town}, ${residentId}, 'wave', 'replanned', 'awaitingFirstDose')`
    await db.sql`
      insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis,
                               linked_by)
      select ${town}, ${residentId}, id, '2021-04-01', 'test', 'test' from course
       where home_resident_id = ${residentId}`
    const page = await open('clerk', `/desk/people/${residentId}`)
    await page.selectOption('#toldBy', 'visit')
    await page.getByRole('button', { name: '記録する', exact: true }).last().click()
    expect(await page.textContent('main')).toContain('直接お知らせしたことを記録しました。')
    const kept = await db.sql`select kind, told_by from manual_notice`
    expect(kept).toMatchObject([{ kind: 'reminder', told_by: 'visit' }])
    await look(`/desk/people/${residentId}`, 'told', 'clerk')
  })
})
