/** How a browser becomes a tablet, what it is set to, why it may not work, and how it looks. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { putAccount } from '../../../db/auth/accounts.ts'
import type { Sql } from '../../../db/client.ts'
import { serveApp } from '../../support/browser.ts'
import { as } from '../../support/credentials.ts'
import { startSite } from '../../support/pages-site.ts'
import {
  chooseSettings,
  enrolAndStart,
  keepScreen,
  type Lang,
  langQuery,
  newTablet,
  next,
  type ScanSite,
  type Tablet,
  verdict,
  wedge,
} from '../../support/scan-page.ts'
import { town } from '../../support/town.ts'
import { lineOf } from './reads.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export function tabletTests(open: () => ScanSite): void {
  describe('a tablet', () => {
    let site: ScanSite
    beforeAll(() => {
      site = open()
    })

    const trouble = (page: Page, name: string) =>
      page.locator(`body[data-trouble=${name}] [data-part=device]`).waitFor()
    const part = (page: Page, name: string) => page.locator(`[data-part=${name}]`).waitFor()
    const onlyDevice = async () => {
      const [row] = await site.db.sql<{ id: string }[]>`
        select id from device order by enrolled_at desc limit 1`
      return row!.id
    }

    test('enrols with the administrator’s code, and is set once and confirmed', async () => {
      const { page, context } = await newTablet(site)
      await page.goto(`${site.served.url}/scan?lang=en`)
      await trouble(page, 'notEnrolled')
      await page.locator('#enrol-code').fill('AAAA-BBBB-CCCC-DDDD')
      await page.locator('form[data-form=enrol] button').click()
      const problem = page.locator('[data-bind=enrolProblem]')
      await problem.waitFor()
      expect(await problem.innerText()).toContain('The code cannot be used')

      const code = await site.code()
      await page.locator('#enrol-code').fill(code.toLowerCase())
      await page.locator('form[data-form=enrol] button').click()
      await part(page, 'setup')
      // Nothing is read before somebody has said that the settings are so.
      await wedge(page, `]Q1${lineOf('4000999990')}`)
      await page.locator('#lot').fill('test01')
      await page.locator('form[data-form=setup] button').click()
      expect(await page.locator('[data-part=confirm] dl').innerText()).toMatch(
        /見本会場.*5 July 2021 \(Mon\).*Pfizer.*TEST01/s,
      )
      await page.locator('[data-do=start]').click()
      await part(page, 'read')

      // Changed, it is read out and confirmed again; kept, it is not asked for again in this half day.
      await page.locator('header [data-do=change]').click()
      await page.locator('input[name=when][value=other]').check()
      await page.locator('#other-day').fill('2021-07-01')
      await page.locator('form[data-form=setup] button').click()
      await part(page, 'confirm')
      expect(await page.locator('[data-part=confirm] dl').innerText()).toContain(
        '1 July 2021 (Thu)',
      )
      await page.locator('[data-do=start]').click()
      await page.reload()
      await part(page, 'read')
      await page.evaluate(`{
        const kept = JSON.parse(localStorage.getItem('sesshu.scan.settings'))
        localStorage.setItem('sesshu.scan.settings', JSON.stringify({ ...kept, confirmedAtMs: kept.confirmedAtMs - 43200000 }))
      }`)
      await page.reload()
      await part(page, 'confirm')
      await context.close()
    })

    test('a camera that is not allowed is said, and the other ways stay', async () => {
      const tablet = await newTablet(site)
      await tablet.context.clearPermissions()
      await enrolAndStart(site, tablet, 'en')
      await tablet.page.locator('[data-do=openCamera]').click()
      await tablet.page.locator('[data-bind=noCamera]').waitFor()
      expect(await tablet.page.locator('#typed').isVisible()).toBe(true)
      await tablet.context.close()
    })

    test('is told in words why it may not go on: locked, hours, clock, venue, revoked', async () => {
      const tablet = await newTablet(site)
      const { page, context } = tablet
      await enrolAndStart(site, tablet, 'ja')
      const id = await onlyDevice()
      const { sql } = site.db
      // The twentieth unknown ticket within the hour.
      await sql`update device set unknown_tickets = 19, unknown_since = now() where id = ${id}`
      await wedge(page, `]Q1${lineOf('4000999991')}`)
      await verdict(page, 'waiting')
      await next(page)
      await wedge(page, `]Q1${lineOf('4000999992')}`)
      expect(await verdict(page, 'deviceRefused')).toContain('端末が止まっています')
      await page.locator('[data-do=next]').click()
      await trouble(page, 'deviceLocked')
      expect(await page.locator('[data-part=device]').innerText()).toContain('20件')
      await keepScreen(page, 'scan-locked-ja')

      const tokyoHour = (new Date().getUTCHours() + 9) % 24
      const [opens, closes] = tokyoHour < 12 ? [1_380, 1_440] : [0, 60]
      await sql`update device set locked_at = null, opens_minute = ${opens!}, closes_minute = ${closes!}
                 where id = ${id}`
      await page.locator('[data-do=again]').click()
      await trouble(page, 'outsideVenueHours')

      await sql`update device set opens_minute = 0, closes_minute = 1440 where id = ${id}`
      await page.locator('[data-do=again]').click()
      await part(page, 'read')
      await page.route('**/api/v1/scans', (route) =>
        route.fulfill({
          status: 403,
          json: { code: 'anotherVenue', title: '会場が違います', detail: 'd', whatToDo: 'w' },
        }),
      )
      await wedge(page, `]Q1${lineOf('4000999993')}`)
      expect(await verdict(page, 'deviceRefused')).toContain('会場が違います')
      await page.unroute('**/api/v1/scans')

      const revoked = await site.site.app.request(`/api/v1/devices/${id}/revoke`, {
        method: 'POST',
        headers: as('municipalAdministrator'),
      })
      expect(revoked.status).toBe(200)
      await page.locator('[data-do=next]').click()
      // Shut out, it keeps nothing: it is a browser like any other again.
      await trouble(page, 'notEnrolled')
      expect(await page.locator('[data-bind=wiped]').innerText()).not.toBe('')
      expect(await page.locator('form[data-form=enrol]').isVisible()).toBe(true)
      await context.close()
    })

    test('with a clock that is an hour off says so, and what to set', async () => {
      const tablet = await newTablet(site)
      await tablet.page.clock.setSystemTime(Date.now() + 3_600_000)
      await tablet.page.goto(`${site.served.url}/scan/enrol?code=${await site.code()}&lang=en`)
      await tablet.page.locator('form[data-form=enrol] button').click()
      const problem = tablet.page.locator('[data-bind=enrolProblem]')
      await problem.waitFor()
      expect(await problem.innerText()).toContain('automatic')
      await tablet.context.close()
    })

    test('of a demo is any browser of this machine, with one click; elsewhere that is not there', async () => {
      const account = { login: 'demo-admin', role: 'municipalAdministrator', office: town }
      const { sql } = site.db
      await putAccount(sql as unknown as Sql, { ...account, passwordHash: null, isDemo: true })
      const demo = startSite(site.db, { isDemo: true })
      const served = await serveApp(demo.app)
      const { page, context } = await newTablet(site)
      await page.goto(`${served.url}/scan`)
      await page.getByRole('button', { name: 'この端末で試す' }).click()
      await page.locator('form[data-form=enrol] button').click()
      await chooseSettings(page)
      expect(new URL(page.url()).search).toBe('')
      await context.close()

      const become = (app: typeof demo.app, origin: string) =>
        app.request('http://127.0.0.1/auth/devices/become', { method: 'POST', headers: { origin } })
      expect((await become(demo.app, 'http://127.0.0.1')).status).toBe(303)
      expect((await become(demo.app, 'https://elsewhere.example')).status).toBe(403)
      expect((await become(site.site.app, 'http://127.0.0.1')).status).toBe(404)
      await served.close()
      await demo.close()
    })

    test('alone is told what its venue gives out', async () => {
      const ask = (headers: Record<string, string>) =>
        site.site.app.request('/api/v1/scan-setup', { headers })
      expect((await ask({})).status).toBe(401)
      expect((await ask(as('clerk'))).status).toBe(403)
    })

    test('alone may use the camera and compile the reader of codes', async () => {
      const { page, context } = await newTablet(site)
      const module = 'WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))'
      const camera = 'navigator.mediaDevices.getUserMedia({ video: true })'
      const may = (what: string) => page.evaluate(`${what}.then(() => true, () => false)`)
      await page.goto(`${site.served.url}/scan`)
      expect([await may(module), await may(camera)]).toEqual([true, true])
      await page.goto(`${site.served.url}/sign-in`)
      expect([await may(module), await may(camera)]).toEqual([false, false])
      await context.close()
      for (const path of [
        '/sign-in',
        '/plan',
        '/my',
        '/statistics',
        '/assets/scan.js',
        '/health',
      ]) {
        const { headers } = await site.site.app.request(path)
        expect(headers.get('content-security-policy'), path).not.toContain('wasm')
        expect(headers.get('permissions-policy') ?? 'camera=()', path).toContain('camera=()')
      }
    })

    test.each<Lang>(['ja', 'en'])(
      'fits from 320 to 1,920 px, and is accessible, in %s',
      async (lang) => {
        const tablet = await newTablet(site)
        const { page } = tablet
        // The parts are the same in both languages, and so is what axe says of them.
        const look = (name: string) => lookAt(page, `${name}-${lang}`, lang === 'ja')
        await page.goto(`${site.served.url}/scan${langQuery(lang)}`)
        await trouble(page, 'notEnrolled')
        await look('scan-not-enrolled')
        await enrolWithoutStart(site, tablet, lang)
        await look('scan-settings')
        await page.locator('#lot').fill('TEST01')
        await page.locator('form[data-form=setup] button').click()
        await look('scan-confirm')
        await page.locator('[data-do=start]').click()
        await look('scan-read')
        await wedge(page, lineOf('4000999994').slice(8))
        await page.locator('[data-over=ask]').waitFor()
        await look('scan-ask')
        await page.locator('[data-do=cancelAsk]').click()
        await wedge(page, `]Q1${lineOf('4000999994')}`)
        await verdict(page, 'waiting')
        await look('scan-waiting')
        await next(page)
        await wedge(page, `]Q1${randomUUID()}`)
        await verdict(page, 'notATicket')
        await look('scan-not-a-ticket')
        await tablet.context.close()
      },
    )
  })
}

async function enrolWithoutStart(site: ScanSite, { page }: Tablet, lang: Lang): Promise<void> {
  await page.goto(`${site.served.url}/scan/enrol?code=${await site.code()}&lang=${lang}`)
  await page.locator('form[data-form=enrol] button').click()
  await page.locator('[data-part=setup]').waitFor()
}

const widths = [320, 768, 1_280, 1_920]

/** Nothing sticks out, and axe finds nothing serious. */
async function lookAt(page: Page, name: string, isForAxe: boolean): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: width < 600 ? 640 : 800 })
    const isWithin = await page.evaluate(`
      document.documentElement.scrollWidth <= innerWidth &&
      [...document.querySelectorAll('.over:not([hidden])')].every((over) => over.scrollWidth <= over.clientWidth)`)
    expect(isWithin, `${name} at ${width} px`).toBe(true)
    if (width === 320 || width === 1_280) await keepScreen(page, `${name}-${width}`)
  }
  if (!isForAxe) return
  await page.evaluate(axe)
  const found = (await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.map(({ target }) => String(target)) })))`,
  )) as { id: string; impact: string }[]
  expect(
    found.filter(({ impact }) => ['serious', 'critical'].includes(impact)),
    name,
  ).toEqual([])
}
