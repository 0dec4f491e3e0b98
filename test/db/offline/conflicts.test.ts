// What came back to a tablet is a to-do of its venue's lead: told once, sealed, seen with a look, settled.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, type Sql } from '../../../db/client.ts'
import { deleteDue } from '../../../db/retention/delete-due.ts'
import { dailyClasses } from '../../../domain/retention.ts'
import type { Staff } from '../../support/credentials.ts'
import {
  type DeviceSite,
  deviceSite,
  type EnrolledTablet,
  enrolTablet,
  send,
} from '../../support/tablets.ts'
import { town, venue } from '../../support/town.ts'

const line = '211310410000004713'
const refusedScan = (more: object = {}) => ({
  scanId: randomUUID(),
  line,
  birthYear: 1937,
  readBy: 'typed',
  givenOn: '2021-06-09',
  givenAtLocalTime: '10:35',
  venueCode: venue,
  productCode: 'pfizer',
  lotNumber: 'TEST01',
  claimedDoseNumber: 1,
  source: 'tablet',
  ...more,
})
const told = (scan: { scanId: string }, more: object = {}) => ({
  scanId: scan.scanId,
  code: 'ticketLineCheck',
  status: 422,
  keptAt: '2026-11-25T01:00:00.000Z',
  cameBackAt: '2026-11-25T03:00:00.000Z',
  scan,
  ...more,
})

let site: DeviceSite
let tablet: EnrolledTablet
beforeAll(async () => {
  site = await deviceSite()
  tablet = await enrolTablet(site.base, venue, site.administrator())
})
afterAll(() => site.close())

const tell = (body: object) =>
  send(site.base, tablet.tablet, 'POST', '/api/v1/scan-conflicts', body)
const ask = async (who: Staff, path: string, body?: object) => {
  const answer = await fetch(`${site.base}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { ...site.from(who), 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}
const list = async (who: Staff, query = '') =>
  (await ask(who, `/api/v1/scan-conflicts${query}`)).body

describe('a scan that came back', () => {
  test('is told once, however often, and stands sealed', async () => {
    const scan = refusedScan()
    const first = await tell(told(scan))
    const again = await tell(told(scan, { cameBackAt: '2026-11-25T05:00:00.000Z' }))
    expect([first.status, again.status, again.body.id]).toEqual([201, 200, first.body.id])
    const [row] = await site.db.sql<{ text: string }[]>`
      select row_to_json(c)::text as text from scan_conflict c where id = ${first.body.id as string}`
    expect(row?.text).toContain('"venue_code":"1310400018"')
    expect(row?.text).not.toMatch(/0000004713|(?<![0-9a-f])1937(?![0-9a-f])/)
  })

  test('is kept as far as it can be understood, whatever was wrong with it', async () => {
    const odd = {
      scanId: randomUUID(),
      line: 7,
      givenOn: '2021-02-31',
      productCode: 'x'.repeat(99),
    }
    expect((await tell(told(odd, { code: 'malformed' }))).status).toBe(201)
    const bare = told(refusedScan(), { code: 'unreadableOnTablet', status: 0, scan: undefined })
    expect((await tell(bare)).status).toBe(201)
    const broken = told(refusedScan(), { code: 'not a code' })
    expect((await tell(broken)).status).toBe(422)
  })

  test('is seen by its own town alone, and told by tablets alone', async () => {
    const seen = await list('venueStaff')
    expect(seen.open).toBe(3)
    expect(JSON.stringify(seen)).not.toContain('0000004713')
    expect((await list('venueStaff', `?venueCode=${venue}`)).open).toBe(3)
    expect((await list('venueStaff', '?venueCode=1310400026')).open).toBe(0)
    expect((await list('clerkElsewhere')).open).toBe(0)
    expect((await ask('operator', '/api/v1/scan-conflicts')).status).toBe(403)
    expect((await ask('venueStaff', '/api/v1/scan-conflicts', told(refusedScan()))).status).toBe(
      403,
    )
    expect((await send(site.base, tablet.tablet, 'GET', '/api/v1/scan-conflicts')).status).toBe(403)
  })

  test('shows its number to whoever asks for that one, and leaves a look', async () => {
    const { conflicts } = await list('venueStaff')
    const one = conflicts.find(({ hasReading }: { hasReading: boolean }) => hasReading)
    await site.db.sql`delete from ledger_inbox`
    const reading = await ask('venueStaff', `/api/v1/scan-conflicts/${one.id}/reading`)
    expect(reading.body).toEqual({ ticket: line, birth: '1937' })
    const looks = await site.db.sql`
      select purpose, municipality_code as town, resident_id as about, fields from ledger_inbox`
    expect(looks).toEqual([
      { purpose: 'settleConflict', town, about: one.id, fields: ['ticketNumber', 'bornOn'] },
    ])
    const elsewhere = await ask('clerkElsewhere', `/api/v1/scan-conflicts/${one.id}/reading`)
    expect(elsewhere.status).toBe(404)
  })

  test('is settled once, with a reason, and names nobody then', async () => {
    const { conflicts } = await list('clerk')
    const one = conflicts.find(({ hasReading }: { hasReading: boolean }) => hasReading)
    const path = `/api/v1/scan-conflicts/${one.id}/settle`
    expect((await ask('clerk', path, { outcome: 'whatever' })).status).toBe(422)
    expect((await ask('clerkElsewhere', path, { outcome: 'notGiven' })).status).toBe(404)
    expect((await ask('clerk', path, { outcome: 'keyedFromPaper' })).status).toBe(200)
    expect((await ask('clerk', path, { outcome: 'notGiven' })).status).toBe(404)
    const [row] = await site.db.sql`
      select outcome, ticket_read as ticket, birth_stated as birth, ticket_index as sheet
        from scan_conflict where id = ${one.id}`
    expect(row).toEqual({ outcome: 'keyedFromPaper', ticket: null, birth: null, sheet: null })
    const keysLeft = () => site.db.sql`select 1 from resident_key where resident_id = ${one.id}`
    expect(await keysLeft()).toHaveLength(1)
    await runDaily('unattachedKeys', '2021-07-02')
    expect(await keysLeft()).toHaveLength(0)
  })

  test('that nobody settles loses what it names after a year', async () => {
    await tell(told(refusedScan()))
    await runDaily('scanConflicts', '2021-07-01')
    const named = () => site.db.sql`select 1 from scan_conflict where ticket_read is not null`
    expect(await named()).toHaveLength(1)
    await runDaily('scanConflicts', '2021-07-02')
    expect(await named()).toHaveLength(0)
  })
})

describe('by its sheet it is found, when somebody is erased:', () => {
  test.each([
    ['a line', { line }, town],
    ['ten digits', { line: '0000004713' }, town],
    [
      'a town and a number',
      { line: 7, ticket: { municipalityCode: town, number: '0000004713' } },
      town,
    ],
    ['a town that there is not', { line: '219990090000004713' }, null],
    ['half a number', { line: '00000' }, null],
  ])('%s', async (_name, read, of) => {
    const { body } = await tell(told(refusedScan(read)))
    const [index] = await site.db.vault.index(town, 'ticket', ['0000004713'])
    const [row] = await site.db.sql`
      select ticket_town as town, ticket_index as index from scan_conflict where id = ${body.id as string}`
    expect(row).toEqual({ town: of, index: of && Buffer.from(index!) })
  })
})

/** As the worker does, with the first day that is still kept. */
async function runDaily(name: string, before: string): Promise<void> {
  const sql = connect(site.db.urls.sesshu_worker, { name: 'test', max: 1 })
  const daily = dailyClasses.find((one) => one.name === name)
  await deleteDue(sql as Sql, daily!, { day: '2022-07-05' as never, before: before as never })
  await sql.end({ timeout: 1 })
}
