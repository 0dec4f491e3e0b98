/** Proves: the public pages and files show what was released and nothing finer, and the state's its own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stateSocketOf } from '../../config/state-socket.ts'
import { connect, type Sql } from '../../db/client.ts'
import { type Desk, openDesk } from '../../state/desk.ts'
import { seedStaff, staff } from '../support/credentials.ts'
import { type Site, startSite } from '../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import { largeTown, seedStatistics, village } from '../support/statistics-story.ts'
import { until } from '../support/until.ts'

let database: SealedDatabase
let site: Site
let worker: Sql
let state: Sql
let desk: Desk

beforeAll(async () => {
  database = await sealedDatabase()
  site = startSite(database)
  worker = connect(database.urls.sesshu_worker, { name: 'test-worker', max: 2 })
  state = connect(database.urls.sesshu_statistics, { name: 'test-state', max: 2 })
  desk = await openDesk({
    sql: state,
    log: { error: () => {} },
    socketPath: stateSocketOf(site.dataDir),
  })
})
afterAll(async () => {
  await desk?.close()
  await site?.close()
  await worker?.end({ timeout: 1 })
  await state?.end({ timeout: 1 })
  await database?.drop()
})

function visible(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
}
const seen = async (path: string) => visible((await site.get(path)).text)

async function lines<T>(path: string): Promise<T[]> {
  const { text } = await site.get(path)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

type WeekLine = {
  from: string
  to: string
  area: string
  age: string
  status: number
  count: number | null
  exact: boolean
}
type DayLine = { date: string; prefecture: string; age: string; status: number; count: number }

describe('before the first release', () => {
  test('the page says when there will be one, and the state sees that nothing is counted', async () => {
    expect(await seen('/statistics?lang=en')).toContain('No week has been released yet')
    expect((await site.get('/statistics/week.csv')).status).toBe(404)
    expect((await site.get(`/statistics/${largeTown}`)).status).toBe(404)
    expect(await seen('/state?lang=en')).toContain('Rows seen 0')
  })
})

describe('the public statistics', () => {
  beforeAll(async () => {
    let block = 0
    await seedStatistics(database.sql, worker, () => block++ % 20 === 7)
    // The desk's answer of before stands ten times as long as it took to ask.
    await until(async () => (await seen('/state?lang=en')).includes('Doses recorded by'))
  })

  test('show the state and prefectures exactly, by issuer, with the day they were closed', async () => {
    const [exact] = await database.sql<{ first: number; second: number }[]>`
      select (sum(doses) filter (where dose_number = 1))::int as first,
             (sum(doses) filter (where dose_number = 2))::int as second from statistic`
    const text = await seen('/statistics?lang=en')
    expect(text).toContain(`First doses ${exact!.first.toLocaleString('en-US')} `)
    expect(text).toContain(`Second doses ${exact!.second.toLocaleString('en-US')} `)
    expect(text).toContain('Counted by: issuer of the ticket')
    expect(text).toContain('Counted by 4 July 2021 (Sun)')
  })

  test('every section with figures names its axis and its day', async () => {
    for (const path of ['/statistics', `/statistics/${largeTown}`, '/state']) {
      const { text } = await site.get(path)
      const sections = text.split('<section aria-labelledby').slice(1)
      const withFigures = sections.filter((part) =>
        /<table|class="chart"/.test(part.split('</section>')[0]!),
      )
      expect(withFigures.length, path).toBeGreaterThan(0)
      for (const section of withFigures.filter((part) => !part.includes('id="proof"'))) {
        expect(section, path).toMatch(/集計の軸: (接種券の発行元|今日の居住地|接種会場)/)
        expect(section, path).toMatch(/までに(数えた分|記録された接種)/)
      }
    }
  })

  test('T21: a municipality has no figure from 1 to 9, nor any that is not a multiple of 5', async () => {
    const all: WeekLine[] = []
    const { text } = await site.get('/statistics/releases.json')
    const { releases } = JSON.parse(text) as { releases: { ndjson: string }[] }
    expect(releases).toHaveLength(8)
    for (const { ndjson } of releases) all.push(...(await lines<WeekLine>(ndjson)))
    const ofTowns = all.filter(({ area }) => area.length === 6)
    expect(ofTowns.length).toBeGreaterThan(500)
    for (const { count, exact } of ofTowns) {
      expect(exact).toBe(false)
      expect(count === null || count === 0 || (count >= 10 && count % 5 === 0)).toBe(true)
    }
    const page = await site.get(`/statistics/${village}?lang=en`)
    const cells = [...page.text.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map((match) => match[1]!)
    expect(new Set(cells)).toEqual(new Set(['0', 'withheld']))
  })

  test('T21: what is exact adds up, over the releases, to what was counted', async () => {
    const days = await lines<DayLine>('/statistics/days.ndjson')
    const exact = await database.sql<{ prefecture: string; n: number }[]>`
      select left(issuing_municipality_code, 2) as prefecture, sum(doses)::int as n
        from statistic group by 1 order by 1`
    for (const { prefecture, n } of exact) {
      const sum = days
        .filter((day) => day.prefecture === prefecture)
        .reduce((total, { count }) => total + count, 0)
      expect(sum).toBe(n)
    }
    expect(days[0]).toEqual({
      date: '2021-05-10',
      prefecture: '01',
      age: '65-',
      status: 1,
      count: expect.any(Number),
    })
  })

  test('T6: open in a spreadsheet as text and numbers, in the language asked for', async () => {
    const response = await site.app.request('/statistics/week.csv?week=2021-06-13')
    const { headers } = response
    // A decoder would drop the mark that spreadsheet programs look for.
    const text = Buffer.from(await response.arrayBuffer()).toString('utf8')
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(headers.get('content-disposition')).toContain('attachment')
    expect(text.startsWith('\ufeff"週の初日","週の末日"')).toBe(true)
    expect(text).toContain('"2021-06-07","2021-06-13","00","全国","","1回目","全年齢"')
    expect(text).not.toMatch(/(^|,|\n)"[=+\-@\t\r]/)
    const english = (await site.get('/statistics/week.csv?lang=en')).text
    expect(english).toContain('"first day","last day"')
    expect(english).not.toMatch(/[\u3040-\u30ff]/)
  })

  test.each([
    '/statistics/week.csv?week=2021-06-14',
    '/statistics/week.csv?week=1%27',
    '/statistics/other.csv',
    '/statistics/999999',
  ])('%s is not there', async (path) => {
    expect((await site.get(path)).status).toBe(404)
  })

  test('let one choose a prefecture, without a script', async () => {
    const text = (await site.get('/statistics?prefecture=20')).text
    expect(text).toContain('<option value="20" selected')
    expect(text).toContain(`/statistics/${largeTown}`)
    expect((await site.get('/statistics?prefecture=99')).status).toBe(200)
  })
})

describe('the state', () => {
  test('is shown what its role got: every other table refused, and the counts it sees', async () => {
    const text = await seen('/state?lang=en')
    expect(text).toMatch(/Tables that refused (\d+) \/ \1 Rows seen 0 Keys held 0/)
    expect(text).toContain('person ● refused (permission denied)')
    expect(text).toContain('sesshu_statistics')
  })

  test('is asked on the start page as well', async () => {
    const text = await seen('/?lang=en')
    expect(text).toMatch(/Tables other than statistics and places: (\d+) of \1 refused/)
    expect(text).toContain('Rows of people seen: 0')
    expect(text).toContain('sesshu_statistics=&gt; select table_name, rows from rows_seen()')
  })

  test('says so while its process does not answer', async () => {
    const other = startSite(database)
    const { status, text } = await other.get('/state?lang=en')
    expect([status, visible(text).includes('does not answer yet')]).toEqual([200, true])
    await other.close()
  })

  test('has a page for its own people only, outside a demo; the public has its own', async () => {
    await seedStaff(database.sql)
    const real = startSite(database, { isDemo: false })
    expect((await real.get('/state', 'stateStatistician')).status).toBe(200)
    for (const who of staff.filter((one) => one !== 'stateStatistician')) {
      expect((await real.get('/state', who)).status, who).not.toBe(200)
    }
    const anonymous = async (path: string) => (await real.app.request(path)).status
    expect(await anonymous('/state')).not.toBe(200)
    expect(await anonymous('/statistics')).toBe(200)
    expect(await anonymous(`/statistics/${largeTown}`)).toBe(200)
    expect(await anonymous('/statistics/week.csv')).toBe(200)
    expect((await real.get('/statistics', 'clerk')).text).not.toContain('href="/state"')
    await real.close()
  })
})
