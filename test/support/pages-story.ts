/** A small town for the pages: known doses, a mover, notices, tasks, and marked personal data. */
import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { noticeIdOf } from '../../db/queries/notice-id.ts'
import { asProgram, letTestTokenIn, seedStaff } from './credentials.ts'
import type { Arranged } from './people.ts'
import { aResident, aScan, otherTown, type SeededResident, seedTowns, town } from './town.ts'

type App = { request(path: string, init: RequestInit): Response | Promise<Response> }

export type PagesStory = {
  doneCourseId: string
  overdueCourseId: string
  movedCourseId: string
  /** Names, addresses, numbers and mail addresses that no page may show. */
  markers: string[]
}

const untouchedResidents = 60

/** Told over HTTP on 2021-07-05: five first doses, one second, one held and one waiting scan. */
export async function seedPages(db: Arranged, app: App): Promise<PagesStory> {
  const { sql } = db
  await seedTowns(sql)
  await letTestTokenIn(sql)
  await seedStaff(sql)
  await sql`insert into lot (product_code, lot_number) values ('moderna', 'TEST02')`
  const post = async (path: string, body: unknown) => {
    const answer = await app.request(path, {
      method: 'POST',
      headers: asProgram,
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const scan = (resident: SeededResident, changes = {}) =>
    post('/api/v1/scans', aScan(resident, changes))

  const marked = { family: '標識姓', kana: 'ヒョウシキ', address: '標識町見本町1番地' }
  const done = await aResident(db, { ...marked, mail: 'marker-done@mail.invalid' })
  const overdue = await aResident(db, marked)
  const movedAs = { given: '標識名', kana: 'ヒョウシキ メイ' }
  const moved = await aResident(db, { ...marked, ...movedAs })
  const young = await aResident(db, { ...marked, bornOn: '1990-01-01' })
  const younger = await aResident(db, { ...marked, bornOn: '1990-01-01' })
  const held = await aResident(db, marked)

  await scan(done, { givenOn: '2021-06-05' })
  await scan(done, { givenOn: '2021-07-01', claimedDoseNumber: 2 })
  await scan(overdue, { givenOn: '2021-06-09' })
  await scan(moved, { givenOn: '2021-06-09' })
  const moderna = { givenOn: '2021-06-15', productCode: 'moderna', lotNumber: 'TEST02' }
  await scan(young, moderna)
  await scan(younger, moderna)
  await scan(held, { readBy: 'typed', birthYear: 1900 })
  await scan({ ...held, ticketNumber: '9999999999' })
  await post('/api/v1/waves', {
    waveId: randomUUID(),
    municipalityCode: town,
    bornOnOrBefore: '1957-04-01',
  })
  await post('/api/v1/moves', {
    eventId: randomUUID(),
    kind: 'movedIn',
    municipalityCode: otherTown,
    registerNumber: 'MARKER-R900',
    effectiveOn: '2021-07-01',
    previous: { municipalityCode: town, registerNumber: moved.registerNumber },
    name: { family: '標識姓', given: '標識名', kana: 'ヒョウシキ メイ' },
    bornOn: '1950-05-05',
    postcode: '0600000',
    address: '標識町900番地',
  })
  const courses = await sql<{ id: string; residentId: string }[]>`
    select course_id as id, resident_id as "residentId" from course_link`
  const courseOf = (resident: SeededResident) =>
    courses.find((course) => course.residentId === resident.residentId)!.id
  await addNotice(sql, done, courseOf(done))
  await addTask(sql, overdue, courseOf(overdue))
  await sql`update outbox set set_aside_at = now(), tries = 9, last_error = 'made-up refusal'
             where course_id = ${courseOf(overdue)}`
  await sql`update course set steps = jsonb_set(steps, '{0,on}', '"2021-07-03"')
             where id = ${courseOf(overdue)}`
  await fillUp(db)
  return {
    doneCourseId: courseOf(done),
    overdueCourseId: courseOf(overdue),
    movedCourseId: courseOf(moved),
    markers: [
      ...['標識', 'ヒョウシキ', 'marker-', 'MARKER-', '見本町', '太郎', 'ミホン', '1600000'],
      ...['1950-05-05', '1990-01-01', overdue.residentId, done.residentId],
    ],
  }
}

async function addNotice(sql: postgres.Sql, resident: SeededResident, courseId: string) {
  const occasion = randomUUID()
  const id = noticeIdOf(courseId, {
    ...{ kind: 'reminder', phase: 'overdue', doseNumber: 2, occasion, round: 1 },
  })
  await sql`
    insert into notice (municipality_code, id, resident_id, course_id, kind, phase, dose_number,
                        occasion, round, due_on, state, reason, queued_on)
    values (${resident.municipalityCode}, ${id}, ${resident.residentId}, ${courseId},
            'reminder', 'overdue', 2, ${occasion}, 1, '2021-07-01', 'suppressed', 'dosed',
            '2021-07-01')`
}

async function addTask(sql: postgres.Sql, resident: SeededResident, courseId: string) {
  await sql`
    insert into task (municipality_code, id, kind, course_id, resident_id, occasion, opened_on)
    values (${resident.municipalityCode}, ${randomUUID()}, 'followUp', ${courseId},
            ${resident.residentId}, ${randomUUID()}, '2021-07-01')`
}

/** Enough waiting courses for two pages of the list, and a ticket to try. */
async function fillUp(db: Arranged): Promise<void> {
  for (let i = 0; i < untouchedResidents; i++) {
    const { residentId, municipalityCode } = await aResident(db, { municipalityCode: otherTown })
    const id = randomUUID()
    await db.sql`
      insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage)
      values (${id}, ${municipalityCode}, ${residentId}, 'wave', 'replanned', 'awaitingFirstDose')`
    await db.sql`
      insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis, linked_by)
      values (${municipalityCode}, ${residentId}, ${id}, '2021-04-01', 'made up', 'test')`
  }
}
