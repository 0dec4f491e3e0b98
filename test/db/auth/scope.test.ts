// Whose pages and registers each role reaches: a clerk the own town's, an operator no person's, the
// statistician nobody's; and nobody anything without a key.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { groups } from '../../../auth/capabilities.ts'
import { as, asProgram, type Staff } from '../../support/credentials.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type PagesStory, seedPages } from '../../support/pages-story.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, aScan, otherTown, town } from '../../support/town.ts'

let db: SealedDatabase
let site: Site
let story: PagesStory

beforeAll(async () => {
  db = await sealedDatabase()
  site = startSite(db, { isDemo: false })
  story = await seedPages(db, site.app)
})
afterAll(async () => {
  await site?.close()
  await db?.drop()
})

const get = (path: string, who?: Staff) => site.app.request(path, who ? { headers: as(who) } : {})
const post = (path: string, who: Staff, body: object) =>
  site.app.request(path, {
    method: 'POST',
    headers: { ...as(who), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

describe('a clerk', () => {
  test('sees the own town’s figures and no other’s', async () => {
    expect((await get(`/towns/${town}`, 'clerk')).status).toBe(200)
    expect((await get(`/towns/${otherTown}`, 'clerk')).status).toBe(404)
    const list = await (await get('/towns', 'clerk')).text()
    expect(list).toContain(town)
    expect(list).not.toContain(otherTown)
  })

  test('sees the own town’s courses and no other’s, whatever is asked for', async () => {
    expect((await get(`/courses/${story.overdueCourseId}`, 'clerk')).status).toBe(200)
    for (const path of ['/courses', `/courses?municipality=${otherTown}`]) {
      const text = await (await get(path, 'clerk')).text()
      expect(text).toContain(story.overdueCourseId)
      expect(text).not.toContain(story.movedCourseId)
    }
  })

  test('is told the same of another town’s course as of one that is not there', async () => {
    const texts = await Promise.all(
      [story.movedCourseId, '00000000-0000-4000-8000-000000000000'].map(async (id) => {
        const answer = await get(`/courses/${id}`, 'clerk')
        return `${answer.status} ${(await answer.text()).replaceAll(id, '')}`
      }),
    )
    expect(new Set(texts).size).toBe(1)
  })

  test('looks into another town only while emergency access is open', async () => {
    const [reviewer] = await db.sql`select id from account where login = 'municipaladministrator'`
    const opened = await post('/api/v1/break-glass', 'clerk', {
      ...{ municipalityCode: otherTown, reasonCode: 'lifeAtRisk', caseReference: 'A-1' },
      ...{ reviewerId: reviewer?.id, minutes: 5 },
    })
    expect(opened.status).toBe(201)
    expect((await get(`/courses/${story.movedCourseId}`, 'clerk')).status).toBe(200)
    const review = await get('/reviews?lang=en', 'supervisoryAuthority')
    expect(await review.text()).toContain('a life at risk')
    await db.sql`update break_glass set opened_at = now() - interval '1 hour', expires_at = now() - interval '1 second'`
    expect((await get(`/courses/${story.movedCourseId}`, 'clerk')).status).toBe(404)
  })

  test('tells of the own register alone, and records at venues of the own town', async () => {
    const elsewhere = await aResident(db, { municipalityCode: otherTown })
    const death = {
      eventId: crypto.randomUUID(),
      registerNumber: elsewhere.registerNumber,
      on: '2021-06-01',
    }
    const foreign = await post('/api/v1/deaths', 'clerk', { ...death, municipalityCode: otherTown })
    expect(await foreign.json()).toMatchObject({ status: 403, code: 'notYourMunicipality' })
    await db.sql`insert into venue (code, municipality_code, name) values ('0110000018', ${otherTown}, '遠い会場')`
    const scan = aScan(await aResident(db), { venueCode: '0110000018' })
    expect((await post('/api/v1/scans', 'clerk', scan)).status).toBe(403)
    expect((await post('/api/v1/scans', 'clerk', aScan(await aResident(db)))).status).toBe(201)
  })

  test('cannot take a venue over from another town', async () => {
    const put = await site.app.request('/api/v1/venues/0110000018', {
      method: 'PUT',
      headers: { ...as('municipalAdministrator'), 'content-type': 'application/json' },
      body: JSON.stringify({ municipalityCode: town, name: '遠い会場' }),
    })
    expect(put.status).toBe(403)
  })
})

test('an operator sees what a course waits for, and nothing of the person', async () => {
  const operator = await (await get(`/courses/${story.doneCourseId}?lang=en`, 'operator')).text()
  const clerk = await (await get(`/courses/${story.doneCourseId}?lang=en`, 'clerk')).text()
  for (const word of ['Pfizer', 'TEST01', '1310400018']) {
    expect(clerk).toContain(word)
    expect(operator).not.toContain(word)
  }
  for (const path of ['/outgoing', '/reviews'])
    expect((await get(path, 'operator')).status).toBe(403)
})

test.each<[Staff, string[]]>([
  ['stateStatistician', ['/']],
  ['supervisoryAuthority', ['/', '/reviews']],
  ['printOperator', ['/']],
  ['venueStaff', ['/']],
])('%s opens no page of a town or a course', async (who, open) => {
  const pages = [
    '/',
    '/towns',
    `/towns/${town}`,
    '/courses',
    `/courses/${story.doneCourseId}`,
    '/operator',
    '/reviews',
  ]
  const opened = []
  for (const path of pages) if ((await get(path, who)).status === 200) opened.push(path)
  expect(opened).toEqual(open)
})

describe('nobody', () => {
  test('gets further than the sign-in page, which leads back', async () => {
    for (const path of ['/', '/towns', `/courses/${story.doneCourseId}`, '/operator']) {
      const answer = await get(path)
      expect([answer.status, answer.headers.get('location')]).toEqual([
        303,
        path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`,
      ])
    }
    // What is no page of ours is not carried along: a name, a number or an address in it stays alone.
    for (const word of ['%E8%A6%8B%E6%9C%AC', '123456789018', 'a%40example.jp']) {
      const answer = await get(`/courses/${word}`)
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in'])
      const refused = await get(`/courses/${word}`, 'clerk')
      expect([refused.status, await refused.text()]).toEqual([
        404,
        expect.not.stringContaining(word),
      ])
    }
    const page = await (await get('/sign-in?next=/towns&lang=en')).text()
    expect(page).toContain('name="next" value="/towns"')
    expect(page).not.toContain('Become')
  })

  test('is answered by the API before anything is read', async () => {
    for (const group of groups) {
      if (group.may === 'everybody') continue
      for (const route of group.routes) {
        const [method, path] = route.split(' ') as [string, string]
        if (!path.startsWith('/api/')) continue
        const url = path.replaceAll(/:\w+/g, 'x').replace('*', 'x')
        const answer = await site.app.request(url, { method, body: method === 'GET' ? null : '{' })
        expect([answer.status, route]).toEqual([401, route])
      }
    }
  })

  test.each([
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['no scheme', { authorization: 'a-token-for-tests-only' }],
    ['a made-up cookie', { cookie: 'sesshu=made-up', origin: 'http://localhost' }],
    ['a proof without a token', { dpop: 'a.b.c' }],
  ])('with %s is somebody', async (_, headers) => {
    const init = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{}',
    }
    expect((await site.app.request('/api/v1/scans', init)).status).toBe(401)
  })
})

test('a wrong token is not mended by a right cookie', async () => {
  const headers = { ...as('clerk'), authorization: 'Bearer wrong' }
  expect((await site.app.request(`/courses/${story.doneCourseId}`, { headers })).status).toBe(303)
})

test('every answer carries the headers that keep browsers careful', async () => {
  const answers = await Promise.all([
    get('/sign-in'),
    get('/health'),
    get(`/courses/${story.doneCourseId}`, 'clerk'),
    site.app.request('/api/v1/scans', { method: 'POST', headers: asProgram, body: '{}' }),
    get('/auth/session', 'clerk'),
    get('/nowhere'),
  ])
  for (const { headers } of answers) {
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*frame-ancestors 'none'/,
    )
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('strict-transport-security')).toBeNull()
  }
  const secure = await site.app.request('https://sesshu.example/sign-in')
  expect(secure.headers.get('strict-transport-security')).toMatch(/^max-age=31536000/)
})
