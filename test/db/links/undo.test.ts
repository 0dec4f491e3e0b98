// A link joins two register rows by two people's word; taken back, every table is as it was.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noticeIdOf } from '../../../db/queries/notice-id.ts'
import { everyRow, openOffice } from '../../support/links.ts'
import {
  movedIn,
  openRegister,
  openVenue,
  type Person,
  type Register,
  residentOf,
  scanOf,
  sheetOf,
  somebody,
  type Town,
  told,
  towns,
} from '../../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

const today = '2021-06-30'
let database: SealedDatabase
let register: Register
let office: Awaited<ReturnType<typeof openOffice>>

beforeAll(async () => {
  database = await sealedDatabase()
  register = await openRegister(database, today)
  await openVenue(register)
  office = await openOffice(database, 'B', today)
})
afterAll(async () => {
  await office?.close()
  await register?.close()
  await database?.drop()
})

async function ok(path: string, body: object) {
  const answer = await register.post(path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  expect(JSON.stringify(answer.body)).not.toContain('refused')
  return answer.body
}

/** In the register of a town with a sheet and a dose. */
async function dosedIn(town: Town, dose: 1 | 2, on: string, person = somebody()) {
  await ok('/residents', { residents: [residentOf(person, town)] })
  const sheet = sheetOf(person, town, '2021-04-01')
  await ok('/tickets', { tickets: [sheet] })
  await ok('/scans', scanOf(sheet, dose, on))
  return { person, sheet, end: { person, town } }
}

const rowOf = async (person: Person, town: Town) => {
  const [row] = await database.sql`
    select id, status, status_on::text as on from resident
     where municipality_code = ${towns[town]} and register_number = ${town + person.number}`
  return row as { id: string; status: string; on: string | null }
}
const courseOf = async (person: Person, town: Town) => {
  const { id } = await rowOf(person, town)
  const [course] = await database.sql`
    select c.id, c.stage, c.doses_given as doses, c.home_municipality_code as home,
           c.closed_because as because, o.version is not distinct from c.version as "isTold"
      from course c join course_link l on l.course_id = c.id left join outbox o on o.course_id = c.id
     where l.resident_id = ${id} and c.closed_because is distinct from 'merged'`
  return course
}

describe('two courses of one person', () => {
  test('become one, and two again with every table as it was', async () => {
    const former = await dosedIn('A', 1, '2021-06-01')
    const now = await dosedIn('B', 2, '2021-06-25')
    await ok('/protections', told(former.person, 'A', { from: '2021-01-01', to: '2021-05-31' }))
    await keepOwn(former.person, 'A')
    const before = await everyRow(database)

    const linkId = await office.link(now.end, former.end, '2021-06-20')
    expect(await rowOf(former.person, 'A')).toMatchObject({ status: 'movedOut', on: '2021-06-20' })
    expect(await courseOf(now.person, 'B')).toMatchObject({
      ...{ stage: 'complete', doses: 2, home: towns.B, isTold: true },
    })
    expect(await courseOf(former.person, 'A')).toEqual(await courseOf(now.person, 'B'))

    await office.unlink(linkId)
    expect(await everyRow(database)).toEqual(before)
    expect(await courseOf(former.person, 'A')).toMatchObject({ doses: 1, isTold: true })
    expect(await courseOf(now.person, 'B')).toMatchObject({ doses: 1, isTold: true })
  })

  test('with the log of who, when and why kept, both rows still there', async () => {
    const former = await dosedIn('A', 1, '2021-06-01')
    const now = await dosedIn('B', 1, '2021-06-25')
    const linkId = await office.link(now.end, former.end, '2021-06-20')
    await office.unlink(linkId)
    const [link] = await database.sql`
      select reason, asked_by as "askedBy", approved_by as "approvedBy", linked_on::text as on,
             names_agree as "namesAgree", unlink_reason as "unlinkReason", undo,
             unlink_asked_by as "unlinkAskedBy", unlink_approved_by as "unlinkApprovedBy"
        from person_link where id = ${linkId}`
    expect(link).toEqual({
      ...{ reason: 'certificate', askedBy: office.asker, approvedBy: office.agrees, on: today },
      ...{ namesAgree: true, unlinkReason: 'twoPeople', undo: null },
      ...{ unlinkAskedBy: office.asker, unlinkApprovedBy: office.agrees },
    })
  })
})

/** A queued and a held notice, a task, a letter's code, a place to reach the person. */
async function keepOwn(person: Person, town: Town): Promise<void> {
  const { id } = await rowOf(person, town)
  const course = await courseOf(person, town)
  const code = towns[town]
  const [queued, held] = [1, 2].map((round) =>
    noticeIdOf(course!.id, {
      kind: 'reminder',
      phase: 'overdue',
      doseNumber: 2,
      occasion: id,
      round,
    }),
  ) as [string, string]
  await database.sql`
    insert into notice (municipality_code, id, resident_id, course_id, kind, phase, dose_number,
                        occasion, round, due_on, state, reason)
    values (${code}, ${queued}, ${id}, ${course!.id}, 'reminder', 'overdue', 2, ${id}, 1, ${today}, 'queued', null),
           (${code}, ${held}, ${id}, ${course!.id}, 'reminder', 'overdue', 2, ${id}, 2, ${today}, 'held',
            'betweenMunicipalities')`
  await database.sql`
    insert into notice_attempt (municipality_code, id, notice_id, attempt, channel, state)
    values (${code}, ${randomUUID()}, ${queued}, 1, 'letter', 'queued')`
  await database.sql`
    insert into task (municipality_code, id, kind, course_id, resident_id, occasion, opened_on)
    values (${code}, ${randomUUID()}, 'findDose', ${course!.id}, ${id}, ${id}, ${today})`
  await database.sql`
    insert into letter_code (municipality_code, code_index, id, resident_id, letter_id, made_on)
    values (${code}, ${Buffer.from(id.replaceAll('-', ''), 'hex')}, ${randomUUID()}, ${id}, ${randomUUID()}, ${today})`
  await database.sql`
    insert into delivery_arrangement (municipality_code, resident_id, arrangement, set_by)
    values (${code}, ${id}, ${Buffer.alloc(64, 1)}, 'a')`
}

test('where both rows of a wrong link could be reached is there again', async () => {
  const former = await dosedIn('A', 1, '2021-06-01')
  const now = await dosedIn('B', 1, '2021-06-25')
  const after = await dosedIn('C', 1, '2021-06-02')
  await keepOwn(now.person, 'B')
  await keepOwn(after.person, 'C')
  const before = await everyRow(database)
  // By the first link alone they are still in B; by the second they have left it, and by A's word are dead.
  const first = await office.link(now.end, former.end, '2021-06-20')
  await ok('/deaths', told(former.person, 'A', { on: '2021-06-26' }))
  expect(await rowOf(now.person, 'B')).toMatchObject({ status: 'deceased' })
  await office.unlink(first)
  expect((await everyRow(database)).delivery_arrangement).toEqual(before.delivery_arrangement)

  const second = await office.link(after.end, now.end, '2021-06-28')
  expect(await rowOf(now.person, 'B')).toMatchObject({ status: 'movedOut' })
  await office.unlink(second)
  expect((await everyRow(database)).delivery_arrangement).toEqual(before.delivery_arrangement)
  // What a register says by itself ends it, linked or not.
  const third = await office.link(now.end, former.end, '2021-06-20')
  expect(await courseOf(now.person, 'B')).toEqual(await courseOf(former.person, 'A'))
  expect(
    await database.sql`
    select closed_because as because from course where series <> 'primary'`,
  ).toEqual([{ because: 'merged' }])
  await ok('/moves', told(now.person, 'B', { kind: 'movedAbroad', effectiveOn: '2021-06-29' }))
  await office.unlink(third)
  const { id } = await rowOf(now.person, 'B')
  expect(await database.sql`select from delivery_arrangement where resident_id = ${id}`).toEqual([])
})

test('a row without a course gets it back that it had none', async () => {
  const former = await dosedIn('A', 1, '2021-06-01')
  const person = somebody()
  await ok('/residents', { residents: [residentOf(person, 'B')] })
  const before = await everyRow(database)
  const linkId = await office.link({ person, town: 'B' }, former.end, '2021-06-20')
  expect(await courseOf(person, 'B')).toMatchObject({ doses: 1, home: towns.B })
  const tasks = await database.sql`
    select municipality_code as town, kind from task where occasion = ${linkId}`
  expect(tasks).toEqual([{ town: towns.B, kind: 'issueTicket' }])
  await office.unlink(linkId)
  expect(await everyRow(database)).toEqual(before)
})

test('two numbers of one town, after a time abroad', async () => {
  const former = await dosedIn('B', 1, '2021-05-01')
  await ok('/moves', told(former.person, 'B', { kind: 'movedAbroad', effectiveOn: '2021-05-10' }))
  const person = somebody()
  await ok('/residents', { residents: [residentOf(person, 'B', { residentSince: '2021-06-01' })] })
  const before = await everyRow(database)
  const linkId = await office.link({ person, town: 'B' }, former.end, '2021-06-01')
  expect(await rowOf(former.person, 'B')).toMatchObject({ status: 'movedAbroad' })
  expect(await courseOf(person, 'B')).toMatchObject({ doses: 1, stage: 'secondDoseOverdue' })
  await office.unlink(linkId)
  expect(await everyRow(database)).toEqual(before)
})

describe('what came between', () => {
  test('a dose under the own row and a move go with their person', async () => {
    const former = await dosedIn('A', 1, '2021-06-01')
    const now = await dosedIn('B', 1, '2021-06-02')
    const linkId = await office.link(now.end, former.end, '2021-06-10')
    await ok('/scans', scanOf(now.sheet, 2, '2021-06-25'))
    await ok('/moves', movedIn(now.person, 'C', 'B', '2021-06-28'))
    expect(await courseOf(former.person, 'A')).toMatchObject({ doses: 3, home: towns.C })
    await office.unlink(linkId)
    expect(await courseOf(former.person, 'A')).toMatchObject({ doses: 1, home: towns.A })
    expect(await courseOf(now.person, 'C')).toMatchObject({ doses: 2, home: towns.C })
    expect(await rowOf(former.person, 'A')).toMatchObject({ status: 'registered' })
  })

  test('a dose with the other row’s sheet has to be moved by hand first', async () => {
    const former = await dosedIn('A', 1, '2021-06-01')
    const now = await dosedIn('B', 1, '2021-06-02')
    const linkId = await office.link(now.end, former.end, '2021-06-10')
    await ok('/scans', scanOf(former.sheet, 2, '2021-06-25'))
    const before = await everyRow(database)
    await expect(office.unlink(linkId)).rejects.toMatchObject({ code: 'doseSinceLink' })
    expect(await everyRow(database)).toEqual(before)
  })

  test('a later link of the person is taken back first', async () => {
    const a = await dosedIn('A', 1, '2021-06-01')
    const b = await dosedIn('B', 1, '2021-06-02')
    const c = await dosedIn('C', 1, '2021-06-03')
    const before = await everyRow(database)
    const first = await office.link(b.end, a.end, '2021-06-10')
    const second = await office.link(c.end, b.end, '2021-06-20')
    expect(await courseOf(a.person, 'A')).toMatchObject({ doses: 3, home: towns.C })
    await expect(office.unlink(first)).rejects.toMatchObject({ code: 'laterLinkFirst' })
    await office.unlink(second)
    await office.unlink(first)
    expect(await everyRow(database)).toEqual(before)
  })
})

test('a town that somebody has left learns from no answer which row is theirs now', async () => {
  const former = await dosedIn('A', 1, '2021-06-01')
  await ok('/moves', movedIn(former.person, 'B', 'A', '2021-06-10'))
  const stranger = somebody()
  await ok('/residents', { residents: [residentOf(stranger, 'B')] })
  const left = await openOffice(database, 'A', today)
  try {
    for (const person of [former.person, stranger]) {
      const asked = left.propose({ person, town: 'B' }, former.end, '2021-06-20')
      await expect(asked).rejects.toMatchObject({ code: 'linkOfLeaver' })
    }
  } finally {
    await left.close()
  }
  const there = { person: former.person, town: 'B' } as const
  await expect(office.propose(there, former.end, '2021-06-20')).rejects.toMatchObject({
    code: 'alreadyOnePerson',
  })
})
