/** Proves: lots are dated data, and doses recorded before are judged again when these change. */
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { followDueStatements } from '../../../db/queries/lots.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { startLotKeeper } from '../../../workers/lots.ts'
import { type FindingsSite, findingsSite } from '../../support/findings.ts'
import { seedTicket } from '../../support/people.ts'
import { aResident, otherTown, town } from '../../support/town.ts'

let site: FindingsSite
beforeAll(async () => {
  site = await findingsSite()
})
afterAll(() => site?.close())

const put = async (lot: object) => {
  const answer = await site.api.put('/api/v1/lots', { lots: [{ productCode: 'pfizer', ...lot }] })
  expect([answer.status, answer.body]).toEqual([200, { lots: 1 }])
}
const inForce = async (lotNumber: string) => {
  const [row] = await site.db.sql`
    select expires_on::text as expires, recalled_on::text as recalled from lot
     where lot_number = ${lotNumber}`
  return row
}
const statements = async (lotNumber: string) => {
  const rows = await site.db.sql<{ what: string }[]>`
    select concat_ws(' ', kind, on_day, 'from', known_from) as what from lot_statement
     where lot_number = ${lotNumber} order by id`
  return rows.map(({ what }) => what)
}

describe('an extension of the shelf life', () => {
  // FJ5929, as printed and as the list of January 2022 had it.
  test('takes lotExpired from a dose recorded before, and keeps what was', async () => {
    site.api.setDay('2022-01-10')
    await put({ lotNumber: 'FJ5929', expiresOn: '2022-01-31' })
    site.api.setDay('2022-02-20')
    const { doseId } = await site.dosed({ lotNumber: 'FJ5929', givenOn: '2022-02-10' })
    expect(await site.findingsOf(doseId)).toEqual(['lotExpired ruleHit'])
    await put({
      lotNumber: 'FJ5929',
      expiries: [
        { expiresOn: '2022-04-30', knownFrom: '2022-01-21', source: 'list of 2022-01-21' },
      ],
    })
    expect(await inForce('FJ5929')).toEqual({ expires: '2022-04-30', recalled: null })
    expect(await site.judge('2022-02-20')).toBe(1)
    expect(await site.findingsOf(doseId)).toEqual(['lotExpired withdrawn (hits no more)'])
    const [event] = await site.db.sql`
      select what, because, by_whom, state_from, state_to, on_day::text from finding_event
       where dose_id = ${doseId}`
    expect(event).toEqual({
      ...{ what: 'hitsNoMore', because: 'lotData', by_whom: 'worker' },
      ...{ state_from: 'ruleHit', state_to: 'withdrawn', on_day: '2022-02-20' },
    })
    // Sent once more as it was printed, as a register's file does: nothing new is said by it.
    await put({ lotNumber: 'FJ5929', expiresOn: '2022-01-31' })
    expect(await inForce('FJ5929')).toEqual({ expires: '2022-04-30', recalled: null })
    expect(await statements('FJ5929')).toEqual([
      'expiry 2022-01-31 from 2022-01-10',
      'expiry 2022-04-30 from 2022-01-21',
    ])
  })

  test('taken back, the finding is open again', async () => {
    await put({ lotNumber: 'FJ5929', expiresOn: '2022-01-31', knownFrom: '2022-02-20' })
    await site.judge('2022-02-20')
    const [row] = await site.db.sql<{ dose: string }[]>`
      select dose_id as dose from finding where code = 'lotExpired'`
    expect(await site.findingsOf(row!.dose)).toEqual(['lotExpired ruleHit'])
  })

  test('known from a later day holds from that day on, without anybody asking', async () => {
    site.api.setDay('2022-03-01')
    await put({ lotNumber: 'FL1839', expiresOn: '2022-01-31' })
    const { doseId } = await site.dosed({ lotNumber: 'FL1839', givenOn: '2022-02-28' })
    await put({ lotNumber: 'FL1839', expiresOn: '2022-04-30', knownFrom: '2022-03-05' })
    await site.judge('2022-03-01')
    expect(await followDueStatements(site.worker, '2022-03-04' as PlainDate)).toBe(0)
    expect(await site.findingsOf(doseId)).toEqual(['lotExpired ruleHit'])
    expect(await followDueStatements(site.worker, '2022-03-05' as PlainDate)).toBe(1)
    expect(await followDueStatements(site.worker, '2022-03-05' as PlainDate)).toBe(0)
    await site.judge('2022-03-05')
    expect(await site.findingsOf(doseId)).toEqual(['lotExpired withdrawn (hits no more)'])
  })
})

test('a recall reaches the doses of its day and later; a lot that gets named is unknown no more', async () => {
  // Moderna’s 3004667, suspended on 2021-08-26; nobody had named it before.
  site.api.setDay('2021-08-30')
  const lot = { productCode: 'moderna', lotNumber: '3004667' }
  const before = await site.dosed({ ...lot, givenOn: '2021-08-20' })
  const after = await site.dosed({ ...lot, givenOn: '2021-08-27' })
  const other = await site.dosed({ ...lot, lotNumber: '3004734', givenOn: '2021-08-27' })
  expect(await site.findingsOf(after.doseId)).toEqual(['lotUnknown ruleHit'])
  await put({ ...lot, recalledOn: '2021-08-26', source: 'suspended by the ministry' })
  await site.judge('2021-08-30')
  expect(await site.findingsOf(before.doseId)).toEqual(['lotUnknown withdrawn (hits no more)'])
  expect(await site.findingsOf(after.doseId)).toEqual([
    'lotRecalled ruleHit',
    'lotUnknown withdrawn (hits no more)',
  ])
  expect(await site.findingsOf(other.doseId)).toEqual(['lotUnknown ruleHit'])
  const [found] = await site.db.sql`
    select found_on::text as on from finding where dose_id = ${after.doseId} and code = 'lotRecalled'`
  expect(found!.on).toBe('2021-08-30')
  // Lifted again.
  await put({ ...lot, recalledOn: null, knownFrom: '2021-08-30' })
  await site.judge('2021-08-30')
  expect(await site.findingsOf(after.doseId)).toContain('lotRecalled withdrawn (hits no more)')
})

test('the worker does it by itself, round by round', async () => {
  site.api.setDay('2021-09-05')
  await put({ lotNumber: 'KEPT1', expiresOn: '2021-08-31' })
  const { doseId } = await site.dosed({ lotNumber: 'KEPT1', givenOn: '2021-09-01' })
  await put({ lotNumber: 'KEPT1', expiresOn: '2021-12-31', knownFrom: '2021-09-05' })
  const log = pino({ level: 'silent' })
  const keeper = startLotKeeper({ sql: site.worker, clock: site.api.clock, log, isDemo: true })
  await vi.waitFor(
    async () =>
      expect(await site.findingsOf(doseId)).toEqual(['lotExpired withdrawn (hits no more)']),
    { timeout: 10_000, interval: 100 },
  )
  await keeper.stop()
})

test('what a person has decided, no lot takes back', async () => {
  site.api.setDay('2021-09-10')
  await put({ lotNumber: 'DECIDED1', expiresOn: '2021-08-31' })
  const { doseId } = await site.dosed({ lotNumber: 'DECIDED1', givenOn: '2021-09-01' })
  const decide = { decision: 'checkedRight', reason: 'paperAgrees', isError: true }
  expect((await site.decide({ doseId, code: 'lotExpired' }, decide)).status).toBe(200)
  await put({ lotNumber: 'DECIDED1', expiresOn: '2021-12-31', knownFrom: '2021-09-10' })
  await site.judge('2021-09-10')
  expect(await site.findingsOf(doseId)).toEqual(['lotExpired checkedRight (hits no more)'])
})

test('a lot of many is judged in pages, by any number of workers, and a scan under way is met', async () => {
  site.api.setDay('2021-09-15')
  await put({ lotNumber: 'MANY1', expiresOn: '2021-12-31' })
  const { doseId } = await site.dosed({ lotNumber: 'MANY1', givenOn: '2021-09-01' })
  await site.db.sql`
    insert into dose (municipality_code, id, resident_id, course_id, claimed_dose_number,
                      issuing_municipality_code, ticket_index, given_on, venue_code, product_code,
                      lot_number, age_band, scan_id, read_by, recorded_on)
    select municipality_code, gen_random_uuid(), resident_id, course_id, claimed_dose_number,
           issuing_municipality_code, ticket_index, given_on, venue_code, product_code, lot_number,
           age_band, gen_random_uuid(), read_by, recorded_on
      from dose, generate_series(1, 450) where id = ${doseId}`
  await site.judge('2021-09-15')
  await put({ lotNumber: 'MANY1', expiresOn: '2021-08-31', knownFrom: '2021-09-15' })
  const passes = await Promise.all([1, 2, 3].map(() => site.judge('2021-09-15')))
  expect(passes.reduce((sum, n) => sum + n, 0)).toBe(451)
  const [hit] = await site.db.sql<{ n: number }[]>`
    select count(*)::int as n from finding f join dose d on d.id = f.dose_id
     where d.lot_number = 'MANY1' and f.code = 'lotExpired' and f.state = 'ruleHit'`
  expect(hit!.n).toBe(451)
  // As a scan under way leaves it that read the lot before: the second pass finds it.
  await site.db.sql`update finding set hits = false, state = 'withdrawn' where dose_id = ${doseId}`
  const [waits] = await site.db.sql<{ again: boolean }[]>`
    select next_at > clock_timestamp() + interval '30 s' as again from lot_judgement
     where lot_number = 'MANY1'`
  expect(waits!.again).toBe(true)
  await site.db.sql`
    update lot_judgement set asked_at = asked_at - interval '80 s', next_at = now() - interval '1 s'
     where lot_number = 'MANY1'`
  expect(await site.judge('2021-09-15')).toBe(451)
  expect(await site.db.sql`select from lot_judgement where lot_number = 'MANY1'`).toHaveLength(0)
  expect(await site.findingsOf(doseId)).toEqual(['lotExpired ruleHit'])
})

describe('the people of a lot', () => {
  test('are counted by where they live today, and shown to their own town alone, with a look each', async () => {
    site.api.setDay('2021-09-20')
    await put({ lotNumber: 'PEOPLE1' })
    const here = await site.dosed({ lotNumber: 'PEOPLE1', givenOn: '2021-09-01' })
    const gone = await site.dosed({ lotNumber: 'PEOPLE1', givenOn: '2021-09-02' })
    const there = await aResident(site.db, { municipalityCode: otherTown })
    await seedTicket(site.db, there, '7000000001')
    await site.db.sql`
      update course set home_municipality_code = ${otherTown}, home_resident_id = ${there.residentId}
       where home_resident_id = ${gone.person.residentId}`
    await site.db.sql`delete from ledger_inbox`
    const path = '/lots/people?productCode=pfizer&lotNumber=PEOPLE1'
    const own = await site.staff.call('clerk', 'GET', path)
    expect(own.body).toMatchObject({
      ...{ here: { people: 1, doses: 1 }, elsewhere: { people: 1, doses: 1 } },
    })
    expect(JSON.stringify(own.body)).not.toContain(otherTown)
    expect(own.body.people).toHaveLength(1)
    expect(own.body.people[0].givenOn).toBe('2021-09-01')
    expect(JSON.stringify(own.body)).not.toContain(here.person.residentId)
    const elsewhere = await site.staff.call('clerkElsewhere', 'GET', path)
    expect(elsewhere.body.people.map((p: { givenOn: string }) => p.givenOn)).toEqual(['2021-09-02'])
    const looks = await site.db.sql`
      select purpose, municipality_code, resident_id from ledger_inbox order by municipality_code desc`
    expect([...looks]).toEqual([
      { purpose: 'checkFindings', municipality_code: town, resident_id: here.person.residentId },
      { purpose: 'checkFindings', municipality_code: otherTown, resident_id: there.residentId },
    ])
    expect((await site.staff.call('operator', 'GET', path)).status).toBe(403)
    const protectedSince = (who: { municipalityCode: string; residentId: string }) => site.db.sql`
      insert into protection (municipality_code, resident_id, from_on)
      values (${who.municipalityCode}, ${who.residentId}, '2021-06-01')`
    // Protected, who moved away is in no number any more; who lives here is still one of ours.
    await protectedSince({ municipalityCode: otherTown, residentId: there.residentId })
    await protectedSince({ municipalityCode: town, residentId: here.person.residentId })
    const after = await site.staff.call('clerk', 'GET', path)
    expect([after.body.here.people, after.body.elsewhere.people]).toEqual([1, 0])
    const page = await site.staff.page(
      'clerk',
      `/findings/lots${path.slice('/lots/people'.length)}`,
    )
    expect(page.text).not.toContain(otherTown)
  })

  test('are found by an index, however many doses there are', async () => {
    const plan = await site.db.sql.begin(async (tx) => {
      await tx`set local enable_seqscan = off`
      return tx<{ 'QUERY PLAN': string }[]>`
        explain select course_id from dose
         where product_code = 'pfizer' and lot_number = 'PEOPLE1' and voided_at is null`
    })
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('dose_lot')
  })
})

test('a lot of an unknown product, a day that is none: refused, and nothing is written', async () => {
  const refused = await site.api.put('/api/v1/lots', {
    lots: [
      { productCode: 'pfizer', lotNumber: 'GOOD1', expiresOn: '2021-09-30' },
      { productCode: 'unheard', lotNumber: 'BAD1' },
    ],
  })
  expect([refused.status, refused.body.code]).toEqual([422, 'unknownProduct'])
  expect(await inForce('GOOD1')).toBeUndefined()
  const bad = { productCode: 'pfizer', lotNumber: 'BAD1', recalledOn: '2021-02-30' }
  expect((await site.api.put('/api/v1/lots', { lots: [bad] })).body.code).toBe('invalidDate')
})
