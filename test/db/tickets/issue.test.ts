// Tickets issued here: the history is looked at first, the old sheet falls, no number is given out twice,
// and what is printed is what is still needed. Real PostgreSQL, under the roles of api and worker.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isOwnTicketNumber } from '../../../domain/ticket-check.ts'
import { testApi } from '../../support/api.ts'
import { as, seedStaff } from '../../support/credentials.ts'
import { ticketIndex } from '../../support/people.ts'
import { openPrinting, type Printing } from '../../support/printing.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import {
  aResident,
  aScan,
  otherTown,
  type SeededResident,
  seedTowns,
  town,
} from '../../support/town.ts'

let db: SealedDatabase
let api: ReturnType<typeof testApi>
let printing: Printing

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  api = testApi(db)
  printing = openPrinting(db)
  await delegate(town, '5000000000', '5000000999')
  await delegate(otherTown, '6000000000', '6000000999')
})
afterAll(async () => {
  await printing?.close()
  await api?.close()
  await db?.drop()
})

const delegate = (municipalityCode: string, first: string, last: string) =>
  api.put('/api/v1/number-ranges', { municipalityCode, first, last })

type Ask = { reason?: string; issueId?: string; taskId?: string; municipalityCode?: string }

const issue = (person: SeededResident, { reason = 'lost', ...ask }: Ask = {}) =>
  api.post('/api/v1/tickets/issue', {
    ...{ issueId: randomUUID(), municipalityCode: person.municipalityCode, reason, ...ask },
    ...(ask.taskId ? {} : { registerNumber: person.registerNumber }),
  })

const print = (municipalityCode: string, sheetId?: string) =>
  api.post('/api/v1/tickets/print', { municipalityCode, ...(sheetId && { sheetId }) })

const scanned = async (person: SeededResident, changes = {}) => {
  const { status, body } = await api.post('/api/v1/scans', aScan(person, changes))
  expect(status).toBe(201)
  return body
}

const ticketsOf = ({ residentId }: SeededResident) =>
  db.sql<{ because: string | null; index: string }[]>`
    select revoked_because as because, encode(number_index, 'hex') as index from ticket
     where resident_id = ${residentId} order by revoked_on nulls last`

const sheetOf = async (id: string) => {
  const [row] = await db.sql<
    { state: string; because: string | null; byHand: boolean; runId: string }[]
  >`
    select state, withdrawn_because as because, by_hand as "byHand", run_id as "runId"
      from ticket_sheet where id = ${id}`
  return row
}

const tasksOf = (residentId: string, kind: string) =>
  db.sql<{ outcome: string | null }[]>`
    select outcome from task where resident_id = ${residentId} and kind = ${kind}`

async function aTask(person: SeededResident, kind: string): Promise<string> {
  const id = randomUUID()
  await db.sql`
    insert into task (municipality_code, id, kind, resident_id, occasion, opened_on)
    values (${person.municipalityCode}, ${id}, ${kind}, ${person.residentId}, ${randomUUID()},
            '2021-06-30')`
  return id
}

const protect = ({ municipalityCode, registerNumber }: SeededResident) =>
  api.post('/api/v1/protections', {
    ...{ eventId: randomUUID(), municipalityCode, registerNumber, from: '2021-06-01' },
  })

describe('an issue', () => {
  test('gives a number of ours, slips for both doses, and revokes the lost sheet', async () => {
    const person = await aResident(db)
    const { status, body } = await issue(person)
    expect(status).toBe(201)
    expect(isOwnTicketNumber(body.number)).toBe(true)
    expect(Number(body.number)).toBeGreaterThanOrEqual(5_000_000_000)
    expect(body).toMatchObject({ municipalityCode: town, sheet: 'waiting' })
    expect(body.slips).toEqual([
      { slipKind: 'vaccination', claimedDoseNumber: 1 },
      { slipKind: 'screenedOnly', claimedDoseNumber: 1 },
      { slipKind: 'vaccination', claimedDoseNumber: 2 },
      { slipKind: 'screenedOnly', claimedDoseNumber: 2 },
    ])
    const index = (await ticketIndex(db, town, body.number)).toString('hex')
    expect(await ticketsOf(person)).toEqual([
      { because: 'lost', index: expect.not.stringMatching(index) },
      { because: null, index },
    ])
    const ours = { ...person, ticketNumber: body.number }
    expect(await scanned(ours, { givenOn: '2021-07-01' })).toMatchObject({ verdict: 'recorded' })
  })

  test('after the first dose makes the second’s slips alone', async () => {
    const person = await aResident(db)
    await scanned(person)
    const { body } = await issue(person, { reason: 'damaged' })
    expect(body.slips.map((slip: { claimedDoseNumber: number }) => slip.claimedDoseNumber)).toEqual(
      [2, 2],
    )
    expect((await ticketsOf(person))[0]!.because).toBe('reissued')
  })

  test('told again answers the same, and under another body is refused', async () => {
    const person = await aResident(db)
    const issueId = randomUUID()
    const first = await issue(person, { issueId })
    const again = await issue(person, { issueId })
    expect(again).toMatchObject({ status: 200, body: first.body })
    expect(await ticketsOf(person)).toHaveLength(2)
    const other = await issue(person, { issueId, reason: 'damaged' })
    expect(other).toMatchObject({ status: 409, body: { code: 'idUsedForAnotherBody' } })
  })

  test('sent eight times at once under different ids never gives a number twice', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => aResident(db)))
    const answers = await Promise.all(people.map((person) => issue(person)))
    const numbers = answers.map(({ body }) => body.number)
    expect(numbers.every(isOwnTicketNumber)).toBe(true)
    expect(new Set(numbers).size).toBe(8)
  })

  test('of one person twice at once leaves one valid sheet', async () => {
    const person = await aResident(db)
    await Promise.all([issue(person), issue(person)])
    const valid = (await ticketsOf(person)).filter(({ because }) => because === null)
    expect(valid).toHaveLength(1)
  })

  test('settles the task that asked for it', async () => {
    const person = await aResident(db)
    const taskId = await aTask(person, 'slipsUsedUp')
    const { status } = await issue(person, { taskId, reason: 'slipsUsedUp' })
    expect(status).toBe(201)
    expect(await tasksOf(person.residentId, 'slipsUsedUp')).toEqual([{ outcome: 'ticketIssued' }])
  })

  test('leaves a look at the person', async () => {
    const person = await aResident(db)
    await issue(person)
    const looks = await db.sql`
      select purpose, fields from ledger_inbox where resident_id = ${person.residentId}`
    expect(looks).toContainEqual({
      purpose: 'manageRegister',
      fields: ['ticket', 'doses', 'tasks'],
    })
  })
})

describe('is refused', () => {
  test.each(['first', 'moved'])('as %s to somebody with a valid sheet', async (reason) => {
    const person = await aResident(db)
    const answer = await issue(person, { reason })
    expect(answer).toMatchObject({ status: 409, body: { code: 'ticketStands' } })
    expect(await ticketsOf(person)).toHaveLength(1)
  })

  test('when both doses are on record, and when only the second is', async () => {
    const both = await aResident(db)
    await scanned(both, { givenOn: '2021-06-01' })
    await scanned(both, { givenOn: '2021-06-22', claimedDoseNumber: 2 })
    expect((await issue(both)).body.code).toBe('noSlipStillNeeded')
    const second = await aResident(db)
    await scanned(second, { givenOn: '2021-06-22', claimedDoseNumber: 2 })
    expect((await issue(second)).body.code).toBe('firstDoseUnrecorded')
    expect((await ticketsOf(second))[0]!.because).toBeNull()
  })

  test('of whoever died or is not known', async () => {
    const dead = await aResident(db)
    const { municipalityCode, registerNumber } = dead
    const death = { eventId: randomUUID(), municipalityCode, registerNumber, on: '2021-06-20' }
    await api.post('/api/v1/deaths', death)
    expect((await issue(dead)).body.code).toBe('notResidentHere')
    expect((await issue({ ...dead, registerNumber: 'nobody' })).body.code).toBe('unknownResident')
  })

  test('to a clerk of another town, and without exactly one word of whom it is for', async () => {
    const person = await aResident(db)
    const body = { issueId: randomUUID(), municipalityCode: town, reason: 'lost' }
    const foreign = await api.app.request('/api/v1/tickets/issue', {
      method: 'POST',
      headers: { ...as('clerkElsewhere'), 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, registerNumber: person.registerNumber }),
    })
    expect(foreign.status).toBe(403)
    expect(await ticketsOf(person)).toHaveLength(1)
    expect((await api.post('/api/v1/tickets/issue', body)).body.code).toBe('oneHolder')
  })
})

describe('after a move', () => {
  test('the new town counts the dose of the old one, and the relocation notice may leave', async () => {
    const person = await aResident(db)
    await scanned(person)
    const here = {
      ...person,
      municipalityCode: otherTown,
      registerNumber: `N${person.registerNumber}`,
    }
    const moved = await api.post('/api/v1/moves', {
      ...{ eventId: randomUUID(), kind: 'movedIn', municipalityCode: otherTown },
      ...{ registerNumber: here.registerNumber, effectiveOn: '2021-06-28' },
      previous: { municipalityCode: town, registerNumber: person.registerNumber },
      name: await nameOf(person),
      ...{ bornOn: '1950-05-05', postcode: '0600000', address: '見本条1丁目' },
    })
    expect(moved.status).toBe(200)
    const [task] = await db.sql<{ id: string; residentId: string; course: string }[]>`
      select id, resident_id as "residentId", course_id as course from task
       where kind = 'issueTicket' and municipality_code = ${otherTown} and done_at is null`
    const before = await stepsOf(task!.course)
    const { status, body } = await issue(here, { taskId: task!.id, reason: 'moved' })
    expect(status).toBe(201)
    expect(body.slips).toHaveLength(2)
    expect(await tasksOf(task!.residentId, 'issueTicket')).toEqual([
      { outcome: 'ticketRegistered' },
    ])
    // Without a ticket it would have waited seven days; now it falls due today, and is news.
    const notice = { kind: 'relocationNotice' }
    expect(before).toContainEqual(expect.objectContaining({ ...notice, on: '2021-07-08' }))
    expect(await stepsOf(task!.course)).toContainEqual(
      expect.objectContaining({ ...notice, on: '2021-07-01' }),
    )
    const news = await db.sql`select from outbox where course_id = ${task!.course}`
    expect(news).toHaveLength(1)
  })

  async function nameOf({ residentId }: SeededResident) {
    const n = Number(
      (
        await db.sql`select register_number as n from resident where id = ${residentId}`
      )[0]!.n.slice(1),
    )
    return { family: '見本', given: `太郎${n}`, kana: 'ミホン タロウ' }
  }

  async function stepsOf(courseId: string) {
    const [row] = await db.sql<{ steps: object[] }[]>`
      select steps from course where id = ${courseId}`
    return row!.steps
  }
})

describe('a sheet', () => {
  const pagesOf = async (municipalityCode: string, sheetId?: string) => {
    const { status, body } = await print(municipalityCode, sheetId)
    expect(status).toBe(201)
    await printing.printAsked('2021-07-01')
    return { ...body, pages: await printing.pages(municipalityCode, body.runId) }
  }

  test('is printed with its name, address, number and a code that opens the record', async () => {
    const person = await aResident(db, { given: '印刷', address: '印刷町1番地' })
    const { body } = await issue(person)
    const { pages } = await pagesOf(town, body.issueId)
    expect(pages).toHaveLength(1)
    expect(pages[0]).toMatch(/^〒160-0000印刷町1番地見本印刷様/)
    expect(pages[0]).toContain(`21${town}${body.number}`)
    expect(pages[0]).toContain(`12${town}${body.number}`)
    const codes = await db.sql`select from letter_code where letter_id = ${body.issueId}`
    expect(codes).toHaveLength(1)
    expect(await sheetOf(body.issueId)).toMatchObject({ state: 'made' })
    const looks = await db.sql<{ fields: string[] }[]>`
      select fields from ledger_inbox
       where resident_id = ${person.residentId} and actor like 'process/%'
         and purpose = 'printTicket'`
    expect(looks.map(({ fields }) => fields.toSorted())).toContainEqual(
      ['name', 'kana', 'address', 'ticketNumber'].toSorted(),
    )
  })

  test('of a protected person bears no address and no code, and waits to be handed over', async () => {
    const person = await aResident(db, { given: '守田', address: '秘密町2番地' })
    await protect(person)
    const { body } = await issue(person)
    expect(body.sheet).toBe('byHand')
    expect(await tasksOf(person.residentId, 'ticketByHand')).toEqual([{ outcome: null }])
    const others = await print(town)
    expect(others.status === 409 || (await sheetOf(body.issueId))!.state === 'waiting').toBe(true)
    await printing.printAsked('2021-07-01')
    const { pages } = await pagesOf(town, body.issueId)
    expect(pages[0]).toContain('手渡し用')
    expect(pages[0]).toContain('見本守田')
    expect(pages[0]).not.toContain('秘密町')
    const codes = await db.sql`select from letter_code where letter_id = ${body.issueId}`
    expect(codes).toHaveLength(0)
    const { runId } = (await sheetOf(body.issueId))!
    const marked = await api.app.request(`/tickets/runs/${runId}/printed`, {
      ...{ method: 'POST', headers: as('clerk') },
    })
    expect(marked.headers.get('location')).toBe('/tickets?said=printed')
    expect(await tasksOf(person.residentId, 'ticketByHand')).toEqual([{ outcome: 'handedOver' }])
  })

  test('whose person came under protection since is taken out of the run', async () => {
    const person = await aResident(db, { given: '後藤', address: '秘密町3番地' })
    const { body } = await issue(person)
    const asked = await print(town, body.issueId)
    await protect(person)
    await printing.printAsked('2021-07-01')
    expect(await printing.pages(town, asked.body.runId)).toEqual([])
    expect(await sheetOf(body.issueId)).toMatchObject({ state: 'waiting', byHand: true })
    expect(await tasksOf(person.residentId, 'ticketByHand')).toHaveLength(1)
  })

  test('that was reissued since is not printed', async () => {
    const person = await aResident(db)
    const first = await issue(person)
    const second = await issue(person)
    const { pages, runId } = await pagesOf(town)
    expect(pages.some((page: string) => page.includes(first.body.number))).toBe(false)
    expect(pages.some((page: string) => page.includes(second.body.number))).toBe(true)
    expect(await sheetOf(first.body.issueId)).toMatchObject({
      ...{ state: 'withdrawn', because: 'revoked' },
    })
    expect((await sheetOf(second.body.issueId))!.runId).toBe(runId)
  })

  test('of an erased person names no number and is not printed', async () => {
    const person = await aResident(db)
    const { body } = await issue(person)
    const index = await ticketIndex(db, town, body.number)
    await db.sql`update resident set erased_at = now() where id = ${person.residentId}`
    const [row] = await db.sql`
      select state, withdrawn_because as because, number_index = ${index} as same
        from ticket_sheet where id = ${body.issueId}`
    expect(row).toEqual({ state: 'withdrawn', because: 'erased', same: false })
  })
})
