// Signing in and out over HTTP: what it takes, what it tells, when it ends, and who is kept out.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createApp } from '../../../api/app.ts'
import { hashPassword } from '../../../auth/password.ts'
import { idleMinutes, sessionMinutes } from '../../../auth/sessions.ts'
import { triesRule } from '../../../auth/sign-in.ts'
import { putAccount } from '../../../db/auth/accounts.ts'
import type { Sql } from '../../../db/client.ts'
import { appDeps } from '../../support/api.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'

let db: TestDatabase
let deps: ReturnType<typeof appDeps>
let app: ReturnType<typeof createApp>
const password = 'correct horse battery'

beforeAll(async () => {
  db = await freshDatabase()
  deps = appDeps(db)
})
afterAll(async () => {
  await deps?.close()
  await db?.drop()
})
beforeEach(async () => {
  app = createApp(deps)
  await db.sql`delete from account_session`
  const passwordHash = await hashPassword(password, { logN: 8, r: 8, p: 1 })
  const account = { login: 'hanako', role: 'clerk', office: '131041', passwordHash }
  await putAccount(db.sql as unknown as Sql, account)
})

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://localhost' }

const post = (path: string, body: object | string, headers: Record<string, string> = json) =>
  app.request(path, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const signIn = (more: object = {}) => post('/auth/sign-in', { login: 'hanako', password, ...more })
const session = (cookie: string) => app.request('/auth/session', { headers: { cookie } })
const cookieOf = (response: Response) => response.headers.get('set-cookie')!.split(';')[0]!

describe('a session', () => {
  test('begins with the right password, and says who it is', async () => {
    const answer = await signIn()
    expect(answer.status).toBe(200)
    const cookie = answer.headers.get('set-cookie')!
    expect(cookie).toMatch(/^sesshu=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(await (await session(cookieOf(answer))).json()).toMatchObject({
      role: 'clerk',
      office: '131041',
    })
  })

  test('is kept as a hash alone', async () => {
    const token = cookieOf(await signIn()).slice('sesshu='.length)
    const [row] = await db.sql`select token_sha256 as hash from account_session`
    expect(row?.hash).toEqual(createHash('sha256').update(token).digest())
  })

  test('ends with the sign-out, here and for whoever copied the cookie', async () => {
    const cookie = cookieOf(await signIn())
    const answer = await post('/auth/sign-out', '', { ...form, cookie })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0')
    expect((await session(cookie)).status).toBe(401)
  })

  test.each([
    ['idle too long', `seen_at = now() - interval '${idleMinutes + 1} minutes'`],
    [
      'as old as a working day',
      `started_at = now() - interval '${sessionMinutes + 1} minutes', expires_at = now() - interval '1 minute'`,
    ],
    ['revoked', 'revoked_at = now()'],
  ])('%s is none', async (_, change) => {
    const cookie = cookieOf(await signIn())
    await db.sql.unsafe(`update account_session set ${change}`)
    expect((await session(cookie)).status).toBe(401)
  })

  test('of an account that was disabled is none', async () => {
    const cookie = cookieOf(await signIn())
    await db.sql`update account set disabled_at = now()`
    expect((await session(cookie)).status).toBe(401)
    await db.sql`update account set disabled_at = null`
  })

  test('left alone grows idle: a page that reads itself again is no person', async () => {
    const cookie = cookieOf(await signIn())
    await db.sql`update account_session set seen_at = now() - interval '10 minutes'`
    const seen = async () => {
      const [row] =
        await db.sql`select extract(epoch from now() - seen_at)::int as s from account_session`
      return row?.s as number
    }
    await app.request('/auth/session', { headers: { cookie, 'sesshu-by-itself': '1' } })
    expect(await seen()).toBeGreaterThan(500)
    await session(cookie)
    expect(await seen()).toBeLessThan(60)
  })
})

describe('who cannot sign in', () => {
  test('is told the same, whatever was wrong', async () => {
    const answers = await Promise.all([
      signIn({ password: 'wrong horse' }),
      signIn({ login: 'nobody-here' }),
      signIn({ login: "x' or '1'='1" }),
    ])
    const texts = await Promise.all(answers.map(async (one) => `${one.status} ${await one.text()}`))
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).toContain('signInFailed')
  })

  test('T12: is locked out after five wrong ones in a row, even with the right one, and it is raised', async () => {
    for (let i = 0; i < triesRule.triesMax; i++) {
      expect((await signIn({ password: 'wrong horse' })).status).toBe(401)
    }
    expect((await signIn()).status).toBe(401)
    expect(await db.sql`select 1 from security_alert where kind = 'accountLocked'`).toHaveLength(1)
    await db.sql`update account set locked_until = now() - interval '1 second'`
    expect((await signIn()).status).toBe(200)
  })

  test('gets nowhere by guessing at many logins from one place', async () => {
    app = createApp(deps, { auth: { isDemo: false, guessesMax: 3 } })
    const statuses: number[] = []
    for (const login of ['ichiro', 'jiro', 'saburo', 'shiro']) {
      statuses.push((await signIn({ login, password: 'x' })).status)
    }
    expect(statuses).toEqual([401, 401, 401, 429])
    // The right one is not even looked at.
    expect((await signIn()).headers.get('retry-after')).toMatch(/^\d+$/)
  })

  test('is a made-up account outside a demo, with its session too', async () => {
    await db.sql`update account set is_demo = true`
    expect((await signIn()).status).toBe(401)
    const demo = createApp(deps, { auth: { isDemo: true } })
    const answer = await demo.request('/auth/sign-in', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ login: 'hanako', password }),
    })
    expect(answer.status).toBe(200)
    expect((await session(cookieOf(answer))).status).toBe(401)
  })
})

describe('the form, without a script', () => {
  test('leads on to the page that was wanted', async () => {
    const body = new URLSearchParams({ login: 'hanako', password, next: '/towns/131041?lang=en' })
    const answer = await post('/auth/sign-in', body.toString(), form)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/towns/131041?lang=en'])
  })

  test('leads to no other site', async () => {
    const body = new URLSearchParams({ login: 'hanako', password, next: '//evil.example' })
    const answer = await post('/auth/sign-in', body.toString(), form)
    expect(answer.headers.get('location')).toBe('/')
  })

  test('sent by another site signs nobody in or out', async () => {
    const body = new URLSearchParams({ login: 'hanako', password }).toString()
    for (const origin of ['https://evil.example', 'null']) {
      const answer = await post('/auth/sign-in', body, { ...form, origin })
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null])
    }
    const cookie = cookieOf(await signIn())
    await post('/auth/sign-out', '', { ...form, cookie, origin: 'https://evil.example' })
    expect((await session(cookie)).status).toBe(200)
  })

  test('wrong leads back to the form, without repeating what was typed', async () => {
    const body = new URLSearchParams({ login: 'hanako', password: 'wrong', next: '/towns' })
    const answer = await post('/auth/sign-in', body.toString(), form)
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/sign-in?failed=1&next=%2Ftowns',
    ])
  })
})

test('a request that rides on the cookie from another site changes nothing', async () => {
  const cookie = cookieOf(await signIn())
  const wave = {
    waveId: crypto.randomUUID(),
    municipalityCode: '131041',
    bornOnOrBefore: '1950-01-01',
  }
  const answer = await post('/api/v1/tickets', wave, {
    ...json,
    cookie,
    origin: 'https://evil.example',
  })
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ code: 'foreignPage' })
})

describe('one click per role', () => {
  const body = new URLSearchParams({ role: 'clerk' }).toString()
  const become = (isDemo: boolean, url = 'http://127.0.0.1/auth/become') =>
    createApp(deps, { auth: { isDemo } }).request(url, {
      method: 'POST',
      headers: { ...form, origin: new URL(url).origin },
      body,
    })

  test('is there in a demo on this machine, and nowhere else', async () => {
    await db.sql`update account set is_demo = true`
    expect((await become(true)).headers.get('set-cookie')).toContain('sesshu=')
    expect((await become(false)).status).toBe(404)
    expect((await become(true, 'https://sesshu.example/auth/become')).status).toBe(404)
  })

  test('makes nobody of an account that is not made up', async () => {
    expect((await become(true)).status).toBe(404)
  })
})
