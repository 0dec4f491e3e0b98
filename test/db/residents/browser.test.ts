/** Proves in a real browser without JavaScript: a letter's reader gets through, on a phone and on paper. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { groupedLetterCode } from '../../../domain/letter-code.ts'
import { ownRecordLink } from '../../../letters/access.ts'
import { browserPath, launchBrowser, type Served, serveApp } from '../../support/browser.ts'
import { asProgram } from '../../support/credentials.ts'
import { aLetterCode, noLettersCode } from '../../support/letters.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, aScan, seedTowns, town } from '../../support/town.ts'

/** Kept for whoever wants to look; nobody compares them. */
const screens = process.env.SESSHU_SCREENS

const sizes = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 900 } } as const
const langs = ['ja', 'en'] as const

let db: SealedDatabase
let site: Site
let served: Served
let browser: Browser
let code: string

describe.skipIf(!browserPath)('the page of a letter, without JavaScript', () => {
  beforeAll(async () => {
    db = await sealedDatabase()
    site = startSite(db, { isDemo: false })
    await seedTowns(db.sql)
    const ada = await aResident(db)
    const init = { method: 'POST', headers: asProgram, body: JSON.stringify(aScan(ada)) }
    expect((await site.app.request('/api/v1/scans', init)).status).toBe(201)
    code = await aLetterCode(db, ada)
    served = await serveApp(site.app)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
    await site?.close()
    await db?.drop()
  })

  const at = (size: keyof typeof sizes): Promise<BrowserContext> =>
    browser.newContext({ javaScriptEnabled: false, viewport: sizes[size] })

  async function enter(page: Page, typed: string, lang: (typeof langs)[number]): Promise<void> {
    await page.goto(`${served.url}/my${lang === 'en' ? '?lang=en' : ''}`)
    await page.locator('#code').fill(typed)
    await page.locator('#era').selectOption(lang === 'en' ? 'AD' : 'S')
    await page.locator('#year').fill(lang === 'en' ? '1950' : '25')
    await page.locator('#month').fill('5')
    await page.locator('#day').fill('5')
    await page.locator('button[type=submit]').click()
  }

  async function keep(page: Page, name: string): Promise<void> {
    if (!screens) return
    mkdirSync(screens, { recursive: true })
    await page.screenshot({ path: join(screens, `${name}.png`), fullPage: true })
  }

  for (const size of ['phone', 'desk'] as const) {
    for (const lang of langs) {
      test(`opens in ${lang} on a ${size}, fits its width, and takes "stop letters" and back`, async () => {
        const context = await at(size)
        const page = await context.newPage()
        await page.goto(`${served.url}/my${lang === 'en' ? '?lang=en' : ''}`)
        await keep(page, `my-form-${lang}-${size}`)
        await enter(page, code.toLowerCase().replaceAll('-', ' '), lang)
        const doses = lang === 'ja' ? '受けた接種' : 'Vaccinations'
        await page.getByRole('heading', { name: doses }).waitFor()
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
        await keep(page, `my-record-${lang}-${size}`)

        const [open, stop, again] =
          lang === 'ja'
            ? ['手紙やメールを止める', 'お知らせを止める', 'お知らせを再開する']
            : ['Stop letters and mails', 'Stop notices', 'Send notices again']
        await page.getByText(open!, { exact: true }).click()
        await page.getByRole('button', { name: stop!, exact: true }).click()
        await page.getByRole('status').waitFor()
        expect(new URL(page.url()).searchParams.get('said')).toBe('stopped')
        await page.getByRole('button', { name: again! }).click()
        expect(new URL(page.url()).searchParams.get('said')).toBe('again')
        await context.close()
      })
    }
  }

  test('what its reader says is answered, and the language stays', async () => {
    const context = await at('phone')
    const page = await context.newPage()
    await enter(page, code, 'en')
    await page.getByText('I have already had it', { exact: true }).click()
    await page.locator('#on').fill('end of June')
    await page.locator('#place').fill('somewhere')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText('We have noted that you have already had it.').waitFor()
    await keep(page, 'my-said-en-phone')
    await page.getByRole('button', { name: 'Close the record' }).click()
    await page.getByLabel('Code on the letter').waitFor()
    await context.close()
  })

  test('a refusal names the office, and shows nothing of what was typed', async () => {
    for (const lang of langs) {
      const context = await at('phone')
      const page = await context.newPage()
      await enter(page, noLettersCode(town), lang)
      await page.getByRole('alert').waitFor()
      await keep(page, `my-refused-${lang}-phone`)
      expect(await page.getByRole('alert').innerText()).toContain('000-000-0000')
      expect(await page.locator('#code').inputValue()).toBe('')
      await context.close()
    }
  })

  test('with a script, the QR code of a letter fills in its code, which no address keeps', async () => {
    const context = await browser.newContext({ viewport: sizes.phone })
    const page = await context.newPage()
    const plain = code.replaceAll('-', '')
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(ownRecordLink({ address: `${served.url}/my`, code: plain }))
    await page.waitForFunction("document.getElementById('code').value !== ''")
    expect(await page.locator('#code').inputValue()).toBe(groupedLetterCode(plain))
    expect(page.url()).toBe(`${served.url}/my`)
    expect(asked.join()).not.toContain(code.slice(-4))
    await context.close()
  })

  test('on paper there are no forms, and everything that was opened is there', async () => {
    const context = await at('desk')
    const page = await context.newPage()
    await enter(page, code, 'ja')
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('button').count()).toBe(0)
    expect(await page.getByRole('heading', { name: 'あなたの記録を見た人' }).isVisible()).toBe(true)
    await context.close()
  })

  test('the cookie is out of reach of every other page and of scripts', async () => {
    const context = await at('phone')
    const page = await context.newPage()
    await enter(page, code, 'ja')
    const [cookie] = await context.cookies(`${served.url}/my`)
    expect(cookie).toMatchObject({ path: '/my', httpOnly: true, sameSite: 'Strict' })
    expect(await context.cookies(`${served.url}/sign-in`)).toEqual([])
    await context.close()
  })
})
