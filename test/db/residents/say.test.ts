/** Proves: what a resident says reaches a clerk and changes no record; codes die with what ends them. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { as, asProgram, seedStaff } from '../../support/credentials.ts'
import { aLetterCode, cookieOf, press, read, tryCode, visible } from '../../support/letters.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
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
let site: Site

const bornOn = '1950-05-05'

beforeAll(async () => {
  db = await sealedDatabase()
  site = startSite(db, { isDemo: false })
  await seedTowns(db.sql)
  await seedStaff(db.sql)
})
afterAll(async () => {
  await site?.close()
  await db?.drop()
})

async function told(path: string, body: object): Promise<void> {
  const init = { method: 'POST', headers: asProgram, body: JSON.stringify(body) }
  const answer = await site.app.request(path, init)
  if (!answer.ok) throw new Error(`${path} ${answer.status} ${await answer.text()}`)
}

type Reader = SeededResident & { code: string; cookie: string }

async function aReader(): Promise<Reader> {
  const resident = await aResident(db)
  await told('/api/v1/scans', aScan(resident))
  const code = await aLetterCode(db, resident)
  return { ...resident, code, cookie: cookieOf(await tryCode(site.app, code, bornOn)) }
}

const tasksOf = ({ residentId }: Reader) => db.sql`
  select kind, done_at is not null as done, outcome from task where resident_id = ${residentId}`
const messages = async () => {
  const answer = await site.app.request('/api/v1/resident-messages', { headers: as('clerk') })
  if (!answer.ok) throw new Error(await answer.text())
  return ((await answer.json()) as { messages: Record<string, string>[] }).messages
}

describe('"already had it"', () => {
  const words = { on: '6月30日ごろ', place: '標識診療所' }

  test('opens a task, seals the words, and changes no dose', async () => {
    const reader = await aReader()
    const answer = await press(site.app, reader.cookie, 'already', words)
    expect(answer.headers.get('location')).toBe('/my?said=already')
    expect(await tasksOf(reader)).toEqual([{ kind: 'toldVaccinated', done: false, outcome: null }])
    const doses = await db.sql`select 1 from dose where resident_id = ${reader.residentId}`
    expect(doses).toHaveLength(1)
    const [row] =
      await db.sql`select words, kind from resident_message where resident_id = ${reader.residentId}`
    expect(Buffer.from(row!.words).includes(words.place)).toBe(false)
    expect(JSON.stringify(await db.sql`select m::text from resident_message m`)).not.toContain(
      '標識',
    )
  })

  test('is read by a clerk of that town alone, with a look, and settled', async () => {
    const reader = await aReader()
    await press(site.app, reader.cookie, 'already', words)
    const mine = (await messages()).find((one) => one.residentId === reader.residentId)
    expect(mine).toMatchObject({ kind: 'alreadyVaccinated', ...words })
    const looks = await db.sql`
      select actor_role, fields from ledger_inbox
       where resident_id = ${reader.residentId} and purpose = 'answerResident' and 'note' = any (fields)`
    expect(looks).toMatchObject([{ actor_role: 'clerk' }])

    const init = (who: 'clerk' | 'clerkElsewhere') => ({
      method: 'POST',
      headers: { ...as(who), 'content-type': 'application/json' },
      body: JSON.stringify({ outcome: 'doseRecorded' }),
    })
    const path = `/api/v1/resident-messages/${mine!.id}/settle`
    expect((await site.app.request(path, init('clerkElsewhere'))).status).toBe(404)
    expect((await site.app.request(path, init('clerk'))).status).toBe(200)
    expect(await tasksOf(reader)).toMatchObject([{ done: true, outcome: 'doseRecorded' }])
    expect((await messages()).map((one) => one.id)).not.toContain(mine!.id)
  })

  test('is heard three times a day, and then answered without a further task', async () => {
    const reader = await aReader()
    for (let i = 0; i < 3; i++) await press(site.app, reader.cookie, 'already')
    const fourth = await press(site.app, reader.cookie, 'already')
    expect(fourth.headers.get('location')).toBe('/my?said=enough')
    expect(await tasksOf(reader)).toHaveLength(3)
  })

  test('pressed twice in one form, is heard once', async () => {
    const reader = await aReader()
    const twice = { ...words, statementId: randomUUID() }
    for (let i = 0; i < 2; i++) {
      const answer = await press(site.app, reader.cookie, 'already', twice)
      expect(answer.headers.get('location')).toBe('/my?said=already')
    }
    const changed = await press(site.app, reader.cookie, 'already', { ...twice, place: '別の所' })
    expect(changed.headers.get('location')).toBe('/my?said=enough')
    expect(await tasksOf(reader)).toHaveLength(1)
    const { body } = await read(site.app, reader.cookie)
    expect(new Set(body.match(/name="statementId" value="[^"]+"/g)).size).toBe(2)
  })

  test('shows on the page that it was said, and not what', async () => {
    const reader = await aReader()
    await press(site.app, reader.cookie, 'already', words)
    const { body } = await read(site.app, reader.cookie)
    expect(visible(body)).toContain('「もう受けました」と伝えました')
    expect(body).not.toContain('標識')
  })
})

test('"not mine" opens a task', async () => {
  const reader = await aReader()
  await press(site.app, reader.cookie, 'not-mine')
  expect(await tasksOf(reader)).toMatchObject([{ kind: 'toldNotMine' }])
})

test('"stop letters" is kept with who and when, and can be taken back', async () => {
  const reader = await aReader()
  await press(site.app, reader.cookie, 'letters', { wish: 'stop' })
  await press(site.app, reader.cookie, 'letters', { wish: 'stop' })
  expect(visible((await read(site.app, reader.cookie)).body)).toContain('お知らせを止めています。')
  await press(site.app, reader.cookie, 'letters', { wish: 'again' })
  const rows = await db.sql`
    select refused_on::text as on, refused_by, taken_back_at is not null as back from letter_refusal
     where resident_id = ${reader.residentId}`
  expect(rows).toEqual([
    { on: '2021-07-05', refused_by: expect.stringMatching(/^letter\/[0-9a-f-]{36}$/), back: true },
  ])
})

describe('a form', () => {
  test.each([
    ['without the session’s token', { form: '' }, {}],
    ['with another token', { form: 'x'.repeat(43) }, {}],
    ['from another site', {}, { origin: 'https://elsewhere.example' }],
  ])('%s does nothing', async (_name, fields, headers) => {
    const reader = await aReader()
    const answer = await press(site.app, reader.cookie, 'not-mine', fields, headers)
    expect(answer.headers.get('location')).toBe('/my')
    expect(await tasksOf(reader)).toEqual([])
  })

  test('of one reader does nothing in the session of another', async () => {
    const [one, other] = [await aReader(), await aReader()]
    const { body } = await read(site.app, one.cookie)
    const form = /name="form" value="([^"]+)"/.exec(body)![1]!
    await press(site.app, other.cookie, 'not-mine', { form })
    expect([...(await tasksOf(one)), ...(await tasksOf(other))]).toEqual([])
  })
})

describe('T14: a code dies, and the session with it,', () => {
  const isOpen = async ({ cookie }: Reader) =>
    (await read(site.app, cookie)).body.includes('受けた接種')
  const died = async ({ residentId }: Reader) =>
    (
      await db.sql`select died_because as why from letter_code where resident_id = ${residentId}`
    )[0]!.why

  test('when its person moves in elsewhere', async () => {
    const reader = await aReader()
    expect(await isOpen(reader)).toBe(true)
    await told('/api/v1/moves', {
      ...{ eventId: randomUUID(), kind: 'movedIn', municipalityCode: otherTown },
      ...{ registerNumber: `N${reader.registerNumber}`, effectiveOn: '2021-07-04' },
      previous: { municipalityCode: town, registerNumber: reader.registerNumber },
      ...(await nameOf(reader)),
      ...{ bornOn, postcode: '0600000', address: '別町1' },
    })
    expect(await died(reader)).toBe('moved')
    expect(await isOpen(reader)).toBe(false)
    expect((await tryCode(site.app, reader.code, bornOn)).status).toBe(403)
  })

  test('when its person is protected, from the first day told, even one that lies ahead', async () => {
    const reader = await aReader()
    await told('/api/v1/protections', {
      ...{ eventId: randomUUID(), municipalityCode: town, registerNumber: reader.registerNumber },
      from: '2021-08-01',
    })
    expect(await died(reader)).toBe('protected')
    expect(await isOpen(reader)).toBe(false)
  })

  test('when somebody with whom they live is protected', async () => {
    const [reader, other] = [await aReader(), await aResident(db)]
    for (const { residentId } of [reader, other]) {
      await db.sql`
        insert into household_member (municipality_code, resident_id, from_on, household)
        values (${town}, ${residentId}, '2020-01-01', ${Buffer.alloc(16, 9)})`
    }
    await told('/api/v1/protections', {
      ...{ eventId: randomUUID(), municipalityCode: town, registerNumber: other.registerNumber },
      from: '2021-07-01',
    })
    expect(await died(reader)).toBe('protected')
    expect(await isOpen(reader)).toBe(false)
  })

  test('when its person dies', async () => {
    const reader = await aReader()
    await told('/api/v1/deaths', {
      ...{ eventId: randomUUID(), municipalityCode: town, registerNumber: reader.registerNumber },
      on: '2021-07-02',
    })
    expect(await died(reader)).toBe('deceased')
    expect(await isOpen(reader)).toBe(false)
  })

  test('a planned move leaves it alone', async () => {
    const reader = await aReader()
    await told('/api/v1/moves', {
      ...{ eventId: randomUUID(), kind: 'moveOutNotified', municipalityCode: town },
      ...{ registerNumber: reader.registerNumber, plannedOn: '2021-07-20' },
    })
    expect(await died(reader)).toBeNull()
    expect(await isOpen(reader)).toBe(true)
  })
})

async function nameOf(reader: Reader) {
  const n = Number(reader.registerNumber.slice(1))
  return { name: { family: '見本', given: `太郎${n}`, kana: 'ミホン タロウ' } }
}
