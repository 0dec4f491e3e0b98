// One made-up life as two or three registers tell it: in any order, repeated, with refused reports
// told again later, it ends in the same rows as told in the order in which it happened.

import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPerson } from '../support/people.ts'
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
} from '../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'

let database: SealedDatabase
let register: Register

beforeAll(async () => {
  database = await sealedDatabase()
  register = await openRegister(database, '2021-07-01')
  await openVenue(register)
})
afterAll(async () => {
  await register.close()
  await database.drop()
})

type Call = { path: string; body: (person: Person) => object }

const move = (town: Town, more: object): Call => ({
  path: '/moves',
  body: (person) => told(person, town, more),
})
const arrival = (to: Town, from: Town, on: string): Call => ({
  path: '/moves',
  body: (person) => movedIn(person, to, from, on),
})
const changed = (town: Town, on: string): Call => {
  const more = { kind: 'addressChanged', effectiveOn: on, postcode: '0400002' }
  return move(town, { ...more, address: `見本町9番 ${on}` })
}
const out = (town: Town, plannedOn: string, notifiedOn: string): Call =>
  move(town, { kind: 'moveOutNotified', plannedOn, notifiedOn })
const sheet = (town: Town, issuedOn: string): Call => ({
  path: '/tickets',
  body: (person) => ({ tickets: [sheetOf(person, town, issuedOn)] }),
})

/** In the order in which it happened. Towns B and C contradict each other about the same move. */
const life: Record<string, Call> = {
  addressInA: changed('A', '2021-05-01'),
  outOfA: out('A', '2021-06-05', '2021-05-20'),
  cancelled: move('A', { kind: 'moveCancelled', notifiedOn: '2021-05-22' }),
  outAgain: out('A', '2021-06-08', '2021-05-25'),
  intoB: arrival('B', 'A', '2021-06-06'),
  sheetOfB: sheet('B', '2021-06-07'),
  intoC: arrival('C', 'A', '2021-06-10'),
  addressInB: changed('B', '2021-06-12'),
  backInA: arrival('A', 'C', '2021-06-15'),
  waveInA: {
    path: '/waves',
    body: () => ({
      waveId: randomUUID(),
      municipalityCode: towns.A,
      bornOnOrBefore: '1950-01-01',
    }),
  },
  outOfAForGood: out('A', '2021-06-28', '2021-06-20'),
  death: { path: '/deaths', body: (person) => told(person, 'A', { on: '2021-06-29' }) },
  deathAgain: { path: '/deaths', body: (person) => told(person, 'C', { on: '2021-06-30' }) },
}
const names = Object.keys(life)

type Told = { name: string; path: string; body: object }

async function live(order: string[]): Promise<unknown> {
  const person = somebody()
  await post('/residents', { residents: [residentOf(person, 'A')] })
  const first = sheetOf(person, 'A', '2021-04-01')
  await post('/tickets', { tickets: [first] })
  expect(await post('/scans', scanOf(first, 1, '2021-05-15'))).toMatchObject({ status: 201 })
  const bodies = new Map(names.map((name) => [name, life[name]!.body(person)]))
  await tell(order.map((name) => ({ name, path: life[name]!.path, body: bodies.get(name)! })))
  return stateOf(person, new Map([...bodies].map(([name, body]) => [eventIdOf(body), name])))
}

/** What a register refuses because it does not know the person yet is told again later. */
async function tell(reports: Told[]): Promise<void> {
  const refused: Told[] = []
  for (const report of reports) {
    const answer = await post(report.path, report.body)
    const results = answer.body.results as { code?: string }[] | undefined
    const code = answer.status === 200 ? results?.[0]?.code : answer.body.code
    if (code === 'unknownResident') refused.push(report)
    else expect(code, `${report.name} ${JSON.stringify(answer)}`).toBeUndefined()
  }
  if (refused.length > 0 && refused.length < reports.length) await tell(refused)
}

const post = (path: string, body: object) => register.post(path, body)
const eventIdOf = (body: object) => (body as { eventId?: string }).eventId ?? ''

async function stateOf(person: Person, nameOf: Map<string, string>): Promise<unknown> {
  const found = await database.sql`
    select municipality_code as town, id as "residentId", status, status_on::text as on,
           move_out_planned_on::text as planned, move_out_event_id as "plannedBy",
           (select json_agg(json_build_array(issued_on, revoked_on, revoked_because) order by issued_on)
              from ticket t where t.resident_id = r.id) as sheets,
           (select json_agg(json_build_array(l.effective_on, l.until_on) order by l.effective_on)
              from course_link l where l.resident_id = r.id
               and not exists (select from course c
                                where c.id = l.course_id and c.closed_because = 'merged')) as links
      from resident r where substr(register_number, 2) = ${person.number} order by 1`
  const rows = await Promise.all(
    found.map(async ({ residentId, ...row }) => {
      const at = { municipalityCode: row.town as string, residentId: residentId as string }
      return { ...row, residences: (await openPerson(database, at)).residences }
    }),
  )
  const courses = await database.sql`
    select distinct on (c.id) c.home_municipality_code as home, c.stage, c.doses_given as doses,
           c.closed_because as because, c.overdue_on::text as overdue, c.steps,
           c.relocation_event_id as relocation, o.version is not distinct from c.version as "isTold",
           (select json_agg(json_build_array(municipality_code, kind, occasion) order by kind)
              from task t where t.course_id = c.id and t.done_at is null) as tasks
      from course c
      join course_link l on l.course_id = c.id
      join resident r on (r.municipality_code, r.id) = (l.municipality_code, l.resident_id)
      left join outbox o on o.course_id = c.id
     where substr(r.register_number, 2) = ${person.number}
       and c.closed_because is distinct from 'merged'`
  const state = JSON.stringify({ rows, courses })
  return JSON.parse(
    state.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => nameOf.get(id) ?? 'some id'),
  )
}

const selections = fc.subarray(names, { minLength: 2 }).chain((chosen) =>
  fc.record({
    inOrder: fc.constant(chosen),
    otherwise: fc
      .tuple(fc.shuffledSubarray(chosen, { minLength: chosen.length }), fc.subarray(chosen))
      .map(([order, again]) => [...order, ...again]),
  }),
)

test('any order and any repetition of a life ends as the life in its order', async () => {
  await fc.assert(
    fc.asyncProperty(selections, async ({ inOrder, otherwise }) => {
      expect(await live(otherwise)).toEqual(await live(inOrder))
    }),
    { numRuns: 25 },
  )
}, 120_000)

test('the whole life, backwards, ends with the death told last of a person back home', async () => {
  const state = await live(names)
  expect(await live([...names].reverse())).toEqual(state)
  expect(state).toMatchObject({
    rows: [
      { town: towns.A, status: 'deceased', on: '2021-06-29', planned: null },
      { town: towns.C, status: 'deceased', on: '2021-06-30' },
      { town: towns.B, status: 'movedOut', on: '2021-06-10' },
    ].sort((a, b) => (a.town < b.town ? -1 : 1)),
    courses: [{ home: towns.A, stage: 'closed', because: 'deceased', doses: 1, isTold: true }],
  })
})

test('the life without the death, backwards, waits for the second dose back in the first town', async () => {
  const living = names.filter((name) => !name.startsWith('death'))
  const state = await live([...living].reverse())
  expect(state).toEqual(await live(living))
  expect(state).toMatchObject({
    courses: [
      {
        ...{ home: towns.A, stage: 'secondDoseOverdue', relocation: 'backInA' },
        ...{ tasks: [[towns.A, 'issueTicket', 'backInA']] },
      },
    ],
  })
})
