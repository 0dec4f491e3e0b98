// What a municipality gets back, read under the roles that make the files: its own people and nobody else's,
// looks for each of them, addresses of nobody who is protected.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect, type Scope, type Sql, withPurpose } from '../../../db/client.ts'
import { overdueListRows } from '../../../db/queries/returns/overdue-list.ts'
import { publishedRows } from '../../../db/queries/returns/statistics.ts'
import {
  dosePlaces,
  vaccinationRegisterRows,
} from '../../../db/queries/returns/vaccination-register.ts'
import { waitingListRows } from '../../../db/queries/returns/waiting-list.ts'
import type { Store } from '../../../db/store.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { testApi } from '../../support/api.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, aScan, otherTown, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let api: ReturnType<typeof testApi>
let worker: Store & { sql: Sql }
let importer: Store & { sql: Sql }
const today = '2021-07-20' as PlainDate

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  api = testApi(db, today)
  worker = {
    sql: connect(db.urls.sesshu_worker, { name: 'test', max: 2 }),
    vault: db.keyd.vault('worker'),
  }
  importer = {
    sql: connect(db.urls.sesshu_import, { name: 'test', max: 2 }),
    vault: db.keyd.vault('import'),
  }
})
afterAll(async () => {
  await Promise.all([worker.sql.end({ timeout: 1 }), importer.sql.end({ timeout: 1 }), api.close()])
  await db.drop()
})
beforeEach(() => db.sql`delete from ledger_inbox`)

const ask = { municipalityCode: town, today }

async function all<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const rows: T[] = []
  for await (const page of pages) rows.push(...page)
  return rows
}

async function looks() {
  return db.sql<{ resident: string; fields: string[]; purpose: string }[]>`
    select resident_id as resident, fields, purpose from ledger_inbox order by looked_at`
}

async function dosed(options: Parameters<typeof aResident>[1] = {}, more = {}) {
  const person = await aResident(db, options)
  const answer = await api.post('/api/v1/scans', aScan(person, more))
  expect([200, 201]).toContain(answer.status)
  return person
}

async function protect(residentId: string) {
  await db.sql`
    insert into protection (municipality_code, resident_id, from_on)
    values (${town}, ${residentId}, '2021-01-01')`
}

describe.each(['worker', 'importer'] as const)('as the %s', (who) => {
  const store = () => (who === 'worker' ? worker : importer)

  test('the register has the town’s doses with their tickets, and a look at each person', async () => {
    const person = await dosed()
    const elsewhere = await dosed({ municipalityCode: otherTown })
    const neverCame = await aResident(db)
    await db.sql`delete from ledger_inbox`
    const rows = await all(vaccinationRegisterRows(store(), ask))
    const row = rows.find(({ registerNumber }) => registerNumber === person.registerNumber)
    expect(row!.doses).toMatchObject([
      {
        ...{ claimedDoseNumber: 1, givenOn: '2021-06-09', productCode: 'pfizer' },
        ...{ lotNumber: 'TEST01', municipalityCode: town, venueName: '見本会場' },
        ticketNumber: person.ticketNumber,
      },
    ])
    const numbers = rows.map(({ registerNumber }) => registerNumber)
    expect(numbers).not.toContain(neverCame.registerNumber)
    expect(numbers).toEqual([...numbers].sort())
    const left = await looks()
    expect(left.map(({ purpose }) => purpose).every((one) => one === 'returnFiles')).toBe(true)
    const ofPerson = left.filter(({ resident }) => resident === person.residentId)
    expect(ofPerson.map(({ fields }) => fields).sort()).toEqual([
      ['doses', 'ticket'],
      ['ticketNumber'],
    ])
    const seen = left.map(({ resident }) => resident)
    expect(seen).not.toContain(elsewhere.residentId)
    expect(seen).not.toContain(neverCame.residentId)
  })

  test('the overdue list opens nothing without addresses, and leaves the protected out with them', async () => {
    const person = await dosed({ address: '見本町９番地' })
    const hidden = await dosed()
    await protect(hidden.residentId)
    await db.sql`update course set stage = 'secondDoseOverdue', overdue_on = '2021-07-01'
                  where home_resident_id = any(${[person.residentId, hidden.residentId]}::uuid[])`
    await db.sql`delete from ledger_inbox`
    const bare = await all(overdueListRows(store(), ask))
    const of = (rows: typeof bare, one: { registerNumber: string }) =>
      rows.find(({ registerNumber }) => registerNumber === one.registerNumber)
    expect(of(bare, person)).toMatchObject({
      ...{ doseNumber: 2, overdueOn: '2021-07-01', daysOverdue: 19, noticesLeft: 0 },
      isByHand: false,
    })
    expect(of(bare, person)).not.toHaveProperty('person')
    expect(of(bare, hidden)).toMatchObject({ isByHand: true })
    const opened = (await looks()).filter(({ fields }) => fields.includes('address'))
    expect(opened).toEqual([])
    if (who === 'importer') {
      // It writes no names on any stick, and may not read them for that.
      const asked: Scope = { municipalityCode: town, purpose: 'returnFiles', look: [] }
      for (const table of ['person', 'residence', 'scan']) {
        const read = withPurpose(importer.sql, asked, (tx) => tx`select from ${tx(table)}`)
        expect(await read).toHaveLength(0)
      }
      return
    }
    let leftOut = 0
    const told = await all(
      overdueListRows(store(), { ...ask, withAddress: true, onLeftOut: (n) => (leftOut += n) }),
    )
    expect(of(told, hidden)).toBeUndefined()
    expect(leftOut).toBeGreaterThan(0)
    expect(of(told, person)!.person).toMatchObject({
      familyName: '見本',
      residence: { address: '見本町９番地' },
    })
    const ofHidden = (await looks()).filter(({ resident }) => resident === hidden.residentId)
    expect(ofHidden.flatMap(({ fields }) => fields)).not.toContain('address')
  })

  test('published statistics are read, and nobody is', async () => {
    expect(await all(publishedRows(store(), ask))).toEqual([])
    expect(await looks()).toEqual([])
  })
})

test('a protected person’s venues are not in the register', async () => {
  const person = await dosed()
  await protect(person.residentId)
  const rows = await all(vaccinationRegisterRows(worker, ask))
  const row = rows.find(({ registerNumber }) => registerNumber === person.registerNumber)
  expect(row!.doses).toHaveLength(1)
  expect(row!.doses[0]).not.toHaveProperty('venueName')
})

test('a period keeps whoever had a dose recorded in it', async () => {
  const person = await dosed()
  const numbers = async (from: string, to: string) => {
    const recorded = { from: from as PlainDate, to: to as PlainDate }
    const rows = await all(vaccinationRegisterRows(worker, { ...ask, recorded }))
    return rows.map(({ registerNumber }) => registerNumber)
  }
  expect(await numbers('2021-07-20', '2021-07-20')).toContain(person.registerNumber)
  expect(await numbers('2021-07-01', '2021-07-19')).toEqual([])
})

test('the roles that meet files of clerks may do no more with them than they do', async () => {
  const may = async (role: string, what: string, columns: string[]) => {
    const rows = await db.sql<{ column: string }[]>`
      select column_name as column from information_schema.columns
       where table_name = 'office_file' and has_column_privilege(${role}, 'office_file', column_name, ${what})`
    expect(rows.map(({ column }) => column).sort(), `${role} ${what}`).toEqual(columns.sort())
  }
  for (const role of ['sesshu_import', 'sesshu_keyd']) {
    for (const what of ['select', 'update', 'insert']) await may(role, what, [])
  }
  await may('sesshu_worker', 'insert', [])
  await may('sesshu_worker', 'update', [
    ...['bytes', 'dek_version', 'key_version', 'lacking', 'left_out', 'made_at', 'name', 'pages'],
    ...['refused_because', 'rows', 'sha256', 'shortened', 'state', 'wrapped'],
  ])
})

test('places grow with what is recorded', async () => {
  expect(await dosePlaces(worker, ask)).toBe(2)
  await dosed({}, { claimedDoseNumber: 3, givenOn: '2021-06-10' })
  expect(await dosePlaces(worker, ask)).toBe(3)
})

test('an earlier town’s dose is there as the link lets it through: no venue, no ticket, its town', async () => {
  const old = await dosed({ municipalityCode: otherTown })
  const person = await aResident(db)
  const [course] = await db.sql<{ id: string }[]>`
    select course_id as id from course_link where resident_id = ${old.residentId}`
  await db.sql`
    insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis, linked_by)
    values (${town}, ${person.residentId}, ${course!.id}, '2021-07-01', 'lifeBodyProperty.consent', 'test')`
  const find = async () => {
    const rows = await all(vaccinationRegisterRows(worker, ask))
    return rows.find(({ registerNumber }) => registerNumber === person.registerNumber)
  }
  // Not at home here yet: nothing of it is shown.
  expect(await find()).toBeUndefined()
  await db.sql`
    update course set home_municipality_code = ${town}, home_resident_id = ${person.residentId}
     where id = ${course!.id}`
  const row = await find()
  expect(row!.doses).toMatchObject([{ claimedDoseNumber: 1, municipalityCode: otherTown }])
  expect(row!.doses[0]).not.toHaveProperty('ticketNumber')
  expect(row!.doses[0]).not.toHaveProperty('venueName')
  // The town that gave it still has its own.
  const there = await all(vaccinationRegisterRows(worker, { ...ask, municipalityCode: otherTown }))
  expect(
    there.find(({ registerNumber }) => registerNumber === old.registerNumber)!.doses,
  ).toHaveLength(1)
})

test('scans whose ticket nobody holds are on the waiting list, and no others', async () => {
  const number = '9990000007'
  const scan = aScan({ municipalityCode: town, ticketNumber: number }, { scanId: randomUUID() })
  const answer = await api.post('/api/v1/scans', scan)
  expect(answer.body.verdict).toBe('waiting')
  await db.sql`delete from ledger_inbox`
  const rows = await all(waitingListRows(worker, ask))
  expect(rows).toMatchObject([
    { scanId: scan.scanId, ticketNumber: number, venueName: '見本会場', doseNumber: 1 },
  ])
  expect(await looks()).toMatchObject([{ resident: scan.scanId, purpose: 'returnFiles' }])
  expect(await all(waitingListRows(worker, { ...ask, municipalityCode: otherTown }))).toEqual([])
})
