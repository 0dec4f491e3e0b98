// Whose course a move-in takes along: a birth date alone is shared by many.

import { afterAll, beforeAll, expect, test } from 'vitest'
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

type Name = { family: string; given: string; kana: string }
const before: Name = { family: '見本', given: '花子', kana: 'ミホン ハナコ' }

async function ok(path: string, body: object) {
  const answer = await register.post(path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
}

/** Registered in A with a first dose. */
async function onceVaccinated(): Promise<Person> {
  const person = somebody()
  await ok('/residents', { residents: [residentOf(person, 'A', { name: before })] })
  const sheet = sheetOf(person, 'A', '2021-04-01')
  await ok('/tickets', { tickets: [sheet] })
  await ok('/scans', scanOf(sheet, 1, '2021-06-01'))
  return person
}

const moveAs = (person: Person, name: Name) => ({
  ...movedIn(person, 'B', 'A', '2021-06-20'),
  name,
})

const homesOf = async (person: Person) => {
  const rows = await database.sql`
    select distinct c.home_municipality_code as home, c.doses_given as doses
      from course c
      join course_link l on l.course_id = c.id
      join resident r on (r.municipality_code, r.id) = (l.municipality_code, l.resident_id)
     where substr(r.register_number, 2) = ${person.number}`
  return rows.map(({ home, doses }) => ({ home, doses }))
}

const everything = () => database.sql`
  select (select json_agg(x order by x::text) from resident x) as residents,
         (select json_agg(x order by x::text) from person x) as persons,
         (select json_agg(x order by x::text) from course x) as courses,
         (select json_agg(x order by x::text) from course_link x) as links,
         (select json_agg(x order by x::text) from register_event x) as events,
         (select json_agg(x order by x::text) from task x) as tasks,
         (select json_agg(x order by x::text) from outbox x) as news`

test.each<[string, Name]>([
  ['the kana in another width and script', { ...before, given: '華子', kana: 'みほん　ﾊﾅｺ' }],
  ['another family name', { family: '仮名', given: '花子', kana: 'カメイ ハナコ' }],
  ['another reading of the same given name', { ...before, kana: 'ミホンカコ' }],
  [
    'another family name, the given name in other signs',
    {
      family: '仮名',
      given: '華子',
      kana: 'ｶﾒｲ ﾊﾅｺ',
    },
  ],
])('told with %s it is the same person', async (_, name) => {
  const person = await onceVaccinated()
  await ok('/moves', moveAs(person, name))
  expect(await homesOf(person)).toEqual([{ home: towns.B, doses: 1 }])
})

test.each<[string, Name]>([
  ['a stranger', { family: '仮名', given: '梅子', kana: 'カメイ ウメコ' }],
  ['a twin', { family: '見本', given: '月子', kana: 'ミホン ツキコ' }],
  ['a stranger without a given name', { family: '仮名', given: '', kana: 'カメイ' }],
])('%s born on the same day is refused, with nothing written', async (_, name) => {
  const person = await onceVaccinated()
  const until = await everything()
  const answer = await register.post('/moves', moveAs(person, name))
  expect(answer).toMatchObject({
    status: 422,
    body: { code: 'previousNameDiffers', field: 'previous.registerNumber' },
  })
  expect(answer.body.whatToDo).toMatch(/move-out certificate/)
  expect(await everything()).toEqual(until)
})

test('a former row that is registered later under a stranger’s name stays apart', async () => {
  const person = somebody()
  const stranger = { family: '仮名', given: '梅子', kana: 'カメイ ウメコ' }
  await ok('/moves', moveAs(person, before))
  await ok('/residents', { residents: [residentOf(person, 'A', { name: stranger })] })
  const rows = await database.sql`
    select status from resident where substr(register_number, 2) = ${person.number}`
  expect(rows.map(({ status }) => status)).toEqual(['registered', 'registered'])
})

test('who was joined stays joined when a name is corrected afterwards', async () => {
  const person = await onceVaccinated()
  await ok('/moves', moveAs(person, before))
  const name = { family: '仮名', given: '梅子', kana: 'カメイ ウメコ' }
  await ok('/residents', { residents: [residentOf(person, 'B', { name })] })
  const next = { ...movedIn(person, 'C', 'B', '2021-06-25'), name }
  await ok('/moves', next)
  expect(await homesOf(person)).toEqual([{ home: towns.C, doses: 1 }])
})

test('a name corrected before the former row is registered is the one that row is compared with', async () => {
  const person = somebody()
  const married = { family: '仮名', given: '梅子', kana: 'カメイ ウメコ' }
  await ok('/moves', moveAs(person, before))
  await ok('/residents', { residents: [residentOf(person, 'B', { name: married })] })
  await ok('/residents', { residents: [residentOf(person, 'A', { name: married })] })
  const rows = await database.sql`
    select status from resident where substr(register_number, 2) = ${person.number}
     order by municipality_code`
  expect(rows.map(({ status }) => status)).toEqual(['movedOut', 'registered'])
})
