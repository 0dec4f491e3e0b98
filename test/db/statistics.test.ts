/** Proves: statistics follow the doses, a day that is over never changes, and releases stay apart. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realClock } from '../../config/clock.ts'
import type { Log } from '../../config/log.ts'
import { connect, type Sql } from '../../db/client.ts'
import { keepStatistics } from '../../db/queries/statistics.ts'
import type { PlainDate } from '../../domain/course.ts'
import { startStatistics } from '../../workers/statistics.ts'
import { freshDatabase, type TestDatabase } from '../support/db.ts'
import { giveDoses, moveHome, openTowns, voidDoseOf } from '../support/doses.ts'

const towns = ['202029', '202151', '202207', '204510', '204501'] as const
const [matsumoto, shiojiri, azumino, asahi, yamagata] = towns
const elsewhere = '131041'

let database: TestDatabase
let worker: Sql

beforeAll(async () => {
  database = await freshDatabase()
  worker = connect(database.urls.sesshu_worker, { name: 'test-statistics', max: 4 })
  await openTowns(database.sql, [
    ...towns.map((code) => ({ code, prefecture: '長野県' })),
    { code: elsewhere, prefecture: '東京都' },
  ])
})
afterAll(async () => {
  await worker?.end({ timeout: 1 })
  await database?.drop()
})

const never = () => false
const keep = (today: string) => keepStatistics(worker, today as PlainDate, never)

/** What the statistics say, and what the doses say, in the same words. */
async function bothSides(): Promise<[unknown[], unknown[]]> {
  const counted = await database.sql`
    select issuing_municipality_code as issuer, home_municipality_code as home, given_on::text,
           recorded_on::text, venue_code, product_code, lot_number, age_band, dose_number,
           sum(doses)::int as doses
      from statistic group by 1, 2, 3, 4, 5, 6, 7, 8, 9 having sum(doses) <> 0
     order by 1, 2, 3, 4, 5, 6, 7, 8, 9`
  const there = await database.sql`
    select d.issuing_municipality_code as issuer, c.home_municipality_code as home, d.given_on::text,
           d.recorded_on::text, d.venue_code, d.product_code, d.lot_number, d.age_band,
           d.claimed_dose_number as dose_number, count(*)::int as doses
      from dose d join course c on c.id = d.course_id where d.voided_at is null
     group by 1, 2, 3, 4, 5, 6, 7, 8, 9 order by 1, 2, 3, 4, 5, 6, 7, 8, 9`
  return [[...counted], [...there]]
}

const countedTo = async (day: string): Promise<number> => {
  const [row] = await database.sql<{ n: number }[]>`
    select coalesce(sum(doses), 0)::int as n from statistic where counted_on <= ${day}`
  return row!.n
}

const released = (closedOn: string) => database.sql`
  select area_code, dose_group, age_band, doses from statistics_figure
   where closed_on = ${closedOn} order by 1, 2, 3`

describe('the counts', () => {
  // 2021-06-07 is a Monday.
  test('follow doses, and what is voided or moves away is taken back on the day it is noticed', async () => {
    const [first, second] = await giveDoses(database.sql, {
      municipalityCode: matsumoto,
      doses: 30,
      recordedOn: '2021-06-07',
    })
    expect(await keep('2021-06-07')).toEqual({ changed: 1 })
    expect(await countedTo('2021-06-07')).toBe(30)
    await voidDoseOf(database.sql, first!)
    await moveHome(database.sql, second!, elsewhere)
    await keep('2021-06-08')
    const [counted, there] = await bothSides()
    expect(counted).toEqual(there)
    expect([await countedTo('2021-06-07'), await countedTo('2021-06-08')]).toEqual([30, 29])
  })

  test('are left alone by a second look on the same day, and by many at once', async () => {
    const rounds = await Promise.all(Array.from({ length: 5 }, () => keep('2021-06-08')))
    expect(rounds.filter((round) => round && round.changed > 0)).toEqual([])
    const [counted, there] = await bothSides()
    expect(counted).toEqual(there)
  })

  test('end in the doses, whatever happens in whatever order between two looks', async () => {
    const courses: string[] = []
    let random = 7
    const next = (below: number) => {
      random = (random * 48_271) % 2_147_483_647
      return random % below
    }
    for (let day = 9; day <= 12; day++) {
      const on = `2021-06-${String(day).padStart(2, '0')}`
      for (let i = 0; i < 6; i++) {
        const what = next(4)
        const some = courses[next(courses.length || 1)]
        if (what === 0 && some) await voidDoseOf(database.sql, some)
        else if (what === 1 && some) await moveHome(database.sql, some, towns[next(5)]!)
        else {
          const given = { municipalityCode: towns[next(5)]!, doses: 1 + next(20), recordedOn: on }
          courses.push(...(await giveDoses(database.sql, { ...given, givenOn: '2021-06-01' })))
        }
        await keep(on)
      }
      const [counted, there] = await bothSides()
      expect(counted).toEqual(there)
    }
  })
})

describe('a release', () => {
  test('closes on the first look after a Sunday, with all that was recorded by then', async () => {
    await giveDoses(database.sql, {
      municipalityCode: shiojiri,
      doses: 12,
      recordedOn: '2021-06-13',
    })
    // Recorded on Monday, before anybody looked: it belongs to the next week.
    await giveDoses(database.sql, { municipalityCode: azumino, doses: 9, recordedOn: '2021-06-14' })
    expect((await keep('2021-06-14'))?.closedOn).toBe('2021-06-13')
    const [total] = await database.sql<{ doses: number }[]>`
      select doses from statistics_figure where closed_on = '2021-06-13' and area_code = '00'
         and dose_group = 1 and age_band = 'all'`
    expect(total!.doses).toBe((await countedTo('2021-06-14')) - 9)
    const [release] = await database.sql`
      select from_on::text, closed_on::text from statistics_release`
    expect(release).toEqual({ from_on: '2021-06-07', closed_on: '2021-06-13' })
  })

  test('T21: says the same whenever it is asked, whatever became of its doses', async () => {
    const before = [...(await released('2021-06-13'))]
    const [some] = await database.sql<{ course: string }[]>`
      select course_id as course from dose where voided_at is null and recorded_on = '2021-06-13'`
    await voidDoseOf(database.sql, some!.course)
    await keep('2021-06-15')
    expect([...(await released('2021-06-13'))]).toEqual(before)
    expect(await countedTo('2021-06-13')).toBe(
      before.find((f) => f.area_code === '00' && f.dose_group === 1 && f.age_band === 'all')!.doses,
    )
    for (const change of [
      worker`update statistic set doses = doses + 1 where counted_on = '2021-06-13'`,
      worker`update statistic set counted_on = '2021-06-12' where counted_on = '2021-06-15'`,
      worker`delete from statistic where counted_on <= '2021-06-13'`,
    ]) {
      await expect(change).rejects.toThrow('closed')
    }
    await expect(
      worker`update statistics_figure set doses = 1 where closed_on = '2021-06-13'`,
    ).rejects.toMatchObject({ code: '42501' })
  })

  test('T21: no dose is in two releases, so that none can be subtracted from another', async () => {
    await giveDoses(database.sql, { municipalityCode: asahi, doses: 3, recordedOn: '2021-06-20' })
    await keep('2021-06-21')
    // Nobody counted for two weeks: the next release takes both.
    await giveDoses(database.sql, {
      municipalityCode: yamagata,
      doses: 8,
      recordedOn: '2021-06-25',
    })
    await keep('2021-07-06')
    const releases = await database.sql<{ from: string; to: string; doses: number }[]>`
      select r.from_on::text as from, r.closed_on::text as to, f.doses
        from statistics_release r join statistics_figure f using (closed_on)
       where f.area_code = '00' and f.dose_group = 1 and f.age_band = 'all' order by 1`
    expect(releases.map(({ from, to }) => `${from} ${to}`)).toEqual([
      '2021-06-07 2021-06-13',
      '2021-06-14 2021-06-20',
      '2021-06-21 2021-07-04',
    ])
    expect(releases.reduce((sum, { doses }) => sum + doses, 0)).toBe(await countedTo('2021-07-04'))
    for (const { from, to, doses } of releases) {
      const [row] = await database.sql<{ n: number }[]>`
        select sum(doses)::int as n from statistic where counted_on between ${from} and ${to}`
      expect(row!.n).toBe(doses)
    }
  })

  test('T21: shows a town of three doses as 0, its prefecture exactly', async () => {
    const figures = await released('2021-06-20')
    const first = (area: string) =>
      figures.find((f) => f.area_code === area && f.dose_group === 1 && f.age_band === 'all')!.doses
    const [inPrefecture] = await database.sql<{ n: number }[]>`
      select sum(doses)::int as n from statistic
       where counted_on between '2021-06-14' and '2021-06-20' and dose_number = 1`
    expect([0, null]).toContain(first(asahi))
    expect(first('00')).toBe(inPrefecture!.n)
    const exact = await database.sql`
      select area_code, is_exact, municipalities from statistics_area
       where closed_on = '2021-06-20' and length(area_code) = 2 order by 1`
    // Tokyo has one town here: its figures would be that town's, and so would be what is missing in
    // the state's when Nagano's are taken away.
    expect([...exact]).toEqual([
      { area_code: '00', is_exact: true, municipalities: 6 },
      { area_code: '13', is_exact: false, municipalities: 1 },
      { area_code: '20', is_exact: false, municipalities: 5 },
    ])
  })
})

describe('the statistician of a worker', () => {
  const log = { info: () => {}, warn: () => {} } as unknown as Log
  const upkeep = async () => {
    const rows = await database.sql<{ on: string }[]>`
      select counted_to::text as on from statistics_upkeep`
    return rows[0]?.on
  }

  test('counts by itself, and stops when told to', async () => {
    const today = '2021-07-07' as PlainDate
    const clock = { ...realClock, today: () => today }
    const statistician = startStatistics({ sql: worker, clock, log, isDemo: false })
    await expect.poll(upkeep, { timeout: 20_000 }).toBe('2021-07-07')
    await statistician.stop()
  })

  test('counts nothing in a demo that has not begun: its clock is still years ahead', async () => {
    let refreshed = 0
    const clock = {
      ...realClock,
      refresh: async () => {
        refreshed += 1
      },
    }
    const statistician = startStatistics({ sql: worker, clock, log, isDemo: true })
    await expect.poll(() => refreshed, { timeout: 20_000 }).toBeGreaterThan(0)
    await statistician.stop()
    expect(await upkeep()).toBe('2021-07-07')
  })
})
