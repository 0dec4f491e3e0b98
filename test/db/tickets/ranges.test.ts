// Ranges of numbers that a town delegates: used up is a clear refusal, and no number of somebody else's
// lies among ours.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isOwnTicketNumber } from '../../../domain/ticket-check.ts'
import { testApi } from '../../support/api.ts'
import { ticketIndex } from '../../support/people.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import {
  aResident,
  aScan,
  type SeededResident,
  seedTowns,
  town,
  venue,
} from '../../support/town.ts'

let db: SealedDatabase
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  api = testApi(db)
  await delegate(town, '5000000000', '5000000999')
})
afterAll(async () => {
  await api?.close()
  await db?.drop()
})

const delegate = (municipalityCode: string, first: string, last: string) =>
  api.put('/api/v1/number-ranges', { municipalityCode, first, last })

const issue = ({ municipalityCode, registerNumber }: SeededResident) =>
  api.post('/api/v1/tickets/issue', {
    ...{ issueId: randomUUID(), municipalityCode, registerNumber, reason: 'lost' },
  })

const scanned = async (person: Pick<SeededResident, 'municipalityCode' | 'ticketNumber'>) =>
  expect((await api.post('/api/v1/scans', aScan(person))).status).toBe(201)

describe('a range', () => {
  test('that is used up is a clear refusal, and a further one goes on', async () => {
    const only = '230006'
    await seedTown(only)
    const people = [0, 1, 2].map(() => aResident(db, { municipalityCode: only }))
    const [a, b, c] = await Promise.all(people)
    expect((await issue(a!)).body.code).toBe('noNumberRange')
    // Two numbers of ours among twenty.
    expect((await delegate(only, '7000000000', '7000000019')).body).toMatchObject({ left: 2 })
    expect((await issue(a!)).status).toBe(201)
    expect((await issue(b!)).status).toBe(201)
    expect(await issue(c!)).toMatchObject({ status: 409, body: { code: 'numberRangeUsedUp' } })
    await delegate(only, '7000000100', '7000000109')
    expect((await issue(c!)).status).toBe(201)
    const { body } = await api.get(`/api/v1/number-ranges?municipalityCode=${only}`)
    expect(body.ranges.map(({ left }: { left: number }) => left)).toEqual([0, 0])
  })

  test('told again is the same; one that overlaps, is too large or holds a number is refused', async () => {
    expect((await delegate(town, '5000000000', '5000000999')).status).toBe(200)
    expect((await delegate(town, '5000000500', '5000001500')).body.code).toBe('rangeOverlaps')
    expect((await delegate(town, '1000000000', '1900000000')).body.code).toBe('rangeTooLarge')
    expect((await delegate(town, '5000002000', '5000001000')).body.code).toBe(
      'rangeEndsBeforeStart',
    )
    expect((await delegate(town, '5000002000', '5000002000')).body.code).toBe('rangeTooSmall')
    const { ticketNumber } = await aResident(db, { ticketNumber: '5500000123' })
    const around = await delegate(town, '5500000000', '5500000999')
    expect(around).toMatchObject({ status: 409, body: { code: 'rangeHoldsNumbers' } })
    expect(ticketNumber).toBe('5500000123')
  })

  test('takes no number that a venue has read, so that no dose finds the wrong person', async () => {
    const reader = await aResident(db)
    await scanned({ ...reader, ticketNumber: '5600000017' })
    expect((await delegate(town, '5600000000', '5600000099')).body.code).toBe('rangeHoldsNumbers')
    const index = await ticketIndex(db, town, '5700000017')
    await db.sql`
      insert into ticketless_dose (municipality_code, id, body_digest, source, ticket_index, given_on,
                                   claimed_dose_number, venue_code, product_code, lot_number, told_by,
                                   received_on)
      values (${town}, ${randomUUID()}, ${Buffer.alloc(16)}, 'workplace', ${index}, '2021-06-09', 1,
              ${venue}, 'pfizer', 'TEST01', 'test', '2021-06-09')`
    expect((await delegate(town, '5700000000', '5700000099')).body.code).toBe('rangeHoldsNumbers')
    // Read after the delegation: the number is passed over.
    const only = '230014'
    await seedTown(only)
    await delegate(only, '7100000000', '7100000029')
    const first = await firstNumberOf(only)
    await scanned({ municipalityCode: only, ticketNumber: first })
    const person = await aResident(db, { municipalityCode: only })
    const { body } = await issue(person)
    expect(body.number).not.toBe(first)
  })

  test('a file brings no number of ours that was not given out', async () => {
    const person = await aResident(db)
    const ticket = { municipalityCode: town, registerNumber: person.registerNumber }
    const { body } = await api.post('/api/v1/tickets', {
      tickets: [{ ...ticket, number: '5000000998', issuedOn: '2021-06-01' }],
    })
    expect(body.results).toEqual([
      { number: '5000000998', status: 'refused', code: 'numberDelegated' },
    ])
    // One that we gave out may come back with the town's own file.
    const issued = await issue(person)
    const known = { ...ticket, number: issued.body.number, issuedOn: '2021-07-01' }
    const again = await api.post('/api/v1/tickets', { tickets: [known] })
    expect(again.body.results[0]).toMatchObject({ status: 'same' })
  })

  async function firstNumberOf(code: string): Promise<string> {
    const [row] = await db.sql<{ stem: number }[]>`
      select next_stem::float8 as stem from ticket_number_range where municipality_code = ${code}`
    const ten = Array.from({ length: 10 }, (_, digit) => `${row!.stem}${digit}`)
    return ten.find(isOwnTicketNumber)!
  }

  async function seedTown(code: string): Promise<void> {
    await db.sql`
      insert into municipality (code, prefecture, name, kana)
      values (${code}, '見本県', ${`見本町${code}`}, 'みほん') on conflict do nothing`
    await db.sql`
      insert into municipality_setting (municipality_code, office_ja, office_en, phone, postcode, address)
      values (${code}, '担当課', 'Office', '000', '0000000', '見本町') on conflict do nothing`
  }
})
