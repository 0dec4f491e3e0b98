// Readiness of a town, from nothing to green: over HTTP, as a command, on its page; nobody is looked at.

import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sesshu } from '../../support/command.ts'
import { as, seedStaff } from '../../support/credentials.ts'
import { visible } from '../../support/letters.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { aDevice } from '../../support/people-rows.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, otherTown, seedTowns, town, venue } from '../../support/town.ts'

const bareTown = '012025'
let db: SealedDatabase
let site: Site
let folder: string

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  await db.sql`insert into municipality (code, prefecture, name, kana)
               values (${bareTown}, '北海道', '見本函館市', 'みほん')`
  await db.sql`update wave_setting set one_opens = false`
  site = startSite(db, { isDemo: false })
  folder = mkdtempSync(join(tmpdir(), 'sesshu-ready-'))
  const { password } = new URL(db.urls.sesshu_api)
  writeFileSync(join(folder, 'credentials.json'), JSON.stringify({ sesshu_api: password }))
  vi.stubEnv('DATABASE_URL', db.urls.sesshu_api)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
  await site?.close()
  await db?.drop()
})

type Item = {
  part: string
  state: string
  code: string
  says: string
  counts: Record<string, number>
}

async function ready(
  code: string,
): Promise<{ isReady: boolean; items: Item[]; by: Record<string, string> }> {
  const answer = await site.app.request(`/api/v1/ready?municipalityCode=${code}`, {
    headers: { ...as('operator'), 'accept-language': 'en' },
  })
  expect(answer.status).toBe(200)
  const body = (await answer.json()) as { isReady: boolean; items: Item[] }
  return { ...body, by: Object.fromEntries(body.items.map((item) => [item.part, item.code])) }
}

test('of a town that has nothing everything is missing, each with what to do', async () => {
  const { isReady, by } = await ready(bareTown)
  expect(isReady).toBe(false)
  expect(by).toEqual({
    ...{ plan: 'noPlan', sender: 'noSender', register: 'noResidents', tickets: 'noTickets' },
    ...{ myNumber: 'noNumbers', venues: 'noVenues', devices: 'noDevices', wave: 'noWave' },
    release: 'nobodyReleases',
  })
  const said = await sesshu('ready', '--municipality', bareTown, '--data-dir', folder)
  expect(said.code).toBe(1)
  expect(said.stdout).toContain('missing: 9')
  expect(said.stdout.match(/MISSING/g)).toHaveLength(9)
  expect(said.stdout).not.toContain('{')
})

test('step by step it becomes green, and gaps are counted', async () => {
  const people = [
    await aResident(db),
    await aResident(db),
    await aResident(db, { bornOn: '1990-01-01' }),
  ]
  await db.sql`update ticket set revoked_on = '2021-07-01', revoked_because = 'lost'
                where resident_id = ${people[1]!.residentId}`
  for (const [i, { residentId }] of people.slice(0, 2).entries())
    await db.sql`insert into my_number (municipality_code, resident_id, sealed, hmac)
                 values (${town}, ${residentId}, ${Buffer.alloc(64, i)}, ${Buffer.alloc(16, i)})`
  const first = await ready(town)
  expect(first.by).toMatchObject({
    ...{ plan: 'planInForce', sender: 'senderKnown', register: 'registered' },
    ...{ tickets: 'someWithoutTicket', myNumber: 'someWithoutNumber', venues: 'venuesThere' },
    ...{ devices: 'noDevices', wave: 'noWave' },
  })
  const tickets = first.items.find(({ part }) => part === 'tickets')!
  expect(tickets.counts).toEqual({
    ...{ residents: 3, withTicket: 2, firstCalled: 2, firstWithTicket: 1, without: 1 },
  })
  expect(tickets.says).toBe('1 of the 2 people who are called up first have no valid ticket.')
  expect(first.isReady).toBe(false)

  const device = await aDevice(db.sql)
  await db.sql`update device set municipality_code = ${town}, venue_code = ${venue} where id = ${device}`
  const waveId = randomUUID()
  const press = (who: 'clerk' | 'municipalAdministrator', path: string, body: object) =>
    site.app.request(`/api/v1${path}`, {
      method: 'POST',
      headers: { ...as(who), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await press('clerk', '/waves', { waveId, municipalityCode: town, bornOnOrBefore: '1957-04-01' })
  expect((await ready(town)).by).toMatchObject({ devices: 'devicesThere', wave: 'waveMade' })
  const count = { atLeast: 2, atMost: 2 }
  await press('municipalAdministrator', `/waves/${waveId}/release`, { count })
  const last = await ready(town)
  expect([last.by.wave, last.isReady]).toEqual(['waveReleased', true])
  await db.sql`update device set locked_at = now() where id = ${device}`
  expect((await ready(town)).by.devices).toBe('noDevices')
  await db.sql`update device set locked_at = null where id = ${device}`
})

test('letters leave when two people can look, or by themselves up to a number', async () => {
  const release = async () => (await ready(town)).items.find(({ part }) => part === 'release')!
  await db.sql`
    update municipality_setting set release_automatically_up_to = 0 where municipality_code = ${town}`
  expect(await release()).toMatchObject({ state: 'ready', code: 'releasedByTwo' })
  const away = await db.sql<{ id: string }[]>`
    update account set disabled_at = now()
     where office = ${town} and disabled_at is null and role in ('clerk', 'municipalAdministrator')
       and login <> 'clerk'
    returning id`
  const one = await ready(town)
  expect(one.isReady).toBe(false)
  expect(await release()).toMatchObject({ state: 'missing', code: 'noSecondPerson' })
  await db.sql`
    update municipality_setting set release_automatically_up_to = 500
     where municipality_code = ${town}`
  const itself = await release()
  expect(itself).toMatchObject({ state: 'gaps', code: 'releasedByItself' })
  expect(itself.says).toContain('Up to 500 letters')
  await db.sql`
    update municipality_setting set release_automatically_up_to = 0 where municipality_code = ${town}`
  await db.sql`update account set disabled_at = null where id = any(${away.map(({ id }) => id)})`
})

test('the command’s JSON is the answer, and its exit status says whether it can begin', async () => {
  const { code, stdout } = await sesshu(
    'ready',
    '--municipality',
    town,
    '--json',
    '--data-dir',
    folder,
  )
  expect(code).toBe(0)
  const { by: _, ...answer } = await ready(town)
  expect(JSON.parse(stdout)).toEqual(answer)
  const unknown = await sesshu('ready', '--municipality', '999999', '--data-dir', folder)
  expect([unknown.code, unknown.stdout]).toEqual([1, ''])
  expect(unknown.stderr).toContain('No municipality has the code 999999.')
  expect((await sesshu('ready', '--municipality', 'tokyo', '--data-dir', folder)).code).toBe(2)
})

test('the page shows the own town alone, in both languages, and looks at nobody', async () => {
  await db.sql`delete from ledger_inbox`
  const ja = await site.get('/ready', 'clerk')
  expect(visible(ja.text)).toContain('始められます。')
  expect(ja.text).toContain('先に案内する2人のうち、1人に使える接種券がありません。')
  const en = visible((await site.get(`/ready?municipality=${otherTown}&lang=en`, 'clerk')).text)
  expect(en).toContain('It can begin.')
  expect(en).toContain(town.slice(0, 2))
  const list = (await site.get('/ready', 'operator')).text
  expect(list).toContain(`/ready?municipality=${otherTown}`)
  const theirs = await site.get(`/ready?municipality=${otherTown}&lang=en`, 'operator')
  expect(visible(theirs.text)).toContain('Still missing')
  expect((await site.get('/ready', 'venueStaff')).status).toBe(403)
  expect(await db.sql`select from ledger_inbox where resident_id is not null`).toHaveLength(0)
})
