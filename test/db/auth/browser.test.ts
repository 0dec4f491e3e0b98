// In a real browser: signing in without a script, with a passkey, as a role of the demo; and phishing.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hashPassword } from '../../../auth/password.ts'
import { putAccount } from '../../../db/auth/accounts.ts'
import type { Sql } from '../../../db/client.ts'
import { browserPath, launchBrowser, type Served, serveApp } from '../../support/browser.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { seedPages } from '../../support/pages-story.ts'
import { town } from '../../support/town.ts'

const password = 'correct horse battery'

// Without a browser these count as skipped, never as passed.
describe.skipIf(!browserPath)('signing in, in a browser', () => {
  let db: TestDatabase
  let site: Site
  let served: Served
  let browser: Browser
  let context: BrowserContext
  let page: Page
  /** Passkeys belong to a name; an address of four numbers has none. */
  let base = ''

  beforeAll(async () => {
    db = await freshDatabase()
    site = startSite(db.urls.sesshu_api)
    await seedPages(db.sql, site.app)
    const passwordHash = await hashPassword(password, { logN: 8, r: 8, p: 1 })
    const account = { login: 'hanako', role: 'clerk', office: town, passwordHash }
    await putAccount(db.sql as unknown as Sql, account)
    const demo = { login: 'demo-operator', role: 'operator', office: 'system', passwordHash: null }
    await putAccount(db.sql as unknown as Sql, { ...demo, isDemo: true })
    served = await serveApp(site.app)
    base = served.url.replace('127.0.0.1', 'localhost')
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
    await site?.close()
    await db?.drop()
  })
  beforeEach(async () => {
    context = await browser.newContext()
    page = await context.newPage()
  })
  afterEach(() => context.close())

  async function typeIn(on: Page, secret = password): Promise<void> {
    await on.fill('#login', 'hanako')
    await on.fill('#password', secret)
    await on.click('main form.stacked button[type=submit]')
  }
  const heading = (on: Page) => on.locator('h1').textContent()

  test('works without a script: to the page that was wanted, and out again', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false })
    const there = await plain.newPage()
    await there.goto(`${base}/towns/${town}?lang=en`)
    expect(await heading(there)).toBe('Sign in')
    await typeIn(there, 'wrong horse')
    expect(await there.locator('[role=alert]').textContent()).toContain('could not be signed in')
    await typeIn(there)
    expect(there.url()).toBe(`${base}/towns/${town}?lang=en`)
    await there.click('text=Sign out')
    await there.goto(`${base}/towns/${town}`)
    expect(there.url()).toContain('/sign-in')
    await plain.close()
  })

  test('keeps the cookie from scripts and from other sites', async () => {
    await page.goto(`${base}/sign-in`)
    await typeIn(page)
    await page.waitForURL(`${base}/`)
    expect(await page.evaluate('document.cookie')).toBe('')
    const [cookie] = await context.cookies()
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', domain: 'localhost' })
  })

  test('one click makes one somebody, in a demo', async () => {
    await page.goto(`${base}/?lang=en`)
    await page.click('text=Become system operator')
    await page.waitForURL(`${base}/?lang=en`)
    expect(await page.locator('.account').textContent()).toContain('system operator')
    await page.goto(`${base}/operator?lang=en`)
    expect(await heading(page)).toBe('Operations')
    await page.goto(`${base}/outgoing?lang=en`)
    expect(await page.locator('[role=alert]').textContent()).toContain('Your role may not do this')
  })

  /** An authenticator of the browser's own, with a person who always consents. */
  async function withAuthenticator(on: Page, context: BrowserContext) {
    const devtools = await context.newCDPSession(on)
    await devtools.send('WebAuthn.enable')
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
        ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
      },
    })
    return { devtools, authenticatorId }
  }

  async function addPasskey(): Promise<void> {
    await page.goto(`${base}/sign-in`)
    await typeIn(page)
    await page.waitForURL(`${base}/`)
    await page.goto(`${base}/account?lang=en`)
    await page.click('#passkey-add')
    await page.locator('#passkey-state', { hasText: 'was added' }).waitFor()
  }

  test('a passkey, once added, signs in without a password', async () => {
    await withAuthenticator(page, context)
    await addPasskey()
    await context.clearCookies()
    await page.goto(`${base}/sign-in?next=/towns/${town}&lang=en`)
    await page.click('#passkey-sign-in')
    await page.waitForURL(`${base}/towns/${town}`)
    const [session] = await db.sql`
      select signed_in_by as by from account_session order by started_at desc limit 1`
    expect(session?.by).toBe('passkey')
  })

  test('a passkey that does not know its person is not enough', async () => {
    const { devtools, authenticatorId } = await withAuthenticator(page, context)
    await addPasskey()
    await context.clearCookies()
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await page.goto(`${base}/sign-in?lang=en`)
    await page.click('#passkey-sign-in')
    await page.locator('#passkey-state', { hasText: 'did not work' }).waitFor()
    expect(await context.cookies()).toEqual([])
  })

  test('an assertion is of use once, and not for another challenge: a phished one opens nothing', async () => {
    await withAuthenticator(page, context)
    await addPasskey()
    await context.clearCookies()
    await page.goto(`${base}/sign-in`)
    const captured = page.waitForRequest(`${base}/auth/passkey/sign-in`)
    await page.click('#passkey-sign-in')
    const body = (await captured).postDataJSON()
    await page.waitForURL(`${base}/`)
    await sleep(50)
    const replay = (more: object) =>
      fetch(`${base}/auth/passkey/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, ...more }),
      })
    expect((await replay({})).status).toBe(401)
    const fresh = await fetch(`${base}/auth/passkey/sign-in/options`, { method: 'POST' })
    const { ticket } = (await fresh.json()) as { ticket: string }
    expect((await replay({ ticket })).status).toBe(401)
  })

  test('a passkey is of no use under another name of the same machine', async () => {
    await withAuthenticator(page, context)
    await addPasskey()
    await context.clearCookies()
    await page.goto(`${served.url}/sign-in?lang=en`)
    await page.click('#passkey-sign-in')
    await page.locator('#passkey-state', { hasText: 'did not work' }).waitFor()
  })

  test('a form on another site signs nobody out', async () => {
    await page.goto(`${base}/sign-in`)
    await typeIn(page)
    await page.waitForURL(`${base}/`)
    const evil = await context.newPage()
    await evil.setContent(
      `<form method="post" action="${base}/auth/sign-out"><button>win a prize</button></form>`,
    )
    await evil.click('button')
    await evil.waitForLoadState()
    await page.goto(`${base}/towns/${town}?lang=en`)
    expect(page.url()).toContain(`/towns/${town}`)
  })
})
