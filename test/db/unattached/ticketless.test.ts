/** Proves: a dose told without a ticket is kept, proposed or bound when it is certain, and never two doses. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sweepToldDoses } from '../../../db/queries/resolve/bind-doses.ts'
import { erasureSubject } from '../../../db/residents/erasure-subject.ts'
import { seedPerson, seedTicket } from '../../support/people.ts'
import { aResident, aScan, otherTown, town } from '../../support/town.ts'
import { aToldDose, type Desk, openDesk } from '../../support/unattached.ts'

let desk: Desk
const path = '/api/v1/doses/without-ticket'

beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk?.close())

let next = 0
/** Somebody whose kana nobody else here has. */
function somebody() {
  const kana = `トクベツ ${'アイウエオカキクケコサシスセソタチツテトナニヌネノ'[next++]}`
  return { name: '特別 見本', kana, bornOn: '1948-03-04' }
}
type Person = ReturnType<typeof somebody>

const register = ({ kana, bornOn }: Person, registerNumber = `T${randomUUID().slice(0, 8)}`) =>
  seedPerson(desk.db, {
    ...{ municipalityCode: town, registerNumber, bornOn },
    name: { family: '特別', given: '見本', kana },
  })
/** Over HTTP, as a register does. */
const tellTicket = (number: string, registerNumber: string) =>
  desk.post('/api/v1/tickets', {
    tickets: [{ municipalityCode: town, number, registerNumber, issuedOn: '2021-06-20' }],
  })
const rowOf = async (id: string) =>
  (
    await desk.db.sql`
      select resolution, resolved_by as by, resolved_reason as reason, resident_id as "residentId",
             stated is null and desk_index is null and ticket_index is null as emptied
        from ticketless_dose where id = ${id}`
  )[0]
async function whyOf(id: string, who: 'clerk' | 'clerkElsewhere' = 'clerk') {
  const { body } = await desk.get('/api/v1/worklist?todo=ticketless', who)
  return body.items.find((item: { id: string }) => item.id === id)?.why
}
const resolve = (id: string, body: object, who: Parameters<Desk['post']>[2] = 'clerk') =>
  desk.post(`${path}/${id}/resolve`, body, who)

async function tell(changes: Record<string, unknown>) {
  const body = aToldDose(changes)
  const { status } = await desk.post(path, body)
  expect(status).toBe(201)
  return body.eventId
}

describe('a dose without a ticket', () => {
  test('is kept once, sealed, whoever it was', async () => {
    const person = somebody()
    const body = aToldDose({ person })
    const first = await desk.post(path, body)
    expect(first).toEqual({ status: 201, body: { eventId: body.eventId, verdict: 'waiting' } })
    expect(await desk.post(path, body)).toEqual({ ...first, status: 200 })
    const other = await desk.post(path, { ...body, lotNumber: 'TEST02' })
    expect([other.status, other.body.code]).toEqual([409, 'idUsedForAnotherBody'])
    const [row] = await desk.db
      .sql`select d::text as text from ticketless_dose d where id = ${body.eventId}`
    const kept = row!.text + Buffer.from(row!.text, 'hex').toString()
    for (const word of ['特別', 'トクベツ', '1948-03-04']) expect(kept).not.toContain(word)
    expect(await whyOf(body.eventId)).toBe('personUnknown')
  })

  test('told twice at the same time is one', async () => {
    const body = aToldDose({ person: somebody() })
    const both = await Promise.all([desk.post(path, body), desk.post(path, body)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 201])
    const rows = await desk.db.sql`select 1 from ticketless_dose where id = ${body.eventId}`
    expect(rows).toHaveLength(1)
  })

  const refused: [string, Record<string, unknown>, number, string][] = [
    ['names nobody', {}, 422, 'personOrTicket'],
    ['is of tomorrow', { person: somebody(), givenOn: '2021-07-06' }, 422, 'givenOnInFuture'],
    [
      'was given before birth',
      { person: { ...somebody(), bornOn: '2021-06-10' } },
      422,
      'dateBeforeBirth',
    ],
    ['is of no known venue', { person: somebody(), venueCode: '9999999999' }, 422, 'unknownVenue'],
    ['is of no known product', { person: somebody(), productCode: 'x' }, 422, 'unknownProduct'],
    [
      'is of no town',
      { person: somebody(), municipalityCode: '999999' },
      422,
      'unknownMunicipality',
    ],
    ['came by no known way', { person: somebody(), source: 'hearsay' }, 422, 'malformed'],
    ['says more than is asked', { person: somebody(), phone: '090' }, 422, 'malformed'],
    [
      'names another town’s ticket',
      { ticket: { municipalityCode: otherTown, number: '4000000000' } },
      403,
      'notYourMunicipality',
    ],
  ]
  test.each(refused)(
    'is refused when it %s, and nothing is written',
    async (_n, changes, status, code) => {
      const count = async () =>
        (
          await desk.db.sql`
        select (select count(*)::int from ticketless_dose) as doses,
               (select count(*)::int from resident_key) as keys`
        )[0]
      const before = await count()
      const answer = await desk.post(path, aToldDose(changes))
      expect([answer.status, answer.body.code]).toEqual([status, code])
      expect(await count()).toEqual(before)
    },
  )

  test('is told by a town’s own people or a program that scans', async () => {
    const body = () => aToldDose({ person: somebody() })
    expect((await desk.post(path, body(), 'clerk')).status).toBe(201)
    expect((await desk.post(path, body(), 'clerkElsewhere')).status).toBe(403)
    expect((await desk.post(path, body(), 'operator')).status).toBe(403)
  })
})

describe('whose it is', () => {
  test('is proposed once somebody with that kana and birth date is registered, and decided by a clerk', async () => {
    const person = somebody()
    const id = await tell({ person })
    expect(await whyOf(id)).toBe('personUnknown')
    const residentId = await register(person)
    expect(await whyOf(id)).toBe('onePerson')
    expect(await desk.doses(residentId)).toEqual([])
    const { html } = await desk.page(`/worklist/doses/${id}?lang=en`)
    for (const word of ['特別 見本', person.kana, 'Same kana and birth date']) {
      expect(html).toContain(word)
    }
    const looks = await desk.looks(residentId)
    expect(looks.filter(({ fields }) => fields.includes('name'))).toMatchObject([
      { purpose: 'resolve', actor: desk.ids.clerk },
    ])
    const answer = await resolve(id, { as: 'attach', residentId, reason: 'sameKanaAndBirthDate' })
    expect(answer).toMatchObject({ status: 200, body: { outcome: 'recorded' } })
    expect(await desk.doses(residentId)).toMatchObject([{ n: 1, by: 'paper', scanId: id }])
    const [course] = await desk.db.sql`
      select c.stage, o.version from course c join outbox o on o.course_id = c.id
       where c.home_resident_id = ${residentId}`
    expect(course).toEqual({ stage: 'secondDoseOverdue', version: 1 })
    expect(await rowOf(id)).toEqual({
      ...{ resolution: 'recorded', by: desk.ids.clerk, reason: 'sameKanaAndBirthDate' },
      ...{ residentId, emptied: true },
    })
    expect(await whyOf(id)).toBeUndefined()
  })

  test('is not proposed where two people fit: the clerk says which', async () => {
    const person = somebody()
    const [one, other] = [await register(person), await register(person)]
    const id = await tell({ person })
    expect(await whyOf(id)).toBe('severalPeople')
    const { html } = await desk.page(`/worklist/doses/${id}`)
    expect(html).not.toContain('checked=')
    await resolve(id, { as: 'attach', residentId: other, reason: 'askedPerson' })
    expect([await desk.doses(one), await desk.doses(other)].map(({ length }) => length)).toEqual([
      0, 1,
    ])
  })

  test('is said by the ticket that names it, registered later, when kana and birth date agree', async () => {
    const person = somebody()
    const ticket = { municipalityCode: town, number: '4700000001' }
    const id = await tell({ person, ticket })
    const residentId = await register(person, 'LATER1')
    expect(await desk.doses(residentId)).toEqual([])
    expect((await tellTicket(ticket.number, 'LATER1')).body.results[0].status).toBe('new')
    expect(await desk.doses(residentId)).toMatchObject([{ scanId: id }])
    expect(await rowOf(id)).toMatchObject({ resolution: 'recorded', reason: 'ticketRegistered' })
    const [outbox] = await desk.db.sql`
      select o.version from outbox o join course c on c.id = o.course_id
       where c.home_resident_id = ${residentId}`
    expect(outbox!.version).toBe(1)
  })

  test('is bound at once when the ticket is there already', async () => {
    const person = somebody()
    const residentId = await register(person, 'THERE1')
    await tellTicket('4700000002', 'THERE1')
    const id = await tell({ person, ticket: { municipalityCode: town, number: '4700000002' } })
    expect(await desk.doses(residentId)).toMatchObject([{ scanId: id }])
  })

  test('stays open where the ticket is somebody else’s, or nobody says who it was', async () => {
    const holder = await aResident(desk.db, { kana: 'ベツノ ヒト' })
    const ticket = { municipalityCode: town, number: holder.ticketNumber }
    const differs = await tell({ person: somebody(), ticket })
    const bare = await tell({ ticket })
    expect(await whyOf(differs)).toBe('birthYearDiffers')
    expect(await whyOf(bare)).toBe('birthYearMissing')
    expect(
      await sweepToldDoses({ sql: desk.site.sql, vault: desk.db.vault }, desk.site.clock.today()),
    ).toBe(false)
    expect(await desk.doses(holder.residentId)).toEqual([])
  })

  test('is found by the sweep when a registration missed it', async () => {
    const person = somebody()
    const id = await tell({ person, ticket: { municipalityCode: town, number: '4700000003' } })
    const residentId = await register(person, 'SWEPT1')
    const store = { sql: desk.site.sql, vault: desk.db.vault }
    await seedTicket(desk.db, { municipalityCode: town, residentId }, '4700000003')
    expect(await sweepToldDoses(store, desk.site.clock.today())).toBe(true)
    expect(await sweepToldDoses(store, desk.site.clock.today())).toBe(false)
    expect(await desk.doses(residentId)).toMatchObject([{ scanId: id }])
  })

  test('of somebody who has moved on counts at the present home', async () => {
    const person = somebody()
    const residentId = await register(person, 'MOVED1')
    const moved = await desk.post('/api/v1/moves', {
      ...{ eventId: randomUUID(), kind: 'movedIn', municipalityCode: otherTown },
      ...{ registerNumber: 'NEW1', effectiveOn: '2021-07-01', bornOn: person.bornOn },
      previous: { municipalityCode: town, registerNumber: 'MOVED1' },
      name: { family: '特別', given: '見本', kana: person.kana },
      ...{ postcode: '0600000', address: '別町1' },
    })
    expect(moved.status).toBe(200)
    const id = await tell({ person })
    const answer = await resolve(id, { as: 'attach', residentId, reason: 'askedPerson' })
    expect(answer.body.outcome).toBe('recorded')
    const [dose] = await desk.db.sql`
      select c.home_municipality_code as home, c.doses_given as doses
        from dose d join course c on c.id = d.course_id where d.scan_id = ${id}`
    expect(dose).toEqual({ home: otherTown, doses: 1 })
  })

  test('is closed as nobody’s with a reason, by that town alone', async () => {
    const id = await tell({ person: somebody() })
    const body = { as: 'reject', reason: 'anotherTown' }
    expect((await resolve(id, body, 'clerkElsewhere')).status).toBe(404)
    expect((await desk.page(`/worklist/doses/${id}`, 'clerkElsewhere')).status).toBe(404)
    expect(await whyOf(id, 'clerkElsewhere')).toBeUndefined()
    expect((await resolve(id, body)).body.outcome).toBe('rejected')
    expect(await rowOf(id)).toMatchObject({ resolution: 'rejected', emptied: true })
  })
})

describe('the same dose told twice', () => {
  test('first without a ticket, then by ticket: one dose', async () => {
    const resident = await aResident(desk.db, { kana: 'ニド イチ', bornOn: '1947-01-01' })
    const person = { name: '二度 一', kana: 'ニド イチ', bornOn: '1947-01-01' }
    const id = await tell({ person })
    await resolve(id, { as: 'attach', residentId: resident.residentId, reason: 'askedSender' })
    const scanned = await desk.post('/api/v1/scans', aScan(resident))
    expect(scanned.body.verdict).toBe('alreadyRecorded')
    expect(await desk.doses(resident.residentId)).toMatchObject([{ scanId: id }])
  })

  test('first by ticket: the list says that it is there, and closing it adds none', async () => {
    const resident = await aResident(desk.db, { kana: 'ニド フタ', bornOn: '1947-01-02' })
    await desk.post('/api/v1/scans', aScan(resident))
    const person = { name: '二度 二', kana: 'ニド フタ', bornOn: '1947-01-02' }
    const id = await tell({ person })
    expect(await whyOf(id)).toBe('sameDoseThere')
    const named = { as: 'attach', residentId: resident.residentId, reason: 'askedSender' }
    expect((await resolve(id, named)).body.outcome).toBe('alreadyRecorded')
    expect(await desk.doses(resident.residentId)).toHaveLength(1)
  })

  test('with another dose number: the second telling is recorded with a finding', async () => {
    const resident = await aResident(desk.db, { kana: 'ニド サン', bornOn: '1947-01-03' })
    await desk.post('/api/v1/scans', aScan(resident))
    const person = { name: '二度 三', kana: 'ニド サン', bornOn: '1947-01-03' }
    const id = await tell({ person, claimedDoseNumber: 2 })
    expect(await whyOf(id)).toBe('sameDoseThere')
    const named = { as: 'attach', residentId: resident.residentId, reason: 'askedSender' }
    const { body } = await resolve(id, named)
    expect(body.findings.map((one: { code: string }) => one.code)).toContain('sameDayDose')
  })
})

test('an erased person’s dose can be asked for by no digest of it', async () => {
  const person = somebody()
  const residentId = await register(person)
  const id = await tell({ person })
  await resolve(id, { as: 'attach', residentId, reason: 'askedPerson' })
  const digest = async () =>
    (
      await desk.db
        .sql`select encode(body_digest, 'hex') as d from ticketless_dose where id = ${id}`
    )[0]!.d
  const before = await digest()
  const { body: approval } = await desk.post(
    '/api/v1/approvals',
    {
      ...{ kind: 'keyDestruction', reasonCode: 'ownRequest' },
      subject: erasureSubject(town, [residentId]),
    },
    'municipalAdministrator',
  )
  await desk.post(`/api/v1/approvals/${approval.id}/approve`, {}, 'secondAdministrator')
  const erasure = {
    municipalityCode: town,
    residentId,
    approvalId: approval.id,
    reason: 'ownRequest',
  }
  const erased = await desk.post('/api/v1/erasures', erasure, 'municipalAdministrator')
  expect(erased.body).toEqual({ erased: 1 })
  expect(await digest()).not.toBe(before)
})
