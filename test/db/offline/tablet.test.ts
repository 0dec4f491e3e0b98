// The network is cut for two hours, 500 scans, the browser killed and opened again: all are there once.
import { createHash } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatTicketLine } from '../../../domain/ticket.ts'
import { browserPath } from '../../support/browser.ts'
import { as, asProgram, seedStaff } from '../../support/credentials.ts'
import {
  browserOver,
  cuttable,
  filesWith,
  type KilledBrowser,
  newProfile,
  scanAll,
  unsentShown,
} from '../../support/offline-tablet.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { seedTowns, town, venue } from '../../support/town.ts'

const scans = 500
const hours = 2
/** On a machine that does other things as well. */
const patience = { timeout: 20_000 }
/** Of a municipality that does not take part: the system alone knows, and says so late. */
const strange = formatTicketLine({
  slipKind: 'vaccination',
  claimedDoseNumber: 1,
  municipalityCode: '012025',
  number: '5000009999',
})
/** Something that stands on the tablet in the clear, so that the search is seen to find. */
const marker = 'MARKER-IN-THE-CLEAR'

// Without a browser these count as skipped, never as passed.
describe.skipIf(!browserPath)('a tablet without a connection', () => {
  let db: SealedDatabase
  let site: Site
  let network: Awaited<ReturnType<typeof cuttable>>
  let tablet: KilledBrowser
  const profile = newProfile()
  const numbers = Array.from({ length: scans }, (_, i) => String(5_000_000_000 + i))
  const lines = numbers.map((number) =>
    formatTicketLine({
      slipKind: 'vaccination',
      claimedDoseNumber: 1,
      municipalityCode: town,
      number,
    }),
  )

  beforeAll(async () => {
    db = await sealedDatabase()
    await seedTowns(db.sql)
    await seedStaff(db.sql)
    site = startSite(db, { isDemo: false })
    network = await cuttable(site.app)
    const [started] = await Promise.all([browserOver(profile.path), registerAll()])
    tablet = started
  })
  afterAll(async () => {
    await tablet?.kill()
    await network?.close()
    await site?.close()
    await db?.drop()
    profile.remove()
  })

  async function told(path: string, body: object): Promise<void> {
    const init = { method: 'POST', headers: asProgram, body: JSON.stringify(body) }
    const answer = await site.app.request(`/api/v1${path}`, init)
    if (!answer.ok) throw new Error(await answer.text())
  }

  async function registerAll(): Promise<void> {
    const residents = numbers.map((number) => ({
      municipalityCode: town,
      registerNumber: `R${number}`,
      name: { family: '見本', given: '太郎', kana: 'みほん たろう' },
      bornOn: '1950-01-01',
      postcode: '0400001',
      address: '見本町1番',
      residentSince: '2010-04-01',
    }))
    await told('/residents', { residents })
    const tickets = numbers.map((number) => ({
      municipalityCode: town,
      number,
      registerNumber: `R${number}`,
      issuedOn: '2021-04-01',
    }))
    await told('/tickets', { tickets })
  }

  async function enrol(page: Page): Promise<void> {
    const made = await site.app.request('/api/v1/enrolments', {
      method: 'POST',
      headers: { ...as('municipalAdministrator'), 'content-type': 'application/json' },
      body: JSON.stringify({ venueCode: venue, opensAt: '00:00', closesAt: '24:00' }),
    })
    const { code } = (await made.json()) as { code: string }
    await page.goto(`${network.url}/scan/enrol?code=${code}`)
    await page.locator('form[data-form=enrol] button').click()
    await page.locator('#lot').fill('TEST01')
    await page.locator('form[data-form=setup] button').click()
    await goOn(page)
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
  }

  /** The settings are confirmed again when a half day is over, also while nobody is connected. */
  async function goOn(page: Page): Promise<void> {
    const part = page.locator('[data-part=confirm]:visible, [data-part=read]:visible').first()
    await part.waitFor()
    const start = page.locator('[data-do=start]')
    if (await start.isVisible()) await start.click()
    await page.locator('[data-part=read]').waitFor()
  }

  const recorded = () => db.sql<{ n: number; ids: number }[]>`
    select count(*)::int as n, count(distinct ticket_index)::int as ids from dose`

  test('T22: keeps two hours of scans, sealed, over the death of its browser, and sends each once', {
    timeout: 180_000,
  }, async () => {
    const { page } = tablet
    await enrol(page)
    await page.evaluate(`localStorage.setItem('marker', '${marker}')`)

    await network.cut()
    await page.clock.install()
    const batches = 4
    const size = scans / batches
    for (let n = 0; n < batches; n++) {
      await scanAll(page, lines.slice(n * size, (n + 1) * size), n * size)
      await page.clock.fastForward((hours * 3_600_000) / batches)
      await goOn(page)
    }
    expect(await page.locator('[data-bind=last] li').first().innerText()).toContain('未送信')
    expect(await unsentShown(page)).toBe(scans)
    await tablet.kill()

    expect(filesWith(profile.path, [marker]).length).toBeGreaterThan(0)
    expect(filesWith(profile.path, numbers)).toEqual([])

    // Opened again, still without a network: the page is there, the scans are, and work goes on.
    tablet = await browserOver(profile.path)
    const reopened = tablet.page
    await reopened.goto(`${network.url}/scan`)
    await goOn(reopened)
    await expect.poll(() => unsentShown(reopened), patience).toBe(scans)
    await scanAll(reopened, [strange], scans)
    const second = await reopened.context().newPage()
    await second.goto(`${network.url}/scan`)
    await expect.poll(() => unsentShown(second), patience).toBe(scans + 1)
    const before = network.posted.length

    await network.mend()
    for (const tab of [reopened, second]) await tab.evaluate(`dispatchEvent(new Event('online'))`)
    await expect.poll(() => unsentShown(second), { timeout: 120_000 }).toBe(0)
    await expect.poll(() => unsentShown(reopened), patience).toBe(0)
    expect(await recorded()).toEqual([{ n: scans, ids: scans }])
    // One tab at a time, each scan once.
    const sent = network.posted.slice(before)
    expect([sent.length, new Set(sent).size]).toEqual([scans + 1, scans + 1])
  })

  test('brings what was refused to whoever leads the venue', async () => {
    const path = '/api/v1/scan-conflicts'
    const lead = { headers: as('venueStaff') }
    type Line = { id: string; code: string }
    const listed = async () => {
      const answer = await site.app.request(path, lead)
      return ((await answer.json()) as { conflicts: Line[] }).conflicts
    }
    await expect.poll(async () => (await listed()).length, patience).toBe(1)
    const [conflict] = await listed()
    expect(conflict).toMatchObject({ code: 'unknownMunicipality', status: 422, readBy: 'qr' })
    const reading = await site.app.request(`${path}/${conflict!.id}/reading`, lead)
    expect(await reading.json()).toEqual({ ticket: strange })

    const shown = await site.get('/conflicts?lang=en', 'venueStaff')
    expect(shown.text).toContain('No municipality has this code.')
    expect(shown.text).not.toMatch(/50000 ?09999/)
    const asked = await site.get(`/conflicts?show=${conflict!.id}`, 'venueStaff')
    expect(asked.text).toContain('21 012025 50000 09999')
    const settled = await site.app.request(`/conflicts/${conflict!.id}/settle`, {
      method: 'POST',
      headers: { ...as('venueStaff'), 'content-type': 'application/x-www-form-urlencoded' },
      body: 'outcome=keyedFromPaper&lang=en',
    })
    expect(settled.headers.get('location')).toBe('/conflicts?lang=en&said=settled')
    expect(await listed()).toEqual([])
  })

  test('changes its page as a whole or not at all, and is an app of its own', async () => {
    const { page } = tablet
    const manifest = await (await fetch(`${network.url}/scan/manifest.webmanifest`)).json()
    expect(manifest).toMatchObject({ start_url: '/scan', scope: '/scan', display: 'standalone' })
    const session = await page.context().newCDPSession(page)
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
    expect(installabilityErrors).toEqual([])
    const worker = await (await fetch(`${network.url}/scan/sw.js`)).text()
    const icon = '/assets/scan-icon.svg'
    const newIcon = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    const newWorker = worker
      .replace(/"version":"\w+"/, '"version":"another"')
      .replace(/("url":"\/assets\/scan-icon.svg","sha256":)"\w+"/, `$1"${sha256(newIcon)}"`)
    const js = { headers: { 'content-type': 'text/javascript', 'service-worker-allowed': '/scan' } }
    const answers: Record<string, () => Response> = {
      '/scan/sw.js': () => new Response(newWorker, js),
    }
    network.answer(async (path) => answers[path]?.())
    const update = () =>
      page.evaluate(`navigator.serviceWorker.getRegistration('/scan').then(async (registration) => {
        await registration.update().catch(() => undefined)
        const coming = registration.installing
        if (coming) await new Promise((done) => {
          coming.onstatechange = () => ['installed', 'redundant'].includes(coming.state) && done()
        })
        return registration.waiting !== null
      })`)
    const shown = () => page.evaluate(`fetch('${icon}').then((answer) => answer.text())`)
    const caches = () => page.evaluate('caches.keys()')
    const before = await shown()

    // Half of it is new: nothing is taken over.
    expect(await update()).toBe(false)
    expect(await caches()).toHaveLength(1)
    // All of it is: it waits, and what is open stays as it was.
    answers[icon] = () => new Response(newIcon, { headers: { 'content-type': 'image/svg+xml' } })
    expect(await update()).toBe(true)
    expect(await shown()).toBe(before)
    const others = page
      .context()
      .pages()
      .filter((one) => one !== page)
    await Promise.all(others.map((one) => one.close()))
    await Promise.all([page.waitForEvent('load'), page.locator('[data-do=changeVersion]').click()])
    await goOn(page)
    expect(await shown()).toBe(newIcon)
    await expect.poll(caches, patience).toEqual(['sesshu-scan-another'])
    network.answer(async () => undefined)
  })

  test('T22: shut out by an administrator, keeps nothing', async () => {
    const { page } = tablet
    const [row] = await db.sql<{ id: string }[]>`select id from device`
    const init = { method: 'POST', headers: as('municipalAdministrator') }
    await site.app.request(`/api/v1/devices/${row!.id}/revoke`, init)
    await Promise.all([
      page.waitForEvent('load', { predicate: () => true }),
      page.evaluate('setTimeout(() => location.reload(), 0)'),
    ])
    await page.locator('[data-bind=wiped]').waitFor()
    expect(await page.locator('[data-bind=wiped]').innerText()).toContain('消去しました')
    const left = await page.evaluate(`Promise.all([
      caches.keys(),
      indexedDB.databases().then((all) => all.map(({ name }) => name)),
      new Promise((resolve) => {
        const opening = indexedDB.open('sesshu-device', 1)
        opening.onupgradeneeded = () => opening.transaction.abort()
        opening.onerror = () => resolve(0)
        opening.onsuccess = () => {
          const reading = opening.result.transaction('kept').objectStore('kept').count()
          reading.onsuccess = () => resolve(reading.result)
        }
      }),
      localStorage.getItem('marker'),
    ])`)
    expect((left as unknown[]).slice(2)).toEqual([0, null])
  })
})

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
