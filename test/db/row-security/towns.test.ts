// What crosses from one town to another, and what does not: by functions that give two columns away.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, type Scope, type Sql, type Tx, withPurpose } from '../../../db/client.ts'
import type { Purpose } from '../../../db/purposes.ts'
import {
  movedIn,
  openRegister,
  openVenue,
  type Register,
  residentOf,
  scanOf,
  sheetOf,
  somebody,
  told,
  towns,
} from '../../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

let db: SealedDatabase
let register: Register
let api: Sql
let worker: Sql
beforeAll(async () => {
  db = await sealedDatabase()
  register = await openRegister(db, '2021-07-01')
  await openVenue(register)
  api = connect(db.urls.sesshu_api, { name: 'test', max: 2 })
  worker = connect(db.urls.sesshu_worker, { name: 'test', max: 2 })
})
afterAll(async () => {
  await register.close()
  await api.end({ timeout: 1 })
  await worker.end({ timeout: 1 })
  await db.drop()
})

type Mover = Awaited<ReturnType<typeof aMover>>

/** First dose with A's sheet in A, then moved to B. */
async function aMover() {
  const person = somebody()
  await register.post('/residents', { residents: [residentOf(person, 'A')] })
  const sheet = sheetOf(person, 'A', '2021-04-01')
  await register.post('/tickets', { tickets: [sheet] })
  await register.post('/scans', scanOf(sheet, 1, '2021-06-09'))
  await register.post('/protections', told(person, 'A', { from: '2021-01-01', to: '2021-02-01' }))
  const moved = await register.post('/moves', movedIn(person, 'B', 'A', '2021-06-20'))
  expect(moved.status).toBe(200)
  const [course] = await db.sql<{ id: string; home: string; resident: string }[]>`
    select c.id, home_municipality_code as home, home_resident_id as resident from course c
      join course_link l on l.course_id = c.id
      join resident r on (r.municipality_code, r.id) = (l.municipality_code, l.resident_id)
     where r.register_number = ${`B${person.number}`}`
  expect(course?.home).toBe(towns.B)
  return { person, sheet, courseId: course!.id, residentInB: course!.resident }
}

function as<T>(sql: Sql, town: string | string[], purpose: Purpose, work: (tx: Tx) => Promise<T>) {
  const scope: Scope = { municipalityCode: town, purpose, look: [] }
  return withPurpose(sql, scope, work)
}

describe('a course that moved', () => {
  let mover: Mover
  beforeAll(async () => {
    mover = await aMover()
  })

  const storyFrom = (town: string) =>
    as(api, town, 'showCourse', async (tx) => ({
      courses: await tx`select * from course where id = ${mover.courseId}`,
      doses: await tx`select * from dose where course_id = ${mover.courseId}`,
      linkedDoses: await tx`select * from linked_doses(${mover.courseId})`,
      linkedEvents: await tx`select kind from linked_events(${mover.courseId})`,
      events: await tx`select kind, municipality_code from register_event`,
      links: await tx`select municipality_code from course_link`,
    }))

  test('shows its new home the earlier dose: number, date, product, lot, and no more', async () => {
    const { courses, doses, linkedDoses, linkedEvents } = await storyFrom(towns.B)
    expect(courses).toHaveLength(1)
    expect(doses).toHaveLength(0)
    expect(linkedDoses).toEqual([
      {
        id: expect.any(String),
        claimed_dose_number: 1,
        given_on: '2021-06-09',
        product_code: 'pfizer',
        lot_number: 'MIHON01',
        municipality_code: towns.A,
      },
    ])
    // Of the old town's events its moves; never a protection.
    expect(linkedEvents.map(({ kind }) => kind)).toEqual(['movedIn'])
  })

  test('shows its old town "moved out", and not where', async () => {
    const story = await storyFrom(towns.A)
    expect(story.courses).toHaveLength(0)
    expect(story.linkedDoses).toHaveLength(0)
    expect(story.linkedEvents).toHaveLength(0)
    expect(JSON.stringify(story)).not.toContain(towns.B)
    expect(story.doses).toHaveLength(1)
    const [row] = await as(api, towns.A, 'manageRegister', (tx) => {
      return tx`select status from resident where register_number = ${`A${mover.person.number}`}`
    })
    expect(row).toEqual({ status: 'movedOut' })
  })

  test('is nothing to a third town', async () => {
    const { links: _, ...story } = await storyFrom(towns.C)
    expect(Object.values(story).flat()).toEqual([])
  })

  test('hides the old address, name and ticket from the new town', async () => {
    const found = await as(api, towns.B, 'manageRegister', async (tx) => [
      ...(await tx`select municipality_code from person`),
      ...(await tx`select municipality_code from residence`),
      ...(await tx`select municipality_code from ticket`),
    ])
    expect(found.filter((row) => row.municipality_code !== towns.B)).toEqual([])
  })

  test('is told by links alone: without one, the new home sees no dose', async () => {
    const [cut] = await db.sql`
      delete from course_link where course_id = ${mover.courseId} and municipality_code = ${towns.A}
      returning *`
    expect((await storyFrom(towns.B)).linkedDoses).toHaveLength(0)
    await db.sql`insert into course_link ${db.sql(cut!)}`
    expect((await storyFrom(towns.B)).linkedDoses).toHaveLength(1)
  })

  test('goes on with the old town’s sheet: the scan brings both towns into scope', async () => {
    register.setToday('2021-07-02')
    const answer = await register.post('/scans', scanOf(mover.sheet, 2, '2021-07-01'))
    expect(answer.status).toBe(201)
    const rows = await db.sql`
      select municipality_code as home, issuing_municipality_code as issuer from dose
       where course_id = ${mover.courseId} order by given_on`
    expect(rows).toEqual([
      { home: towns.A, issuer: towns.A },
      { home: towns.B, issuer: towns.A },
    ])
    const [course] =
      await db.sql`select stage, doses_given from course where id = ${mover.courseId}`
    expect(course).toEqual({ stage: 'complete', doses_given: 2 })
  })

  test('is counted by the old town, which issued the sheet, and read by nobody there', async () => {
    const [counted] = await as(api, towns.A, 'showTown', (tx) => {
      return tx`select sum(doses)::int as n from town_dose_groups(${towns.A}, '2021-07-02')`
    })
    const [rows] = await as(
      api,
      towns.A,
      'showTown',
      (tx) => tx`select count(*)::int as n from dose`,
    )
    const [all] = await db.sql`
      select count(*)::int as n from dose where issuing_municipality_code = ${towns.A}`
    expect(counted!.n).toBe(all!.n)
    expect(rows!.n).toBe(all!.n - 1)
  })
})

test('a scan in the middle of the move finds the course wherever it is by then', async () => {
  register.setToday('2021-07-02')
  for (let i = 0; i < 12; i++) {
    const person = somebody()
    await register.post('/residents', { residents: [residentOf(person, 'A')] })
    const sheet = sheetOf(person, 'A', '2021-04-01')
    await register.post('/tickets', { tickets: [sheet] })
    await register.post('/scans', scanOf(sheet, 1, '2021-06-09'))
    const answers = await Promise.all([
      register.post('/moves', movedIn(person, 'B', 'A', '2021-06-20')),
      register.post('/scans', scanOf(sheet, 2, '2021-07-01')),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 201])
    const courses = await db.sql`
      select c.doses_given as given, c.home_municipality_code as home from course c
       where c.id in (select course_id from course_link l
                        join resident r on (r.municipality_code, r.id) = (l.municipality_code, l.resident_id)
                       where r.register_number in (${`A${person.number}`}, ${`B${person.number}`}))`
    expect(courses).toEqual([{ given: 2, home: towns.B }])
  }
})

describe('a function that crosses towns', () => {
  let mover: Mover
  beforeAll(async () => {
    mover = await aMover()
  })

  test('says nothing for a purpose that has no business with it', async () => {
    const found = await as(api, towns.B, 'showTown', async (tx) => [
      ...(await tx`select * from linked_doses(${mover.courseId})`),
      ...(await tx`select * from linked_notices(${mover.courseId})`),
      ...(await tx`select * from late_courses('2030-01-01', 10)`),
      ...(await tx`select * from unresolved_scans('2021-07-01')`),
    ])
    expect(found).toEqual([])
    const asOperator = await as(api, [], 'operate', async (tx) => [
      ...(await tx`select * from town_dose_groups(${towns.A}, '2021-07-01')`),
      ...(await tx`select * from linked_doses(${mover.courseId})`),
    ])
    expect(asOperator).toEqual([])
  })

  test('counts a town for that town alone', async () => {
    const found = await as(api, towns.B, 'showTown', (tx) => {
      return tx`select * from town_dose_groups(${towns.A}, '2021-07-01')`
    })
    expect(found).toEqual([])
  })

  test('follows nobody from a town that is not in scope', async () => {
    const [row] = await as(api, towns.C, 'manageRegister', (tx) => {
      return tx`select person_towns(${towns.B}, ${mover.residentInB}) as found`
    })
    expect(row).toEqual({ found: null })
  })

  test('is not for roles that it was not given to', async () => {
    await expect(
      worker`select person_towns(${towns.B}, ${mover.residentInB})`,
    ).rejects.toMatchObject({ code: '42501' })
    await expect(worker`select scan_scope(${towns.B}, ${mover.residentInB})`).rejects.toMatchObject(
      {
        code: '42501',
      },
    )
  })
})

describe('an id that another town has used', () => {
  test('is refused without a word of what it was used for', async () => {
    const person = somebody()
    await register.post('/residents', {
      residents: [residentOf(person, 'A'), residentOf(person, 'B', { name: unlike })],
    })
    const eventId = randomUUID()
    const planned = { kind: 'moveOutNotified', plannedOn: '2021-08-01' }
    const first = await register.post('/moves', { ...told(person, 'A', planned), eventId })
    expect(first.status).toBe(200)
    const second = await register.post('/moves', { ...told(person, 'B', planned), eventId })
    expect([second.status, second.body.code]).toEqual([409, 'idUsedForAnotherBody'])
    expect(JSON.stringify(second.body)).not.toContain(towns.A)
  })

  test('of a scan as well', async () => {
    const person = somebody()
    await register.post('/residents', { residents: [residentOf(person, 'A')] })
    const sheet = sheetOf(person, 'A', '2021-04-01')
    await register.post('/tickets', { tickets: [sheet] })
    const scan = scanOf(sheet, 1, '2021-06-09')
    expect((await register.post('/scans', scan)).status).toBe(201)
    const elsewhere = scanOf({ ...sheet, municipalityCode: towns.B }, 1, '2021-06-09')
    const second = await register.post('/scans', { ...elsewhere, scanId: scan.scanId })
    expect([second.status, second.body.code]).toEqual([409, 'idUsedForAnotherBody'])
  })
})

const unlike = { family: '架空', given: '花子', kana: 'かくう はなこ' }

test('a protection of another town stops the notice, goes along, and is shown to no other town', async () => {
  const mover = await aMover()
  await register.post('/protections', told(mover.person, 'A', { from: '2021-06-01' }))
  const protecting = () =>
    as(worker, towns.B, 'sendNotice', (tx) => {
      return tx`select municipality_code as town from protecting_row(${mover.courseId}, '2021-07-01')`
    })
  expect([...(await protecting())]).toEqual([{ town: towns.B }])
  await db.sql`delete from protection where municipality_code = ${towns.B}`
  expect([...(await protecting())]).toEqual([{ town: towns.A }])
  const events = await as(api, towns.B, 'showCourse', (tx) => {
    return tx`select kind from linked_events(${mover.courseId})`
  })
  expect(events.map(({ kind }) => kind)).not.toContain('protected')
})
