// Residents, sheets, municipalities, venues and lots over HTTP: rows and results, item by item.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedMunicipalities } from '../../db/seed.ts'
import { openPerson, ticketIndex } from '../support/people.ts'
import {
  openRegister,
  openVenue,
  type Register,
  residentOf,
  scanOf,
  sheetOf,
  somebody,
  told,
  towns,
} from '../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'

let database: SealedDatabase
let register: Register

beforeAll(async () => {
  database = await sealedDatabase()
  register = await openRegister(database, '2021-06-30')
  await openVenue(register)
})
afterAll(async () => {
  await register.close()
  await database.drop()
})

const residents = async (...items: object[]) => {
  const answer = await register.post('/residents', { residents: items })
  return answer.body.results as { status: string; code?: string }[]
}
const tickets = async (...items: object[]) => {
  const answer = await register.post('/tickets', { tickets: items })
  return answer.body.results as { number: string; status: string; code?: string }[]
}

const kept = async (number: string) => {
  const rows = await database.sql`
    select municipality_code as "municipalityCode", id as "residentId", status, age_class as class
      from resident where register_number = ${number}`
  return Promise.all(
    rows.map(async ({ municipalityCode, residentId, status, class: ageClass }) => {
      const person = await openPerson(database, { municipalityCode, residentId })
      const residences = person.residences.map((r) => [r.fromOn, r.toOn, r.address])
      return { ...person, status, ageClass, residences }
    }),
  )
}

test('the code list is seeded once, however often', async () => {
  await seedMunicipalities(database.sql as never)
  const [seeded] = await database.sql`
    select count(*)::int as n, min(name) filter (where code = '131041') as shinjuku from municipality`
  expect(seeded).toEqual({ n: 1747, shinjuku: '新宿区' })
})

describe('residents', () => {
  test('new, told again, changed; a birth date is never changed', async () => {
    const person = somebody('1950-03-31')
    const one = residentOf(person, 'A')
    expect(await residents(one)).toMatchObject([{ status: 'new' }])
    expect(await residents(one)).toMatchObject([{ status: 'same' }])
    const renamed = { ...one, name: { ...one.name, family: '手本' }, mail: 'mihon@example.jp' }
    expect(await residents(renamed)).toMatchObject([{ status: 'updated' }])
    expect(await residents({ ...renamed, bornOn: '1950-04-01' })).toMatchObject([
      { status: 'refused', code: 'birthDateDiffers' },
    ])
    expect(await kept(one.registerNumber)).toMatchObject([
      { family: '手本', bornOn: '1950-03-31', mail: 'mihon@example.jp', ageClass: 70 },
    ])
  })

  test('an older address told late does not become today’s', async () => {
    const one = residentOf(somebody(), 'A', { residentSince: '2020-04-01', address: '見本町5番' })
    await residents(one)
    await residents({ ...one, residentSince: '2015-04-01', address: '見本町4番' })
    const [row] = await kept(one.registerNumber)
    expect(row?.residences).toEqual([
      ['2015-04-01', '2020-04-01', '見本町4番'],
      ['2020-04-01', null, '見本町5番'],
    ])
  })

  test('each item has its own result, in order, across municipalities', async () => {
    const [a, b, c, d] = [somebody(), somebody(), somebody(), somebody()]
    const results = await residents(
      residentOf(a, 'A'),
      residentOf(b, 'B'),
      residentOf(a, 'A'),
      residentOf(c, 'A', { bornOn: '2021-07-01' }),
      residentOf(d, 'A', { residentSince: '1949-12-31' }),
      residentOf(c, 'A', { municipalityCode: '019992' }),
      residentOf(c, 'B'),
    )
    expect(results.map((result) => result.code ?? result.status)).toEqual([
      ...['new', 'new', 'twiceInOneBatch', 'dateInFuture', 'dateBeforeBirth'],
      ...['unknownMunicipality', 'new'],
    ])
  })

  test('one that is moved out stays so when an old file is sent again', async () => {
    const person = somebody()
    const one = residentOf(person, 'A')
    await residents(one)
    const abroad = { kind: 'movedAbroad', effectiveOn: '2021-06-01' }
    await register.post('/moves', told(person, 'A', abroad))
    expect(await residents(one)).toMatchObject([{ status: 'same' }])
    expect(await kept(one.registerNumber)).toMatchObject([{ status: 'movedAbroad' }])
  })

  test.each([
    ['postcodeForm', 'residents.0.postcode', { postcode: '040-0001' }],
    ['invalidDate', 'residents.0.bornOn', { bornOn: '1950-02-29' }],
    ['municipalityCodeCheckDigit', 'residents.0.municipalityCode', { municipalityCode: '012024' }],
    ['ordinanceCityWard', 'residents.0.municipalityCode', { municipalityCode: '011011' }],
    ['malformed', 'residents.0.address', { address: '' }],
  ])('a malformed item refuses the request and names the field: %s', async (code, field, fault) => {
    const person = somebody()
    const other = residentOf(somebody(), 'A')
    const body = { residents: [residentOf(person, 'A', fault), other] }
    const answer = await register.post('/residents', body)
    expect(answer).toMatchObject({ status: 422, body: { code, field } })
    expect(await kept(other.registerNumber)).toEqual([])
  })

  test('a thousand at once, and the same thousand from two sides', async () => {
    const items = Array.from({ length: 1000 }, () => residentOf(somebody(), 'C'))
    const [one, two] = await Promise.all([residents(...items), residents(...items.toReversed())])
    const statuses = [...one, ...two].map((result) => result.status)
    expect(statuses.filter((status) => status === 'new')).toHaveLength(1000)
    expect(statuses.filter((status) => status === 'same')).toHaveLength(1000)
  })
})

describe('sheets', () => {
  test('new, same, somebody else’s, nobody’s, not a number', async () => {
    const [one, other] = [somebody(), somebody()]
    await residents(residentOf(one, 'A'), residentOf(other, 'A'))
    const sheet = sheetOf(one, 'A', '2021-04-01')
    const results = await tickets(
      sheet,
      sheet,
      sheetOf(somebody(), 'A', '2021-04-01'),
      { ...sheetOf(one, 'A', '2021-04-01'), number: '0000000000' },
      { ...sheetOf(one, 'A', '2021-04-01'), number: '12345' },
      sheetOf(one, 'A', '2021-07-01'),
    )
    expect(results.map((result) => result.code ?? result.status)).toEqual([
      ...['new', 'same', 'unknownResident'],
      ...['ticketNumberZero', 'ticketNumberLength', 'dateInFuture'],
    ])
    const [taken] = await tickets({ ...sheet, registerNumber: `A${other.number}` })
    expect(taken).toMatchObject({ status: 'refused', code: 'ticketNumberTaken' })
    const index = await ticketIndex(database, towns.A, sheet.number)
    const rows = await database.sql`select from ticket where number_index = ${index}`
    expect(rows).toHaveLength(1)
  })

  test('a facility’s sheet stays valid beside the resident’s, and both lead to one course', async () => {
    const person = somebody()
    await residents(residentOf(person, 'A'))
    const sheets = [sheetOf(person, 'A', '2021-04-01'), sheetOf(person, 'A', '2021-05-01')]
    await tickets(...sheets)
    await register.post('/scans', scanOf(sheets[0]!, 1, '2021-05-20'))
    await register.post('/scans', scanOf(sheets[1]!, 2, '2021-06-20'))
    const courses = await database.sql`
      select c.doses_given as doses, c.stage from course c join resident r on r.id = c.home_resident_id
       where r.register_number = ${`A${person.number}`}`
    expect(courses).toEqual([{ doses: 2, stage: 'complete' }])
    const revoked = await database.sql`
      select from ticket t join resident r on r.id = t.resident_id
       where r.register_number = ${`A${person.number}`} and t.revoked_on is not null`
    expect(revoked).toHaveLength(0)
  })

  test('a sheet sent to somebody who has left is void from the start', async () => {
    const person = somebody()
    await residents(residentOf(person, 'A'), residentOf(person, 'B'))
    const to = { municipalityCode: towns.A, registerNumber: `A${person.number}` }
    const arrival = { kind: 'movedIn', effectiveOn: '2021-06-01', previous: to }
    const { name, postcode, address } = residentOf(person, 'B')
    const more = { ...arrival, name, bornOn: person.bornOn, postcode, address }
    expect((await register.post('/moves', told(person, 'B', more))).status).toBe(200)
    const sheet = sheetOf(person, 'A', '2021-06-10')
    expect(await tickets(sheet)).toMatchObject([{ status: 'new' }])
    const [row] = await database.sql`
      select revoked_on::text as on, revoked_because as because from ticket
       where number_index = ${await ticketIndex(database, towns.A, sheet.number)}`
    expect(row).toEqual({ on: '2021-06-01', because: 'moved' })
  })
})

describe('places and lots', () => {
  const office = {
    ...{ officeJa: '見本市 予防接種課', officeEn: 'Mihon City', phone: '00-0000-0000' },
    ...{ postcode: '0400001', address: '見本町1番' },
  }

  test('a municipality says who signs; a setting left out keeps its value', async () => {
    const path = `/municipalities/${towns.B}`
    const settings = { minimumGraceDays: 10, eveningMinute: 1000 }
    expect((await register.put(path, { ...office, settings })).body).toEqual({ code: towns.B })
    await register.put(path, { ...office, phone: '11-1111-1111', settings: { roundGapDays: 7 } })
    const [row] = await database.sql`
      select phone, minimum_grace_days as grace, round_gap_days as gap, evening_minute as evening
        from municipality_setting where municipality_code = ${towns.B}`
    expect(row).toEqual({ phone: '11-1111-1111', grace: 10, gap: 7, evening: 1000 })
    const unknown = await register.put('/municipalities/019992', office)
    expect(unknown).toMatchObject({ status: 422, body: { code: 'unknownMunicipality' } })
  })

  test('a venue and a lot may be named again; an unknown product refuses all lots', async () => {
    const venue = { municipalityCode: towns.A, name: '見本公民館' }
    await register.put('/venues/0110000026', venue)
    await register.put('/venues/0110000026', { ...venue, name: '見本会館' })
    const rows = await database.sql`select name from venue where code = '0110000026'`
    expect(rows).toEqual([{ name: '見本会館' }])

    const lot = { productCode: 'moderna', lotNumber: 'MIHON02' }
    const lots = [lot, { ...lot, lotNumber: 'MIHON03', productCode: 'nothing' }]
    const refused = await register.put('/lots', { lots })
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'unknownProduct', field: 'lots.1.productCode' },
    })
    expect(await database.sql`select from lot where lot_number = 'MIHON02'`).toHaveLength(0)
    await register.put('/lots', { lots: [{ ...lot, expiresOn: '2021-12-31' }, lot] })
    const [row] = await database.sql`select product_code from lot where lot_number = 'MIHON02'`
    expect(row).toEqual({ product_code: 'moderna' })
  })
})
