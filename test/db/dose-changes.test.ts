// Void, correct, confirm against paper: over HTTP, and what the database then holds: the plan and its
// news, slips, findings, statistics, the looks and what is kept of the change.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../db/client.ts'
import { keepStatistics } from '../../db/queries/statistics.ts'
import type { PlainDate } from '../../domain/course.ts'
import { testApi } from '../support/api.ts'
import { seedStaff } from '../support/credentials.ts'
import { clerkOf, courseOf, findingsOf, second, slipsOf, ticketOf } from '../support/mended.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import { aResident, aScan, type SeededResident, seedTowns, town } from '../support/town.ts'

let db: SealedDatabase
let api: ReturnType<typeof testApi>
let clerk: ReturnType<typeof clerkOf>
beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  api = testApi(db, '2021-07-20')
  clerk = clerkOf(api.app)
})
afterAll(async () => {
  await api?.close()
  await db?.drop()
})

async function dosed(person: SeededResident, changes: Record<string, unknown> = {}) {
  const answer = await api.post('/api/v1/scans', aScan(person, changes))
  expect(answer.status).toBe(201)
  return answer.body.doseId as string
}

describe('a void', () => {
  test('of the second dose reopens a complete course: it waits, reminds again, and its news go out', async () => {
    const person = await aResident(db)
    await dosed(person)
    const doseId = await dosed(person, second)
    const before = (await courseOf(db, person.residentId))!
    expect(before.stage).toBe('complete')

    expect(await clerk.change('void', doseId, { reason: 'neverGiven' })).toMatchObject({
      status: 200,
      body: { doseId, revision: 2 },
      etag: '"2"',
    })
    const after = (await courseOf(db, person.residentId))!
    expect(after).toMatchObject({ stage: 'secondDoseOverdue', doses: 1, cause: 'corrected' })
    expect([after.version, after.news]).toEqual([before.version + 1, before.version + 1])
    expect(after.steps).toMatchObject([{ kind: 'reminder', round: 1, on: '2021-07-22' }])
    expect(await slipsOf(db, person)).toEqual([1])
    // Read again, it is recorded as if nothing had been.
    const again = await api.post('/api/v1/scans', aScan(person, second))
    expect(again.body).toMatchObject({ verdict: 'recorded', findings: [] })
  })

  test('of the first of two doses that used one slip leaves the slip with the other', async () => {
    const person = await aResident(db)
    const first = await dosed(person)
    const other = await dosed(person, { givenOn: '2021-06-12' })
    expect((await findingsOf(db, other)).map(({ code }) => code)).toContain('slipAlreadyUsed')
    await clerk.change('void', first, { reason: 'recordedTwice' })
    expect(await slipsOf(db, person)).toEqual([1])
    // Judged again, nothing is left of what the first one had made of it.
    expect((await findingsOf(db, other)).every(({ state }) => state === 'corrected')).toBe(true)
  })

  test('takes its dose out of the statistics', async () => {
    const person = await aResident(db)
    const doseId = await dosed(person, { lotNumber: 'COUNTED' })
    const worker = connect(db.urls.sesshu_worker, { name: 'test', max: 2 })
    const counted = async () => {
      await keepStatistics(worker, '2021-07-20' as PlainDate, () => false)
      const [row] = await db.sql`
        select coalesce(sum(doses), 0)::int as doses from statistic where lot_number = 'COUNTED'`
      return row!.doses
    }
    expect(await counted()).toBe(1)
    await clerk.change('void', doseId)
    expect(await counted()).toBe(0)
    await worker.end({ timeout: 1 })
  })

  test('happens once; a voided dose is changed no more', async () => {
    const person = await aResident(db)
    const doseId = await dosed(person)
    await clerk.change('void', doseId)
    for (const what of ['void', 'correct', 'confirm'] as const) {
      const more = what === 'correct' ? { givenOn: '2021-06-01' } : {}
      expect(await clerk.change(what, doseId, more)).toMatchObject({
        status: 409,
        body: { code: 'doseIsVoided' },
      })
    }
  })
})

describe('a visit without a dose that was none', () => {
  test('is taken back by staff with a reason, once; the reminder waits for it no more', async () => {
    const person = await aResident(db)
    await dosed(person)
    const visit = aScan(person, { slipKind: 'screenedOnly', givenOn: '2021-07-20' })
    const { screeningId } = (await api.post('/api/v1/scans', visit)).body
    const first = async () => (await courseOf(db, person.residentId))!.steps[0]!.on
    expect(await first()).toBe('2021-08-03')
    const path = `/screenings/${screeningId}/void`
    const body = { reason: 'keyedWrongly' }
    expect((await clerkOf(api.app, 'clerkElsewhere').ask('POST', path, body)).status).toBe(404)
    expect((await clerk.ask('POST', path, { reason: 'one’s own words' })).status).toBe(422)
    expect((await clerk.ask('POST', path, body)).body).toEqual({ screeningId })
    expect(await first()).toBe('2021-07-22')
    expect((await clerk.ask('POST', path, body)).status).toBe(409)
    const [kept] = await db.sql`
      select void_reason as reason, voided_by is not null as "isKnown" from screening
       where id = ${screeningId}`
    expect(kept).toEqual({ reason: 'keyedWrongly', isKnown: true })
  })
})

describe('a correction', () => {
  test('of the first dose moves the second’s dates, the age band and the findings', async () => {
    const person = await aResident(db, { bornOn: '1956-08-20' })
    const first = await dosed(person, { givenOn: '2021-06-09' })
    await dosed(person, { claimedDoseNumber: 2, givenOn: '2021-06-20', productCode: 'pfizer' })
    const [late] = await db.sql`
      select dose_id as id from finding where code = 'intervalTooShort' order by found_at desc limit 1`
    await clerk.change('correct', first, { reason: 'wrongDate', givenOn: '2021-05-30' })
    expect(await findingsOf(db, late!.id)).toMatchObject([
      { code: 'intervalTooShort', state: 'corrected' },
    ])

    const alone = await aResident(db, { bornOn: '1956-08-20' })
    const dose = await dosed(alone)
    await clerk.change('correct', dose, { reason: 'wrongProduct', productCode: 'moderna' })
    expect(await courseOf(db, alone.residentId)).toMatchObject({
      dueOn: '2021-07-07',
      steps: [{ kind: 'reminder', on: '2021-07-29', occasion: dose }],
    })
    // Nobody has a lot of that number of the other product.
    expect(await findingsOf(db, dose)).toMatchObject([{ code: 'lotUnknown', state: 'ruleHit' }])
  })

  test('of the number uses the other slip', async () => {
    const person = await aResident(db)
    const doseId = await dosed(person)
    await clerk.change('correct', doseId, { claimedDoseNumber: 2, reason: 'wrongDoseNumber' })
    expect(await slipsOf(db, person)).toEqual([2])
    expect(await courseOf(db, person.residentId)).toMatchObject({ stage: 'awaitingFirstDose' })
  })

  test.each([
    ['nothing new', { givenOn: '2021-06-09' }, 'nothingToCorrect'],
    ['a future day', { givenOn: '2021-08-01' }, 'givenOnInFuture'],
    ['an unknown product', { productCode: 'water' }, 'unknownProduct'],
    ['an unknown venue', { venueCode: '0000000009' }, 'unknownVenue'],
    [
      'a reason in words of one’s own',
      { lotNumber: 'X1', reason: '見本太郎さん 1950-05-05' },
      'reasonNotListed',
    ],
  ])('with %s is refused, and nothing is written', async (_, more, code) => {
    const person = await aResident(db)
    const doseId = await dosed(person)
    expect(await clerk.change('correct', doseId, more)).toMatchObject({
      status: 422,
      body: { code },
    })
    expect((await clerk.see(doseId)).body).toMatchObject({ revision: 1, changes: [] })
  })

  test('after the day of recording, or before a child’s birth, is refused', async () => {
    api.setDay('2021-06-10')
    const child = await aResident(db, { bornOn: '2008-05-05' })
    const doseId = await dosed(child)
    api.setDay('2021-07-20')
    const late = await clerk.change('correct', doseId, { givenOn: '2021-06-11' })
    expect(late.body).toMatchObject({ code: 'givenOnAfterRecorded' })
    const early = await clerk.change('correct', doseId, { givenOn: '2008-05-04' })
    expect(early.body).toMatchObject({ code: 'dateBeforeBirth' })
  })
})

describe('who may, and which revision they saw', () => {
  test('people say it (428, 412), staff of another town and unknown ids are 404, programs 403', async () => {
    const person = await aResident(db)
    const doseId = await dosed(person)
    const path = `/doses/${doseId}/void`
    const body = { reason: 'misread' }
    expect(await clerk.ask('POST', path, body)).toMatchObject({
      status: 428,
      body: { code: 'ifMatchMissing' },
    })
    for (const stale of ['"2"', 'W/"7"', '*', 'x']) {
      expect((await clerk.change('void', doseId, {}, stale)).status).toBe(412)
    }
    expect(
      (await clerkOf(api.app, 'clerkElsewhere').change('void', doseId, {}, '"1"')).status,
    ).toBe(404)
    expect((await clerk.change('void', randomUUID(), {}, '"1"')).status).toBe(404)
    expect((await clerkOf(api.app, 'operator').change('void', doseId, {}, '"1"')).status).toBe(403)
    expect((await api.post(`/api/v1${path}`, body, { 'if-match': '"1"' })).status).toBe(403)
    expect((await clerk.see(doseId)).body.revision).toBe(1)
  })

  test('of two at once one is told that the other was faster', async () => {
    const person = await aResident(db)
    const doseId = await dosed(person)
    const both = await Promise.all([
      clerk.change('correct', doseId, { lotNumber: 'A1' }, '"1"'),
      clerk.change('correct', doseId, { lotNumber: 'B1' }, '"1"'),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412])
  })

  test('confirmed against paper, nothing changes it, not even SQL, until the lock is lifted', async () => {
    const person = await aResident(db)
    const doseId = await dosed(person)
    await clerk.change('confirm', doseId, { reason: 'comparedWithPaper' })
    const other = await aResident(db)
    const attempts = [
      ['void', {}],
      ['correct', { lotNumber: 'Z9' }],
      ['reattribute', ticketOf(other)],
      ['confirm', {}],
    ] as const
    for (const [what, more] of attempts) {
      expect(await clerk.change(what, doseId, more)).toMatchObject({
        status: 409,
        body: { code: 'confirmedOnPaper' },
      })
    }
    const bulk = db.sql`update dose set lot_number = 'bulk' where id = ${doseId}`
    await expect(bulk).rejects.toThrow(/confirmed against paper/)
    expect((await clerk.change('unlock', doseId, { reason: 'other' })).status).toBe(200)
    expect((await clerk.change('correct', doseId, { lotNumber: 'Z9' })).status).toBe(200)
    expect((await clerk.see(doseId)).body).toMatchObject({
      revision: 4,
      changes: [
        { kind: 'confirmed' },
        { kind: 'lockLifted' },
        { kind: 'corrected', before: { lotNumber: 'TEST01' }, after: { lotNumber: 'Z9' } },
      ],
    })
  })

  test('what is kept of a change is added, never changed or deleted', async () => {
    for (const statement of ['update dose_change set reason = $$x$$', 'delete from dose_change']) {
      await expect(db.sql.unsafe(statement)).rejects.toThrow(/added, never changed/)
    }
  })

  test('each read and each change leaves a look at each person', async () => {
    const [wrong, right] = [await aResident(db), await aResident(db)]
    const doseId = await dosed(wrong)
    await db.sql`delete from ledger_inbox`
    await clerk.see(doseId)
    await clerk.change('reattribute', doseId, ticketOf(right), '"1"')
    const looks = await db.sql`
      select resident_id as "residentId", actor_role as role from ledger_inbox
       where purpose = 'changeDose'`
    const at = (residentId: string) => looks.filter((look) => look.residentId === residentId).length
    expect([at(wrong.residentId), at(right.residentId), looks.length]).toEqual([2, 1, 3])
    expect(looks.every(({ role }) => role === 'clerk')).toBe(true)
  })

  test('of a protected person no place is told', async () => {
    const person = await aResident(db)
    const doseId = await dosed(person)
    await clerk.change('correct', doseId, { lotNumber: 'P1' })
    await db.sql`insert into protection (municipality_code, resident_id, from_on)
                 values (${town}, ${person.residentId}, '2021-01-01')`
    const { body } = await clerk.see(doseId)
    expect(JSON.stringify(body)).not.toContain('1310400018')
    expect(body).not.toHaveProperty('issuingMunicipalityCode')
  })
})
