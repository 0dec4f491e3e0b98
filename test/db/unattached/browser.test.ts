/** Proves in a real browser: the worklist and the keying of paper by keyboard alone, with and without a script. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatTicketLine } from '../../../domain/ticket.ts'
import { browserPath, launchBrowser, type Served, serveApp } from '../../support/browser.ts'
import { sessionOf } from '../../support/credentials.ts'
import { aResident, aScan, type SeededResident, town, venue } from '../../support/town.ts'
import { aToldDose, type Desk, openDesk } from '../../support/unattached.ts'

/** Kept for whoever wants to look; nobody compares them. */
const screens = process.env.SESSHU_SCREENS

const phone = { width: 320, height: 800 }
const desktop = { width: 1280, height: 900 }

let desk: Desk
let served: Served
let browser: Browser
let holder: SeededResident
let held: string
let told: string

describe.skipIf(!browserPath)('a clerk’s desk', () => {
  beforeAll(async () => {
    desk = await openDesk()
    holder = await aResident(desk.db, { kana: 'マド クチコ' })
    const scan = aScan(holder, { readBy: 'typed', birthYear: 1961 })
    held = scan.scanId
    await desk.post('/api/v1/scans', scan)
    await desk.post('/api/v1/scans', aScan(holder, { readBy: 'typed' }))
    await desk.post('/api/v1/scans', aScan({ municipalityCode: town, ticketNumber: '9999999999' }))
    const person = { name: '窓 口子', kana: 'マド クチコ', bornOn: '1950-05-05' }
    const body = aToldDose({ person, source: 'facility' })
    told = body.eventId
    await desk.post('/api/v1/doses/without-ticket', body)
    served = await serveApp(desk.site.app)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
    await desk?.close()
  })

  async function open(options: { viewport: typeof phone; javaScriptEnabled?: boolean }) {
    const context = await browser.newContext(options)
    await context.addCookies([{ name: 'sesshu', value: sessionOf('clerk'), url: served.url }])
    return context.newPage()
  }
  async function keep(page: Page, name: string): Promise<void> {
    if (!screens) return
    mkdirSync(screens, { recursive: true })
    await page.screenshot({ path: join(screens, `${name}.png`), fullPage: true })
  }
  const lineOf = ({ ticketNumber: number }: SeededResident) =>
    formatTicketLine({
      slipKind: 'vaccination',
      claimedDoseNumber: 1,
      municipalityCode: town,
      number,
    })
  const keys = async (page: Page, ...typed: string[]) => {
    for (const one of typed) {
      if (one.startsWith('<')) await page.keyboard.press(one.slice(1, -1))
      else await page.keyboard.type(one)
    }
  }

  test('every page fits 320 px and speaks one language', async () => {
    const paths = ['/worklist', '/worklist?todo=ticketless', '/worklist?todo=tasks', '/keying']
    paths.push(`/worklist/scans/${held}`, `/worklist/doses/${told}`)
    for (const viewport of screens ? [phone, desktop] : [phone]) {
      const page = await open({ viewport })
      for (const lang of ['ja', 'en']) {
        for (const path of paths) {
          const at = lang === 'en' ? `${path}${path.includes('?') ? '&' : '?'}lang=en` : path
          const answer = await page.goto(`${served.url}${at}`)
          expect([path, answer?.status()]).toEqual([path, 200])
          const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
          expect([path, viewport.width, overflow]).toEqual([path, viewport.width, 0])
          const name = path.replaceAll(/[^a-z=]+/g, '-').replace(/-[0-9a-f-]{20,}$/, '')
          await keep(page, `desk${name}-${lang}-${viewport.width}`)
        }
      }
      await page.context().close()
    }
  })

  test('the worklist is walked by J and K and opened by Enter', async () => {
    const page = await open({ viewport: desktop })
    await page.goto(`${served.url}/worklist?lang=en`)
    await keys(page, 'j', 'j', 'k')
    await Promise.all([page.waitForURL(`**/worklist/scans/${held}**`), keys(page, '<Enter>')])
    expect(await page.locator('h1').textContent()).toBe('A scan that is held or waits')
    await page.context().close()
  })

  test.each([true, false])(
    'a pile is keyed by keyboard alone (script: %s)',
    async (javaScriptEnabled) => {
      const [one, two] = [await aResident(desk.db), await aResident(desk.db)]
      const page = await open({ viewport: desktop, javaScriptEnabled })
      await page.goto(`${served.url}/keying?lang=en`)
      const next = '<Tab>'
      await page.locator('#venueCode').focus()
      await keys(
        page,
        venue,
        next,
        '20210609',
        next,
        '20210609',
        next,
        'Pf',
        next,
        'TEST01',
        next,
        '2',
      )
      await Promise.all([page.waitForURL('**/keying/*-*'), keys(page, '<Enter>')])
      // With a script Enter goes on by itself; without one Tab does.
      const on = javaScriptEnabled ? '<Enter>' : '<Tab>'
      for (const [i, person] of [one, two].entries()) {
        const line = lineOf(person)
        await page.locator('#number').focus()
        await keys(page, line, on, line, on, '1950', '<Enter>')
        await page.locator('#keyed ~ section tbody tr').nth(i).waitFor()
      }
      await keep(page, `desk-keying-draft-${javaScriptEnabled}`)
      const record = page.getByRole('button', { name: 'Record the pile' })
      await record.focus()
      await keys(page, '<Enter>')
      await page.locator('#results').waitFor()
      await keep(page, `desk-keying-results-${javaScriptEnabled}`)
      expect(await desk.doses(one.residentId)).toHaveLength(1)
      expect(await desk.doses(two.residentId)).toHaveLength(1)
      await page.context().close()
    },
  )

  test('two numbers that differ are shown, and what was typed is there to be mended', async () => {
    const page = await open({ viewport: phone })
    await page.goto(`${served.url}/keying`)
    for (const [id, text] of Object.entries({
      venueCode: venue,
      givenOn: '20210609',
      givenOnAgain: '20210609',
      lotNumber: 'TEST01',
      slipsExpected: '1',
    })) {
      await page.locator(`#${id}`).fill(text)
    }
    await page.locator('#productCode').selectOption('pfizer')
    await Promise.all([
      page.waitForURL('**/keying/*-*'),
      page.getByRole('button', { name: '入力を始める' }).click(),
    ])
    const line = lineOf(holder)
    await page.locator('#number').fill(line)
    await page
      .locator('#numberAgain')
      .fill(line.replace(/.$/, 'x').replace('x', line.endsWith('1') ? '7' : '1'))
    await page.locator('#born').fill('S25.5.5')
    await Promise.all([
      page.waitForNavigation(),
      page.getByRole('button', { name: '追加' }).click(),
    ])
    expect(await page.locator('.difference mark').count()).toBe(2)
    expect(await page.locator('#number').inputValue()).toBe(line)
    await keep(page, 'desk-keying-differs-ja-320')
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(overflow).toBe(0)
    await page.context().close()
  })
})
