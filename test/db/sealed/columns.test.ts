// Proves that nothing which names a person stands in any column of any table, and what a thief of a
// whole copy of the database, with one town's key, can open: that town, and nobody else.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../../db/migrate.ts'
import { readKeys } from '../../../db/people/keys.ts'
import { placeOf, type SealedColumn } from '../../../db/people/places.ts'
import { urlFor } from '../../../db/roles.ts'
import { openFilesStore } from '../../../keyd/files-store.ts'
import type { KeyStore } from '../../../keyd/key-store.ts'
import { fieldKeysOf, withResidentKey } from '../../../keyd/resident-keys.ts'
import { type FieldKeys, open } from '../../../vault/vault.ts'
import { asTx, openPerson, type Row, ticketIndex } from '../../support/people.ts'
import { openRegister, openVenue, type Register, scanOf, towns } from '../../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { markersIn } from '../../support/sweep.ts'

let db: SealedDatabase
let register: Register

beforeAll(async () => {
  db = await sealedDatabase()
  register = await openRegister(db, '2021-06-30')
  await openVenue(register)
  await tellOfMarked()
})
afterAll(async () => {
  await register?.close()
  await db?.drop()
})

const marked = {
  family: '標識姓氏',
  given: '標識名前',
  kana: 'ヒョウシキ メイマエ',
  bornOn: '1931-02-17',
  mail: 'marker-7f3a@mail.invalid',
  postcode: '0471931',
  address: '標識町三丁目1番1931号',
  later: '標識町転居先9番',
  ticket: '7310942856',
  waiting: '7310942857',
  held: '7310942858',
  married: '標識改姓',
  child: '2012-03-04',
}
const markers = Object.values(marked)

async function ok(path: string, body: object) {
  const answer = await register.post(path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

const person = (town: string, registerNumber: string, more: object = {}) => ({
  municipalityCode: town,
  registerNumber,
  name: { family: marked.family, given: marked.given, kana: marked.kana },
  bornOn: marked.bornOn,
  mail: marked.mail,
  postcode: marked.postcode,
  address: marked.address,
  residentSince: '2010-04-01',
  ...more,
})
const event = (town: string, registerNumber: string, more: object) => {
  return { eventId: crypto.randomUUID(), municipalityCode: town, registerNumber, ...more }
}
const sheet = (registerNumber: string, number: string) => {
  return { municipalityCode: towns.A, number, registerNumber, issuedOn: '2021-04-01' }
}

/** Everything that a register and venues can tell, of people whose every word is unique. */
async function tellOfMarked(): Promise<void> {
  const child = person(towns.A, 'M3', { bornOn: marked.child, residentSince: '2013-04-01' })
  await ok('/residents', {
    residents: [person(towns.A, 'M1'), person(towns.A, 'M2'), child, person(towns.B, 'N1')],
  })
  const renamed = { family: marked.married, given: marked.given, kana: marked.kana }
  await ok('/residents', { residents: [person(towns.A, 'M2', { name: renamed })] })
  await ok('/tickets', { tickets: [sheet('M1', marked.ticket), sheet('M3', marked.held)] })

  const { municipalityCode } = sheet('', '')
  const scan = (number: string, more: object = {}) =>
    ok('/scans', { ...scanOf({ municipalityCode, number }, 1, '2021-06-01'), ...more })
  await scan(marked.ticket)
  await scan(marked.ticket, { readBy: 'typed', birthYear: 1931 })
  await scan(marked.waiting, { readBy: 'typed', birthYear: 1931 })
  await scan(marked.held, { readBy: 'typed', birthYear: 1931 })
  await scan(marked.held)

  const moved = { kind: 'addressChanged', effectiveOn: '2021-06-10', postcode: marked.postcode }
  await ok('/moves', event(towns.A, 'M2', { ...moved, address: marked.later }))
  const previous = { municipalityCode: towns.A, registerNumber: 'M1' }
  const { residentSince: _, ...arrival } = person(towns.C, 'M9')
  const movedIn = { ...arrival, kind: 'movedIn', effectiveOn: '2021-06-20', previous }
  await ok('/moves', event(towns.C, 'M9', movedIn))
  const wave = { municipalityCode: towns.A, bornOnOrBefore: '1931-06-01' }
  await ok('/waves', { waveId: crypto.randomUUID(), ...wave })
}

describe('T13: no table holds a word that names somebody', () => {
  test('in any column, in any form, nor in what the planner sampled', async () => {
    await db.sql`analyze`
    const [counted] = await db.sql`
      select (select count(*) from person) as people, (select count(*) from scan) as scans,
             (select count(*) from scan where ticket_number is not null) as unattached`
    expect(counted).toEqual({ people: '5', scans: '5', unattached: '2' })
    expect(await markersIn(db.sql, markers)).toEqual([])
  })

  test('and the sweep finds one that is planted, as text, as bytes, in JSON and as a date', async () => {
    await db.sql`create table planted (a text, b bytea, c jsonb, d date, e text[])`
    const bytes = Buffer.from(`xx${marked.mail}xx`)
    await db.sql`
      insert into planted values (${`a ${marked.family} b`}, ${bytes},
        ${db.sql.json({ deep: [marked.address] })}, ${marked.bornOn}, ${[marked.ticket]})`
    const found = await markersIn(db.sql, markers)
    await db.sql`drop table planted`
    expect(found).toEqual([
      { where: 'planted.a', marker: marked.family },
      { where: 'planted.b', marker: marked.mail },
      { where: 'planted.c', marker: marked.address },
      { where: 'planted.d', marker: marked.bornOn },
      { where: 'planted.e', marker: marked.ticket },
    ])
  })

  test('though all of it is there for whoever may open it', async () => {
    const at = await rowOf(towns.A, 'M2')
    expect(await openPerson(db, at)).toEqual({
      ...{ family: marked.married, given: marked.given, kana: marked.kana },
      ...{ bornOn: marked.bornOn, mail: marked.mail },
      residences: [
        {
          fromOn: '2010-04-01',
          toOn: '2021-06-10',
          postcode: marked.postcode,
          address: marked.address,
        },
        { fromOn: '2021-06-10', toOn: null, postcode: marked.postcode, address: marked.later },
      ],
    })
  })

  test('the database is not migrated while it holds people in the clear', async () => {
    const old = await sealedDatabase()
    await old.sql`delete from schema_migration where name = '0012_sealed.sql'`
    await old.sql`insert into municipality (code, prefecture, name, kana) values ('012025', 'a', 'b', 'c')`
    await old.sql.unsafe(residentOfBefore)
    const owner = urlFor(old.urls.owner, {})
    await expect(migrate(owner)).rejects.toThrow(
      /in the clear, from a version made for development/,
    )
    await old.drop()
  })
})

/** Any resident at all: the migration is the first to know what a row looked like before it. */
const residentOfBefore = `
  insert into resident (municipality_code, id, register_number, age_class, age_class_on, is_minor,
                        birth_year_check, born_on_check)
  values ('012025', gen_random_uuid(), 'R1', 65, '2022-03-31', false,
          decode(repeat('00', 16), 'hex'), decode(repeat('00', 16), 'hex'))`

async function rowOf(municipalityCode: string, registerNumber: string): Promise<Row> {
  const [row] = await db.sql<Row[]>`
    select municipality_code as "municipalityCode", id as "residentId" from resident
     where municipality_code = ${municipalityCode} and register_number = ${registerNumber}`
  return row!
}

type SealedValue = { column: SealedColumn; row: Row; further?: string; sealed: Buffer }

/** Every sealed value of a town, as it lies in a dump, with the place that it was sealed for. */
async function dumpOf(town: string): Promise<SealedValue[]> {
  const values: SealedValue[] = []
  const people = await db.sql`select * from person where municipality_code = ${town}`
  for (const { municipality_code: municipalityCode, resident_id: residentId, ...found } of people) {
    const row = { municipalityCode, residentId }
    const columns = { name: 'name', kana: 'kana', bornOn: 'born_on', mail: 'mail' } as const
    for (const [column, name] of Object.entries(columns)) {
      if (found[name]) values.push({ column: column as SealedColumn, row, sealed: found[name] })
    }
  }
  for (const r of await db.sql`
    select *, from_on::text as day from residence where municipality_code = ${town}`) {
    const row = { municipalityCode: r.municipality_code, residentId: r.resident_id }
    values.push({ column: 'address', row, further: r.day, sealed: r.address })
  }
  for (const t of await db.sql`select * from ticket where municipality_code = ${town}`) {
    const row = { municipalityCode: t.municipality_code, residentId: t.resident_id }
    const further = t.number_index.toString('hex')
    values.push({ column: 'ticketNumber', row, further, sealed: t.number })
  }
  return values
}

const fields = ['name', 'kana', 'bornOn', 'mail', 'address', 'ticketNumber'] as const

/** How many of these values open with every key that can be unwrapped by `store`. */
async function openedWith(store: KeyStore, values: SealedValue[]): Promise<number> {
  const rows = values.map(({ row }) => row)
  const wrapped = await asTx(db, (tx) => readKeys(tx, rows))
  const all = await asTx(db, (tx) => readKeys(tx, [...rows, ...everybody]))
  const unwrapped: FieldKeys[] = []
  for (const key of [...wrapped, ...all]) {
    const asked = { ...key, wrapped: Buffer.from(key.wrapped).toString('base64') }
    const keys = await withResidentKey(store, asked, (dek) => fieldKeysOf(dek, fields)).catch(
      () => undefined,
    )
    if (!keys) continue
    const bytes = Object.entries(keys).map(([name, text]) => [name, Buffer.from(text!, 'base64')])
    unwrapped.push({ dekVersion: key.dekVersion, ...Object.fromEntries(bytes) })
  }
  const opens = ({ column, row, further, sealed }: SealedValue) =>
    unwrapped.some((keys) => {
      try {
        return open(keys, placeOf(column, row, further), sealed) !== ''
      } catch {
        return false
      }
    })
  return values.filter(opens).length
}

let everybody: Row[] = []

describe('a full dump, and the key of town A', () => {
  beforeAll(async () => {
    everybody = await db.sql<Row[]>`
      select municipality_code as "municipalityCode", resident_id as "residentId" from resident_key`
  })

  /** A store that has nothing but town A's keys, and shows them for whatever town it is asked. */
  async function storeOfA(): Promise<KeyStore> {
    const store = await openFilesStore(db.keyd.folder)
    return { ...store, townKey: (_, version) => store.townKey(towns.A, version) }
  }

  test('open every sealed value of town A, and none of town B', async () => {
    const [ofA, ofB] = [await dumpOf(towns.A), await dumpOf(towns.B)]
    expect(ofA.length).toBeGreaterThan(12)
    expect(ofB.length).toBe(5)
    const thief = await storeOfA()
    expect(await openedWith(thief, ofA)).toBe(ofA.length)
    expect(await openedWith(thief, ofB)).toBe(0)
  })

  test('the same number has another index in another town, and no key of one makes the other', async () => {
    const indexes = await Promise.all(
      Object.values(towns).map((town) => ticketIndex(db, town, marked.ticket)),
    )
    expect(new Set(indexes.map((index) => index.toString('hex'))).size).toBe(indexes.length)
  })

  test('the root key lies in no table', async () => {
    const root = readFileSync(join(db.keyd.folder, 'root.key'))
    expect(await markersIn(db.sql, [root.toString('hex')])).toEqual([])
  })
})

describe('a ciphertext in another place does not open', () => {
  const broken = expect.objectContaining({ code: 'sealBroken' })

  /** As somebody with full rights on the tables would do it; what was there is put back. */
  async function swapped(table: string, set: string, where: string): Promise<void> {
    await db.sql.unsafe(`create table was as select * from ${table}`)
    try {
      await db.sql.unsafe(`update ${table} set ${set} where ${where}`)
      const [a, b] = [await rowOf(towns.A, 'M2'), await rowOf(towns.B, 'N1')]
      const opened = await Promise.allSettled([openPerson(db, a), openPerson(db, b)])
      const failed = opened.filter((result) => result.status === 'rejected')
      expect(failed.length).toBeGreaterThan(0)
      for (const { reason } of failed as PromiseRejectedResult[]) expect(reason).toEqual(broken)
    } finally {
      const keys = await db.sql<{ name: string }[]>`
        select a.attname as name from pg_index i
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
         where i.indrelid = ${table}::regclass and i.indisprimary`
      const columns = await db.sql<{ name: string }[]>`
        select column_name as name from information_schema.columns where table_name = ${table}`
      const back = columns.map(({ name }) => `${name} = was.${name}`).join(', ')
      const same = keys.map(({ name }) => `t.${name} = was.${name}`).join(' and ')
      await db.sql.unsafe(`update ${table} t set ${back} from was where ${same}; drop table was`)
    }
  }
  const other = `resident_id = (select id from resident where register_number = 'M2')`
  const from = (column: string, number: string) =>
    `(select p.${column} from person p join resident r on r.id = p.resident_id
       where r.register_number = '${number}')`

  test.each([
    ["another person's name", `name = ${from('name', 'M1')}`],
    ['another column: the kana as a name', 'name = kana'],
    ['the name in place of the mail address', 'mail = name'],
    ["another town's person", `name = ${from('name', 'N1')}, kana = ${from('kana', 'N1')}`],
    ["a birth date that is another's", `born_on = ${from('born_on', 'M3')}`],
    [
      'one bit changed',
      'name = set_byte(name, octet_length(name) - 1, get_byte(name, octet_length(name) - 1) # 1)',
    ],
  ])('%s', (_, set) => swapped('person', set, other))

  test('an address of another day of the same person', () =>
    swapped(
      'residence',
      `address = (select a.address from residence a
                   where a.resident_id = residence.resident_id and a.from_on <> residence.from_on)`,
      other,
    ))

  test("another person's wrapped key is no key here", async () => {
    const [at, donor] = [await rowOf(towns.A, 'M2'), await rowOf(towns.A, 'M1')]
    const [key] = await asTx(db, (tx) => readKeys(tx, [donor]))
    const asked = { ...key!, residentId: at.residentId, fields: ['name'] as const }
    await expect(db.vault.unlock('disclose', [asked])).rejects.toMatchObject({
      code: 'wrappedKeyBroken',
    })
  })

  test('all is as it was', async () => {
    expect(await openPerson(db, await rowOf(towns.A, 'M2'))).toMatchObject({ mail: marked.mail })
  })
})
