// Signing in with the organisation's account, at a real provider: who gets in, and what is refused.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createApp } from '../../../api/app.ts'
import { oidcSettings } from '../../../auth/oidc-settings.ts'
import { freePort } from '../../../config/ports.ts'
import { putAccount } from '../../../db/auth/accounts.ts'
import type { Sql } from '../../../db/client.ts'
import { appDeps } from '../../support/api.ts'
import { type Served, serveApp } from '../../support/browser.ts'
import { startProvider, type TestProvider } from '../../support/oidc.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { town } from '../../support/town.ts'

let db: SealedDatabase
let deps: ReturnType<typeof appDeps>
let provider: TestProvider
let served: Served
let base = ''

beforeAll(async () => {
  db = await sealedDatabase()
  deps = appDeps(db)
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  provider = await startProvider(`${base}/auth/oidc/callback`)
  const { issuer, clientId, clientSecret } = provider
  const oidc = { issuer, clientId, ...(clientSecret && { clientSecret }) }
  served = await serveApp(createApp(deps, { auth: { isDemo: false, oidc } }), port)
})
afterAll(async () => {
  await served?.close()
  await provider?.close()
  await deps?.close()
  await db?.drop()
})
beforeEach(async () => {
  provider.signIn('hanako@city')
  const account = { login: 'hanako', role: 'clerk', office: town, passwordHash: null }
  const oidc = { issuer: provider.issuer, subject: 'hanako@city' }
  await putAccount(db.sql as unknown as Sql, { ...account, oidc })
})

/** A browser with a cookie jar per host that follows redirects and remembers where it was sent. */
function browser() {
  const jars = new Map<string, Map<string, string>>()
  const visited: string[] = []
  async function go(address: string): Promise<Response> {
    const url = new URL(address)
    const jar = jars.get(url.host) ?? new Map<string, string>()
    jars.set(url.host, jar)
    visited.push(address)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0]!.split(/=(.*)/s) as [string, string]
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    return location ? await go(new URL(location, url).toString()) : response
  }
  return { go, visited, cookies: () => jars.get(new URL(base).host) ?? new Map<string, string>() }
}

const whoIs = async (cookies: Map<string, string>) => {
  const headers = { cookie: `sesshu=${cookies.get('sesshu')}` }
  const answer = await fetch(`${base}/auth/session`, { headers })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

describe('the organisation’s account', () => {
  test('signs in whom an administrator has written down, and leads on', async () => {
    const person = browser()
    const last = await person.go(`${base}/auth/oidc/start?next=/towns/${town}`)
    expect(await last.text()).toContain(`content="0; url=/towns/${town}"`)
    expect((await whoIs(person.cookies())).body).toMatchObject({ role: 'clerk', office: town })
    const [session] = await db.sql`select signed_in_by as by from account_session`
    expect(session?.by).toBe('oidc')
    expect(person.visited.some((url) => url.includes('code_challenge_method=S256'))).toBe(true)
  })

  test('of somebody nobody wrote down, or who was disabled, opens nothing', async () => {
    const refused = async () => {
      const person = browser()
      await person.go(`${base}/auth/oidc/start`)
      return [person.visited.at(-1), person.cookies().has('sesshu')]
    }
    await db.sql`update account set disabled_at = now()`
    expect(await refused()).toEqual([`${base}/sign-in?failed=1`, false])
    provider.signIn('stranger@city')
    expect(await refused()).toEqual([`${base}/sign-in?failed=1`, false])
  })

  test('counts for the browser that began it, once', async () => {
    const person = browser()
    await person.go(`${base}/auth/oidc/start`)
    const callback = person.visited.find((url) => url.includes('/callback?'))!
    const thief = browser()
    await thief.go(callback)
    expect(thief.cookies().has('sesshu')).toBe(false)
    person.cookies().delete('sesshu')
    await person.go(callback)
    expect(person.cookies().has('sesshu')).toBe(false)
  })

  test('leads to no other site', async () => {
    const last = await browser().go(
      `${base}/auth/oidc/start?next=${encodeURIComponent('//evil.example')}`,
    )
    expect(await last.text()).toContain('content="0; url=/"')
  })

  test('is not asked for where there is no provider', async () => {
    expect((await createApp(deps).request('/auth/oidc/start')).status).toBe(404)
  })
})

test('a provider is named whole, and over TLS unless it is on this machine', () => {
  expect(oidcSettings({})).toBeUndefined()
  expect(() => oidcSettings({ SESSHU_OIDC_ISSUER: 'https://id.example' })).toThrow('go together')
  const plain = { SESSHU_OIDC_ISSUER: 'http://id.example', SESSHU_OIDC_CLIENT_ID: 'x' }
  expect(() => oidcSettings(plain)).toThrow('https://')
})
