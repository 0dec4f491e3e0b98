/** Proves that the page and the API say what became of sticks, and let nobody confirm an own key. */
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect } from '../../../db/client.ts'
import { noteRefusal } from '../../../db/queries/sticks/refusals.ts'
import { toBase64 } from '../../../domain/stick.ts'
import { codeOf } from '../../../files/stick/portable/seal-stick.ts'
import { makeTownKey } from '../../../files/stick/portable/town-key.ts'
import { townReturns } from '../../../workers/sticks/returns.ts'
import { frozenClock } from '../../support/api.ts'
import { as, asProgram, type Staff, seedStaff } from '../../support/credentials.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { stickToday } from '../../support/sticks.ts'
import { aResident, aScan, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let site: Site

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  site = startSite(db)
}, 120_000)

afterAll(async () => {
  await site?.close()
  await db?.drop()
})

const send = async (path: string, who: Staff, form: Record<string, string> = {}) => {
  const response = await site.app.request(path, {
    method: 'POST',
    headers: { ...as(who), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  })
  return `${response.status} ${response.headers.get('location') ?? ''}`
}

it('a key is registered by one administrator and confirmed by another, with its code', async () => {
  const key = await makeTownKey(town)
  const [publicKey, code] = [toBase64(key.publicKey), codeOf(key.publicKey)]
  const sql = connect(db.urls.sesshu_import, { name: 'test-refusal', max: 1 })
  const claim = { code: 'stickSignerUnknown', municipalityCode: town, publicKey, keyCode: code }
  await noteRefusal(sql, claim)
  await sql.end({ timeout: 1 })
  const before = await site.get('/sticks', 'municipalAdministrator')
  expect(before.text).toContain('登録されていない鍵で署名されています')
  // Whoever will have to type it could read it here.
  expect(before.text).not.toContain(code)

  expect(await send('/sticks/keys', 'clerk', { publicKey })).toMatch(/^403/)
  expect(await send('/sticks/keys', 'municipalAdministrator', { publicKey: 'x' })).toContain(
    'said=stickKeyNotKey',
  )
  expect(await send('/sticks/keys', 'municipalAdministrator', { publicKey })).toContain(
    'registered',
  )
  const [row] = await db.sql<
    { id: string }[]
  >`select id from stick_key where public_key = ${publicKey}`
  const path = `/sticks/keys/${row!.id}/confirm`
  expect(await send(path, 'municipalAdministrator', { code })).toContain('stickKeySamePerson')
  expect(await send(path, 'secondAdministrator', { code: '1111' })).toContain('stickCodeDiffers')
  const waiting = await site.get('/sticks', 'secondAdministrator')
  expect(waiting.text).not.toContain(code)
  const asSecond = { headers: as('secondAdministrator') }
  const unconfirmed = await site.app.request('/api/v1/stick-keys', asSecond)
  expect(JSON.stringify(await unconfirmed.json())).not.toContain(code)
  expect((await site.get('/sticks', 'municipalAdministrator')).text).toContain(code)
  expect(await send(path, 'secondAdministrator', { code: code.toLowerCase() })).toContain(
    'confirmed',
  )
  expect(await send(path, 'secondAdministrator', { code })).toContain('notFound')

  const listed = await site.app.request('/api/v1/stick-keys', { headers: as('clerk') })
  expect(await listed.json()).toMatchObject({ keys: [{ code, state: 'confirmed', publicKey }] })
  const elsewhere = await site.app.request('/api/v1/stick-keys', { headers: as('clerkElsewhere') })
  expect(await elsewhere.json()).toEqual({ keys: [] })
  const sticks = await site.app.request('/api/v1/sticks', { headers: as('clerk') })
  expect(await sticks.json()).toMatchObject({ refused: [{ code: 'stickSignerUnknown' }] })
  const revoked = `/sticks/keys/${row!.id}/revoke`
  expect(await send(revoked, 'municipalAdministrator')).toContain('revoked')
  const english = await site.get('/sticks?lang=en', 'clerk')
  expect(english.text).toContain('withdrawn')
  expect(english.text.replace(/[\s\S]*<main/, '')).not.toMatch(/[ぁ-ん]/)
})

it('the town’s own files are written under the importer’s role', async () => {
  const scan = JSON.stringify(aScan(await aResident(db)))
  const headers = { ...asProgram, 'content-type': 'application/json' }
  await site.app.request('/api/v1/scans', { method: 'POST', headers, body: scan })
  const sql = connect(db.urls.sesshu_import, { name: 'test-returns', max: 2 })
  const vault = db.keyd.vault('import', 'sesshu_import')
  const returns = townReturns({ sql, vault }, frozenClock(stickToday).clock)
  const texts: Record<string, string> = {}
  for (const { name, bytes } of await returns(town)) {
    texts[name] = Buffer.concat(await Readable.from(bytes).toArray()).toString('utf8')
  }
  await sql.end({ timeout: 1 })
  expect(Object.keys(texts)).toEqual([
    'vaccination-register.csv',
    'overdue-list.csv',
    'statistics.csv',
  ])
  expect(Math.min(...Object.values(texts).map((text) => text.length))).toBeGreaterThan(20)
  // The day of recording is the campaign's, not that of the machine.
  expect(texts['vaccination-register.csv']).toMatch(/"20210705\d{6}"/)
})
