// Tasks that moves open, when what is told later makes an earlier home right again.

import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  movedIn,
  openRegister,
  openVenue,
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

async function ok(path: string, body: object) {
  const answer = await register.post(path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
}

const taskOf = async (eventId: string) => {
  const [task] = await database.sql`
    select municipality_code as town, done_at is not null as "isDone", done_by as "doneBy", outcome
      from task where kind = 'issueTicket' and occasion = ${eventId}`
  return task
}

test('a sheet is owed again when the person turns out not to have moved on', async () => {
  const person = somebody()
  const second = { ...person, number: `${person.number}x` }
  await ok('/residents', { residents: [residentOf(person, 'A')] })
  const sheet = sheetOf(person, 'A', '2021-04-01')
  await ok('/tickets', { tickets: [sheet] })
  await ok('/scans', scanOf(sheet, 1, '2021-06-01'))

  // Of one day's move-ins the one that fits the home before it comes first, else the lower id.
  const intoB = { ...movedIn(person, 'B', 'A', '2021-06-20'), eventId: uuid('1') }
  const intoC = {
    ...{ ...movedIn(person, 'C', 'A', '2021-06-20'), eventId: uuid('2') },
    previous: { municipalityCode: towns.A, registerNumber: `A${second.number}` },
  }
  await ok('/moves', movedIn(person, 'C', 'B', '2021-06-15'))
  await ok('/moves', intoB)
  expect(await taskOf(intoB.eventId)).toMatchObject({ town: towns.B, isDone: false })
  await ok('/moves', intoC)
  expect(await taskOf(intoB.eventId)).toMatchObject({ isDone: true, outcome: 'movedOn' })

  const backInA = {
    ...movedIn(second, 'A', undefined, '2021-06-18'),
    previous: { municipalityCode: towns.C, registerNumber: `C${person.number}` },
  }
  await ok('/moves', backInA)
  const open = { town: towns.B, isDone: false, doneBy: null, outcome: null }
  expect(await taskOf(intoB.eventId)).toEqual(open)
  expect(await taskOf(intoC.eventId)).toMatchObject({ isDone: true, outcome: 'movedOn' })

  await ok('/tickets', { tickets: [sheetOf(person, 'B', '2021-06-30')] })
  await ok('/moves', { ...backInA, eventId: uuid('3') })
  expect(await taskOf(intoB.eventId)).toMatchObject({ isDone: true, outcome: 'ticketRegistered' })
})

function uuid(digit: string): string {
  return `${digit.repeat(8)}-0000-4000-8000-000000000000`
}
