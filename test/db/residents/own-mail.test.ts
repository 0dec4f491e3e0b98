// A resident gives a mail address on the own page, or ends mails; and the office's page of mail, in and from HTTP.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { mailCheck, openMailAddress } from '../../../db/people/mail-address.ts'
import { hasMail } from '../../../db/people/read.ts'
import { as, seedStaff } from '../../support/credentials.ts'
import { aReport } from '../../support/delivery-reports.ts'
import { aLetterCode, cookieOf, press, read, tryCode, visible } from '../../support/letters.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { asTx } from '../../support/people.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let site: Site

beforeAll(async () => {
  db = await sealedDatabase()
  site = startSite(db, { isDemo: false })
  await seedTowns(db.sql)
  await seedStaff(db.sql)
})
afterAll(async () => {
  await site?.close()
  await db?.drop()
})

const address = 'hyoushiki-own@example.jp'

async function aReader(mail?: string) {
  const resident = await aResident(db, mail ? { mail } : {})
  const code = await aLetterCode(db, resident)
  const { municipalityCode, residentId } = resident
  const cookie = cookieOf(await tryCode(site.app, code, '1950-05-05'))
  return { row: { municipalityCode, residentId }, cookie }
}

const stateOf = async ({ residentId }: { residentId: string }) => {
  const [row] = await db.sql`
    select state, stopped_because as because, language, wishes from mail_address
     where resident_id = ${residentId}`
  return row
}
const saidBy = (answer: { headers: Headers }) => answer.headers.get('location')

test('an own address is sealed, has to be confirmed, and is shown to nobody', async () => {
  const { row, cookie } = await aReader()
  expect(visible((await read(site.app, cookie)).body)).toContain('メールでも受け取れます')
  const given = await press(site.app, cookie, 'mail', { address, language: 'en' })
  expect(saidBy(given)).toBe('/my?said=mailGiven')
  expect(await stateOf(row)).toMatchObject({ state: 'toAsk', language: 'en', wishes: 1 })
  const [kept] = await db.sql`
    select own_address as sealed from mail_address where resident_id = ${row.residentId}`
  expect(Buffer.from(kept!.sealed).includes('hyoushiki')).toBe(false)
  const page = visible((await read(site.app, cookie, '/my?said=mailGiven')).body)
  expect(page).toContain('届いたメールのリンクを開いてください')
  expect(page).not.toContain('hyoushiki')
})

test('it comes before the register’s; a mailbox is not filled; what is no address is none', async () => {
  const { row, cookie } = await aReader('register@example.jp')
  expect(await asTx(db, (tx) => hasMail(tx, row))).toBe(true)
  expect(saidBy(await press(site.app, cookie, 'mail', { address: 'no address' }))).toContain(
    'mailWrong',
  )
  expect(await stateOf(row)).toMatchObject({ state: 'verified' })
  for (const said of ['mailGiven', 'mailGiven', 'mailGiven', 'mailEnough']) {
    expect(saidBy(await press(site.app, cookie, 'mail', { address }))).toBe(`/my?said=${said}`)
  }
  expect(await asTx(db, (tx) => hasMail(tx, row))).toBe(false)
  const keys = await asTx(db, async (tx) => {
    const { unlockPeople } = await import('../../../db/people/keys.ts')
    return unlockPeople(tx, db.vault, { purpose: 'disclose', rows: [row], fields: ['mail'] })
  })
  const opened = await asTx(db, (tx) => openMailAddress(tx, keys.get(row.residentId), row))
  expect(opened?.address).toBe(address)
})

test('ended on the own page: letters', async () => {
  const { row, cookie } = await aReader('ends@example.jp')
  expect(saidBy(await press(site.app, cookie, 'mail-end'))).toBe('/my?said=mailEnded')
  expect(await stateOf(row)).toMatchObject({ state: 'stopped', because: 'takenBack' })
  expect(await asTx(db, (tx) => hasMail(tx, row))).toBe(false)
})

test('equal addresses of two people do not look alike', async () => {
  const [one, other] = [await aReader(), await aReader()]
  const checks = await Promise.all(
    [one, other].map(({ row }) => mailCheck(db.vault, row, 'same@example.jp')),
  )
  expect(checks[0]!.equals(checks[1]!)).toBe(false)
})

test('the office sees numbers, hands in reports, and nobody else may', async () => {
  const page = await site.app.request('/mail', { headers: as('clerk') })
  const text = visible(await page.text())
  expect([page.status, text.includes('本人が記録のページでやめた')]).toEqual([200, true])
  expect(text).not.toMatch(/example\.jp/)
  const figures = await site.app.request('/api/v1/mail', { headers: as('clerk') })
  expect(((await figures.json()) as { addresses: unknown[] }).addresses.length).toBeGreaterThan(0)
  const hand = async (body: Buffer, who: 'clerk' | 'clerkElsewhere') => {
    const init = { method: 'POST', headers: as(who), body: new Uint8Array(body) }
    const answer = await site.app.request('/api/v1/mail/bounces', init)
    return ((await answer.json()) as { result?: string }).result
  }
  const made = { municipalityCode: town, token: '00000000-0000-4000-8000-000000000000' }
  expect(await hand(aReport({ returned: made }), 'clerk')).toBe('noSuchMail')
  expect(await hand(aReport({ returned: made }), 'clerkElsewhere')).toBe('otherTown')
  expect(await hand(aReport({}), 'clerk')).toBe('noToken')
  const stranger = await site.app.request('/api/v1/mail/bounces', { method: 'POST', body: 'x' })
  expect(stranger.status).toBe(401)
})
