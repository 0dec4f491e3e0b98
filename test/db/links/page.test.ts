/** The page on which two people link rows: who may ask, who may agree, what is shown of whom. */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserPath, launchBrowser, type Served, serveApp } from '../../support/browser.ts'
import { as, type Staff, seedStaff, sessionOf } from '../../support/credentials.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, otherTown, seedTowns, town } from '../../support/town.ts'

/** Kept for whoever wants to look; nobody compares them. */
const screens = process.env.SESSHU_SCREENS

let db: SealedDatabase
let site: Site
let served: Served
let browser: Browser | undefined

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
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

async function submit(who: Staff, path: string, fields: Record<string, string> = {}) {
  const answer = await fetch(`${served.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...as(who), origin: served.url },
    body: new URLSearchParams(fields),
  })
  return { status: answer.status, to: answer.headers.get('location') }
}
const read = async (who: Staff, path: string) => {
  const answer = await fetch(`${served.url}${path}`, { headers: as(who) })
  return answer.text()
}
const idIn = (html: string, what: string) => {
  return new RegExp(`/links/([0-9a-f-]{36})/${what}`).exec(html)?.[1] as string
}

test('a clerk asks, an administrator agrees; taken apart the same way', async () => {
  const own = { family: '見本', given: '花子', kana: 'みほん はなこ' }
  const now = await aResident(db, own)
  const former = await aResident(db, { ...own, family: '仮名', municipalityCode: otherTown })
  const form = {
    ...{ nowTown: town, nowNumber: now.registerNumber },
    ...{ formerTown: otherTown, formerNumber: former.registerNumber },
    ...{ since: '2021-06-01', reason: 'certificate' },
  }
  expect(await submit('clerkElsewhere', '/links', { ...form, formerTown: town })).toMatchObject({
    to: expect.stringContaining('/links?said='),
  })
  expect((await submit('clerk', '/links', form)).to).toBe('/links?said=asked')
  const asked = await read('clerk', '/links')
  expect(asked).toContain('花子')
  expect(asked).not.toContain('仮名')
  expect(asked).not.toContain(former.registerNumber)
  expect(idIn(asked, 'agree')).toBeUndefined()

  const approval = idIn(await read('municipalAdministrator', '/links'), 'agree')
  expect((await submit('clerk', `/links/${approval}/agree`)).status).toBe(403)
  const agreed = await submit('municipalAdministrator', `/links/${approval}/agree`)
  expect(agreed.to).toBe('/links?said=linked')
  const [row] = await db.sql`
    select status from resident where id = ${former.residentId}`
  expect(row).toEqual({ status: 'movedOut' })
  await pictures('linked', '/links')

  const link = idIn(await read('municipalAdministrator', '/links'), 'unlink')
  const undo = await submit('municipalAdministrator', `/links/${link}/unlink`, {
    reason: 'wrongRow',
  })
  expect(undo.to).toBe('/links?said=asked')
  const own2 = await read('municipalAdministrator', '/links')
  expect(idIn(own2, 'agree')).toBeUndefined()
  const second = idIn(await read('secondAdministrator', '/links'), 'agree')
  expect((await submit('secondAdministrator', `/links/${second}/agree`)).to).toBe(
    '/links?said=unlinked',
  )
  const [again] = await db.sql`select status from resident where id = ${former.residentId}`
  expect(again).toEqual({ status: 'registered' })
})

test.each([
  ['another birth date', { bornOn: '1951-01-01' }, 'linkBirthDateDiffers'],
  ['nobody', undefined, 'unknownResident'],
])('%s is not linked', async (_, other, code) => {
  const now = await aResident(db)
  const former = other && (await aResident(db, { ...other, municipalityCode: otherTown }))
  const { to } = await submit('clerk', '/links', {
    ...{ nowTown: town, nowNumber: now.registerNumber },
    ...{ formerTown: otherTown, formerNumber: former?.registerNumber ?? 'none' },
    ...{ since: '2021-06-01', reason: 'certificate' },
  })
  expect(to).toBe(`/links?said=${code}`)
  expect(await read('clerk', to!)).toMatch(/whatToDo|確かめ/)
})

async function tell(path: string, body: object): Promise<void> {
  const answer = await fetch(`${served.url}/api/v1${path}`, {
    method: 'POST',
    headers: { ...as('clerk'), origin: served.url, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  expect(`${answer.status} ${text}`).toMatch(/^200 (?!.*refused)/)
}

test('whoever came back with a new number is shown beside the old row, and nobody is merged', async () => {
  const resident = (registerNumber: string, residentSince: string, address: string) => ({
    ...{ municipalityCode: town, registerNumber, bornOn: '1949-03-03', postcode: '0400001' },
    ...{ name: { family: '見本', given: '夏子', kana: 'みほん なつこ' }, residentSince, address },
  })
  const abroad = { kind: 'movedAbroad', effectiveOn: '2019-04-01', registerNumber: 'OLD' }
  await tell('/residents', { residents: [resident('OLD', '2001-04-01', '見本町1番')] })
  await tell('/residents', { residents: [resident('TOGETHER', '2011-04-01', '見本町2番')] })
  await tell('/moves', { eventId: randomUUID(), municipalityCode: town, ...abroad })
  await tell('/residents', { residents: [resident('NEW', '2021-04-01', '見本町3番')] })

  const list = await read('clerk', '/worklist?todo=tasks')
  const tasks = [...list.matchAll(/\/links\?task=([0-9a-f-]{36})/g)].map(([, id]) => id)
  expect(tasks).toHaveLength(1)
  const page = await read('clerk', `/links?task=${tasks[0]}`)
  expect(page).toContain('OLD')
  expect(page).toContain('NEW')
  expect(page).not.toContain('TOGETHER')
  await pictures('alike', `/links?task=${tasks[0]}`)
  const statuses = await db.sql`
    select register_number as number, status from resident
     where register_number in ('OLD', 'NEW') order by 1`
  expect(statuses).toEqual([
    { number: 'NEW', status: 'registered' },
    { number: 'OLD', status: 'movedAbroad' },
  ])

  await submit('clerk', `/worklist/tasks/${tasks[0]}`, { outcome: 'differentPeople' })
  await tell('/residents', { residents: [resident('NEW', '2021-04-01', '見本町4番')] })
  expect(await read('clerk', '/worklist?todo=tasks')).not.toContain('/links?task=')
})

/** Both languages, a telephone and a desk; kept for whoever wants to look. */
async function pictures(name: string, path: string): Promise<void> {
  if (!browser) return
  for (const width of [320, 1280]) {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport: { width, height: 900 },
    })
    await context.addCookies([{ name: 'sesshu', value: sessionOf('clerk'), url: served.url }])
    const page = await context.newPage()
    for (const lang of ['ja', 'en']) {
      await page.goto(`${served.url}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`)
      const wide = await page.locator('html').evaluate((html) => html.scrollWidth)
      expect(wide, `${name} ${lang}`).toBeLessThanOrEqual(width)
      if (!screens) continue
      mkdirSync(screens, { recursive: true })
      await page.screenshot({ path: join(screens, `${name}-${lang}-${width}.png`), fullPage: true })
    }
    await context.close()
  }
}

test('by HTTP: asked for, agreed to, carried out and taken back; rows by number, no names', async () => {
  const call = async (who: Staff, path: string, body?: object) => {
    const answer = await fetch(`${served.url}/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { ...as(who), origin: served.url, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: JSON.parse(await answer.text()) }
  }
  const now = await aResident(db)
  const former = await aResident(db, { municipalityCode: otherTown })
  const key = (of: typeof now, municipalityCode: string) => {
    return { municipalityCode, registerNumber: of.registerNumber }
  }
  const body = {
    ...{ now: key(now, town), former: key(former, otherTown) },
    ...{ since: '2021-06-01', reason: 'certificate' },
  }
  const agree = async (asked: { body: { approvalId: string } }) => {
    const { approvalId } = asked.body
    const early = await call('clerk', '/links/approved', { approvalId })
    expect(early).toMatchObject({ status: 403, body: { code: 'approvalMissing' } })
    await call('municipalAdministrator', `/approvals/${approvalId}/approve`, {})
    return call('clerk', '/links/approved', { approvalId })
  }
  const asked = await call('clerk', '/links', body)
  expect(asked.status).toBe(201)
  const linked = await agree(asked)
  expect(linked.status).toBe(200)
  const { linkId } = linked.body
  const known = await call('clerk', '/links')
  expect(known.body.links).toContainEqual({
    ...{ linkId, now: key(now, town), former: { municipalityCode: otherTown } },
    ...{ since: '2021-06-01', reason: 'certificate', namesAgree: true },
    linkedOn: '2021-07-05',
  })
  expect(JSON.stringify(known.body)).not.toMatch(/見本|花子/)
  expect((await call('clerk', '/links', body)).body.code).toBe('alreadyOnePerson')
  const undo = await call('clerk', `/links/${linkId}/unlink`, { reason: 'wrongRow' })
  expect((await agree(undo)).body).toEqual({ linkId })
  const [row] = await db.sql`select status from resident where id = ${former.residentId}`
  expect(row).toEqual({ status: 'registered' })
  expect(
    (await call('clerkElsewhere', `/links/${linkId}/unlink`, { reason: 'wrongRow' })).status,
  ).toBe(404)
})
