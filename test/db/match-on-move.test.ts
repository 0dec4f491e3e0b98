// A move-in that names the former town and no number there: what keyd finds by My Number is taken along
// as a certificate's number would be, and whatever cannot be settled is a clear answer and a task.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { look, withPurpose } from '../../db/client.ts'
import { type LookSeen, looksOf } from '../../db/ledger/looks-of.ts'
import { matchFormerTown, matchSweep, recordAndMatch } from '../../db/queries/match-on-move.ts'
import { recordReport } from '../../db/queries/moves.ts'
import {
  aNumber,
  asked,
  away,
  beginAgain,
  closeMovers,
  database,
  june,
  log,
  matchRows,
  moveIn,
  mover,
  ok,
  openMovers,
  openTasks,
  register,
  report,
  row,
  setToday,
  settled,
  sql,
  state,
  store,
  sweep,
  today,
} from '../support/movers.ts'
import {
  movedIn,
  type Person,
  residentOf,
  somebody,
  type Town,
  told,
  towns,
} from '../support/register.ts'

beforeAll(openMovers)
afterAll(closeMovers)
beforeEach(beginAgain)

describe('found', () => {
  test('it ends as a move-in with a register number does, and is in both ledgers', async () => {
    const [known, looked] = [await mover(), await mover()]
    const byNumber = movedIn(known, 'B', 'A', '2021-06-20')
    await ok('/moves', byNumber)
    await database.sql`delete from ledger_inbox`
    const byMatch = moveIn(looked)
    const wakes = register.wakes()
    expect(await ok('/moves', byMatch)).toEqual({
      eventId: byMatch.eventId,
      status: 'recorded',
      formerRecord: { state: 'found', message: 'The record of the former town was taken along.' },
    })
    expect(register.wakes()).toBe(wakes + 1)
    const after = await settled(looked, byMatch.eventId)
    expect(after).toEqual(await settled(known, byNumber.eventId))
    expect(after).toMatchObject({
      statuses: ['movedOut', '2021-06-20', 'registered'],
      courses: [{ doses: 1, isInB: true, isMoved: true, home: towns.B }],
      tasks: [{ town: towns.B, kind: 'issueTicket' }],
    })
    const look = { fields: ['myNumber'], basis: 'lifeBodyProperty.consent' }
    expect(await matchRows()).toEqual([
      { ...look, town: towns.B, isSomebody: true },
      { ...look, town: towns.A, isSomebody: false },
      { ...look, town: towns.A, isSomebody: true },
    ])
    expect(await asked()).toBe(1)
  })

  test('the person sees it in the new town, with what was seen in the former one before', async () => {
    const person = await mover()
    await ok('/moves', moveIn(person))
    const [a, b] = [await row(person, 'A'), await row(person, 'B')]
    const [course] = await database.sql`
      select course_id as id from course_link where resident_id = ${b.id}`
    const seenIn = async (town: Town, resident: string) => {
      const municipalityCode = towns[town]
      return withPurpose(sql, { municipalityCode, purpose: 'residentPage' }, async (tx) => {
        await look(tx, [])
        const registerRows = [{ municipalityCode, residentId: resident }]
        return looksOf(tx, { registerRows, courseId: course!.id, hidesPlaces: false })
      })
    }
    const bases = (looks: LookSeen[]) => looks.filter(({ purpose }) => purpose === 'legalMatch')
    const here = await seenIn('B', b.id)
    expect(bases(here)).toHaveLength(2)
    // Told again in A before the move, and before there was a course.
    const earlier = (looks: LookSeen[]) =>
      looks.filter(({ fields }) => fields.includes('ticketNumber')).length
    expect(earlier(here)).toBe(1)
    // The former town is not at home here: it sees its own row's looks, and none of the new town's.
    expect(bases(await seenIn('A', a.id))).toHaveLength(1)
  })

  test('told again, and again at once, it asks nobody and changes nothing', async () => {
    const person = await mover()
    const move = moveIn(person)
    const [first] = await Promise.all([ok('/moves', move), ok('/moves', move)])
    const before = await settled(person, move.eventId)
    const questions = await asked()
    await database.sql`delete from ledger_inbox`
    const again = await ok('/moves', move)
    expect(again).toMatchObject({ formerRecord: { state: 'found' } })
    expect(first).toMatchObject({ status: 'recorded' })
    expect(await settled(person, move.eventId)).toEqual(before)
    expect([await asked(), (await matchRows()).length]).toEqual([questions, 0])
    const other = await register.post('/moves', {
      ...move,
      previous: { municipalityCode: towns.C },
    })
    expect(other).toMatchObject({ status: 409, body: { code: 'idUsedForAnotherBody' } })
  })

  test('from mid-December on without a consent, on the other limb of the article', async () => {
    const person = await mover()
    setToday('2021-12-20')
    await database.sql`delete from ledger_inbox`
    expect(await ok('/moves', moveIn(person, ''))).toMatchObject({
      formerRecord: { state: 'found' },
    })
    const bases = (await matchRows()).map(({ basis }) => basis)
    expect(new Set(bases)).toEqual(new Set(['lifeBodyProperty.consentImpracticable']))
  })
})

describe('not found: the move-in stands, the course stays where it was, and a task says so', () => {
  const unsettled = async (person: Person, move: { eventId: string }, said: object) => {
    expect(await ok('/moves', move)).toMatchObject({ status: 'recorded', formerRecord: said })
    expect(await openTasks(move.eventId)).toEqual([{ town: towns.B, kind: 'findFormerRecord' }])
    expect((await state(move.eventId)).number).toBeNull()
    expect((await row(person, 'A')).status).toBe('registered')
    const { courses } = await settled(person, move.eventId)
    expect(courses).toMatchObject([{ home: towns.A, isInB: false }])
    // Told again it says the same, and opens no second task.
    expect(await ok('/moves', move)).toMatchObject({ formerRecord: said })
    expect(await openTasks(move.eventId)).toHaveLength(1)
  }

  test('without consent nobody is asked; told with it, the record is found and the task ends', async () => {
    const person = await mover()
    await unsettled(person, moveIn(person, ''), { state: 'noConsent' })
    expect(await asked()).toBe(0)
    const [task] = await database.sql`
      select occasion from task where kind = 'findFormerRecord' and resident_id = ${(await row(person, 'B')).id}`
    expect(await ok('/moves', moveIn(person))).toMatchObject({ formerRecord: { state: 'found' } })
    expect(await openTasks(task!.occasion)).toEqual([])
    const tomorrow = await register.post('/moves', moveIn(person, '2021-07-01'))
    expect(tomorrow).toMatchObject({
      status: 422,
      body: { code: 'dateInFuture', field: 'previous.consent.givenOn' },
    })
  })

  test('unknown to the former town; its register number, once known, ends the task', async () => {
    const person = await mover({ inB: { myNumber: aNumber() } })
    const move = moveIn(person)
    await unsettled(person, move, { state: 'notFound' })
    await ok('/moves', movedIn(person, 'B', 'A', '2021-06-20'))
    expect(await openTasks(move.eventId)).toEqual([])
    expect((await row(person, 'A')).status).toBe('movedOut')
  })

  test('without a My Number; told later, the sweep asks, and the record is found', async () => {
    const number = aNumber()
    const person = await mover({ inA: { myNumber: number }, inB: { myNumber: undefined } })
    const move = moveIn(person)
    await unsettled(person, move, { state: 'noMyNumber' })
    const here = residentOf(person, 'B', { myNumber: number, residentSince: '2021-06-20' })
    await ok('/residents', { residents: [here] })
    expect(await sweep()).toBe(true)
    expect(await state(move.eventId)).toEqual({ state: 'found', number: `A${person.number}` })
    expect(await openTasks(move.eventId)).toEqual([])
  })

  test('somebody else’s number: birth date and name must agree as well', async () => {
    const stranger = { family: '仮名', given: '梅子', kana: 'カメイ ウメコ' }
    const person = await mover({ inA: { name: stranger } })
    await unsettled(person, moveIn(person), { state: 'differs' })
  })

  test('its own town is not asked, nor one that does not exist', async () => {
    const person = await mover()
    const own = { ...moveIn(person), previous: { municipalityCode: towns.B } }
    expect(await register.post('/moves', own)).toMatchObject({
      status: 422,
      body: { code: 'previousIsSelf' },
    })
  })
})

describe('T14: a protected person', () => {
  test('is given away to nobody: the answer and the rows are those of a stranger', async () => {
    const household = `H-${process.pid}-match`
    const [own, living] = [await mover(), await mover({ inA: { householdNumber: household } })]
    const housemate = somebody()
    await ok('/residents', {
      residents: [residentOf(housemate, 'A', { householdNumber: household })],
    })
    // From a later day on as well: then somebody already prepares to be safe.
    await ok('/protections', told(own, 'A', { from: '2021-07-15' }))
    await ok('/protections', told(housemate, 'A', { from: '2021-01-01' }))
    const stranger = await mover({ inB: { myNumber: aNumber() } })
    const answers = []
    for (const person of [stranger, own, living]) {
      const move = moveIn(person)
      const { eventId, ...answer } = await ok('/moves', move)
      const [event] = await database.sql`
        select match_state, previous_register_number, previous_born, previous_names
          from register_event where id = ${eventId as string}`
      answers.push({ answer, event, tasks: await openTasks(move.eventId) })
      expect((await row(person, 'A')).status).toBe('registered')
    }
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    // The look at the person stays in the former town's ledger, for whoever watches over it.
    const [look] = await database.sql`
      select count(*)::int as n from ledger_inbox
       where purpose = 'legalMatch' and resident_id = ${(await row(own, 'A')).id}`
    expect(look!.n).toBe(1)
  })

  test('whose protection is over is found, and one that is told after the move goes along', async () => {
    const person = await mover()
    await ok('/protections', told(person, 'A', { from: '2021-01-01', to: '2021-06-29' }))
    expect(await ok('/moves', moveIn(person))).toMatchObject({ formerRecord: { state: 'found' } })
    await ok('/protections', told(person, 'A', { from: '2021-06-25' }))
    const carried = await database.sql`
      select to_on from protection
       where resident_id = ${(await row(person, 'B')).id} and from_on = '2021-06-25'`
    expect(carried).toEqual([{ to_on: null }])
  })
})

describe('broken off', () => {
  test('between the move-in and the question: the sweep asks, once for all who sweep', async () => {
    const person = await mover()
    const move = moveIn(person)
    await recordReport(store(), report(move), today)
    expect(await state(move.eventId)).toEqual({ state: 'pending', number: null })
    const before = await settled(person, move.eventId)
    expect(before.tasks).toEqual([])
    await Promise.all([sweep(), sweep()])
    expect((await state(move.eventId)).state).toBe('found')
    const after = await settled(person, move.eventId)
    expect(after.courses).toMatchObject([{ home: towns.B, isMoved: true, doses: 1 }])
    expect(await sweep()).toBe(false)
    expect(await settled(person, move.eventId)).toEqual(after)
  })

  test('with keyd away the move-in is answered, and nothing is half done wherever it broke', async () => {
    const person = await mover()
    const move = moveIn(person)
    const { vault } = database
    const asking = await recordAndMatch(
      store({ ...vault, matchMyNumber: away }),
      report(move),
      today,
      log,
    )
    expect(asking).toMatchObject({ answer: { status: 'recorded' }, formerRecord: 'pending' })
    const before = await settled(person, move.eventId)
    // keyd had answered already, and went away before the two were compared, or one was opened.
    await expect(sweep({ ...vault, unlock: away })).rejects.toMatchObject({ code: 'keydAway' })
    await expect(sweep({ ...vault, index: away })).rejects.toMatchObject({ code: 'keydAway' })
    expect(await state(move.eventId)).toEqual({ state: 'pending', number: null })
    expect(await settled(person, move.eventId)).toEqual(before)
    expect(await sweep()).toBe(true)
    expect((await state(move.eventId)).state).toBe('found')
  })
})

test('an answer that comes after another one changes nothing', async () => {
  const person = await mover()
  const move = moveIn(person)
  await recordReport(store(), report(move), today)
  const late = async () => {
    await sweep()
    return undefined
  }
  const slow = store({ ...database.vault, matchMyNumber: late })
  expect(await matchFormerTown(slow, report(move), today)).toEqual({
    state: 'found',
    hasNews: false,
  })
  expect(await openTasks(move.eventId)).toEqual([])
  expect((await row(person, 'A')).status).toBe('movedOut')
})

test('a town that has asked often enough goes on the next day', async () => {
  const person = await mover()
  await database.sql`
    insert into my_number_matches (municipality_code, asked_on, asked) values (${towns.B}, ${june}, 12)`
  const move = moveIn(person)
  expect(await ok('/moves', move)).toMatchObject({ formerRecord: { state: 'asking' } })
  await database.sql`delete from ledger_inbox`
  const sweeping = matchSweep(store(), log)
  expect(await sweeping(today)).toBe(false)
  expect(await sweeping(today)).toBe(false)
  // Over its limit, the town is asked for once and then rests.
  expect(await matchRows()).toHaveLength(2)
  setToday('2021-07-01')
  expect(await sweeping(today)).toBe(true)
  expect((await state(move.eventId)).state).toBe('found')
})
