// People who live in a town whose register has no row of them: a sheet and a course there, and nothing at
// home without a recorded consent; with one, both ways; after a withdrawal, nothing further.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { nameProcess } from '../../../config/actor.ts'
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
} from '../../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

const today = '2021-06-30'
let database: SealedDatabase
let register: Register

beforeAll(async () => {
  nameProcess('stays-test')
  database = await sealedDatabase()
  register = await openRegister(database, today)
  await openVenue(register)
})
afterAll(async () => {
  await register.close()
  await database.drop()
})
beforeEach(() => register.setToday(today))

async function ok(path: string, body: object) {
  const answer = await register.post(path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

const stayOf = (person: Person, more: object = {}) => {
  const { residentSince: _, ...resident } = residentOf(person, 'B')
  return { ...resident, address: '見本避難所', from: '2021-06-01', ...more }
}
const consentOf = (person: Person, givenOn = '2021-06-29') => ({
  consent: { home: { municipalityCode: towns.A, registerNumber: `A${person.number}` }, givenOn },
})

/** Registered in A with a sheet and a course, and living in B. */
async function livesElsewhere(more: object = {}) {
  const person = somebody()
  await ok('/residents', { residents: [residentOf(person, 'A')] })
  await ok('/stays', stayOf(person, more))
  const [home, stay] = [sheetOf(person, 'A', '2021-04-01'), sheetOf(person, 'B', '2021-06-02')]
  await ok('/tickets', { tickets: [home, stay] })
  return { person, home, stay }
}

async function courseAt(person: Person, town: Town) {
  const [course] = await database.sql`
    select c.id, c.stage, c.doses_given as doses, c.version, c.opened_because as because
      from course c join resident r
        on (r.municipality_code, r.id) = (c.home_municipality_code, c.home_resident_id)
     where r.municipality_code = ${towns[town]} and r.register_number = ${town + person.number}`
  return course
}

/** Every row of every table that names the town, and those about its courses: all its pages are made of. */
async function everythingOf(town: Town): Promise<string[]> {
  const tables = await database.sql<{ name: string; column: string }[]>`
    select c.table_name as name, min(c.column_name) as column from information_schema.columns c
     where c.table_schema = 'public'
       and c.column_name in ('municipality_code', 'home_municipality_code', 'issuing_municipality_code')
       and c.table_name not like 'ledger%' and c.table_name not like 'access_ledger%'
     group by c.table_name`
  const rows = await Promise.all(
    tables.map(({ name, column }) =>
      database.sql.unsafe(
        `select '${name}' || t::text as row from "${name}" t where "${column}" = $1`,
        [towns[town]],
      ),
    ),
  )
  return rows.flatMap((found) => found.map(({ row }) => row as string)).sort()
}

describe('a person who lives in a town that has no row of them', () => {
  test('has a row of actual stay there, a sheet and a course, once', async () => {
    const { person, stay } = await livesElsewhere()
    expect(await ok('/stays', stayOf(person))).toMatchObject({ status: 'same' })
    expect(await courseAt(person, 'B')).toMatchObject({ because: 'stay', doses: 0 })
    expect(await ok('/scans', scanOf(stay, 1, '2021-06-20'))).toMatchObject({ verdict: 'recorded' })
    expect(await courseAt(person, 'B')).toMatchObject({ stage: 'awaitingSecondDose', doses: 1 })
    const [row] = await database.sql`
      select basis from resident where register_number = ${`B${person.number}`}`
    expect(row).toEqual({ basis: 'actualStay' })
  })

  test('T14: without consent the home town is as if it did not know, byte for byte', async () => {
    const person = somebody()
    await ok('/residents', { residents: [residentOf(person, 'A')] })
    const sheet = sheetOf(person, 'A', '2021-04-01')
    await ok('/tickets', { tickets: [sheet] })
    await ok('/scans', scanOf(sheet, 1, '2021-06-12'))
    const before = await everythingOf('A')

    await ok('/stays', stayOf(person))
    await ok('/protections', told(person, 'B', { from: '2021-06-01' }))
    const stay = sheetOf(person, 'B', '2021-06-02')
    await ok('/tickets', { tickets: [stay] })
    await ok('/scans', scanOf(stay, 2, '2021-06-25'))

    expect(await everythingOf('A')).toEqual(before)
    expect(await courseAt(person, 'A')).toMatchObject({ stage: 'awaitingSecondDose', doses: 1 })
    const [home] = await database.sql`
      select municipality_code as town, id from resident where register_number = ${`A${person.number}`}`
    const under = await database.sql.begin(async (tx) => {
      await tx`select set_config('sesshu.municipality', ${towns.A}, true)`
      return tx`select * from protected_under(${home!.town}, ${home!.id}, ${today})`
    })
    expect(under).toHaveLength(0)
    const named = await database.sql`select t::text as row from stay_consent t`
    expect(named.filter(({ row }) => row.includes(home!.id))).toEqual([])
  })
})

describe('a recorded consent', () => {
  test('lets doses flow both ways, with the scan itself', async () => {
    const { person, home, stay } = await livesElsewhere()
    await ok('/scans', scanOf(home, 1, '2021-06-12'))
    await ok('/stays', stayOf(person, consentOf(person)))
    expect(await courseAt(person, 'B')).toMatchObject({ stage: 'awaitingSecondDose', doses: 1 })

    const before = (await courseAt(person, 'A'))!.version
    await ok('/scans', scanOf(stay, 2, '2021-06-25'))
    const after = (await courseAt(person, 'A'))!
    expect(after).toMatchObject({ stage: 'complete', doses: 2 })
    expect(after.version).toBeGreaterThan(before)
    const news = await database.sql`select version from outbox where course_id = ${after.id}`
    expect([...news]).toEqual([{ version: after.version }])
    expect(await courseAt(person, 'B')).toMatchObject({ stage: 'complete', doses: 2 })
  })

  test('given with the first word, before the home course is open, counts all the same', async () => {
    const person = somebody()
    await ok('/residents', { residents: [residentOf(person, 'A')] })
    await ok('/stays', stayOf(person, consentOf(person)))
    const [home, stay] = [sheetOf(person, 'A', '2021-04-01'), sheetOf(person, 'B', '2021-06-02')]
    await ok('/tickets', { tickets: [home, stay] })
    await ok('/scans', scanOf(stay, 1, '2021-06-02'))
    await ok('/scans', scanOf(home, 2, '2021-06-25'))
    expect(await courseAt(person, 'A')).toMatchObject({ stage: 'complete', doses: 2 })
    expect(await courseAt(person, 'B')).toMatchObject({ stage: 'complete', doses: 2 })
  })

  test('says who took it and when, and stands once', async () => {
    const { person } = await livesElsewhere()
    await ok('/stays', stayOf(person, consentOf(person)))
    await ok('/stays', stayOf(person, consentOf(person)))
    const kept = await database.sql`
      select s.given_on::text as on, s.given_to as to, s.given_at is not null as "hasInstant"
        from stay_consent s join resident r on r.id = s.resident_id
       where r.register_number = ${`B${person.number}`}`
    expect([...kept]).toEqual([{ on: '2021-06-29', to: 'process/stays-test', hasInstant: true }])
  })

  test('withdrawn, lets nothing further flow, either way; what was told stays told', async () => {
    const { person, home, stay } = await livesElsewhere()
    await ok('/stays', stayOf(person, consentOf(person)))
    await ok('/scans', scanOf(stay, 1, '2021-06-12'))
    // A wave at home opens a course that knows of the dose.
    await ok('/waves', {
      ...{ waveId: randomUUID(), municipalityCode: towns.A, bornOnOrBefore: '1957-04-01' },
    })
    expect(await courseAt(person, 'A')).toMatchObject({ because: 'wave', doses: 1 })
    const row = { municipalityCode: towns.B, registerNumber: `B${person.number}` }
    await ok('/stays/withdrawals', { ...row, withdrawnOn: today })

    const before = await everythingOf('A')
    await ok('/scans', scanOf(stay, 2, '2021-06-28'))
    expect(await everythingOf('A')).toEqual(before)
    expect(await courseAt(person, 'A')).toMatchObject({ stage: 'awaitingSecondDose', doses: 1 })
    expect(await courseAt(person, 'B')).toMatchObject({ stage: 'complete', doses: 2 })

    const there = await everythingOf('B')
    await ok('/scans', scanOf(home, 2, '2021-06-29'))
    expect(await everythingOf('B')).toEqual(there)
    const again = await register.post('/stays/withdrawals', { ...row, withdrawnOn: today })
    expect(again).toMatchObject({ status: 422, body: { code: 'noConsent' } })
  })

  test('lets the flag of the town of stay reach the home course too: no notice from anywhere', async () => {
    const { person, home } = await livesElsewhere()
    await ok('/scans', scanOf(home, 1, '2021-06-12'))
    await ok('/stays', stayOf(person, consentOf(person)))
    await ok('/protections', told(person, 'B', { from: '2021-06-01' }))
    const course = (await courseAt(person, 'A'))!
    const under = await database.sql.begin(async (tx) => {
      await tx`select set_config('sesshu.municipality', ${towns.A}, true)`
      return tx`select municipality_code as town from protecting_row(${course.id}, ${today})`
    })
    expect([...under]).toEqual([{ town: towns.B }])

    // Whoever is registered at the same address is covered by nothing: they do not live together.
    const householdNumber = `H-${randomUUID()}`
    const left = somebody()
    await ok('/residents', {
      residents: [person, left].map((each) => residentOf(each, 'A', { householdNumber })),
    })
    const covered = await database.sql.begin(async (tx) => {
      await tx`select set_config('sesshu.municipality', ${towns.A}, true)`
      return tx`
        select p.* from resident r, protected_under(r.municipality_code, r.id, ${today}) p
         where r.register_number = ${`A${left.number}`}`
    })
    expect(covered).toHaveLength(0)
  })
})

describe('refused, with nothing joined', () => {
  test('somebody else’s number and an unknown one are told alike', async () => {
    const [person, other] = [somebody(), somebody('1961-02-03')]
    await ok('/residents', { residents: [residentOf(other, 'A')] })
    const answers = await Promise.all(
      [other, somebody()].map((named) => register.post('/stays', stayOf(person, consentOf(named)))),
    )
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 422, body: { code: 'homeRowDiffers' } })
    }
    expect(answers[0]!.body).toEqual(answers[1]!.body)
    const rows = await database.sql`
      select from resident where register_number = ${`B${person.number}`}`
    expect(rows).toHaveLength(0)
  })

  test('a number of the register, a day to come, a town that there is not', async () => {
    const person = somebody()
    await ok('/residents', { residents: [residentOf(person, 'B')] })
    const faults: [object, string][] = [
      [stayOf(person), 'registeredHere'],
      [stayOf(somebody(), { from: '2021-07-01' }), 'dateInFuture'],
      [stayOf(somebody(), { from: '1940-01-01' }), 'dateBeforeBirth'],
      [stayOf(somebody(), consentOf(somebody(), '2021-07-01')), 'dateInFuture'],
    ]
    for (const [body, code] of faults) {
      expect(await register.post('/stays', body)).toMatchObject({ status: 422, body: { code } })
    }
    const nowhere = { ...stayOf(somebody()), registerNumber: randomUUID() }
    expect(await register.post('/stays', { ...nowhere, from: 'tomorrow' })).toMatchObject({
      status: 422,
    })
  })
})
