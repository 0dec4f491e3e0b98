/**
 * Proves: the doses that are promised are those that one reckons by hand from what happened, each living
 * course once; and the counts by venue are the doses, with what was taken back below 0.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, type Sql } from '../../../db/client.ts'
import { keepStatistics } from '../../../db/queries/statistics.ts'
import { countsAtVenues, type ReserveLine, reserveOf } from '../../../db/queries/supply.ts'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { giveDoses, openTowns, venueOf, voidDoseOf } from '../../support/doses.ts'
import { type Oversight, startOversight } from '../../support/oversight.ts'
import {
  movedIn,
  openRegister,
  type Register,
  residentOf,
  scanOf,
  sheetOf,
  somebody,
  type Town,
  told,
  towns,
} from '../../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

let db: SealedDatabase
let register: Register
let staff: Oversight
let worker: Sql
beforeAll(async () => {
  db = await sealedDatabase()
  register = await openRegister(db, '2021-07-10')
  for (const town of ['A', 'B'] as const) {
    const office = { officeJa: '担当課', officeEn: 'Office', phone: '000-000-0000' }
    const place = { postcode: '0000000', address: '見本町1番' }
    await register.put(`/municipalities/${towns[town]}`, { ...office, ...place })
  }
  for (const [code, town] of Object.entries(venues)) {
    await register.put(`/venues/${code}`, { municipalityCode: towns[town], name: `会場${town}` })
  }
  staff = await startOversight(db)
  await db.sql`update account set office = ${towns.A} where login = 'clerk'`
  await db.sql`update account set office = ${towns.B} where login = 'clerkelsewhere'`
  worker = connect(db.urls.sesshu_worker, { name: 'test-supply', max: 2 })
})
afterAll(async () => {
  await Promise.all([register?.close(), staff?.close(), worker?.end({ timeout: 1 })])
  await db?.drop()
})

const venues: Record<string, Town> = { '0110000018': 'A', '0110000026': 'A', '0120000017': 'B' }
const today = '2021-07-10' as PlainDate
const firstDay = '2021-05-25' as PlainDate

/** By hand: days to the next dose, and to the first day on which it is overdue. */
const rules: Record<string, [due: number, overdue: number]> = {
  pfizer: [21, 22],
  moderna: [28, 29],
  astrazeneca: [56, 85],
}

/** What becomes of one person, in the order in which it is told. */
type Life = {
  home: 'A' | 'B'
  venue: string
  product: string
  /** Days after the first one; a dose on each. Empty: nobody was given anything. */
  given: number
  second: boolean
  onlySecond: boolean
  /** Moves to the other town so many days after the first dose; below 0, before it. */
  moves: number | undefined
  ends: 'deceased' | 'movedAbroad' | 'inFollowUp' | undefined
}
const aLife: fc.Arbitrary<Life> = fc.record({
  home: fc.constantFrom('A' as const, 'B' as const),
  venue: fc.constantFrom(...Object.keys(venues)),
  product: fc.constantFrom(...Object.keys(rules)),
  given: fc.integer({ min: 0, max: 35 }),
  second: fc.boolean(),
  onlySecond: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
  moves: fc.option(fc.integer({ min: -10, max: 9 }), { nil: undefined }),
  ends: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.constantFrom('deceased', 'movedAbroad', 'inFollowUp') },
  ) as fc.Arbitrary<Life['ends']>,
})

const other = (town: 'A' | 'B') => (town === 'A' ? 'B' : 'A')

async function live(life: Life): Promise<void> {
  const person = somebody()
  await register.post('/residents', { residents: [residentOf(person, life.home)] })
  const sheet = sheetOf(person, life.home, '2021-04-01')
  await register.post('/tickets', { tickets: [sheet] })
  const on = addDays(firstDay, life.given)
  const scan = (dose: number, day: string) =>
    register.post('/scans', {
      ...scanOf(sheet, dose, day),
      ...{ venueCode: life.venue, productCode: life.product },
    })
  const move = () =>
    life.moves !== undefined &&
    register.post('/moves', movedIn(person, other(life.home), life.home, addDays(on, life.moves)))
  const movesFirst = life.moves !== undefined && life.moves < 0
  if (movesFirst) await move()
  const answers = [await scan(life.onlySecond ? 2 : 1, on)]
  if (life.second && !life.onlySecond) answers.push(await scan(2, addDays(on, 3)))
  for (const { status } of answers) expect(status).toBe(201)
  if (!movesFirst) await move()
  const at = life.moves === undefined ? life.home : other(life.home)
  if (life.ends === 'deceased') await register.post('/deaths', told(person, at, { on: today }))
  if (life.ends === 'movedAbroad') {
    const gone = { kind: 'movedAbroad', effectiveOn: today }
    await register.post('/moves', told(person, at, gone))
  }
  if (life.ends === 'inFollowUp') {
    await db.sql`
      update course set stage = 'inFollowUp'
       where stage in ('awaitingSecondDose', 'secondDoseOverdue')
         and id in (select l.course_id from course_link l join resident r
                        on (r.municipality_code, r.id) = (l.municipality_code, l.resident_id)
                     where r.register_number = ${`${life.home}${person.number}`})`
  }
}

const mondayOf = (day: PlainDate) => {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return addDays(day, -((weekday + 6) % 7))
}

/** Reckoned from what happened, without asking the system. One line a person, under the town that keeps it. */
function promiseOf(life: Life): { town: Town; line: string } | undefined {
  if (life.second || life.onlySecond) return undefined
  if (life.ends === 'deceased' || life.ends === 'movedAbroad') return undefined
  const on = addDays(firstDay, life.given)
  const [due, overdue] = rules[life.product]!
  const standing =
    life.ends === 'inFollowUp'
      ? 'inFollowUp'
      : addDays(on, overdue) <= today
        ? 'overdue'
        : 'awaiting'
  const week = mondayOf(addDays(on, due))
  const hasMoved = life.moves !== undefined && life.moves > 0
  const venue = hasMoved ? 'none' : life.venue
  return {
    town: hasMoved ? other(life.home) : venues[life.venue]!,
    line: [life.product, week, venue, 2, standing].join(' '),
  }
}

function reckoned(lives: Life[], town: Town): string[] {
  return lives
    .map(promiseOf)
    .flatMap((promise) => (promise?.town === town ? [promise.line] : []))
    .sort()
}

const linesOf = (lines: ReserveLine[]) =>
  lines
    .flatMap((line) =>
      (['awaiting', 'overdue', 'inFollowUp'] as const).flatMap((standing) =>
        Array.from({ length: line[standing] }, () =>
          [
            line.productCode,
            line.dueWeek,
            line.venueCode ?? 'none',
            line.doseNumber,
            standing,
          ].join(' '),
        ),
      ),
    )
    .sort()

describe('the doses that are promised', () => {
  test('are those of the living courses, each once, whatever became of their people', async () => {
    const seed = Number(process.env.SESSHU_TEST_SEED ?? 20_210_710)
    const lives = fc.sample(aLife, { numRuns: 36, seed })
    for (const life of lives) await live(life)
    for (const town of ['A', 'B'] as const) {
      const found = await reserveOf(staff.sql, towns[town], today)
      expect(linesOf(found), `seed ${seed}, town ${town}`).toEqual(reckoned(lives, town))
      for (const line of found) expect(line.reserved).toBe(line.awaiting + line.overdue)
    }
    expect(await reserveOf(staff.sql, towns.C, today)).toEqual([])
    // A campaign in which nothing of it happens would prove nothing.
    const kinds = new Set(
      lives.map(promiseOf).map((one) => one?.line.split(' ').slice(2).join(' ')),
    )
    expect(kinds.size).toBeGreaterThan(8)
  }, 60_000)

  test('are told on the page, as CSV and as JSON, to the own town alone', async () => {
    staff.setDay(today)
    const own = await reserveOf(staff.sql, towns.A, today)
    const json = await staff.call('clerk', 'GET', '/supply/reserve')
    expect(json.body).toEqual({ axis: 'venueOfFirstDose', on: today, lines: own })
    const csv = await staff.page('clerk', '/supply/reserve.csv?lang=en')
    expect(csv.headers.get('content-disposition')).toBe(
      `attachment; filename="sesshu-second-dose-reserve-${today}-${own.length}-rows.csv"`,
    )
    expect(csv.text.trimEnd().split('\r\n')).toHaveLength(own.length + 1)
    expect(csv.text).toContain('Moved here after the first dose')
    const page = await staff.page('clerk', '/supply?lang=en')
    expect(page.text).toContain('Second doses to be kept')
    expect(page.text).toContain('0110000018')
    expect(page.text).not.toContain('0120000017')
    expect(JSON.stringify(json.body)).not.toContain('0120000017')
    const elsewhere = await staff.call('clerkElsewhere', 'GET', '/supply/reserve')
    expect(JSON.stringify(elsewhere.body)).not.toContain('0110000018')
  })
})

describe('the counts by venue', () => {
  const town = '202029'
  const venue = venueOf(town)
  const at = (by: 'given' | 'recorded' | 'counted') =>
    countsAtVenues(staff.sql, {
      ...{ municipalityCode: town, by },
      ...{ from: '2021-06-01' as PlainDate, to: '2021-06-30' as PlainDate },
    })
  const short = async (by: Parameters<typeof at>[0]) =>
    (await at(by)).doses.map((d) => `${d.onDay} ${d.doseNumber} ${d.doses}`)

  test('are the doses by day, product, lot and number; a correction is taken back', async () => {
    await openTowns(db.sql, [{ code: town, prefecture: '長野県' }])
    const keep = (day: string) => keepStatistics(worker, day as PlainDate, () => false)
    const some = { municipalityCode: town, givenOn: '2021-06-07' }
    const [first] = await giveDoses(db.sql, { ...some, doses: 10, recordedOn: '2021-06-08' })
    await giveDoses(db.sql, { ...some, doses: 3, recordedOn: '2021-06-09', doseNumber: 2 })
    await keep('2021-06-09')
    await voidDoseOf(db.sql, first!)
    await keep('2021-06-10')
    expect(await short('given')).toEqual(['2021-06-07 1 9', '2021-06-07 2 3'])
    expect(await short('recorded')).toEqual(['2021-06-08 1 9', '2021-06-09 2 3'])
    expect(await short('counted')).toEqual(['2021-06-09 1 10', '2021-06-09 2 3', '2021-06-10 1 -1'])
    const [line] = (await at('given')).doses
    expect(line).toEqual({
      ...{ venueCode: venue, venueName: '見本会場', onDay: '2021-06-07', productCode: 'pfizer' },
      ...{ lotNumber: 'TEST01', doseNumber: 1, doses: 9 },
    })
  })

  test('have held and waiting beside them, in no sum', async () => {
    const before = await countsAtVenues(staff.sql, {
      ...{ municipalityCode: towns.A, by: 'given' as const, from: firstDay, to: today },
    })
    const nobody = { municipalityCode: towns.B, number: '9876543210' }
    const waiting = { ...scanOf(nobody, 1, '2021-06-09'), venueCode: '0110000026' }
    const screened = { ...waiting, line: waiting.line.replace(/^2/, '1') }
    const another = { ...screened, scanId: '018f6f2e-8f0a-7c3e-9b60-3f5d2c1a0b99' }
    expect((await register.post('/scans', waiting)).body.verdict).toBe('waiting')
    expect((await register.post('/scans', another)).body.verdict).toBe('waiting')
    const after = await countsAtVenues(staff.sql, {
      ...{ municipalityCode: towns.A, by: 'given' as const, from: firstDay, to: today },
    })
    expect(before.unresolved).toEqual([])
    expect(after.doses).toEqual(before.doses)
    expect(after.unresolved).toEqual([
      {
        ...{ venueCode: '0110000026', verdict: 'waiting', productCode: 'pfizer' },
        ...{ lotNumber: 'MIHON01', doseNumber: 1, scans: 1 },
      },
    ])
  })

  test('open in a spreadsheet, with kind, days and rows in the name; no lot runs as a formula', async () => {
    await keepStatistics(worker, today, () => false)
    const path = `/supply/doses.csv?by=given&from=${firstDay}&to=${today}`
    const file = await staff.bytes('clerk', path)
    // UTF-8 with its mark, lines ended as Excel ends them.
    expect([...file.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const lines = new TextDecoder().decode(file).trimEnd().split('\r\n')
    const { headers } = await staff.page('clerk', path)
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="sesshu-venue-doses-given-${firstDay}-${today}-${lines.length - 1}-rows.csv"`,
    )
    expect(lines.length).toBeGreaterThan(5)
    await db.sql`update statistic set lot_number = '=1+1' where venue_code = '0110000018'`
    expect((await staff.page('clerk', path)).text).toContain(`"'=1+1"`)
  })

  test('of a period that cannot be are refused; without a town one sees none', async () => {
    for (const query of [
      'from=2021-07-02&to=2021-07-01',
      'from=2020-01-01&to=2021-07-01',
      'by=x',
    ]) {
      expect((await staff.call('clerk', 'GET', `/supply/doses?${query}`)).status, query).toBe(422)
      expect((await staff.page('clerk', `/supply?${query}`)).text).toContain('期間を読み取れません')
      expect((await staff.page('clerk', `/supply/doses.csv?${query}`)).status).toBe(404)
    }
    const state = await staff.page('stateStatistician', '/supply?lang=en')
    expect(state.text).toContain('exact numbers by venue')
    expect(state.text).not.toContain('0110000018')
    expect((await staff.page('stateStatistician', '/supply/reserve.csv')).status).toBe(404)
    expect((await staff.call('stateStatistician', 'GET', '/supply/reserve')).status).toBe(403)
    expect((await staff.page('operator', '/supply')).status).toBe(403)
  })
})
