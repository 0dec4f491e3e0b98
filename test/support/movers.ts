/**
 * Two towns that hold the My Number of a person who moves from one to the other without a certificate, with
 * a real keyd whose day is the test's. One database for a test file; everybody is made up.
 */
import { pino } from 'pino'
import { expect } from 'vitest'
import { connect, type Sql } from '../../db/client.ts'
import { matchSweep } from '../../db/queries/match-on-move.ts'
import type { recordReport } from '../../db/queries/moves.ts'
import { plainDate } from '../../domain/calendar.ts'
import { DomainError } from '../../domain/errors.ts'
import { myNumberCheckDigit } from '../../domain/my-number.ts'
import type { Vault } from '../../vault/vault.ts'
import { nextOf } from './numbering.ts'
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
  towns,
} from './register.ts'
import { type SealedDatabase, sealedDatabase } from './sealed.ts'

export const june = '2021-06-30'
export const log = pino({ level: 'silent' })
export let today = plainDate(june)
export let database: SealedDatabase
export let register: Register
export let sql: Sql

export async function openMovers(): Promise<void> {
  database = await sealedDatabase({ today: () => today, settings: { matchesPerDay: 12 } })
  register = await openRegister(database, june)
  await openVenue(register)
  sql = connect(database.urls.sesshu_api, { name: 'test-match', max: 4 })
}

export async function closeMovers(): Promise<void> {
  await register?.close()
  await sql?.end({ timeout: 1 })
  await database?.drop()
}

/** On the first day, with nothing asked by anybody yet. */
export async function beginAgain(): Promise<void> {
  setToday(june)
  await database.sql`delete from my_number_matches`
}

export function setToday(day: string): void {
  today = plainDate(day)
  register.setToday(day)
}

export function aNumber(): string {
  const eleven = String(30_000_000_000 + 7_919 * nextOf('myNumber'))
  return eleven + myNumberCheckDigit(eleven)
}

export async function ok(path: string, body: object) {
  const answer = await register.post(path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

/** Registered in A with a first dose, and in B by now; both towns hold the My Number. */
export async function mover(more: { inA?: object; inB?: object } = {}): Promise<Person> {
  const person = somebody()
  const myNumber = aNumber()
  await ok('/residents', { residents: [residentOf(person, 'A', { myNumber, ...more.inA })] })
  const sheet = sheetOf(person, 'A', '2021-04-01')
  await ok('/tickets', { tickets: [sheet] })
  await ok('/scans', scanOf(sheet, 1, '2021-06-01'))
  const here = residentOf(person, 'B', { myNumber, residentSince: '2021-06-20', ...more.inB })
  await ok('/residents', { residents: [here] })
  return person
}

/** As the certificate was lost: the former town, and the day of consent if there is one. */
export function moveIn(person: Person, consentOn: string | undefined = '2021-06-21') {
  const previous = {
    municipalityCode: towns.A,
    ...(consentOn && { consent: { givenOn: consentOn } }),
  }
  return { ...movedIn(person, 'B', undefined, '2021-06-20'), previous }
}

export const row = async (person: Person, town: Town) => {
  const [found] = await database.sql`
    select id, status, status_on::text as on from resident
     where municipality_code = ${towns[town]} and register_number = ${town + person.number}`
  return found as { id: string; status: string; on: string | null }
}

/** Everything that a move settles, without what differs from one person to the next. */
export async function settled(person: Person, eventId: string) {
  const [a, b] = [await row(person, 'A'), await row(person, 'B')]
  const courses = await database.sql`
    select distinct c.stage, c.doses_given as doses, c.cause, c.home_municipality_code as home,
           c.home_resident_id = ${b.id} as "isInB", c.relocation_event_id = ${eventId} as "isMoved",
           c.relocation_recorded_on::text as relocated, c.steps::text as steps
      from course c join course_link l on l.course_id = c.id
     where l.resident_id in (${a.id}, ${b.id})`
  const links = await database.sql`
    select municipality_code as town, effective_on::text as from, until_on::text as until,
           legal_basis as basis from course_link
     where resident_id in (${a.id}, ${b.id}) order by municipality_code`
  const tickets = await database.sql`
    select revoked_on::text as on, revoked_because as because from ticket
     where resident_id in (${a.id}, ${b.id})`
  const tasks = await database.sql`
    select municipality_code as town, kind from task
     where resident_id in (${a.id}, ${b.id}) and done_at is null`
  const steps = courses.map((course) => ({
    ...course,
    steps: (course.steps as string).replace(/[0-9a-f-]{36}/g, 'id'),
  }))
  return { statuses: [a.status, a.on, b.status], courses: steps, links, tickets, tasks }
}

export const matchRows = async () => database.sql`
  select municipality_code as town, resident_id is not null as "isSomebody", fields,
         legal_basis as basis from ledger_inbox where purpose = 'legalMatch'
   order by municipality_code desc, resident_id nulls first`

export const state = async (eventId: string) => {
  const [event] = await database.sql`
    select match_state as state, previous_register_number as number from register_event
     where id = ${eventId}`
  return event as { state: string; number: string | null }
}

export const openTasks = (eventId: string) => database.sql`
  select municipality_code as town, kind from task
   where kind = 'findFormerRecord' and occasion = ${eventId} and done_at is null`

export const asked = async () => {
  const [row] = await database.sql`
    select coalesce(sum(asked), 0)::int as n from my_number_matches where municipality_code = ${towns.B}`
  return row!.n as number
}

export const store = (vault: Vault = database.vault) => ({ sql, vault })
export const sweep = (vault?: Vault) => matchSweep(store(vault), log)(today)
/** The route's body is the report itself. */
export const report = (move: object) => move as Parameters<typeof recordReport>[1]
export const away = async () => {
  throw new DomainError('keydAway', 'keyd did not answer in time')
}
