// The forms by which a clerk mends a record, in a real browser without a script: what is sent, what the
// course's timeline then says in plain words, what is refused, and that nothing is wider than a phone.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserPath, launchBrowser, type Served, serveApp } from '../support/browser.ts'
import { seedStaff, sessionOf } from '../support/credentials.ts'
import { courseOf, second } from '../support/mended.ts'
import { type Site, startSite } from '../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import { aResident, aScan, type SeededResident, seedTowns, town } from '../support/town.ts'

describe.skipIf(!browserPath)('the page of a dose', () => {
  let db: SealedDatabase
  let site: Site
  let served: Served
  let browser: Browser
  let as: BrowserContext
  let page: Page
  beforeAll(async () => {
    db = await sealedDatabase()
    await seedTowns(db.sql)
    await seedStaff(db.sql)
    site = startSite(db)
    served = await serveApp(site.app)
    browser = await launchBrowser()
    as = await browser.newContext({
      javaScriptEnabled: false,
      viewport: { width: 320, height: 900 },
    })
    const cookie = { name: 'sesshu', value: sessionOf('clerk'), url: served.url }
    await as.addCookies([cookie])
    page = await as.newPage()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
    await site?.close()
    await db?.drop()
  })

  const send = async (person: SeededResident, changes = {}) => {
    const answer = await site.app.request('/api/v1/scans', {
      method: 'POST',
      headers: {
        authorization: 'Bearer a-token-for-tests-only',
        'content-type': 'application/json',
      },
      body: JSON.stringify(aScan(person, changes)),
    })
    return ((await answer.json()) as { doseId: string }).doseId
  }
  const open = async (person: SeededResident, lang: 'ja' | 'en') => {
    const { id } = (await courseOf(db, person.residentId))!
    await page.goto(`${served.url}/courses/${id}${lang === 'en' ? '?lang=en' : ''}`)
    return id
  }
  const said = () => page.locator('main').innerText()
  /** A test can be asked for pictures of what it has on the screen. */
  const look = async (name: string) => {
    const folder = process.env.SESSHU_LOOK
    expect(await widerThanScreen(page)).toBe(false)
    if (!folder) return
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true })
    }
    await page.setViewportSize({ width: 320, height: 900 })
  }

  test.each([
    {
      lang: 'ja' as const,
      ...{ open: '訂正・取り消し', correct: '訂正する', reason: '接種日の誤り' },
      ...{ done: '記録を訂正し、予定を決め直しました。', changed: '接種の記録を訂正' },
      ...{ line: '接種日：2021年6月9日（水） → 2021年6月2日（水）', by: '市区町村職員' },
    },
    {
      lang: 'en' as const,
      ...{ open: 'Correct or void', correct: 'Correct', reason: 'wrong date' },
      ...{ done: 'The record is corrected', changed: 'Record of a dose corrected' },
      ...{ line: 'Given on: 9 June 2021 (Wed) → 2 June 2021 (Wed)', by: 'Changed by: clerk' },
    },
  ])('corrects a date, and the timeline says so in $lang', async (words) => {
    const person = await aResident(db)
    await send(person)
    await open(person, words.lang)
    await page.getByRole('link', { name: words.open }).click()
    await look(`dose-${words.lang}`)
    await page.locator('#givenOn').fill('2021-06-02')
    await page.locator('#reason-correct').selectOption({ label: words.reason })
    await page.getByRole('button', { name: words.correct, exact: true }).click()
    const text = await said()
    for (const part of [words.done, words.changed, words.line, words.by])
      expect(text).toContain(part)
    await look(`course-${words.lang}`)
    expect(await courseOf(db, person.residentId)).toMatchObject({ dueOn: '2021-06-23' })
  })

  test('moves a dose to another person, voids one, locks one and lifts the lock', async () => {
    const [wrong, right] = [await aResident(db), await aResident(db)]
    await send(wrong)
    await send(right)
    await send(wrong, second)
    await open(wrong, 'ja')
    await page.getByRole('link', { name: '訂正・取り消し' }).nth(1).click()
    await page.locator('#number').fill(right.ticketNumber)
    const birth = { year: '25', month: '5', day: '5' }
    for (const [part, text] of Object.entries(birth)) await page.locator(`#${part}`).fill(text)
    await page.locator('#reason-reattribute').selectOption('misread')
    await page.getByRole('button', { name: 'この人の記録に移す' }).click()
    expect(await said()).toContain('接種の記録を別の人へ移動')
    expect(await courseOf(db, right.residentId)).toMatchObject({ stage: 'complete' })

    await page.getByRole('link', { name: '訂正・取り消し' }).click()
    await page.locator('#reason-confirm').selectOption('comparedWithPaper')
    await page.getByRole('button', { name: '照合済みにして固定する' }).click()
    expect(await said()).toContain('予診票と照合済み')
    await page.getByRole('link', { name: '訂正・取り消し' }).click()
    expect(await page.locator('#reason-void').count()).toBe(0)
    await look('locked-ja')
    await page.locator('#reason-unlock').selectOption('other')
    await page.getByRole('button', { name: '固定を解除する' }).click()

    await page.getByRole('link', { name: '訂正・取り消し' }).click()
    await page.locator('#reason-void').selectOption('neverGiven')
    await page.getByRole('button', { name: '取り消す' }).click()
    expect(await said()).toContain('取り消し済み')
    expect(await courseOf(db, wrong.residentId)).toMatchObject({ doses: 0 })
    await look('voided-ja')
  })

  test('that somebody else has changed meanwhile says so, and changes nothing', async () => {
    const person = await aResident(db)
    const doseId = await send(person)
    await open(person, 'en')
    await page.getByRole('link', { name: 'Correct or void' }).click()
    await db.sql`update dose set revision = 2 where id = ${doseId}`
    await page.locator('#reason-void').selectOption('neverGiven')
    await page.getByRole('button', { name: 'Void' }).click()
    expect(await page.getByRole('alert').innerText()).toContain('Somebody else was faster')
    await look('refused-en')
    expect(await courseOf(db, person.residentId)).toMatchObject({ doses: 1 })
  })

  test('shows no place of a protected person, and is not there for another town', async () => {
    const person = await aResident(db)
    const doseId = await send(person)
    const course = await open(person, 'ja')
    await page.getByRole('link', { name: '訂正・取り消し' }).click()
    await page.locator('#lotNumber').fill('P1')
    await page.locator('#reason-correct').selectOption('wrongLot')
    await page.getByRole('button', { name: '訂正する', exact: true }).click()
    await db.sql`insert into protection (municipality_code, resident_id, from_on)
                 values (${town}, ${person.residentId}, '2021-01-01')`
    for (const path of [`/courses/${course}`, `/courses/${course}/doses/${doseId}`]) {
      const { status, text } = await site.get(path, 'clerk')
      expect([status, text.includes('1310400018')]).toEqual([200, false])
    }
    // Without the issuer no ticket can be named: a sentence says so in the place of the form.
    const { text } = await site.get(`/courses/${course}/doses/${doseId}`, 'clerk')
    expect([text.includes('id="number"'), text.includes('保護の担当者に依頼')]).toEqual([
      false,
      true,
    ])
    const elsewhere = await site.get(`/courses/${course}/doses/${doseId}`, 'clerkElsewhere')
    expect(elsewhere.status).toBe(404)
  })
})

async function widerThanScreen(page: Page): Promise<boolean> {
  const { width } = await page
    .locator('main')
    .boundingBox()
    .then((box) => box!)
  return width > page.viewportSize()!.width
}
