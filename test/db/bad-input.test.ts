/** Proves: input that cannot be kept is refused with its code and field, and nothing is written. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { birthDate } from '../../api/schemas/fields.ts'
import { testApi } from '../support/api.ts'
import { openPerson, type Row } from '../support/people.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import { aResident, aScan, seedTowns, town } from '../support/town.ts'

let db: SealedDatabase
let api: ReturnType<typeof testApi>
let known: Awaited<ReturnType<typeof aResident>>

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  api = testApi(db)
})
beforeEach(async () => {
  known = await aResident(db)
})
afterAll(async () => {
  await api?.close()
  await db?.drop()
})

/**
 * Every row of every table but the looks, which stand whatever becomes of a request, and the heads that keyd
 * notes of its own lists by a clock: a digest each.
 */
async function everything(): Promise<Record<string, string>> {
  const tables = await db.sql<{ name: string }[]>`
    select table_schema || '.' || table_name as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
       and table_name not in ('ledger_inbox', 'access_ledger', 'ledger_head', 'keyd_head')`
  const digests = tables.map(async ({ name }) => {
    const [row] = await db.sql`
      select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) as digest
        from ${db.sql(name)} t`
    return [name, row!.digest] as const
  })
  return Object.fromEntries(await Promise.all(digests))
}

type Body = Record<string, unknown>
type Request = { method?: 'put'; path: string; body: () => Body }

const person = () => ({
  name: { family: '見本', given: '太郎', kana: 'みほん たろう' },
  bornOn: '1950-05-05',
  postcode: '1600000',
  address: '見本町1番',
})
const newcomer = () => ({
  ...{ municipalityCode: town, registerNumber: randomUUID(), residentSince: '2010-04-01' },
  ...person(),
})
const told = () => ({
  ...{ eventId: randomUUID(), municipalityCode: town, registerNumber: known.registerNumber },
})
const requests = {
  scan: { path: '/scans', body: () => aScan(known) },
  residents: { path: '/residents', body: () => ({ residents: [newcomer()] }) },
  tickets: {
    path: '/tickets',
    body: () => {
      const { municipalityCode, registerNumber } = known
      const number = String(7_000_000_000 + Number(registerNumber.slice(1)))
      return { tickets: [{ municipalityCode, number, registerNumber, issuedOn: '2021-04-01' }] }
    },
  },
  movedIn: {
    path: '/moves',
    body: () => ({
      ...{ kind: 'movedIn', effectiveOn: '2021-06-01', ...told(), ...person() },
      registerNumber: randomUUID(),
      // The former town's row is joined only to the same name.
      name: {
        family: '見本',
        given: `太郎${known.registerNumber.slice(1)}`,
        kana: 'ミホン タロウ',
      },
      previous: { municipalityCode: town, registerNumber: known.registerNumber },
    }),
  },
  addressChanged: {
    path: '/moves',
    body: () => ({
      ...{ kind: 'addressChanged', effectiveOn: '2021-06-01', ...told() },
      ...{ postcode: '1600000', address: '見本町2番' },
    }),
  },
  death: { path: '/deaths', body: () => ({ ...told(), on: '2021-06-01' }) },
  protection: { path: '/protections', body: () => ({ ...told(), from: '2021-06-01' }) },
  lots: {
    method: 'put',
    path: '/lots',
    body: () => ({ lots: [{ productCode: 'pfizer', lotNumber: 'MIHON09' }] }),
  },
  municipality: {
    method: 'put',
    path: `/municipalities/${town}`,
    body: () => ({
      ...{ officeJa: '見本市 予防接種課', officeEn: 'Mihon City', phone: '00-0000-0000' },
      ...{ postcode: '0400001', address: '見本町1番' },
    }),
  },
  venue: {
    method: 'put',
    path: '/venues/1310400026',
    body: () => ({ municipalityCode: town, name: '見本体育館' }),
  },
} satisfies Record<string, Request>
type RequestName = keyof typeof requests

function send({ method, path }: Request, body: Body) {
  return api[method ?? 'post'](`/api/v1${path}`, body)
}

/** The body with the value at a dotted path replaced. */
function spoilt(body: Body, field: string, value: (before: string) => unknown): Body {
  const copy = structuredClone(body)
  const keys = field.split('.')
  const last = keys.pop()!
  const holder = keys.reduce((at, key) => at[key] as Body, copy)
  holder[last] = value(String(holder[last] ?? 'x'))
  return copy
}

test.each(Object.keys(requests) as RequestName[])('%s is taken as it stands', async (name) => {
  const before = await everything()
  const { status } = await send(requests[name], requests[name].body())
  expect([200, 201]).toContain(status)
  expect(await everything()).not.toEqual(before)
})

const textFields: [RequestName, string][] = [
  ...['lotNumber', 'productCode', 'source', 'staffRef'].map((f) => ['scan', f] as const),
  ...['registerNumber', 'address', 'name.family', 'name.given', 'name.kana'].map(
    (f) => ['residents', `residents.0.${f}`] as const,
  ),
  ...['number', 'registerNumber'].map((f) => ['tickets', `tickets.0.${f}`] as const),
  ...['registerNumber', 'address', 'name.family', 'name.kana', 'previous.registerNumber'].map(
    (f) => ['movedIn', f] as const,
  ),
  ...['registerNumber', 'address'].map((f) => ['addressChanged', f] as const),
  ['death', 'registerNumber'],
  ['protection', 'registerNumber'],
  ...['productCode', 'lotNumber'].map((f) => ['lots', `lots.0.${f}`] as const),
  ...['officeJa', 'officeEn', 'phone', 'address'].map((f) => ['municipality', f] as const),
  ['venue', 'name'],
].map(([name, field]) => [name as RequestName, field as string])

const unkeepable = {
  NUL: '\u0000',
  'a line feed': '\n',
  'an escape': '\u009b',
  'half a character': '\ud842',
}

describe.each(Object.entries(unkeepable))('%s', (_, character) => {
  test.each(textFields)('is refused in %s %s', async (name, field) => {
    const body = spoilt(requests[name].body(), field, (text) => `${text[0]}${character}x`)
    const before = await everything()
    expect(await send(requests[name], body)).toMatchObject({
      status: 422,
      body: { code: 'textCharacters', field },
    })
    expect(await everything()).toEqual(before)
  })
})

test('a whole character outside the first plane and a trimmed line end are taken', async () => {
  const { path, body } = requests.residents
  const named = spoilt(body(), 'residents.0.name.family', () => '𠮷田\n')
  const answer = await send({ path, body }, named)
  expect(answer.body.results).toMatchObject([{ status: 'new' }])
  const [row] = await db.sql<Row[]>`
    select municipality_code as "municipalityCode", id as "residentId" from resident
     where register_number = ${(named.residents as Body[])[0]!.registerNumber as string}`
  expect(await openPerson(db, row!)).toMatchObject({ family: '𠮷田' })
})

test.each([
  ['residents', 'residents.0.bornOn', '1879-12-31', 'birthYearRange'],
  ['residents', 'residents.0.bornOn', '2101-01-01', 'birthYearRange'],
  ['residents', 'residents.0.bornOn', '1950-02-30', 'invalidDate'],
  ['residents', 'residents.0.mail', 'a\u0000@example.jp', 'malformed'],
  ['residents', 'residents.0.postcode', '160000\u0000', 'postcodeForm'],
  ['residents', 'residents.0.municipalityCode', '13104\u0000', 'municipalityCodeLength'],
  ['movedIn', 'bornOn', '1879-12-31', 'birthYearRange'],
  ['scan', 'birthYear', 1879, 'birthYearRange'],
  ['scan', 'line', '2113104100000\u000000017', 'ticketLineCharacters'],
  ['scan', 'venueCode', '131040001\u0000', 'malformed'],
] as const)('%s: %s %j is %s', async (name, field, value, code) => {
  const body = spoilt(requests[name].body(), field, () => value)
  const before = await everything()
  expect(await send(requests[name], body)).toMatchObject({ status: 422, body: { code, field } })
  expect(await everything()).toEqual(before)
})

test.each([
  ['municipality', '/municipalities/%00', 'municipalityCodeLength'],
  ['municipality', '/municipalities/13104%00', 'municipalityCodeLength'],
  ['municipality', '/municipalities/%ff', 'municipalityCodeLength'],
  ['venue', '/venues/131040002%00', 'venueCodeForm'],
] as const)('%s at %s is %s', async (name, path, code) => {
  const before = await everything()
  const answer = await send({ ...requests[name], path }, requests[name].body())
  expect(answer).toMatchObject({ status: 422, body: { code, field: 'code' } })
  expect(await everything()).toEqual(before)
})

test.each([
  ['bornOn', '2021-07-02'],
  ['residentSince', '2021-07-02'],
  ['residentSince', '2199-01-01'],
])('a resident whose %s is %s is refused by itself', async (field, date) => {
  const { path, body } = requests.residents
  const before = await everything()
  const answer = await send(
    { path, body },
    spoilt(body(), `residents.0.${field}`, () => date),
  )
  expect(answer.body.results).toMatchObject([{ status: 'refused', code: 'dateInFuture' }])
  expect(await everything()).toEqual(before)
})

test.each([
  [1879, false],
  [1880, true],
  [2100, true],
  [2101, false],
])('a birth date of the year %i is taken: %s', (year, isTaken) => {
  expect(birthDate.safeParse(`${year}-06-01`).success).toBe(isTaken)
})

test.each([
  ['name', Buffer.from('見本 太郎')],
  ['kana', Buffer.from('a text long enough to be taken for something sealed')],
  ['born_on', Buffer.from('1950-05-05')],
  ['mail', Buffer.alloc(30, 1)],
])('the table itself takes no plain text as %s', async (column, text) => {
  const written = db.sql`
    update person set ${db.sql(column)} = ${text} where resident_id = ${known.residentId}`
  await expect(written).rejects.toMatchObject({ code: '23514' })
})

test('a typed ticket number with a control character is no number', async () => {
  const { line: _, ...scan } = aScan(known)
  const ticket = { municipalityCode: town, number: '400000000\u0000' }
  const before = await everything()
  const answer = await api.post('/api/v1/scans', { ...scan, ticket })
  const refusal = { code: 'ticketNumberCharacters', field: 'ticket.number' }
  expect(answer).toMatchObject({ status: 422, body: refusal })
  expect(await everything()).toEqual(before)
})

test.each(['text/plain', 'application/xml'])('%s is not JSON, and is told so', async (type) => {
  const before = await everything()
  const answer = await api.post('/api/v1/scans', aScan(known), { 'content-type': type })
  expect(answer).toMatchObject({ status: 415, body: { code: 'unsupportedMediaType' } })
  expect(await everything()).toEqual(before)
})
