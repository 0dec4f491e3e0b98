/** Proves: a clerk finds one caller or nobody, alike for every reason, and what they say has its effect. */
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { as, asProgram, seedStaff } from '../../support/credentials.ts'
import { aLetterCode, cookieOf, press, tryCode, visible } from '../../support/letters.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, aScan, type SeededResident, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let site: Site
const bornOn = '1950-05-05'

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
})
// Each with a counter of wrong tries of its own.
beforeEach(async () => {
  await site?.close()
  site = startSite(db, { isDemo: false })
})
afterAll(async () => {
  await site?.close()
  await db?.drop()
})

const json = { 'content-type': 'application/json' }
async function call(
  path: string,
  body: object,
  who: 'clerk' | 'clerkElsewhere' | 'operator' = 'clerk',
) {
  const headers = { ...as(who), ...json, 'accept-language': 'en' }
  const answer = await site.app.request(`/api/v1${path}`, {
    ...{ method: 'POST', headers, body: JSON.stringify(body) },
  })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}
async function told(path: string, body: object) {
  const answer = await site.app.request(`/api/v1${path}`, {
    ...{ method: 'POST', headers: { ...asProgram, ...json }, body: JSON.stringify(body) },
  })
  if (!answer.ok) throw new Error(`${path} ${answer.status} ${await answer.text()}`)
}
const byTicket = ({ ticketNumber }: SeededResident, born = bornOn) => ({
  ticketNumber,
  bornOn: born,
})

/** With a first dose: overdue since 1 July, which is the day before yesterday. */
async function aCaller(): Promise<SeededResident> {
  const resident = await aResident(db)
  await told('/scans', aScan(resident))
  return resident
}
const courseOf = async ({ residentId }: SeededResident) => {
  const [row] = await db.sql`
    select stage, closed_because as because, reminders_wait_until::text as until, version, steps
      from course where home_resident_id = ${residentId}`
  return row!
}
const tasksOf = ({ residentId }: SeededResident) => db.sql`
  select kind, done_at is not null as done, outcome from task where resident_id = ${residentId}
   order by opened_at`
const say = (resident: SeededResident, kind: string, more: object = {}) => {
  const { residentId } = resident
  return call('/desk/statements', { statementId: randomUUID(), residentId, kind, ...more })
}

describe('a caller is found', () => {
  test('by ticket and birth date: where the course stands, and no code, ticket, address or venue', async () => {
    const caller = await aCaller()
    const { status, body } = await call('/desk/find', byTicket(caller))
    expect([status, body.residentId]).toEqual([200, caller.residentId])
    expect(body).toMatchObject({
      name: { family: '見本', kana: 'ミホン タロウ' },
      course: { stage: 'secondDoseOverdue', dosesGiven: 1, dueOn: '2021-06-30' },
      doses: [{ doseNumber: 1, givenOn: '2021-06-09', productCode: 'pfizer' }],
      statements: [],
    })
    expect(JSON.stringify(body)).not.toContain(caller.ticketNumber)
    expect(JSON.stringify(body)).not.toMatch(/1310400018|見本町/)
    const looks = await db.sql`
      select actor_role, fields from ledger_inbox
       where resident_id = ${caller.residentId} and purpose = 'callDesk' order by looked_at`
    expect(looks).toMatchObject([
      { actor_role: 'clerk', fields: ['ticket'] },
      { fields: ['course', 'doses', 'notices', 'tasks'] },
      { fields: ['name', 'kana'] },
    ])
  })

  test('by the reference number, the whole number or the code of a letter, which is not shown again', async () => {
    const caller = await aCaller()
    const code = await aLetterCode(db, caller)
    const [letter] = await db.sql`
      select letter_id as id from letter_code where resident_id = ${caller.residentId}`
    const short = letter!.id.slice(0, 8).toUpperCase()
    for (const typed of [
      `${short.slice(0, 4)}-${short.slice(4)}`,
      letter!.id,
      code.toLowerCase(),
    ]) {
      const { status, body } = await call('/desk/find', { letter: typed })
      expect([typed, status, body.residentId]).toEqual([typed, 200, caller.residentId])
      expect(JSON.stringify(body)).not.toContain(code.slice(5))
    }
  })
})

describe('T3: nobody is found at the desk, in one way,', () => {
  test('unknown, another birth date, moved away, protected, another town’s', async () => {
    const [caller, moved, hidden] = [await aCaller(), await aCaller(), await aCaller()]
    await db.sql`update resident set status = 'movedOut', status_on = '2021-07-01' where id = ${moved.residentId}`
    await told('/protections', {
      ...{ eventId: randomUUID(), municipalityCode: town, registerNumber: hidden.registerNumber },
      from: '2021-08-01',
    })
    const answers = [
      await call('/desk/find', { ticketNumber: '9876543210', bornOn }),
      await call('/desk/find', byTicket(caller, '1950-05-06')),
      await call('/desk/find', byTicket(moved)),
      await call('/desk/find', byTicket(hidden)),
      await call('/desk/find', byTicket(caller), 'clerkElsewhere'),
      await call('/desk/find', { letter: 'AAAA-AAAA-AAAA-AAAA' }),
      await call('/desk/find', { letter: '0000-0000' }),
    ]
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 404, body: { code: 'notFound' } })
    expect((await say(hidden, 'declines')).status).toBe(404)
    // That it was looked at stands in the ledger all the same.
    const looks = await db.sql`
      select 1 from ledger_inbox where resident_id = ${hidden.residentId} and purpose = 'callDesk'`
    expect(looks.length).toBeGreaterThan(0)
  })

  test('and whoever goes on guessing has to wait, even with the right answer', async () => {
    const caller = await aCaller()
    const statuses = new Set<number>()
    for (let i = 0; i < 20; i++) {
      statuses.add(
        (await call('/desk/find', { ticketNumber: String(9_000_000_000 + i), bornOn })).status,
      )
    }
    expect([...statuses]).toEqual([404])
    expect((await call('/desk/find', byTicket(caller))).status).toBe(429)
  })

  test('and a desk is a clerk’s alone', async () => {
    const caller = await aCaller()
    expect((await call('/desk/find', byTicket(caller), 'operator')).status).toBe(403)
  })
})

describe('"already vaccinated"', () => {
  test('holds the rounds for four weeks, opens the task, seals the words; once', async () => {
    const caller = await aCaller()
    const { status, body } = await say(caller, 'alreadyVaccinated', {
      on: '6月末',
      place: '標識診療所',
    })
    expect([status, body.remindersWaitUntil]).toEqual([201, '2021-08-02'])
    expect(await courseOf(caller)).toMatchObject({ until: '2021-08-02', version: 2 })
    expect(await tasksOf(caller)).toEqual([{ kind: 'findDose', done: false, outcome: null }])
    expect(JSON.stringify(await db.sql`select m::text from resident_message m`)).not.toContain(
      '標識',
    )
    await say(caller, 'alreadyVaccinated')
    expect(await courseOf(caller)).toMatchObject({ until: '2021-08-02', version: 2 })
  })

  test('ends when the dose is found, and its task with it', async () => {
    const caller = await aCaller()
    await say(caller, 'alreadyVaccinated')
    await told('/scans', aScan(caller, { claimedDoseNumber: 2, givenOn: '2021-06-30' }))
    expect(await courseOf(caller)).toMatchObject({ stage: 'complete', until: null })
    expect(await tasksOf(caller)).toEqual([
      { kind: 'findDose', done: true, outcome: 'doseRecorded' },
    ])
  })

  test('ends when a clerk decides, and reminders go on at once', async () => {
    const caller = await aCaller()
    const { body } = await say(caller, 'alreadyVaccinated', { place: '標識診療所' })
    const headers = { ...as('clerk'), ...json }
    const listed = await site.app.request('/api/v1/resident-messages', { headers })
    const { messages } = (await listed.json()) as { messages: { id: string; place?: string }[] }
    expect(messages.find(({ id }) => id === body.id)?.place).toBe('標識診療所')
    expect(
      (await call(`/resident-messages/${body.id}/settle`, { outcome: 'notFound' })).status,
    ).toBe(200)
    expect(await courseOf(caller)).toMatchObject({ until: null, version: 3 })
  })

  test('said twice, it ends when a clerk has decided about both', async () => {
    const caller = await aCaller()
    const one = (await say(caller, 'alreadyVaccinated')).body
    const two = (await say(caller, 'alreadyVaccinated')).body
    const settle = ({ id }: { id: string }) =>
      call(`/resident-messages/${id}/settle`, { outcome: 'notFound' })
    expect((await settle(one)).status).toBe(200)
    expect(await courseOf(caller)).toMatchObject({ until: '2021-08-02' })
    expect((await settle(two)).status).toBe(200)
    expect(await courseOf(caller)).toMatchObject({ until: null })
  })

  test('is settled behind a scan that has the course, and does not hold what that scan needs', async () => {
    const caller = await aCaller()
    const { body } = await say(caller, 'alreadyVaccinated')
    let settled: ReturnType<typeof call> | undefined
    await db.sql.begin(async (tx) => {
      await tx`select from course where home_resident_id = ${caller.residentId} for update`
      settled = call(`/resident-messages/${body.id}/settle`, { outcome: 'notFound' })
      await setTimeout(300)
      await tx`set local lock_timeout = '500ms'`
      await tx`update task set done_at = now(), done_by = 'system', outcome = 'doseRecorded'
                where occasion = ${body.id}`
    })
    expect((await settled)?.status).toBe(404)
  })

  test('said on the own page, it is the same record and has the same effect', async () => {
    const caller = await aCaller()
    const cookie = cookieOf(await tryCode(site.app, await aLetterCode(db, caller), bornOn))
    await press(site.app, cookie, 'already')
    expect(await courseOf(caller)).toMatchObject({ until: '2021-08-02' })
    const { body } = await call('/desk/find', byTicket(caller))
    expect(body.statements).toMatchObject([{ kind: 'alreadyVaccinated', via: 'ownPage' }])
  })
})

describe('"does not wish"', () => {
  test('closes the course as declined, and reopening plans it anew', async () => {
    const caller = await aCaller()
    const before = await courseOf(caller)
    expect((await say(caller, 'declines')).status).toBe(201)
    expect(await courseOf(caller)).toMatchObject({
      stage: 'closed',
      because: 'declined',
      steps: [],
    })
    expect((await say(caller, 'declines')).body.code).toBe('courseIsOver')
    const opened = await call('/desk/reopen', { residentId: caller.residentId })
    expect([opened.status, opened.body]).toEqual([200, { status: 'reopened' }])
    expect(await courseOf(caller)).toMatchObject({
      ...{ stage: 'secondDoseOverdue', because: null, steps: before.steps, version: 3 },
    })
    const again = await call('/desk/reopen', { residentId: caller.residentId })
    expect([again.status, again.body.code]).toEqual([409, 'courseNotDeclined'])
  })

  test('is refused of somebody who was never called up', async () => {
    const { status, body } = await say(await aResident(db), 'declines')
    expect([status, body.code]).toEqual([409, 'noCourse'])
  })
})

describe('T2: said twice at the desk under one id,', () => {
  const keptOf = ({ residentId }: SeededResident) =>
    db.sql`select id from resident_message where resident_id = ${residentId}`

  test.each([
    ['alreadyVaccinated', 1],
    ['declines', 0],
    ['notMine', 1],
  ])('even at once, "%s" is kept once and answered alike', async (kind, tasks) => {
    const caller = await aCaller()
    const more = { statementId: randomUUID(), ...(kind === 'declines' ? {} : { place: '駅前' }) }
    const answers = await Promise.all([1, 2, 3].map(() => say(caller, kind, more)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(answers[0]!.body.id).toBe(more.statementId)
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await keptOf(caller)).toEqual([{ id: more.statementId }])
    expect(await tasksOf(caller)).toHaveLength(tasks)
    expect(await courseOf(caller)).toMatchObject({ version: kind === 'notMine' ? 1 : 2 })
  })

  test.each([
    ['in other words', { place: '別の所' }],
    ['of another kind', { kind: 'notMine' }],
  ])('%s, it is refused and nothing is kept', async (_name, other) => {
    const caller = await aCaller()
    const more = { statementId: randomUUID(), place: '駅前' }
    expect((await say(caller, 'alreadyVaccinated', more)).status).toBe(201)
    const { status, body } = await say(caller, 'alreadyVaccinated', { ...more, ...other })
    expect([status, body.code]).toEqual([409, 'idUsedForAnotherBody'])
    const elsewhere = await say(await aCaller(), 'alreadyVaccinated', more)
    expect(elsewhere.body.code).toBe('idUsedForAnotherBody')
    expect(await keptOf(caller)).toHaveLength(1)
    expect(await tasksOf(caller)).toHaveLength(1)
  })
})

test('"not my record" opens a task and changes nothing else', async () => {
  const caller = await aCaller()
  const before = await courseOf(caller)
  expect((await say(caller, 'notMine')).status).toBe(201)
  expect(await tasksOf(caller)).toMatchObject([{ kind: 'toldNotMine', done: false }])
  expect(await courseOf(caller)).toEqual(before)
})

describe('the pages', () => {
  const ours = { origin: 'http://localhost', 'content-type': 'application/x-www-form-urlencoded' }
  const submit = async (path: string, fields: Record<string, string>, headers: object = ours) => {
    const answer = await site.app.request(path, {
      ...{ method: 'POST', headers: { ...as('clerk'), ...headers } as Record<string, string> },
      body: new URLSearchParams(fields).toString(),
    })
    return { status: answer.status, to: answer.headers.get('location') ?? '' }
  }
  const open = async (path: string) => {
    const answer = await site.app.request(path, { headers: as('clerk') })
    const html = await answer.text()
    return { status: answer.status, html, text: visible(html) }
  }

  test('lead from a number to the person, and from what was said back to them', async () => {
    const caller = await aCaller()
    const { ticketNumber } = caller
    const born = { era: 'S', year: '25', month: '5', day: '5' }
    const { status, to } = await submit('/desk', { ticketNumber, ...born })
    expect([status, to]).toEqual([303, `/desk/people/${caller.residentId}`])
    expect((await open(to)).text).toMatch(
      /目安の日（2021年6月30日（水））を過ぎています.*もう受けたと言っている/,
    )
    const form = (await open(to)).html
    const statementIds = [...form.matchAll(/name="statementId" value="([^"]+)"/g)]
    expect(new Set(statementIds.map(([, id]) => id)).size).toBe(3)
    const statementId = statementIds[0]![1]!
    const said = await submit(`${to}/statements`, {
      statementId,
      kind: 'alreadyVaccinated',
      on: '',
      place: '駅前',
      lang: 'en',
    })
    expect(said.to).toBe(`${to}?said=alreadyVaccinated&lang=en`)
    const { text } = await open(said.to)
    expect(text).toMatch(/task to find the dose is open.*reminders go on from 2 August 2021/)
    expect(text).not.toContain('駅前')
    const [row] = await db.sql<{ id: string }[]>`
      select id from resident_message where resident_id = ${caller.residentId}`
    const statement = row!.id
    const settled = await submit(`${to}/settle`, { statement, outcome: 'notFound' })
    expect(settled.to).toBe(`${to}?said=settled`)
    expect(await courseOf(caller)).toMatchObject({ until: null })
    const other = { statementId, kind: 'notMine' }
    expect((await submit(`${to}/statements`, other)).to).toBe(`${to}?said=idUsedForAnotherBody`)
    const declines = { statementId: randomUUID(), kind: 'declines' }
    expect((await submit(`${to}/statements`, declines)).to).toBe(`${to}?said=declines`)
    expect((await open(to)).text).toContain('案内を再開する')
    expect((await submit(`${to}/reopen`, {})).to).toBe(`${to}?said=reopened`)
  })

  test('say nobody for what is not found, and nothing to another site’s form', async () => {
    const caller = await aCaller()
    const none = await submit('/desk', byTicket(caller, '1950-05-06'))
    expect(none).toEqual({ status: 303, to: '/desk?said=nobody' })
    expect((await open(none.to)).text).toContain('見つかりません')
    expect((await submit('/desk', { ticketNumber: '12' })).to).toBe('/desk?said=malformed')
    expect((await open(`/desk/people/${randomUUID()}`)).status).toBe(404)
    const foreign = { ...ours, origin: 'https://elsewhere.example' }
    expect((await submit('/desk', byTicket(caller), foreign)).status).toBe(403)
  })
})
