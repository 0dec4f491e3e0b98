// A protection covers whoever shares the household on that day, told in any order; nobody at the old
// address is a way to the protected person.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Tx } from '../../../db/client.ts'
import { hidesPlaces, isProtectedOn, protectedUnder } from '../../../db/queries/protection.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { asTx } from '../../support/people.ts'
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

beforeAll(async () => {
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

let households = 0
const newHousehold = () => `H-${process.pid}-${++households}`

async function livesAt(householdNumber: string, town: Town = 'A', person = somebody()) {
  await ok('/residents', { residents: [residentOf(person, town, { householdNumber })] })
  return person
}

async function row(person: Person, town: Town) {
  const [found] = await database.sql`
    select municipality_code as "municipalityCode", id as "residentId" from resident
     where municipality_code = ${towns[town]} and register_number = ${town + person.number}`
  return found as { municipalityCode: string; residentId: string }
}

/** Under the scope of the town asked, as every path has it. */
async function inTown<T>(town: Town, work: (tx: Tx) => Promise<T>): Promise<T> {
  return asTx(database, async (tx) => {
    await tx`select set_config('sesshu.municipality', ${towns[town]}, true),
                    set_config('sesshu.purpose', 'sendNotice', true)`
    return work(tx)
  })
}

async function isProtected(person: Person, town: Town, day: string): Promise<boolean> {
  const asked = await row(person, town)
  return inTown(town, (tx) => isProtectedOn(tx, asked, day as PlainDate))
}

const protect = (person: Person, town: Town, from: string, to?: string) =>
  ok('/protections', told(person, town, { from, ...(to ? { to } : {}) }))

describe('T14: a household', () => {
  test('is protected with each of its members, for the period, and nobody else is', async () => {
    const number = newHousehold()
    const [mother, child, stranger] = [
      await livesAt(number),
      await livesAt(number),
      await livesAt(newHousehold()),
    ]
    await protect(mother, 'A', '2021-06-10', '2021-06-20')
    for (const member of [mother, child]) {
      expect(await isProtected(member, 'A', '2021-06-09')).toBe(false)
      expect(await isProtected(member, 'A', '2021-06-10')).toBe(true)
      expect(await isProtected(member, 'A', '2021-06-20')).toBe(true)
      expect(await isProtected(member, 'A', '2021-06-21')).toBe(false)
    }
    expect(await isProtected(stranger, 'A', '2021-06-15')).toBe(false)
  })

  test('numbered alike in two towns is two households', async () => {
    const number = newHousehold()
    const here = await livesAt(number)
    const there = await livesAt(number, 'B')
    await protect(here, 'A', '2021-06-10')
    expect(await isProtected(there, 'B', today)).toBe(false)
    const indexes = await database.sql`
      select distinct encode(household, 'hex') as index from household_member m
        join resident r on (r.municipality_code, r.id) = (m.municipality_code, m.resident_id)
       where r.register_number in (${`A${here.number}`}, ${`B${there.number}`})`
    expect(indexes).toHaveLength(2)
  })

  test('is known in whatever order it is told: the number may come after the flag', async () => {
    const mother = somebody()
    await ok('/residents', { residents: [residentOf(mother, 'A')] })
    await protect(mother, 'A', '2021-06-10')
    const number = newHousehold()
    const child = await livesAt(number)
    const again = { residents: [residentOf(mother, 'A', { householdNumber: number })] }
    expect(await ok('/residents', again)).toMatchObject({ results: [{ status: 'updated' }] })
    expect(await ok('/residents', again)).toMatchObject({ results: [{ status: 'same' }] })
    expect(await isProtected(child, 'A', today)).toBe(true)
  })

  test('that was split at one address protects nobody from the day of the split', async () => {
    const number = newHousehold()
    const mother = await livesAt(number)
    const other = await livesAt(number)
    await protect(mother, 'A', '2021-06-01')
    register.setToday('2021-07-05')
    await ok('/residents', {
      residents: [residentOf(other, 'A', { householdNumber: newHousehold() })],
    })
    expect(await isProtected(other, 'A', '2021-07-04')).toBe(true)
    expect(await isProtected(other, 'A', '2021-07-05')).toBe(false)
    expect(await isProtected(mother, 'A', '2021-07-05')).toBe(true)
  })

  test('at the old address is no way to whoever has left it, and theirs at the new one is', async () => {
    const old = newHousehold()
    const mother = await livesAt(old)
    const stays = await livesAt(old)
    await protect(mother, 'A', '2021-06-01')
    const young = newHousehold()
    await ok('/moves', { ...movedIn(mother, 'B', 'A', '2021-06-20'), householdNumber: young })
    const child = await livesAt(young, 'B')
    expect(await isProtected(stays, 'A', '2021-06-19')).toBe(true)
    expect(await isProtected(stays, 'A', '2021-06-20')).toBe(false)
    expect(await isProtected(child, 'B', today)).toBe(true)
    const asked = await row(child, 'B')
    const under = await inTown('B', (tx) => protectedUnder(tx, asked, today as PlainDate))
    expect(under).toEqual(asked)
  })

  test('that somebody comes back to without a word is not theirs any more', async () => {
    const number = newHousehold()
    const comesBack = await livesAt(number)
    const mother = await livesAt(number)
    await ok('/moves', movedIn(comesBack, 'B', 'A', '2021-05-01'))
    await ok('/moves', movedIn(comesBack, 'A', 'B', '2021-06-01'))
    await protect(mother, 'A', '2021-05-01')
    expect(await isProtected(comesBack, 'A', today)).toBe(false)
  })

  test('is kept as a keyed index: its number stands in no table', async () => {
    const number = `H-${randomUUID()}`
    await livesAt(number)
    const kept = await database.sql`select household_member::text as row from household_member`
    const hex = Buffer.from(number).toString('hex')
    expect(kept.filter(({ row }) => row.includes(number) || row.includes(hex))).toEqual([])
  })
})

describe('T14: a protected person who moves', () => {
  test('is protected in the new town too, for what is left of the period; the old one sees no place', async () => {
    const mother = await livesAt(newHousehold())
    const sheet = sheetOf(mother, 'A', '2021-04-01')
    await ok('/tickets', { tickets: [sheet] })
    await ok('/scans', scanOf(sheet, 1, '2021-06-01'))
    await protect(mother, 'A', '2021-05-01', '2022-04-30')
    await ok('/moves', movedIn(mother, 'B', 'A', '2021-06-20'))

    const fresh = await row(mother, 'B')
    const periods = await database.sql`
      select from_on::text as from, to_on::text as to from protection
       where municipality_code = ${towns.B} and resident_id = ${fresh.residentId}`
    expect([...periods]).toEqual([{ from: '2021-06-20', to: '2022-04-30' }])
    const under = await inTown('B', (tx) => protectedUnder(tx, fresh, today as PlainDate))
    expect(under).toEqual(fresh)

    const old = await row(mother, 'A')
    const [seen] = await database.sql`
      select to_jsonb(r) as row from resident r
       where municipality_code = ${towns.A} and id = ${old.residentId}`
    expect(seen!.row).toMatchObject({ status: 'movedOut', status_on: '2021-06-20' })
    for (const table of [
      'resident',
      'residence',
      'protection',
      'ticket',
      'task',
      'register_event',
    ]) {
      const kept = await database.sql.unsafe(
        `select t::text as row from ${table} t where municipality_code = '${towns.A}'
            and t::text like '%${old.residentId}%'`,
      )
      for (const { row } of kept) {
        expect(row).not.toContain(towns.B)
        expect(row).not.toContain(fresh.residentId)
      }
    }
  })

  test('told of by the old town afterwards, is protected in the new one', async () => {
    const mother = await livesAt(newHousehold())
    await ok('/moves', movedIn(mother, 'B', 'A', '2021-06-20'))
    await protect(mother, 'A', '2021-06-25')
    expect(await isProtected(mother, 'B', '2021-06-24')).toBe(false)
    expect(await isProtected(mother, 'B', '2021-06-25')).toBe(true)
  })
})

test('T14: places are hidden from the household of a protected person, and from every proxy', async () => {
  const number = newHousehold()
  const [mother, child] = [await livesAt(number), await livesAt(number)]
  const single = await livesAt(newHousehold())
  await protect(mother, 'A', '2021-06-01')
  const hidden = async (person: Person, reader: 'self' | 'householdProxy') => {
    const rows = [await row(person, 'A')]
    return inTown('A', (tx) => hidesPlaces(tx, rows, reader, today as PlainDate))
  }
  expect(await hidden(mother, 'self')).toBe(true)
  expect(await hidden(child, 'self')).toBe(true)
  expect(await hidden(single, 'self')).toBe(false)
  expect(await hidden(single, 'householdProxy')).toBe(true)
})

test('nobody is asked about under another town', async () => {
  const asked = await row(await livesAt(newHousehold()), 'A')
  const question = inTown('B', (tx) => isProtectedOn(tx, asked, today as PlainDate))
  await expect(question).rejects.toThrow(/not in scope/)
})
