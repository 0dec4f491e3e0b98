/** Proves: a clerk of the right town settles what is attached to nobody; who, when and why are kept. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { as } from '../../support/credentials.ts'
import { seedPerson } from '../../support/people.ts'
import { aResident, aScan, otherTown, type SeededResident, town } from '../../support/town.ts'
import { type Desk, openDesk } from '../../support/unattached.ts'

let desk: Desk

beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk?.close())

/** Typed with a wrong year: held. */
async function heldScan(resident: SeededResident, changes: Record<string, unknown> = {}) {
  const scan = aScan(resident, { readBy: 'typed', birthYear: 1961, ...changes })
  const { body } = await desk.post('/api/v1/scans', scan)
  expect(body.verdict).toBe('held')
  return scan
}
const resolve = (id: string, body: object, who: Parameters<Desk['post']>[2] = 'clerk') =>
  desk.post(`/api/v1/scans/${id}/resolve`, body, who)
const rowOf = async (id: string) =>
  (
    await desk.db.sql`
      select verdict, resolution, resolved_by as by, resolved_reason as reason,
             resolved_at is not null as settled, ticket_number is null as emptied
        from scan where id = ${id}`
  )[0]

describe('a held scan', () => {
  test('is attached to its ticket’s holder: the dose, the plan and the news of a fresh scan', async () => {
    const resident = await aResident(desk.db)
    const { scanId } = await heldScan(resident)
    const answer = await resolve(scanId, {
      as: 'attach',
      residentId: resident.residentId,
      reason: 'checkedOnPaper',
    })
    expect(answer).toMatchObject({
      status: 200,
      body: { outcome: 'recorded', next: { earliest: '2021-06-28', due: '2021-06-30' } },
    })
    expect(await desk.doses(resident.residentId)).toMatchObject([
      { n: 1, on: '2021-06-09', by: 'typed', scanId },
    ])
    const [course] = await desk.db.sql`
      select c.stage, o.version from course c join outbox o on o.course_id = c.id
       where c.home_resident_id = ${resident.residentId}`
    expect(course).toEqual({ stage: 'secondDoseOverdue', version: 1 })
    expect(await rowOf(scanId)).toEqual({
      ...{ verdict: 'held', resolution: 'recorded', by: desk.ids.clerk, reason: 'checkedOnPaper' },
      ...{ settled: true, emptied: true },
    })
  })

  test('is attached to another person by ticket, whose slip is used then', async () => {
    const [wrong, right] = [await aResident(desk.db), await aResident(desk.db)]
    const { scanId } = await heldScan(wrong)
    const ticket = { municipalityCode: town, number: right.ticketNumber }
    const answer = await resolve(scanId, {
      ...{ as: 'attach', ticket, birthYear: right.birthYear, reason: 'misread' },
    })
    expect(answer.body.outcome).toBe('recorded')
    expect(await desk.doses(wrong.residentId)).toEqual([])
    expect(await desk.doses(right.residentId)).toHaveLength(1)
    const slips = await desk.db.sql`
      select 1 from ticket_slip s join ticket t
          on (t.municipality_code, t.number_index) = (s.municipality_code, s.ticket_index)
       where t.resident_id = ${right.residentId}`
    expect(slips).toHaveLength(1)
  })

  test('is attached to somebody who has no ticket, by the register’s number', async () => {
    const holder = await aResident(desk.db)
    const residentId = await seedPerson(desk.db, {
      ...{ municipalityCode: town, registerNumber: 'NO-SHEET', bornOn: '1940-02-03' },
      name: { family: '無券', given: '花子', kana: 'ムケン ハナコ' },
    })
    const { scanId } = await heldScan(holder)
    const named = {
      ...{ as: 'attach', registerNumber: 'NO-SHEET', bornOn: '1940-02-03', reason: 'askedSender' },
    }
    expect((await resolve(scanId, named)).body.outcome).toBe('recorded')
    expect(await desk.doses(residentId)).toHaveLength(1)
    expect(await desk.db.sql`select 1 from ticket_slip where scan_id = ${scanId}`).toHaveLength(0)
  })

  test('that was recorded meanwhile in another way is the same dose, not a second one', async () => {
    const resident = await aResident(desk.db)
    const { scanId } = await heldScan(resident)
    await desk.post('/api/v1/scans', aScan(resident))
    const named = { as: 'attach', residentId: resident.residentId, reason: 'checkedOnPaper' }
    expect((await resolve(scanId, named)).body.outcome).toBe('alreadyRecorded')
    expect(await desk.doses(resident.residentId)).toHaveLength(1)
  })

  test('is closed with a reason: the fact stays, nobody is looked at, and it is settled once', async () => {
    const resident = await aResident(desk.db)
    const { scanId } = await heldScan(resident)
    const before = await desk.looks(resident.residentId)
    const answer = await resolve(scanId, { as: 'reject', reason: 'notReal' })
    expect(answer).toMatchObject({ status: 200, body: { outcome: 'rejected', findings: [] } })
    expect(await rowOf(scanId)).toMatchObject({
      ...{ verdict: 'held', resolution: 'rejected', by: desk.ids.clerk, reason: 'notReal' },
      emptied: true,
    })
    expect(await desk.looks(resident.residentId)).toEqual(before)
    const again = await resolve(scanId, { as: 'reject', reason: 'notReal' })
    expect([again.status, again.body.code]).toEqual([409, 'alreadySettled'])
  })

  test('is settled once, whoever of two clerks is faster', async () => {
    const [resident, other] = [await aResident(desk.db), await aResident(desk.db)]
    const { scanId } = await heldScan(resident)
    const to = ({ residentId }: SeededResident, who: 'clerk' | 'municipalAdministrator') =>
      resolve(scanId, { as: 'attach', residentId, reason: 'checkedOnPaper' }, who)
    const both = await Promise.all([to(resident, 'clerk'), to(other, 'municipalAdministrator')])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    const doses = [
      ...(await desk.doses(resident.residentId)),
      ...(await desk.doses(other.residentId)),
    ]
    expect(doses).toHaveLength(1)
  })
})

describe('a waiting scan', () => {
  test('of a misread number is attached to its person', async () => {
    const resident = await aResident(desk.db)
    const misread = { municipalityCode: town, ticketNumber: '9999999991' }
    const scan = aScan(misread)
    expect((await desk.post('/api/v1/scans', scan)).body.verdict).toBe('waiting')
    const named = { as: 'attach', residentId: resident.residentId, reason: 'misread' }
    expect((await resolve(scan.scanId, named)).body.outcome).toBe('recorded')
    expect(await desk.doses(resident.residentId)).toMatchObject([{ scanId: scan.scanId, by: 'qr' }])
    expect(await rowOf(scan.scanId)).toMatchObject({ verdict: 'waiting', resolution: 'recorded' })
  })

  test('whose issuer takes no part is settled by the venue’s town', async () => {
    // Hakodate takes no part here.
    await desk.db.sql`
      insert into municipality (code, prefecture, name, kana)
      values ('012025', '北海道', '函館市', 'はこだてし') on conflict do nothing`
    const resident = await aResident(desk.db)
    const scan = aScan({ municipalityCode: '012025', ticketNumber: resident.ticketNumber })
    expect((await desk.post('/api/v1/scans', scan)).body.verdict).toBe('waiting')
    const list = (await desk.get('/api/v1/worklist?todo=waiting')).body
    expect(list.items.map((item: { id: string }) => item.id)).toContain(scan.scanId)
    const named = { as: 'attach', residentId: resident.residentId, reason: 'misread' }
    expect((await resolve(scan.scanId, named, 'clerkElsewhere')).status).toBe(404)
    expect((await resolve(scan.scanId, named)).body.outcome).toBe('recorded')
    const [dose] = await desk.db.sql`
      select issuing_municipality_code as issuer from dose where resident_id = ${resident.residentId}`
    expect(dose!.issuer).toBe(town)
    expect(await rowOf(scan.scanId)).toMatchObject({ resolution: 'recorded', settled: true })
  })
})

describe('nothing is written, and the scan stays open, when', () => {
  const cases: [
    string,
    (of: SeededResident, elsewhere: SeededResident) => object,
    number,
    string,
  ][] = [
    [
      'the ticket is another town’s',
      (_, elsewhere) => ({
        as: 'attach',
        ticket: { municipalityCode: otherTown, number: elsewhere.ticketNumber },
        reason: 'misread',
      }),
      ...([403, 'notYourMunicipality'] as const),
    ],
    [
      'the person is in another town’s register',
      (_, { residentId }) => ({ as: 'attach', residentId, reason: 'misread' }),
      ...([422, 'unknownResident'] as const),
    ],
    [
      'no sheet has the number',
      () => ({
        as: 'attach',
        ticket: { municipalityCode: town, number: '9999999999' },
        reason: 'misread',
      }),
      ...([422, 'unknownTicket'] as const),
    ],
    [
      'the person is named twice',
      ({ residentId }) => ({ as: 'attach', residentId, registerNumber: 'R1', reason: 'misread' }),
      ...([422, 'whoIsIt'] as const),
    ],
    [
      'nobody is named',
      () => ({ as: 'attach', reason: 'misread' }),
      ...([422, 'whoIsIt'] as const),
    ],
    [
      'there is no reason',
      ({ residentId }) => ({ as: 'attach', residentId }),
      ...([422, 'malformed'] as const),
    ],
    [
      'the reason is in the clerk’s own words',
      () => ({ as: 'reject', reason: '山田さんの券だった' }),
      ...([422, 'malformed'] as const),
    ],
  ]
  test.each(cases)('%s', async (_name, body, status, code) => {
    const resident = await aResident(desk.db)
    const elsewhere = await aResident(desk.db, { municipalityCode: otherTown })
    const { scanId } = await heldScan(resident)
    const answer = await resolve(scanId, body(resident, elsewhere))
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(await rowOf(scanId)).toMatchObject({ settled: false, emptied: false })
    expect(await desk.doses(resident.residentId)).toEqual([])
    expect(await desk.doses(elsewhere.residentId)).toEqual([])
  })
})

describe('a scan is nobody’s business', () => {
  test('but the town’s: another clerk, a program and an operator get nothing', async () => {
    const resident = await aResident(desk.db)
    const { scanId } = await heldScan(resident)
    const body = { as: 'reject', reason: 'notReal' }
    expect((await resolve(scanId, body, 'clerkElsewhere')).status).toBe(404)
    expect((await resolve(scanId, body, 'program')).status).toBe(403)
    expect((await resolve(scanId, body, 'operator')).status).toBe(403)
    expect((await resolve(randomUUID(), body)).status).toBe(404)
    expect(await rowOf(scanId)).toMatchObject({ settled: false })
    expect((await desk.page(`/worklist/scans/${scanId}`, 'clerkElsewhere')).status).toBe(404)
    const list = (await desk.get('/api/v1/worklist', 'clerkElsewhere')).body
    expect(list.items).toEqual([])
    expect(list.counts.held.items).toBe(0)
  })

  test('a scan that was recorded is not to be settled', async () => {
    const resident = await aResident(desk.db)
    const scan = aScan(resident)
    await desk.post('/api/v1/scans', scan)
    const answer = await resolve(scan.scanId, { as: 'reject', reason: 'notReal' })
    expect(answer.status).toBe(404)
  })
})

describe('the page of one scan', () => {
  test('opens what was read and whose ticket it is, each with a look for this purpose', async () => {
    const resident = await aResident(desk.db, { family: '候補', kana: 'コウホ タロウ' })
    const { scanId } = await heldScan(resident)
    const { status, html } = await desk.page(`/worklist/scans/${scanId}?lang=en`)
    expect(status).toBe(200)
    for (const word of [
      '候補',
      'コウホ タロウ',
      '1961',
      '5 May 1950',
      'Holds the ticket',
      'Not the stated birth year',
    ])
      expect(html).toContain(word)
    // The holder is in doubt: nobody is ticked beforehand.
    expect(html).not.toContain('checked=')
    const looks = await desk.looks(resident.residentId)
    const opened = looks.find(({ fields }) => fields.includes('name'))
    expect(opened).toMatchObject({ purpose: 'resolve', actor: desk.ids.clerk })
    expect(await desk.looks(scanId)).toMatchObject([
      { purpose: 'resolve', actor: desk.ids.clerk, fields: ['ticketNumber', 'bornOn'] },
    ])
  })

  test('says of somebody who is protected that they are, and opens nothing of them', async () => {
    const resident = await aResident(desk.db, { family: '秘匿', kana: 'ヒトク ハナコ' })
    await desk.post('/api/v1/protections', {
      ...{ eventId: randomUUID(), municipalityCode: town, registerNumber: resident.registerNumber },
      from: '2021-01-01',
    })
    const { scanId } = await heldScan(resident)
    const { html } = await desk.page(`/worklist/scans/${scanId}?lang=en`)
    expect(html).toContain('A protected person')
    expect(html).not.toContain('秘匿')
    expect(html).not.toContain('ヒトク')
    const looks = await desk.looks(resident.residentId)
    expect(looks.filter(({ fields }) => fields.includes('name'))).toEqual([])
  })

  test('proposes who holds the ticket one digit away and was born in the stated year', async () => {
    const [wrong, right] = [
      await aResident(desk.db, { ticketNumber: '4711000001', kana: 'マチガイ' }),
      await aResident(desk.db, {
        ticketNumber: '4711000007',
        bornOn: '1961-02-03',
        kana: 'ホンニン',
      }),
    ]
    const other = await aResident(desk.db, { ticketNumber: '4711000005', kana: 'ムカンケイ' })
    const { scanId } = await heldScan(wrong)
    const { html } = await desk.page(`/worklist/scans/${scanId}?lang=en`)
    expect(html).toContain('ホンニン')
    expect(html).toContain('Ticket one digit away, and born in that year')
    expect(html).toContain('マチガイ')
    expect(html).not.toContain('ムカンケイ')
    const opened = (await desk.looks(right.residentId)).filter(({ fields }) =>
      fields.includes('name'),
    )
    expect(opened).toMatchObject([{ purpose: 'resolve', actor: desk.ids.clerk }])
    const looks = await desk.looks(other.residentId)
    expect(looks.filter(({ purpose }) => purpose === 'resolve')).toEqual([])
  })

  test('takes no form from another site', async () => {
    const resident = await aResident(desk.db)
    const { scanId } = await heldScan(resident)
    const answer = await desk.site.app.request(`/worklist/scans/${scanId}`, {
      method: 'POST',
      headers: { ...as('clerk'), origin: 'https://elsewhere.example' },
      body: new URLSearchParams({ as: 'reject', reason: 'notReal' }),
    })
    expect(answer.status).toBe(403)
    expect(await rowOf(scanId)).toMatchObject({ settled: false })
  })

  test('settles by its form, without a script, and says what came of it', async () => {
    const resident = await aResident(desk.db)
    const { scanId } = await heldScan(resident)
    const path = `/worklist/scans/${scanId}`
    const bare = await desk.press(path, { as: 'attach', reason: 'checkedOnPaper', lang: 'en' })
    expect(bare).toMatchObject({ status: 303, to: `${path}?said=whoIsIt&lang=en` })
    const wrong = await desk.press(path, { as: 'attach', reason: 'misread', ticket: '99' })
    expect(wrong.to).toBe(`${path}?said=ticketNumberLength`)
    const fields = { as: 'attach', reason: 'checkedOnPaper', residentId: resident.residentId }
    const done = await desk.press(path, { ...fields, lang: 'en' })
    expect(done.to).toBe('/worklist?todo=held&said=recorded&lang=en')
    expect((await desk.page(done.to)).html).toContain('Attached to the person and recorded.')
    expect(await desk.doses(resident.residentId)).toHaveLength(1)
  })
})
