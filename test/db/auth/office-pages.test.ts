/** Proves that an administrator's pages do what the API does: tablets enrolled and stopped, two people asked. */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import jsqr from 'jsqr'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consumeApproval } from '../../../db/auth/approvals.ts'
import { erasureSubject } from '../../../db/residents/erasure-subject.ts'
import { createTablet } from '../../../simulator/tablet.ts'
import { browserPath, launchBrowser, type Served, serveApp } from '../../support/browser.ts'
import { as, type Staff, seedStaff, sessionOf } from '../../support/credentials.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { enrol, newKey, send } from '../../support/tablets.ts'
import { otherTown, seedTowns, town, venue } from '../../support/town.ts'

/** Kept for whoever wants to look; nobody compares them. */
const screens = process.env.SESSHU_SCREENS
const resident = randomUUID()

let db: SealedDatabase
let site: Site
let served: Served
let browser: Browser | undefined

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  await db.sql`insert into venue (code, municipality_code, name)
               values ('0110000018', ${otherTown}, '遠い会場')`
  site = startSite(db, { isDemo: false })
  served = await serveApp(site.app)
  browser = browserPath ? await launchBrowser() : undefined
})
afterAll(async () => {
  await browser?.close()
  await served?.close()
  await site?.close()
  await db?.drop()
})

const admin: Staff = 'municipalAdministrator'
const submit = async (who: Staff, path: string, fields: Record<string, string>, headers = {}) => {
  const answer = await fetch(`${served.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...as(who), origin: served.url, ...headers },
    body: new URLSearchParams(fields),
  })
  return {
    status: answer.status,
    location: answer.headers.get('location'),
    text: await answer.text(),
  }
}
const hours = { opensAt: '00:00', closesAt: '23:59' }
const codeIn = (html: string) => /([A-Z0-9]{4}-){3}[A-Z0-9]{4}/.exec(html)?.[0] as string

/** The code that the page draws, as a camera sees it. */
function drawnIn(html: string): string | undefined {
  const side = Number(/viewBox="0 0 (\d+)/.exec(html)![1])
  const scale = 4
  const pixels = side * scale
  const image = new Uint8ClampedArray(pixels * pixels * 4).fill(255)
  for (const [, x, y] of html.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
      const from = row * pixels + Number(x) * scale
      for (let at = from; at < from + scale; at += 1) image.fill(0, at * 4, at * 4 + 3)
    }
  }
  const read = 'default' in jsqr ? (jsqr.default as unknown as typeof jsqr) : jsqr
  const found = (read as unknown as (...args: unknown[]) => { data: string } | null)(
    image,
    pixels,
    pixels,
  )
  return found?.data
}

describe('/devices', () => {
  test('makes a code, as text and as what a camera reads; a tablet enrols, is seen, unlocked, revoked', async () => {
    const made = await submit(admin, '/devices/codes', { venueCode: venue, ...hours })
    expect(made.status).toBe(200)
    const code = codeIn(made.text)
    expect(drawnIn(made.text)).toBe(`${served.url}/scan/enrol?code=${code}`)
    const key = newKey(venue)
    const tablet = createTablet(served.url, key)
    const enrolled = await enrol(served.url, tablet, code)
    expect(enrolled.status).toBe(201)
    const { deviceId } = (await enrolled.json()) as { deviceId: string }

    const page = async () => (await site.get('/devices?lang=en', admin)).text
    expect(await page()).toContain('not used yet')
    await db.sql`update device set opens_minute = 0, closes_minute = 1440`
    // Whatever it asks for, it had to begin a shift first.
    await send(served.url, tablet, 'POST', '/api/v1/scans', {})
    const [row] = await db.sql`select last_shift_at as at from device where id = ${deviceId}`
    expect(row!.at).toBeInstanceOf(Date)
    expect(await page()).not.toContain('not used yet')

    await db.sql`update device set locked_at = now() where id = ${deviceId}`
    expect(await page()).toContain('locked by itself')
    const unlocked = await submit(admin, `/devices/${deviceId}/unlock?lang=en`, {})
    expect(unlocked).toMatchObject({ status: 303, location: '/devices?said=unlocked&lang=en' })
    expect(await page()).toContain('works')

    const path = `/devices/${deviceId}/revoke`
    expect(await submit(admin, path, {})).toMatchObject({ location: '/devices?said=malformed' })
    const sure = { sure: 'yes' }
    expect(await submit(admin, path, sure, { origin: 'https://evil.example' })).toMatchObject({
      status: 403,
    })
    expect(await page()).toContain('works')
    expect(await submit(admin, path, sure)).toMatchObject({ location: '/devices?said=revoked' })
    expect(await page()).toContain('revoked at')
    const after = send(served.url, tablet, 'POST', '/api/v1/scans', {})
    await expect(after).rejects.toThrow(/shift was refused: deviceRevoked/)
  })

  test('is for an administrator of the own town: other venues, tablets and roles are refused', async () => {
    const elsewhere = { venueCode: '0110000018', ...hours }
    expect(await submit(admin, '/devices/codes', elsewhere)).toMatchObject({
      location: '/devices?said=unknownVenue',
    })
    const backwards = { venueCode: venue, opensAt: '20:00', closesAt: '08:00' }
    expect(await submit(admin, '/devices/codes', backwards)).toMatchObject({
      location: '/devices?said=malformed',
    })
    expect(await submit(admin, `/devices/${randomUUID()}/revoke`, { sure: 'yes' })).toMatchObject({
      location: '/devices?said=notFound',
    })
    for (const path of ['/devices', '/approvals']) {
      expect((await site.get(path, 'clerk')).status, path).toBe(403)
      expect((await site.app.request(path)).status, path).toBe(303)
    }
    // The other language of a page that a form made, or that page loaded again.
    const again = await site.get('/devices/codes?lang=en', admin)
    expect([again.status, again.headers.get('location')]).toEqual([303, '/devices?lang=en'])
  })
})

describe('/approvals', () => {
  const ask = (who: Staff, fields: Record<string, string>) =>
    submit(who, '/approvals', { reasonCode: 'request', hours: '24', ...fields })
  const newest = async () => {
    const [row] = await db.sql`select id from approval order by asked_at desc limit 1`
    return row!.id as string
  }

  test.each([
    [
      { what: 'disclosure', residentId: resident },
      'disclosure',
      { municipalityCode: town, residentId: resident },
    ],
    [
      { what: 'erasure', residentId: resident.toUpperCase() },
      'keyDestruction',
      erasureSubject(town, [resident]),
    ],
    [
      { what: 'keyVersion', version: '1' },
      'keyDestruction',
      { op: 'destroyVersion', municipalityCode: town, version: 1 },
    ],
  ] as const)(
    'of %o is what the deed compares, once a second person agreed',
    async (fields, kind, subject) => {
      expect(await ask(admin, fields)).toMatchObject({ location: '/approvals?said=asked' })
      const id = await newest()
      const approve = (who: Staff) => submit(who, `/approvals/${id}/approve`, {})
      const use = () => consumeApproval(site.sql, { id, kind, office: town, subject })
      const mine = (await site.get('/approvals?lang=en', admin)).text
      expect(mine).toContain('waits for another administrator')
      expect(await approve(admin)).toMatchObject({ location: '/approvals?said=samePerson' })
      expect(await use()).toBe(false)
      const other = (await site.get('/approvals?lang=en', 'secondAdministrator')).text
      expect(other).toContain(`/approvals/${id}/approve`)
      expect(await approve('secondAdministrator')).toMatchObject({
        location: '/approvals?said=approved',
      })
      expect(await approve('secondAdministrator')).toMatchObject({
        location: '/approvals?said=approvalOver',
      })
      expect((await site.get('/approvals?lang=en', admin)).text).toContain(
        'approved by secondadministrator',
      )
      expect(await use()).toBe(true)
      expect((await site.get('/approvals?lang=en', admin)).text).toContain('used at')
    },
  )

  test('marks the erasure that is about the person entered, and no other', async () => {
    await ask(admin, { what: 'erasure', residentId: resident })
    const about = async (id: string) =>
      (await site.get(`/approvals?lang=en&resident=${id}`, 'secondAdministrator')).text
    expect(await about(resident)).toContain('about the person entered</span>')
    expect(await about(randomUUID())).toContain('No request for erasure is about')
    expect(await about('x')).not.toContain('No request for erasure is about')
  })

  test('of something malformed is not asked', async () => {
    const before = await newest()
    for (const fields of [
      { what: 'disclosure', residentId: 'R-1' },
      { what: 'erasure', residentId: '' },
      { what: 'keyVersion', version: '0' },
      { what: 'bulkExport', residentId: resident },
      { what: 'disclosure', residentId: resident, hours: '9999' },
    ]) {
      expect(await ask(admin, fields)).toMatchObject({ location: '/approvals?said=malformed' })
    }
    expect(await newest()).toBe(before)
  })
})

describe.skipIf(!browserPath)('in a browser without JavaScript', () => {
  const open = async (path: string, width: number, who: Staff = admin): Promise<Page> => {
    const context = await browser!.newContext({
      javaScriptEnabled: false,
      viewport: { width, height: 900 },
    })
    await context.addCookies([{ name: 'sesshu', value: sessionOf(who), url: served.url }])
    const page = await context.newPage()
    await page.goto(`${served.url}${path}`)
    return page
  }
  const keep = async (page: Page, name: string) => {
    if (!screens) return
    mkdirSync(screens, { recursive: true })
    await page.screenshot({ path: join(screens, `${name}.png`), fullPage: true })
  }

  test.each(['ja', 'en'] as const)('forms work and fit in %s', async (lang) => {
    const query = lang === 'en' ? '?lang=en' : ''
    for (const width of [320, 1280]) {
      const page = await open(`/devices${query}`, width)
      const fits = async () =>
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      await fits()
      await keep(page, `devices-${lang}-${width}`)
      await page
        .getByRole('button', { name: lang === 'ja' ? '登録コードを作る' : 'Make a code' })
        .click()
      await page.locator('.enrolment-code').waitFor()
      expect(await page.locator('html').getAttribute('lang')).toBe(lang)
      await fits()
      await keep(page, `devices-code-${lang}-${width}`)
      await page.goto(`${served.url}/approvals${query}`)
      await page.locator('summary').first().click()
      await page.locator('#subject-disclosure').fill(randomUUID())
      await fits()
      await keep(page, `approvals-${lang}-${width}`)
      await page.locator('details[open] button[type=submit]').click()
      await page.getByRole('status').waitFor()
      await fits()
      await page.context().close()
    }
  })
})
