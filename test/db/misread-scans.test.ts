// T4 on the real database: neighbours by one digit, every year another one, and every way of misreading;
// the bench's own reads against a small register; and what becomes of each kind of neighbour.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../api/app.ts'
import { seedTablets } from '../../bench/lib/misread-lanes.ts'
import { tryMisreads } from '../../bench/lib/misreads.ts'
import { seedResidents } from '../../bench/lib/residents.ts'
import type { PlainDate } from '../../domain/course.ts'
import { municipalitiesNear } from '../../domain/misread.ts'
import { appDeps, testApi } from '../support/api.ts'
import { serveApp } from '../support/browser.ts'
import { seedTicket } from '../support/people.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import { aResident, aScan, type SeededResident, seedTowns } from '../support/town.ts'

let db: SealedDatabase
let api: ReturnType<typeof testApi>
beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  api = testApi(db)
})
afterAll(async () => {
  await api?.close()
  await db?.drop()
})

const firstNumber = 7_100_000_000
const people = 20

test('T4: a misread number is held or waits, and nobody gets a dose by it', async () => {
  const residents: SeededResident[] = []
  for (let i = 0; i < people; i++) {
    const [ticketNumber, bornOn] = [String(firstNumber + i), `${1930 + i}-05-05`]
    residents.push(await aResident(db, { ticketNumber, bornOn }))
  }
  const counts: Record<string, number> = {}
  for (const { municipalityCode, ticketNumber, birthYear } of residents) {
    const misread = Array.from(ticketNumber, (digit, at) => {
      const other = (Number(digit) + 1) % 10
      return ticketNumber.slice(0, at) + other + ticketNumber.slice(at + 1)
    })
    const scans = misread.map((number, i) =>
      aScan(
        { municipalityCode, ticketNumber: number },
        { readBy: i % 2 ? 'ocr' : 'typed', birthYear },
      ),
    )
    const { body } = await api.post('/api/v1/scans/batch', { scans })
    for (const { answer } of body.results) {
      counts[answer.verdict] = (counts[answer.verdict] ?? 0) + 1
    }
  }
  expect(Object.keys(counts).sort()).toEqual(['held', 'waiting'])
  expect(counts.held! + counts.waiting!).toBe(people * 10)
  expect(counts.held).toBeGreaterThan(people)
  const doses = await db.sql`select from dose`
  expect(doses).toHaveLength(0)
})

describe('T4: a ticket typed right, with a neighbour', () => {
  let base = 7_200_000_000
  // Multiples of it are never one digit or one swap apart.
  const apart = 1_100
  const pair = async (first: string, second: string, swap = false) => {
    base += apart
    const numbers = swap ? [base + 12, base + 21] : [base + 1, base + 4]
    const [one, two] = numbers.map(String) as [string, string]
    await aResident(db, { ticketNumber: two, bornOn: second })
    return aResident(db, { ticketNumber: one, bornOn: first })
  }
  const typed = async (resident: SeededResident, stated: object) => {
    const { body } = await api.post(
      '/api/v1/scans',
      aScan(resident, { readBy: 'typed', ...stated }),
    )
    return [body.verdict, body.findings.map(({ code }: { code: string }) => code)]
  }
  const year = { birthYear: 1950 }
  const date = { bornOn: '1950-05-05' }

  test.each([
    ['of the same year by a digit', '1950-09-09', false, year, ['held', ['neighbourAlike']]],
    ['of the same year by a swap', '1950-09-09', true, year, ['held', ['neighbourAlike']]],
    ['of the same year, the date stated', '1950-09-09', false, date, ['recorded', []]],
    ['of the same date', '1950-05-05', true, date, ['held', ['neighbourAlike']]],
    ['of another year', '1951-05-05', false, year, ['recorded', []]],
  ])('%s', async (_, born, swap, stated, ended) => {
    expect(await typed(await pair('1950-05-05', born, swap), stated)).toEqual(ended)
  })

  test('another date than the holder’s is held whatever the year', async () => {
    const resident = await pair('1950-05-05', '1960-01-01')
    expect(await typed(resident, { bornOn: '1950-05-06' })).toEqual(['held', ['birthDateDiffers']])
  })

  test('the same person’s own further ticket is no neighbour', async () => {
    base += apart
    const resident = await aResident(db, { ticketNumber: String(base + 1) })
    await seedTicket(db, resident, String(base + 2))
    expect(await typed(resident, year)).toEqual(['recorded', []])
  })

  test('a neighbour by the municipality’s code counts, though it is another town’s', async () => {
    const [near] = await db.sql<{ code: string }[]>`
      select code from unnest(${municipalitiesNear({ municipalityCode: '131041' })}::text[]) code limit 1`
    base += apart
    const number = String(base)
    if (!near) throw new Error('this code has no neighbour')
    await db.sql`insert into municipality (code, prefecture, name, kana)
                 values (${near.code}, '県', '隣市', 'りんし') on conflict do nothing`
    await db.sql`insert into municipality_setting (municipality_code, office_ja, office_en, phone, postcode, address)
                 values (${near.code}, '課', 'Office', '000-000-0000', '0000000', '1番')`
    await aResident(db, { municipalityCode: near.code, ticketNumber: number, bornOn: '1950-11-11' })
    const resident = await aResident(db, { ticketNumber: number })
    expect(await typed(resident, year)).toEqual(['held', ['neighbourAlike']])
    expect(await typed(resident, date)).toEqual(['recorded', []])
  })

  test('whoever is alike is looked at in the ledger, nobody else is, and a QR code looks at none', async () => {
    const resident = await pair('1950-05-05', '1950-08-08')
    const looks = async () => {
      const rows = await db.sql<{ resident: string }[]>`
        delete from ledger_inbox where purpose = 'recordDose' returning resident_id as resident`
      return new Set(rows.map(({ resident }) => resident)).size
    }
    await looks()
    await typed(resident, year)
    expect(await looks()).toBe(2)
    await typed(resident, date)
    expect(await looks()).toBe(1)
    await api.post('/api/v1/scans', aScan(resident))
    expect(await looks()).toBe(1)
  })

  test('one that waited is compared with its neighbours when its ticket arrives', async () => {
    const resident = await pair('1950-05-05', '1950-08-08')
    const late = { ...resident, ticketNumber: String(base + 7) }
    const held = aScan(late, { readBy: 'typed', birthYear: 1950 })
    const free = aScan({ ...late, ticketNumber: String(base + 507) }, { readBy: 'typed', ...date })
    for (const scan of [held, free]) {
      expect((await api.post('/api/v1/scans', scan)).body.verdict).toBe('waiting')
    }
    const tickets = [late.ticketNumber, String(base + 507)].map((number) => ({
      ...{ municipalityCode: resident.municipalityCode, number },
      ...{ registerNumber: resident.registerNumber, issuedOn: '2021-04-01' },
    }))
    expect((await api.post('/api/v1/tickets', { tickets })).status).toBe(200)
    const rows = await db.sql`
      select id, verdict, resolution from scan where id in ${db.sql([held.scanId, free.scanId])}`
    expect(new Map(rows.map((row) => [row.id, [row.verdict, row.resolution]]))).toEqual(
      new Map([
        [held.scanId, ['held', null]],
        [free.scanId, ['waiting', 'recorded']],
      ]),
    )
  })

  test('year and date that disagree are refused', async () => {
    const resident = await pair('1950-05-05', '1960-01-01')
    const scan = aScan(resident, { readBy: 'typed', birthYear: 1951, ...date })
    const { status, body } = await api.post('/api/v1/scans', scan)
    expect([status, body.code, body.field]).toEqual([422, 'birthYearDisagrees', 'birthYear'])
  })
})

test('T4: the bench’s misreads over HTTP by enrolled tablets: 0 on a wrong person, and many without the rule', async () => {
  const own = await sealedDatabase()
  const deps = appDeps(own)
  const served = await serveApp(createApp(deps))
  try {
    // Five birth dates among all: nearly everybody has a neighbour who is alike.
    const bornOn = (n: number) => `${1950 + ((n * 7_919) % 5)}-05-05` as PlainDate
    const sheets = await seedResidents(own.sql, own.vault, 300, bornOn)
    const tablets = await seedTablets(own.sql, served.url, 40)
    const ended = await tryMisreads({
      ...{ sql: own.sql, base: served.url, tablets, sheets, bornOn, lot: 'BENCH1' },
      ...{ tries: 250, seed: 7, onProgress: () => {} },
    })
    const { tried, held, waiting, refused, rightPerson, wrongPerson, withoutTheRule } = ended
    expect([tried, wrongPerson]).toEqual([250, 0])
    expect(held + waiting + refused + rightPerson).toBe(tried)
    for (const some of [held, waiting, refused]) expect(some).toBeGreaterThan(10)
    expect(withoutTheRule).toBeGreaterThan(10)
  } finally {
    await served.close()
    await deps.close()
    await own.drop()
  }
}, 60_000)
