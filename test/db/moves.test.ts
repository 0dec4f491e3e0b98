// Moves, deaths and protections over HTTP: what rows say afterwards, under the api's own role.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { noticeIdOf } from '../../db/queries/notice-id.ts'
import { ticketIndex } from '../support/people.ts'
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

/** Registered in A with a sheet, first dose on 2021-06-01. */
async function onceVaccinated(): Promise<{ person: Person; sheet: ReturnType<typeof sheetOf> }> {
  const person = somebody()
  await ok('/residents', { residents: [residentOf(person, 'A')] })
  const sheet = sheetOf(person, 'A', '2021-04-01')
  await ok('/tickets', { tickets: [sheet] })
  await ok('/scans', scanOf(sheet, 1, '2021-06-01'))
  return { person, sheet }
}

const row = async (person: Person, town: Town) => {
  const [found] = await database.sql`
    select id, status, status_on::text as on, move_out_planned_on::text as planned from resident
     where municipality_code = ${towns[town]} and register_number = ${town + person.number}`
  return found as { id: string; status: string; on: string | null; planned: string | null }
}

const courses = async (person: Person) => database.sql`
  select distinct c.id, c.version, c.stage, c.doses_given as doses, c.closed_because as because,
         c.home_municipality_code as home, c.home_resident_id as resident, c.series, c.cause, c.steps,
         c.relocation_event_id as relocation, c.relocation_recorded_on::text as relocated
    from course c
    join course_link l on l.course_id = c.id
    join resident r on (r.municipality_code, r.id) = (l.municipality_code, l.resident_id)
   where substr(r.register_number, 2) = ${person.number}`

const onlyCourse = async (person: Person) => {
  const found = await courses(person)
  expect(found).toHaveLength(1)
  return found[0]!
}

const openTasks = async (courseId: string) => database.sql`
  select municipality_code as town, kind, occasion from task
   where course_id = ${courseId} and done_at is null`

const news = async (courseId: string) => {
  const [found] = await database.sql`select version from outbox where course_id = ${courseId}`
  return found?.version
}

describe('a move-out notice', () => {
  test('is a plan that holds notices from its day, replaced by a later one, then cancelled', async () => {
    const { person } = await onceVaccinated()
    const before = await onlyCourse(person)
    const out = (plannedOn: string) => told(person, 'A', { kind: 'moveOutNotified', plannedOn })
    await ok('/moves', out('2021-06-29'))
    const held = await onlyCourse(person)
    expect(held).toMatchObject({ version: before.version + 1, cause: 'relocated' })
    expect(held.steps.map((step: { kind: string }) => step.kind)).toEqual(['followUp'])
    expect(await news(held.id)).toBe(held.version)

    await ok('/moves', out('2021-07-10'))
    expect((await row(person, 'A')).planned).toBe('2021-07-10')
    await ok('/moves', told(person, 'A', { kind: 'moveCancelled' }))
    expect((await row(person, 'A')).planned).toBeNull()
    expect((await onlyCourse(person)).steps).toEqual(before.steps)
  })

  test('told after the move-in says nothing new', async () => {
    const { person } = await onceVaccinated()
    await ok('/moves', movedIn(person, 'B', 'A', '2021-06-20'))
    const before = await onlyCourse(person)
    await ok('/moves', told(person, 'A', { kind: 'moveOutNotified', plannedOn: '2021-06-20' }))
    expect(await row(person, 'A')).toMatchObject({ status: 'movedOut', planned: null })
    expect(await onlyCourse(person)).toEqual(before)
  })
})

describe('a move-in', () => {
  test('takes the same course along, voids the old sheet and asks the new town for one', async () => {
    const { person, sheet } = await onceVaccinated()
    const { id } = await onlyCourse(person)
    const move = movedIn(person, 'B', 'A', '2021-06-20')
    await ok('/moves', move)

    const old = await row(person, 'A')
    const now = await row(person, 'B')
    expect(old).toMatchObject({ status: 'movedOut', on: '2021-06-20' })
    expect(now).toMatchObject({ status: 'registered', on: null })
    expect(await onlyCourse(person)).toMatchObject({
      ...{ id, home: towns.B, resident: now.id, doses: 1, cause: 'relocated' },
      ...{ relocation: move.eventId, relocated: today },
    })
    expect(await openTasks(id)).toEqual([
      { town: towns.B, kind: 'issueTicket', occasion: move.eventId },
    ])
    const [voided] = await database.sql`
      select revoked_on::text as on, revoked_because as because from ticket
       where municipality_code = ${towns.A}
         and number_index = ${await ticketIndex(database, towns.A, sheet.number)}`
    expect(voided).toEqual({ on: '2021-06-20', because: 'moved' })
    const links = await database.sql`
      select municipality_code as town, until_on::text as until, legal_basis as basis
        from course_link where course_id = ${id} order by 1`
    expect(links).toEqual([
      { town: towns.A, until: '2021-06-20', basis: 'ownRegister' },
      { town: towns.B, until: null, basis: 'lifeBodyProperty.consent' },
    ])
    const homes = await database.sql`
      select municipality_code as town, to_on::text as until from residence
       where resident_id in (${old.id}, ${now.id}) order by 1`
    expect(homes).toEqual([
      { town: towns.A, until: '2021-06-20' },
      { town: towns.B, until: null },
    ])
  })

  test('lets the relocation notice leave when the new town registers a sheet', async () => {
    const { person } = await onceVaccinated()
    await ok('/moves', movedIn(person, 'B', 'A', '2021-06-20'))
    const waiting = await onlyCourse(person)
    const relocation = (steps: { kind: string; on: string }[]) =>
      steps.find((step) => step.kind === 'relocationNotice')?.on
    expect(relocation(waiting.steps)).toBe('2021-07-07')

    register.setToday('2021-07-02')
    await ok('/tickets', { tickets: [sheetOf(person, 'B', '2021-07-01')] })
    const told = await onlyCourse(person)
    expect(relocation(told.steps)).toBe('2021-07-02')
    expect(told).toMatchObject({ cause: 'replanned', version: waiting.version + 1 })
    expect(await openTasks(told.id)).toEqual([])
  })

  test('takes queued and held notices along, and leaves those that left', async () => {
    const { person } = await onceVaccinated()
    const { id, resident } = await onlyCourse(person)
    const notice = (round: number, state: string) => database.sql`
      insert into notice (municipality_code, id, resident_id, course_id, kind, phase, dose_number,
                          occasion, round, due_on, state, reason, left_on, left_at, channel)
      values (${towns.A}, ${noticeIdOf(id, { kind: 'reminder', phase: 'overdue', doseNumber: 2, occasion: resident, round })}, ${resident}, ${id}, 'reminder', 'overdue', 2,
              ${resident}, ${round}, ${today}, ${state},
              ${state === 'held' ? 'betweenMunicipalities' : null},
              ${state === 'left' ? today : null}, ${state === 'left' ? `${today}T03:00Z` : null},
              ${state === 'left' ? 'letter' : null})`
    await notice(1, 'left')
    await notice(2, 'queued')
    await notice(3, 'held')
    await database.sql`
      insert into notice_attempt (municipality_code, id, notice_id, attempt, channel, state)
      select municipality_code, gen_random_uuid(), id, 1, 'letter', 'queued' from notice
       where course_id = ${id} and state = 'queued'`
    await ok('/moves', movedIn(person, 'B', 'A', '2021-06-20'))
    const rows = await database.sql`
      select n.round, n.municipality_code as town, a.municipality_code as "attemptTown"
        from notice n left join notice_attempt a on a.notice_id = n.id
       where n.course_id = ${id} order by 1`
    expect(rows).toEqual([
      { round: 1, town: towns.A, attemptTown: null },
      { round: 2, town: towns.B, attemptTown: towns.B },
      { round: 3, town: towns.B, attemptTown: null },
    ])
  })

  test.each(['before', 'after'])(
    'a wave of the new town %s it ends in one course',
    async (when) => {
      const { person } = await onceVaccinated()
      const { id } = await onlyCourse(person)
      const wave = { municipalityCode: towns.B, bornOnOrBefore: person.bornOn }
      const open = () => ok('/waves', { waveId: crypto.randomUUID(), ...wave })
      if (when === 'before') {
        await ok('/residents', { residents: [residentOf(person, 'B')] })
        await open()
      }
      await ok('/moves', movedIn(person, 'B', 'A', '2021-06-20'))
      if (when === 'after') await open()
      expect(await onlyCourse(person)).toMatchObject({ id, home: towns.B, doses: 1 })
      const merged = await database.sql`
      select stage, closed_because as because from course where series like ${`%/${id}`}`
      expect(merged).toEqual(when === 'before' ? [{ stage: 'closed', because: 'merged' }] : [])
    },
  )

  test('keeps the doses of both when each town had recorded one', async () => {
    const { person } = await onceVaccinated()
    await ok('/residents', { residents: [residentOf(person, 'B')] })
    const sheet = sheetOf(person, 'B', '2021-06-21')
    await ok('/tickets', { tickets: [sheet] })
    await ok('/scans', scanOf(sheet, 2, '2021-06-25'))
    expect(await courses(person)).toHaveLength(2)
    await ok('/moves', movedIn(person, 'B', 'A', '2021-06-20'))
    expect(await onlyCourse(person)).toMatchObject({ doses: 2, stage: 'complete', home: towns.B })
  })

  test('finds its former row when that is registered later', async () => {
    const person = somebody()
    await ok('/moves', movedIn(person, 'B', 'A', '2021-06-20'))
    await ok('/residents', { residents: [residentOf(person, 'A')] })
    expect(await row(person, 'A')).toMatchObject({ status: 'movedOut', on: '2021-06-20' })
    expect(await row(person, 'B')).toMatchObject({ status: 'registered' })
  })

  test('a second dose with the voided sheet counts for the course at its new home', async () => {
    const { person, sheet } = await onceVaccinated()
    await ok('/moves', movedIn(person, 'B', 'A', '2021-06-20'))
    const answer = await ok('/scans', scanOf(sheet, 2, '2021-06-24'))
    expect(answer).toMatchObject({ verdict: 'recordedWithFindings' })
    expect(await onlyCourse(person)).toMatchObject({ doses: 2, stage: 'complete', home: towns.B })
  })
})

describe('what ends a course', () => {
  test('a death closes it; told again with another day, the earlier one is kept', async () => {
    const { person } = await onceVaccinated()
    await ok('/deaths', told(person, 'A', { on: '2021-06-12' }))
    await ok('/deaths', told(person, 'A', { on: '2021-06-10' }))
    await ok('/deaths', told(person, 'A', { on: '2021-06-15' }))
    expect(await row(person, 'A')).toMatchObject({ status: 'deceased', on: '2021-06-10' })
    expect(await onlyCourse(person)).toMatchObject({
      ...{ stage: 'closed', because: 'deceased', cause: 'closed', steps: [] },
    })
  })

  test('a move abroad closes it, announced before the day too; a move-in opens it again', async () => {
    const { person } = await onceVaccinated()
    await ok('/moves', told(person, 'A', { kind: 'movedAbroad', effectiveOn: '2021-07-02' }))
    expect(await onlyCourse(person)).toMatchObject({ stage: 'closed', because: 'movedAbroad' })
    register.setToday('2021-08-01')
    await ok('/moves', movedIn(person, 'B', 'A', '2021-07-20'))
    expect(await onlyCourse(person)).toMatchObject({ stage: 'secondDoseOverdue', home: towns.B })
    expect(await row(person, 'A')).toMatchObject({ status: 'movedAbroad', on: '2021-07-02' })
  })
})

test('a protection told again keeps the longer period', async () => {
  const { person } = await onceVaccinated()
  for (const to of ['2021-12-31', '2021-09-30']) {
    await ok('/protections', told(person, 'A', { from: '2021-05-01', to }))
  }
  const { id } = await row(person, 'A')
  const periods = await database.sql`
    select from_on::text as from, to_on::text as to from protection where resident_id = ${id}`
  expect(periods).toEqual([{ from: '2021-05-01', to: '2021-12-31' }])
})

/** Until so many sessions of this database wait for a lock, or something else has happened. */
async function waiting(sessions: number, orElse = () => false): Promise<void> {
  for (;;) {
    const found = await database.sql`
      select from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`
    if (found.length >= sessions || orElse()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('refused, with nothing written', () => {
  const everything = async () => {
    const tables = [
      'resident',
      'person',
      'residence',
      'protection',
      'ticket',
      'course',
      'course_link',
    ]
    const more = ['register_event', 'task', 'outbox', 'notice']
    const counts = [...tables, ...more].map(
      (t) => `(select json_agg(x order by x::text) from ${t} x)`,
    )
    return database.sql.unsafe(`select ${counts.map((c, i) => `${c} as t${i}`).join(', ')}`)
  }

  test.each<[string, string, string, (person: Person) => object]>([
    ['/moves', 'unknownResident', 'registerNumber', (p) => told(p, 'C', { kind: 'moveCancelled' })],
    ['/moves', 'dateInFuture', 'effectiveOn', (p) => movedIn(p, 'B', 'A', '2021-07-01')],
    ['/moves', 'dateBeforeBirth', 'effectiveOn', (p) => movedIn(p, 'B', 'A', '1949-12-31')],
    [
      ...(['/moves', 'birthDateDiffers', 'bornOn'] as const),
      (p) => movedIn({ ...p, bornOn: '1950-01-02' }, 'A', undefined, '2021-06-01'),
    ],
    [
      ...(['/moves', 'previousBirthDateDiffers', 'previous.registerNumber'] as const),
      (p) => movedIn({ ...p, bornOn: '1950-01-02' }, 'B', 'A', '2021-06-01'),
    ],
    ['/moves', 'previousIsSelf', 'previous', (p) => movedIn(p, 'A', 'A', '2021-06-01')],
    [
      ...(['/moves', 'municipalityCodeCheckDigit', 'municipalityCode'] as const),
      (p) => ({ ...told(p, 'A', { kind: 'moveCancelled' }), municipalityCode: '012026' }),
    ],
    [
      ...(['/moves', 'invalidDate', 'plannedOn'] as const),
      (p) => told(p, 'A', { kind: 'moveOutNotified', plannedOn: '2021-02-30' }),
    ],
    ['/deaths', 'dateInFuture', 'on', (p) => told(p, 'A', { on: '2021-07-01' })],
    [
      ...(['/protections', 'periodEndsBeforeStart', 'to'] as const),
      (p) => told(p, 'A', { from: '2021-06-02', to: '2021-06-01' }),
    ],
  ])('%s %s', async (path, code, field, body) => {
    const { person } = await onceVaccinated()
    const before = await everything()
    const answer = await register.post(path, body(person))
    expect(answer).toMatchObject({ status: 422, body: { code, field } })
    expect(answer.body.whatToDo).not.toBe('')
    expect(await everything()).toEqual(before)
  })

  test('an event id used for another body', async () => {
    const { person } = await onceVaccinated()
    const death = told(person, 'A', { on: '2021-06-12' })
    const first = await ok('/deaths', death)
    const before = await everything()
    expect(await ok('/deaths', death)).toEqual(first)
    const other = await register.post('/deaths', { ...death, on: '2021-06-13' })
    expect(other).toMatchObject({ status: 409, body: { code: 'idUsedForAnotherBody' } })
    expect(await everything()).toEqual(before)
  })

  test('two towns at once are joined to one person, though neither sees the other’s row', async () => {
    const { person } = await onceVaccinated()
    const { id } = await onlyCourse(person)
    const blocker = await database.sql.reserve()
    await blocker`begin`
    await blocker`select from course where id = ${id} for update`
    // The first report has looked who the person is and waits for the course; then the second comes.
    const intoB = ok('/moves', movedIn(person, 'B', 'A', '2021-06-10'))
    await waiting(1)
    let isDone = false
    const intoC = ok('/moves', movedIn(person, 'C', 'B', '2021-06-20')).finally(() => {
      isDone = true
    })
    await waiting(2, () => isDone)
    await blocker`commit`
    blocker.release()
    await Promise.all([intoB, intoC])
    expect(await onlyCourse(person)).toMatchObject({ id, home: towns.C, doses: 1 })
    expect(await row(person, 'B')).toMatchObject({ status: 'movedOut', on: '2021-06-20' })
  })

  test('the same report many times at once is recorded once', async () => {
    const { person } = await onceVaccinated()
    const move = movedIn(person, 'B', 'A', '2021-06-20')
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => register.post('/moves', move)),
    )
    for (const answer of answers) expect(answer).toEqual({ ...answers[0], status: 200 })
    const events = await database.sql`select from register_event where id = ${move.eventId}`
    expect(events).toHaveLength(1)
  })
})
