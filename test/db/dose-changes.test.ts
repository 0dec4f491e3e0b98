// Void, correct, move to another person, confirm against paper: over HTTP, and what the database then
// holds: the plan and its news, slips, findings, notices, statistics, the look and what is kept of it.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../db/client.ts'
import { keepStatistics } from '../../db/queries/statistics.ts'
import type { PlainDate } from '../../domain/course.ts'
import { testApi } from '../support/api.ts'
import { seedStaff } from '../support/credentials.ts'
import { clerkOf, courseOf } from '../support/mended.ts'
import { seedTicket } from '../support/people.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import { aResident, aScan, otherTown, seedTowns, type SeededResident, town } from '../support/town.ts'

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

const second = { claimedDoseNumber: 2, givenOn: '2021-06-30' }
const ticketOf = ({ municipalityCode, ticketNumber: number }: SeededResident) => {
  return { ticket: { municipalityCode, number } }
}
const slipsOf = async (person: SeededResident) => {
  const [index] = await db.vault.index(person.municipalityCode, 'ticket', [person.ticketNumber])
  const rows = await db.sql`
    select dose_number from ticket_slip where ticket_index = ${Buffer.from(index!)} order by 1`
  return rows.map((row) => row.dose_number)
}
const findingsOf = (doseId: string) =>
  db.sql`select code, state from finding where dose_id = ${doseId} order by code`
const remindersOf = async (person: SeededResident) =>
  (await courseOf(db, person.residentId))!.steps.filter(({ kind }) => kind === 'reminder')

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
    expect(await slipsOf(person)).toEqual([1])
    // Read again, it is recorded as if nothing had been.
    const again = await api.post('/api/v1/scans', aScan(person, second))
    expect(again.body).toMatchObject({ verdict: 'recorded', findings: [] })
  })

  test('of the first of two doses that used one slip leaves the slip with the other', async () => {
    const person = await aResident(db)
    const first = await dosed(person)
    const other = await dosed(person, { givenOn: '2021-06-12' })
    expect((await findingsOf(other)).map(({ code }) => code)).toContain('slipAlreadyUsed')
    await clerk.change('void', first, { reason: 'recordedTwice' })
    expect(await slipsOf(person)).toEqual([1])
    // Judged again, nothing is left of what the first one had made of it.
    expect((await findingsOf(other)).every(({ state }) => state === 'corrected')).toBe(true)
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

describe('a correction', () => {
  test('of the first dose moves the second’s dates, the age band and the findings', async () => {
    const person = await aResident(db, { bornOn: '1956-08-20' })
    const first = await dosed(person, { givenOn: '2021-06-09' })
    await dosed(person, { claimedDoseNumber: 2, givenOn: '2021-06-20', productCode: 'pfizer' })
    const [late] = await db.sql`
      select dose_id as id from finding where code = 'intervalTooShort' order by found_at desc limit 1`
    await clerk.change('correct', first, { reason: 'wrongDate', givenOn: '2021-05-30' })
    expect(await findingsOf(late!.id)).toMatchObject([
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
    expect(await findingsOf(dose)).toMatchObject([{ code: 'lotUnknown', state: 'ruleHit' }])
  })

  test('of the number uses the other slip', async () => {
    const person = await aResident(db)
    const doseId = await dosed(person)
    await clerk.change('correct', doseId, { claimedDoseNumber: 2, reason: 'wrongDoseNumber' })
    expect(await slipsOf(person)).toEqual([2])
    expect(await courseOf(db, person.residentId)).toMatchObject({ stage: 'awaitingFirstDose' })
  })

  test.each([
    ['nothing new', { givenOn: '2021-06-09' }, 'nothingToCorrect'],
    ['a future day', { givenOn: '2021-08-01' }, 'givenOnInFuture'],
    ['an unknown product', { productCode: 'water' }, 'unknownProduct'],
    ['an unknown venue', { venueCode: '0000000009' }, 'unknownVenue'],
    ['a reason with a number', { lotNumber: 'X1', reason: '券 4000 0000 12' }, 'reasonNamesSomebody'],
  ])('with %s is refused, and nothing is written', async (_, more, code) => {
    const person = await aResident(db)
    const doseId = await dosed(person)
    expect(await clerk.change('correct', doseId, more)).toMatchObject({ status: 422, body: { code } })
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

describe('a move to another person', () => {
  test('reminds whoever was wrongly recorded again, and the right one no more', async () => {
    const [wrong, right] = [await aResident(db), await aResident(db)]
    await dosed(wrong)
    await dosed(right)
    const doseId = await dosed(wrong, second)
    expect(await remindersOf(wrong)).toEqual([])
    expect(await remindersOf(right)).toMatchObject([{ round: 1 }])

    const moved = await clerk.change('reattribute', doseId, ticketOf(right))
    expect(moved).toMatchObject({ status: 200, body: { revision: 2 } })
    expect(await remindersOf(wrong)).toMatchObject([{ round: 1 }])
    expect(await courseOf(db, right.residentId)).toMatchObject({ stage: 'complete', doses: 2 })
    expect([await slipsOf(wrong), await slipsOf(right)]).toEqual([[1], [1, 2]])
    const kept = await db.sql`
      select kind, resident_id as "residentId", before is not null as before from dose_change
       where dose_id = ${doseId} order by kind`
    expect([...kept]).toEqual([
      { kind: 'movedAway', residentId: wrong.residentId, before: true },
      { kind: 'movedHere', residentId: right.residentId, before: false },
    ])
  })

  test('opens a course for somebody of the register who had none, with or without a sheet', async () => {
    for (const to of ['ticket', 'residentId'] as const) {
      const [wrong, right] = [await aResident(db), await aResident(db)]
      const doseId = await dosed(wrong)
      if (to === 'residentId') await db.sql`delete from ticket where resident_id = ${right.residentId}`
      const whom = to === 'ticket' ? ticketOf(right) : { residentId: right.residentId }
      expect((await clerk.change('reattribute', doseId, whom)).status).toBe(200)
      expect(await courseOf(db, right.residentId)).toMatchObject({ doses: 1, news: 2 })
      expect(await courseOf(db, wrong.residentId)).toMatchObject({ stage: 'awaitingFirstDose' })
      expect(await slipsOf(wrong)).toEqual([])
    }
  })

  test('leaves the register of a town in which the person never was', async () => {
    // A's sheet, used after a move to the other town, whose register keeps the dose.
    const mover = await aResident(db)
    await dosed(mover)
    const registerNumber = `M${mover.registerNumber}`
    const arrival = {
      ...{ eventId: randomUUID(), kind: 'movedIn', municipalityCode: otherTown, registerNumber },
      effectiveOn: '2021-06-15',
      previous: { municipalityCode: town, registerNumber: mover.registerNumber },
      name: { family: '見本', given: `太郎${mover.registerNumber.slice(1)}`, kana: 'ミホン タロウ' },
      ...{ bornOn: '1950-05-05', postcode: '0600000', address: '見本町9番' },
    }
    expect((await api.post('/api/v1/moves', arrival)).status).toBe(200)
    const doseId = await dosed(mover, second)
    const right = await aResident(db)
    await dosed(right)

    expect((await clerk.see(doseId)).status).toBe(404)
    const elsewhere = clerkOf(api.app, 'clerkElsewhere')
    expect((await elsewhere.change('reattribute', doseId, ticketOf(right))).status).toBe(200)
    const [dose] = await db.sql`
      select municipality_code as town, resident_id as "residentId" from dose where id = ${doseId}`
    expect(dose).toEqual({ town, residentId: right.residentId })
    expect(await findingsOf(doseId)).toMatchObject([{ code: 'ticketRevoked', state: 'corrected' }])
    expect(await courseOf(db, right.residentId)).toMatchObject({ stage: 'complete' })
    expect(await courseOf(db, mover.residentId)).toMatchObject({ doses: 1 })
    // It is the other register's now.
    expect([(await elsewhere.see(doseId)).status, (await clerk.see(doseId)).status]).toEqual([404, 200])
  })

  test.each([
    ['the same person', (a: SeededResident) => ticketOf(a), 'samePerson'],
    ['nobody', (a: SeededResident) => ticketOf({ ...a, ticketNumber: '9999999999' }), 'unknownTicket'],
    ['another town', (a: SeededResident) => ticketOf({ ...a, municipalityCode: otherTown }), 'otherIssuer'],
    ['nobody of the register', () => ({ residentId: randomUUID() }), 'unknownResident'],
    ['both', (a: SeededResident) => ({ ...ticketOf(a), residentId: randomUUID() }), 'ticketOrResident'],
  ])('to %s is refused', async (_, whom, code) => {
    const person = await aResident(db)
    const doseId = await dosed(person)
    expect(await clerk.change('reattribute', doseId, whom(person))).toMatchObject({
      status: 422,
      body: { code },
    })
  })

  test('and back, both ways at once and among scans: no deadlock, every dose with somebody', async () => {
    const people = await Promise.all([0, 1, 2, 3].map(() => aResident(db)))
    const doses: string[] = []
    for (const person of people) doses.push(await dosed(person))
    const moves = doses.flatMap((doseId, i) => [
      clerk.change('reattribute', doseId, ticketOf(people[(i + 1) % 4]!)),
      clerk.change('reattribute', doseId, ticketOf(people[(i + 3) % 4]!)),
      api.post('/api/v1/scans', aScan(people[i]!, second)),
    ])
    const statuses = (await Promise.all(moves)).map(({ status }) => status)
    expect(statuses.filter((status) => ![200, 201, 412, 422].includes(status))).toEqual([])
    const courses = await Promise.all(people.map((p) => courseOf(db, p.residentId)))
    expect(courses.reduce((sum, course) => sum + course!.doses, 0)).toBe(8)
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
    expect((await clerkOf(api.app, 'clerkElsewhere').change('void', doseId, {}, '"1"')).status).toBe(404)
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

describe('a visit without a dose', () => {
  const screenedOnly = (person: SeededResident, number: number, on: string) =>
    api.post(
      '/api/v1/scans',
      aScan(person, { slipKind: 'screenedOnly', claimedDoseNumber: number, givenOn: on }),
    )

  test('puts the first reminder off for 14 days, whenever it is told', async () => {
    const person = await aResident(db)
    await dosed(person)
    expect(await remindersOf(person)).toMatchObject([{ on: '2021-07-22' }])
    await screenedOnly(person, 2, '2021-07-18')
    expect(await remindersOf(person)).toMatchObject([{ on: '2021-08-01' }])
    const course = (await courseOf(db, person.residentId))!
    expect(course.news).toBe(course.version)

    // Heard of before the dose itself.
    const early = await aResident(db)
    await screenedOnly(early, 2, '2021-07-15')
    await dosed(early)
    expect(await remindersOf(early)).toMatchObject([{ on: '2021-07-29' }])
  })

  test('that takes the last slip opens a task, once', async () => {
    const person = await aResident(db)
    const tasks = () => db.sql`
      select kind from task where resident_id = ${person.residentId} and kind = 'slipsUsedUp'`
    await screenedOnly(person, 1, '2021-07-01')
    await screenedOnly(person, 1, '2021-07-05')
    expect(await tasks()).toHaveLength(0)
    await screenedOnly(person, 2, '2021-07-10')
    await screenedOnly(person, 2, '2021-07-12')
    expect(await tasks()).toHaveLength(1)
    // A new sheet has slips of its own.
    const reissued = { ...person, ticketNumber: String(Number(person.ticketNumber) + 1_000_000) }
    await seedTicket(db, person, reissued.ticketNumber)
    await screenedOnly(reissued, 1, '2021-07-14')
    expect(await tasks()).toHaveLength(1)
  })
})
