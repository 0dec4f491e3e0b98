// A dose goes to the person it was given to: both courses, slips and registers, and the notices that are
// under way. And a visit without a dose: what waits for it, and the task when the last slip is used.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createActivities } from '../../activities/index.ts'
import { createLog } from '../../config/log.ts'
import { connect, type Sql } from '../../db/client.ts'
import type { NoticeStep } from '../../domain/activity-contract.ts'
import type { PlainDate } from '../../domain/course.ts'
import { testApi } from '../support/api.ts'
import { seedStaff } from '../support/credentials.ts'
import { clerkOf, courseOf, remindersOf, second, slipsOf, ticketOf } from '../support/mended.ts'
import { seedTicket } from '../support/people.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import {
  aResident,
  aScan,
  otherTown,
  type SeededResident,
  seedTowns,
  town,
} from '../support/town.ts'

let db: SealedDatabase
let api: ReturnType<typeof testApi>
let clerk: ReturnType<typeof clerkOf>
let worker: Sql
beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  api = testApi(db, '2021-07-20')
  clerk = clerkOf(api.app)
  worker = connect(db.urls.sesshu_worker, { name: 'test', max: 2 })
})
afterAll(async () => {
  await worker?.end({ timeout: 1 })
  await api?.close()
  await db?.drop()
})

async function dosed(person: SeededResident, changes: Record<string, unknown> = {}) {
  const answer = await api.post('/api/v1/scans', aScan(person, changes))
  expect(answer.status).toBe(201)
  return answer.body.doseId as string
}

const screenedOnly = (person: SeededResident, number: number, on: string) =>
  api.post(
    '/api/v1/scans',
    aScan(person, { slipKind: 'screenedOnly', claimedDoseNumber: number, givenOn: on }),
  )

async function moveAway(mover: SeededResident): Promise<void> {
  const arrival = {
    ...{ eventId: randomUUID(), kind: 'movedIn', municipalityCode: otherTown },
    ...{ registerNumber: `M${mover.registerNumber}`, effectiveOn: '2021-06-15' },
    previous: { municipalityCode: town, registerNumber: mover.registerNumber },
    name: { family: '見本', given: `太郎${mover.registerNumber.slice(1)}`, kana: 'ミホン タロウ' },
    ...{ bornOn: '1950-05-05', postcode: '0600000', address: '見本町9番' },
  }
  expect((await api.post('/api/v1/moves', arrival)).status).toBe(200)
}

describe('a move to another person', () => {
  test('reminds whoever was wrongly recorded again, and the right one no more', async () => {
    const [wrong, right] = [await aResident(db), await aResident(db)]
    await dosed(wrong)
    await dosed(right)
    const doseId = await dosed(wrong, second)
    expect(await remindersOf(db, wrong)).toEqual([])
    expect(await remindersOf(db, right)).toMatchObject([{ round: 1 }])

    const moved = await clerk.change('reattribute', doseId, ticketOf(right))
    expect(moved).toMatchObject({ status: 200, body: { revision: 2 } })
    expect(await remindersOf(db, wrong)).toMatchObject([{ round: 1 }])
    expect(await courseOf(db, right.residentId)).toMatchObject({ stage: 'complete', doses: 2 })
    expect([await slipsOf(db, wrong), await slipsOf(db, right)]).toEqual([[1], [1, 2]])
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
      if (to === 'residentId')
        await db.sql`delete from ticket where resident_id = ${right.residentId}`
      const whom = to === 'ticket' ? ticketOf(right) : { residentId: right.residentId }
      expect((await clerk.change('reattribute', doseId, whom)).status).toBe(200)
      expect(await courseOf(db, right.residentId)).toMatchObject({ doses: 1, news: 2 })
      expect(await courseOf(db, wrong.residentId)).toMatchObject({ stage: 'awaitingFirstDose' })
      expect(await slipsOf(db, wrong)).toEqual([])
    }
  })

  test('finds somebody who has moved on in the town where they live, course and all', async () => {
    const [wrong, right] = [await aResident(db), await aResident(db)]
    const doseId = await dosed(wrong)
    await moveAway(right)
    expect((await clerk.change('reattribute', doseId, ticketOf(right))).status).toBe(200)
    const course = (await courseOf(db, right.residentId))!
    expect(course).toMatchObject({ doses: 1, news: course.version })
    const [home] = await db.sql`
      select home_municipality_code as town from course where id = ${course.id}`
    expect(home).toEqual({ town: otherTown })
  })

  test('leaves the register of a town in which the person never was', async () => {
    // A's sheet, used after a move to the other town, whose register keeps the dose.
    const mover = await aResident(db)
    await dosed(mover)
    await moveAway(mover)
    const doseId = await dosed(mover, second)
    const right = await aResident(db)
    await dosed(right)

    expect((await clerk.see(doseId)).status).toBe(404)
    const elsewhere = clerkOf(api.app, 'clerkElsewhere')
    expect((await elsewhere.change('reattribute', doseId, ticketOf(right))).status).toBe(200)
    const rows = await db.sql`
      select municipality_code as town, resident_id as "residentId", voided_at is not null as voided
        from dose where id = ${doseId} order by voided`
    expect(rows).toMatchObject([
      { town, residentId: right.residentId, voided: false },
      { town: otherTown, voided: true },
    ])
    // What was found of it stays with the register it has left; where it is now, nothing is odd.
    const found = await db.sql`
      select municipality_code as town, code, state from finding where dose_id = ${doseId}`
    expect(found).toEqual([{ town: otherTown, code: 'ticketRevoked', state: 'corrected' }])
    expect(await courseOf(db, right.residentId)).toMatchObject({ stage: 'complete' })
    expect(await courseOf(db, mover.residentId)).toMatchObject({ doses: 1 })
    // It is the other register's now.
    expect([(await elsewhere.see(doseId)).status, (await clerk.see(doseId)).status]).toEqual([
      404, 200,
    ])
  })

  test.each([
    ['the same person', (a: SeededResident) => ticketOf(a), 'alreadyTheirs'],
    [
      'nobody',
      (a: SeededResident) => ticketOf({ ...a, ticketNumber: '9999999999' }),
      'recipientNotSure',
    ],
    ['a ticket alone', (a: SeededResident) => ({ ticket: ticketOf(a).ticket }), 'ticketNeedsBirth'],
    [
      'another town',
      (a: SeededResident) => ticketOf({ ...a, municipalityCode: otherTown }),
      'otherIssuer',
    ],
    ['nobody of the register', () => ({ residentId: randomUUID() }), 'unknownResident'],
    [
      'both',
      (a: SeededResident) => ({ ...ticketOf(a), residentId: randomUUID() }),
      'ticketOrResident',
    ],
  ])('to %s is refused', async (_, whom, code) => {
    const person = await aResident(db)
    const doseId = await dosed(person)
    expect(await clerk.change('reattribute', doseId, whom(person))).toMatchObject({
      status: 422,
      body: { code },
    })
  })

  test('to a number that is somebody else’s, erased or unknown is one refusal, and writes nothing', async () => {
    const [wrong, other, erased] = [await aResident(db), await aResident(db), await aResident(db)]
    await db.sql`update resident set erased_at = now() where id = ${erased.residentId}`
    const doseId = await dosed(wrong)
    const tries = [
      { ...ticketOf(other), birthYear: 1951 },
      { ...ticketOf(other), bornOn: '1950-05-06' },
      ticketOf(erased),
      ticketOf({ ...other, ticketNumber: '9999999998' }),
    ]
    const bodies = new Set<string>()
    for (const whom of tries) {
      const { status, body } = await clerk.change('reattribute', doseId, whom)
      expect([status, body.code]).toEqual([422, 'recipientNotSure'])
      bodies.add(JSON.stringify({ ...body, instance: undefined }))
    }
    expect(bodies.size).toBe(1)
    expect((await clerk.see(doseId)).body).toMatchObject({ revision: 1, changes: [] })
    const right = { ...ticketOf(other), bornOn: '1950-05-05' }
    expect((await clerk.change('reattribute', doseId, right)).status).toBe(200)
  })

  test('is refused where a neighbouring number is alike, but for the one that was misread', async () => {
    const at = (ticketNumber: string, bornOn = '1950-05-05') =>
      aResident(db, { ticketNumber, bornOn })
    const wrong = await at('6300000011')
    const right = await at('6300000041')
    const doseId = await dosed(wrong)
    const neighbour = await at('6300000047', '1950-11-11')
    const { body } = await clerk.change('reattribute', doseId, ticketOf(right))
    expect(body.code).toBe('recipientNotSure')
    const byDate = { ...ticketOf(right), bornOn: '1950-05-05' }
    expect((await clerk.change('reattribute', doseId, byDate)).status).toBe(200)
    expect(await courseOf(db, neighbour.residentId)).toBeUndefined()
  })

  test('asks nothing of another town’s numbers, nor writes a venue that is hidden', async () => {
    const [mover, other] = [await aResident(db), await aResident(db)]
    const doseId = await dosed(mover)
    await moveAway(mover)
    const home = clerkOf(api.app, 'clerkElsewhere')
    expect((await home.see(doseId)).body).not.toHaveProperty('venueCode')
    for (const number of [other.ticketNumber, '9999999997']) {
      const whom = ticketOf({ ...other, ticketNumber: number })
      const { body } = await home.change('reattribute', doseId, whom)
      expect(body.code).toBe('notYoursToMove')
    }
    for (const venueCode of ['1310400018', '0000000009']) {
      const { body } = await home.change('correct', doseId, { venueCode })
      expect(body.code).toBe('venueHidden')
    }
    expect((await home.change('correct', doseId, { lotNumber: 'L2' })).status).toBe(200)
    // Of a protected person not by the town that keeps it, either.
    await db.sql`insert into protection (municipality_code, resident_id, from_on)
                 values (${town}, ${mover.residentId}, '2021-01-01')`
    const { body } = await clerk.change('correct', doseId, { venueCode: '1310400018' })
    expect(body.code).toBe('venueHidden')
  })

  test('may be tried wrongly twenty times in a quarter of an hour, by one account', async () => {
    const own = testApi(db, '2021-07-20')
    const guessing = clerkOf(own.app)
    const doseId = await dosed(await aResident(db))
    const other = await aResident(db)
    for (let i = 0; i < 20; i++) {
      const whom = { ...ticketOf(other), birthYear: 1951 }
      expect((await guessing.change('reattribute', doseId, whom)).status).toBe(422)
    }
    expect((await guessing.change('reattribute', doseId, ticketOf(other))).status).toBe(429)
    await own.close()
  })

  test('of the dose that was looked for ends the search, and its task', async () => {
    const [right, wrong] = [await aResident(db), await aResident(db)]
    await dosed(right)
    const doseId = await dosed(wrong, second)
    const statementId = randomUUID()
    const said = { statementId, residentId: right.residentId, kind: 'alreadyVaccinated' }
    expect((await clerk.ask('POST', '/desk/statements', said)).status).toBe(201)
    const search = async () => {
      const [found] = await db.sql`
        select c.reminders_wait_until as until, t.outcome from course c
          join task t on t.course_id = c.id and t.kind = 'findDose'
         where c.home_resident_id = ${right.residentId}`
      return found
    }
    expect(await search()).toMatchObject({ until: expect.anything(), outcome: null })
    expect((await clerk.change('reattribute', doseId, ticketOf(right))).status).toBe(200)
    expect(await search()).toEqual({ until: null, outcome: 'doseRecorded' })
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

describe('a notice that is queued', () => {
  function activities() {
    const log = createLog({ name: 'test', to: { write: () => {} } })
    const vault = db.keyd.vault('worker')
    return createActivities({ sql: worker, vault, clock: api.clock, log, dataDir: '/nowhere' })
  }
  /** As the course's workflow asks when its day has come. */
  async function noticeDue(person: SeededResident) {
    const course = (await courseOf(db, person.residentId))!
    const step = course.steps.find(({ kind }) => kind === 'reminder') as unknown as NoticeStep
    await activities().sendNotice({ courseId: course.id, step, workflowNowMs: 0 })
    return course.id
  }
  const noticesOf = (courseId: string) => db.sql`
    select n.round, n.state, n.reason,
           (select array_agg(a.state order by a.attempt) from notice_attempt a where a.notice_id = n.id) as attempts
      from notice n where n.course_id = ${courseId} order by n.round`

  test('is withdrawn when the dose turns out to be this person’s, and owed again when it does not', async () => {
    const [right, wrong] = [await aResident(db), await aResident(db)]
    await dosed(right)
    const doseId = await dosed(wrong, second)
    api.setDay('2021-07-22')
    const courseId = await noticeDue(right)
    expect(await noticesOf(courseId)).toMatchObject([{ state: 'queued', attempts: ['queued'] }])

    await clerk.change('reattribute', doseId, ticketOf(right))
    expect(await noticesOf(courseId)).toMatchObject([
      { state: 'suppressed', reason: 'dosed', attempts: ['withdrawn'] },
    ])
    await clerk.change('reattribute', doseId, ticketOf(wrong))
    expect(await noticesOf(courseId)).toMatchObject([{ state: 'held', reason: 'recordCorrected' }])
    expect(await remindersOf(db, right)).toMatchObject([{ round: 1, on: '2021-07-22' }])
    await noticeDue(right)
    expect(await noticesOf(courseId)).toMatchObject([
      { round: 1, state: 'queued', attempts: ['withdrawn', 'queued'] },
    ])
  })

  test('waits for the later day when the first dose turns out to be later', async () => {
    const person = await aResident(db)
    const doseId = await dosed(person, { givenOn: '2021-06-01' })
    api.setDay('2021-07-22')
    const courseId = await noticeDue(person)
    await clerk.change('correct', doseId, { reason: 'wrongDate', givenOn: '2021-06-15' })
    expect(await noticesOf(courseId)).toMatchObject([
      { state: 'held', reason: 'recordCorrected', attempts: ['withdrawn'] },
    ])
    expect(await remindersOf(db, person)).toMatchObject([{ round: 1, on: '2021-07-28' }])
  })

  test('stays when its person is sent home before the evening, and leaves two weeks later', async () => {
    const person = await aResident(db)
    await dosed(person, { givenOn: '2021-06-02' })
    api.setDay('2021-07-23')
    const courseId = await noticeDue(person)
    await screenedOnly(person, 2, '2021-07-23')
    const evening = (day: string) => ({ batchOn: day as PlainDate, workflowNowMs: 0 })
    await activities().sealBatch({ municipalityCode: town, ...evening('2021-07-23') })
    expect(await noticesOf(courseId)).toMatchObject([
      { state: 'held', reason: 'waitsAfterScreening', attempts: ['withdrawn'] },
    ])
    expect(await remindersOf(db, person)).toMatchObject([{ round: 1, on: '2021-08-06' }])
    api.setDay('2021-08-06')
    await noticeDue(person)
    await activities().sealBatch({ municipalityCode: town, ...evening('2021-08-06') })
    expect(await noticesOf(courseId)).toMatchObject([
      { state: 'left', attempts: ['withdrawn', 'sealed'] },
    ])
    api.setDay('2021-07-22')
  })

  test('of which a mail may have left is not sent a second time', async () => {
    const person = await aResident(db, { mail: 'mihon@example.jp' })
    const doseId = await dosed(person, { givenOn: '2021-06-01' })
    api.setDay('2021-07-22')
    const courseId = await noticeDue(person)
    await db.sql`update notice_attempt set state = 'unknown', tries = 1
                  where notice_id = (select id from notice where course_id = ${courseId})`
    await clerk.change('correct', doseId, { reason: 'wrongDate', givenOn: '2021-06-15' })
    expect(await noticesOf(courseId)).toMatchObject([
      { state: 'suppressed', attempts: ['unknown'] },
    ])
    expect(await remindersOf(db, person)).toMatchObject([{ round: 2 }])
  })
})

describe('a visit without a dose', () => {
  test('puts the first reminder off for 14 days, whenever it is told', async () => {
    const person = await aResident(db)
    await dosed(person)
    expect(await remindersOf(db, person)).toMatchObject([{ on: '2021-07-22' }])
    await screenedOnly(person, 2, '2021-07-18')
    expect(await remindersOf(db, person)).toMatchObject([{ on: '2021-08-01' }])
    const course = (await courseOf(db, person.residentId))!
    expect(course.news).toBe(course.version)

    // Heard of before the dose itself.
    const early = await aResident(db)
    await screenedOnly(early, 2, '2021-07-15')
    await dosed(early)
    expect(await remindersOf(db, early)).toMatchObject([{ on: '2021-07-29' }])
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
