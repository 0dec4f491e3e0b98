// The pages of the watch and of costs, and metrics, over a real database: what a town, an operator and the
// state get to see, and that nothing undecided is printed as a nought.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stateSocketOf } from '../../../config/state-socket.ts'
import { connect, type Sql } from '../../../db/client.ts'
import { municipalityCodeCheckDigit } from '../../../domain/municipality-code.ts'
import { reckonCosts } from '../../../monitor/costs.ts'
import { type Desk, openDesk } from '../../../state/desk.ts'
import { as, type Staff, seedStaff } from '../../support/credentials.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let site: Site
let monitor: Sql
let state: Sql
let desk: Desk
let alarm: string

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  site = startSite(db)
  monitor = connect(db.urls.sesshu_monitor, { name: 'test monitor', max: 1 })
  state = connect(db.urls.sesshu_statistics, { name: 'test state', max: 1 })
  desk = await openDesk({
    sql: state,
    log: { error: () => {} },
    socketPath: stateSocketOf(site.dataDir),
  })
  await aResident(db)
  alarm = randomUUID()
  await db.sql`
    insert into monitor_run (day, began_at, ended_at, courses, mails_known_by)
    values ('2021-07-04', now(), now(), 1, 'journal')`
  await db.sql`
    insert into monitor_alarm (municipality_code, id, kind, course_id, notice_kind, round, detail, raised_on)
    values (${town}, ${alarm}, 'missed', ${randomUUID()}, 'reminder', 1, 'nothingKnown', '2021-07-04')`
  await db.sql`
    insert into monitor_count (municipality_code, day, what, count)
    values (${town}, '2021-07-03', 'left.mail', 4), (${town}, '2021-07-04', 'left.letter', 3),
           (${town}, '2021-07-04', 'missed', 1), (${town}, '2021-07-04', 'held.betweenMunicipalities', 2)`
  await db.sql`
    insert into reminder_effect (municipality_code, month, round, channel, sent, watched, came, had_it)
    values (${town}, '2021-06-01', 1, 'mail', 50, 40, 30, 4)`
  await db.sql`
    insert into notice_departure (source, channel, notice_id, left_on, left_at, pages, batch_town)
    select gen_random_uuid()::text, 'letter', gen_random_uuid(), '2021-06-20', now(), 2, ${town}
      from generate_series(1, 7)`
  await reckonCosts(monitor, '2021-07-04')
})
afterAll(async () => {
  await desk?.close()
  await site?.close()
  await Promise.all([monitor?.end({ timeout: 1 }), state?.end({ timeout: 1 })])
  await db?.drop()
})

const visible = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
const seen = async (path: string, who: Staff) => visible((await site.get(path, who)).text)

async function post(path: string, form: Record<string, string>, who: Staff) {
  const answer = await site.app.request(path, {
    method: 'POST',
    headers: { ...as(who), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  })
  return { status: answer.status, location: answer.headers.get('location') }
}

describe('the watch', () => {
  test('tells a clerk what differs, an operator how many, and nobody else anything', async () => {
    const own = await seen('/monitor?lang=en', 'clerk')
    expect(own).toContain('1 differences')
    expect(own).toContain('owed, and has not left')
    expect(own).toContain('moved out, and not moved in anywhere yet')
    expect(own).toContain('4 of 50 first reminders (8.0%)')
    expect(await seen('/monitor?lang=en', 'clerkElsewhere')).toContain('No difference is open')
    expect(await seen('/monitor?lang=en', 'operator')).toContain('owed, and has not left')
    expect((await site.get('/monitor', 'venueStaff')).status).toBe(403)
  })

  test('metrics are counts alone, for this machine', async () => {
    const { text } = await site.get('/metrics', 'operator')
    expect(text).toContain('sesshu_notice_alarms_open 1\n')
    expect(text).toContain(`sesshu_notice_alarms_open{municipality="${town}",kind="missed"} 1\n`)
    expect(text).toContain('sesshu_notices_of_day{what="missed"} 1\n')
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/)
    const proxied = { headers: { 'x-forwarded-for': '203.0.113.9' } }
    expect((await site.app.request('/metrics', proxied)).status).toBe(404)
  })

  test('a clerk marks it as seen to, once, and not another town’s', async () => {
    const path = `/monitor/alarms/${alarm}/settle`
    expect((await post(path, {}, 'clerkElsewhere')).location).toBe('/monitor?said=gone')
    expect((await post(path, {}, 'clerk')).location).toBe('/monitor?said=settled')
    expect((await post(path, {}, 'clerk')).location).toBe('/monitor?said=gone')
    expect(await seen('/monitor?lang=en', 'clerk')).toContain('No differences')
  })
})

describe('costs', () => {
  test('are not yet decided until somebody decides, never nought', async () => {
    const before = await seen('/costs', 'clerk')
    expect(before).toContain('合計: ▲ 未定')
    expect(before).not.toMatch(/合計: 0 円/)
    const set = { item: 'pages', from: '2021-06', yen: '12.50' }
    expect((await post('/costs/prices', set, 'clerk')).status).toBe(403)
    expect((await post('/costs/prices', set, 'municipalAdministrator')).location).toBe(
      '/costs?said=priceSet',
    )
    const after = await seen('/costs?month=2021-06-01', 'clerk')
    expect(after).toContain('印刷（ページ） 14 12.50 175')
    expect(after).toContain('郵便（通） 7 ▲ 未定 ▲ 未定')
    expect(after).toContain('合計: 175 円')
    expect(after).toContain('郵便（通）の単価が未定のため、合計に含みません。')
    const csv = await site.get('/costs/2021-06.csv', 'clerk')
    expect(csv.text).toContain(`"2021-06","${town}","印刷（ページ）","14","12.50","175.00"`)
    expect(csv.text).toContain('"郵便（通）","7","未定","未定"')
  })

  test('the state sees sums of three municipalities or more, and no municipality', async () => {
    expect(await seen('/costs?lang=en', 'stateStatistician')).toContain('There are no sums yet')
    const more = ['13991', '13992'].map((five) => `${five}${municipalityCodeCheckDigit(five)}`)
    for (const code of more) {
      await db.sql`
        insert into municipality (code, prefecture, name, kana) values (${code}, '東京都', '架空市', 'カクウシ')`
      await db.sql`
        insert into municipality_setting (municipality_code, office_ja, office_en, phone, postcode, address)
        values (${code}, '係', 'Office', '00-0000-0000', '9990000', '架空') on conflict do nothing`
      await db.sql`
        insert into notice_departure (source, channel, notice_id, left_on, left_at, pages, batch_town)
        values (${randomUUID()}, 'letter', gen_random_uuid(), '2021-06-20', now(), 1, ${code})`
    }
    await reckonCosts(monitor, '2021-07-05')
    const totals = await state<{ area: string; quantity: string }[]>`
      select area_code as area, quantity from cost_total
       where month = '2021-06-01' and item = 'letters' order by 1`
    expect(totals.map((one) => ({ ...one }))).toEqual([
      { area: '00', quantity: String(7 + more.length) },
      { area: town.slice(0, 2), quantity: String(7 + more.length) },
    ])
    for (const table of ['cost_quantity', 'unit_price', 'monitor_count', 'monitor_alarm']) {
      await expect(state.unsafe(`select 1 from ${table}`)).rejects.toMatchObject({ code: '42501' })
    }
  })
})
