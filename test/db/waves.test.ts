// Waves over HTTP: who gets a course, in which order, once; broken off and taken up again.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
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
} from '../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'

let database: SealedDatabase
let register: Register

beforeAll(async () => {
  database = await sealedDatabase()
  register = await openRegister(database, '2021-06-30')
  await openVenue(register)
})
afterAll(async () => {
  await register.close()
  await database.drop()
})

const enrol = (town: Town, people: Person[]) =>
  register.post('/residents', { residents: people.map((person) => residentOf(person, town)) })

const waveOf = (town: Town, bornOnOrBefore: string) => ({
  waveId: randomUUID(),
  municipalityCode: towns[town],
  bornOnOrBefore,
})

const coursesIn = async (town: Town) => database.sql`
  select r.register_number as number, c.stage, c.version, c.opened_because as because, c.cause, c.steps,
         o.version as news, l.legal_basis as basis
    from course c
    join resident r on (r.municipality_code, r.id) = (c.home_municipality_code, c.home_resident_id)
    join course_link l on l.course_id = c.id
    left join outbox o on o.course_id = c.id
   where c.home_municipality_code = ${towns[town]} order by 1`

test('opens courses for those old enough who are there and have none', async () => {
  const [oldest, onTheDay, tooYoung, abroad, dosed, leaving] = [
    ...[somebody('1930-01-01'), somebody('1957-04-01'), somebody('1957-04-02')],
    ...[somebody('1940-01-01'), somebody('1941-01-01'), somebody('1942-01-01')],
  ] as [Person, Person, Person, Person, Person, Person]
  await enrol('A', [tooYoung, onTheDay, oldest, abroad, dosed, leaving])
  const gone = { kind: 'movedAbroad', effectiveOn: '2021-06-01' }
  await register.post('/moves', told(abroad, 'A', gone))
  const sheet = sheetOf(dosed, 'A', '2021-04-01')
  await register.post('/tickets', { tickets: [sheet] })
  await register.post('/scans', scanOf(sheet, 1, '2021-06-20'))
  const plan = { kind: 'moveOutNotified', plannedOn: '2021-07-10' }
  await register.post('/moves', told(leaving, 'A', plan))

  const wave = waveOf('A', '1957-04-01')
  const answer = await register.post('/waves', wave)
  expect(answer).toEqual({ status: 200, body: { waveId: wave.waveId, courses: 3 } })
  const courses = await coursesIn('A')
  const waiting = { stage: 'awaitingFirstDose', because: 'wave', cause: 'replanned' }
  const plain = { ...waiting, version: 1, news: 1, steps: [], basis: 'ownRegister' }
  const numbers = new Map(courses.map((course) => [course.number, course]))
  expect(courses).toHaveLength(4)
  expect(numbers.get(`A${oldest.number}`)).toMatchObject(plain)
  expect(numbers.get(`A${onTheDay.number}`)).toMatchObject(plain)
  expect(numbers.get(`A${dosed.number}`)).toMatchObject({ because: 'scan' })
  const left = numbers.get(`A${leaving.number}`)!
  expect(left).toMatchObject({ ...waiting, steps: [{ kind: 'followUp', on: '2021-08-09' }] })
  expect(left.news).toBe(left.version)
})

test('is idempotent: later residents wait for another wave; another body is refused', async () => {
  await enrol('B', [somebody('1940-01-01')])
  const wave = waveOf('B', '1950-01-01')
  const first = await register.post('/waves', wave)
  await enrol('B', [somebody('1941-01-01')])
  expect(await register.post('/waves', wave)).toEqual(first)
  expect(await coursesIn('B')).toHaveLength(1)
  const other = await register.post('/waves', { ...wave, bornOnOrBefore: '1950-01-02' })
  expect(other).toMatchObject({ status: 409, body: { code: 'idUsedForAnotherBody' } })
  const next = await register.post('/waves', { ...wave, waveId: randomUUID() })
  expect(next.body.courses).toBe(1)
})

test('more than a chunk, twice at once, goes on where it was broken off', async () => {
  const people = Array.from({ length: 450 }, (_, i) => somebody(`19${30 + (i % 20)}-05-05`))
  await enrol('C', people)
  const wave = waveOf('C', '1957-04-01')
  // What a process that was killed after its first chunk leaves behind.
  await database.sql`
    insert into wave (id, municipality_code, born_on_or_before, opened_on, courses)
    values (${wave.waveId}, ${towns.C}, ${wave.bornOnOrBefore}, '2021-06-30', 0)`
  const answers = await Promise.all([register.post('/waves', wave), register.post('/waves', wave)])
  expect(answers.map((answer) => answer.body.courses)).toEqual([450, 450])
  const courses = await coursesIn('C')
  expect(courses).toHaveLength(450)
  expect(courses.every((course) => course.news === 1)).toBe(true)
  const [order] = await database.sql`
    select bool_and(youngest >= next) as "isByAge"
      from (select min(r.age_class) as youngest,
                   lead(max(r.age_class)) over (order by c.opened_at) as next
              from course c join resident r on r.id = c.home_resident_id
             where c.home_municipality_code = ${towns.C} group by c.opened_at) chunk`
  expect(order).toEqual({ isByAge: true })
})

test('an unknown municipality opens nothing', async () => {
  const wave = { ...waveOf('A', '1957-04-01'), municipalityCode: '019992' }
  const answer = await register.post('/waves', wave)
  expect(answer).toMatchObject({ status: 422, body: { code: 'unknownMunicipality' } })
  expect(await database.sql`select from wave where id = ${wave.waveId}`).toHaveLength(0)
})
