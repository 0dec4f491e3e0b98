// Proves over HTTP who reads payloads: an operator with a session, from the UI's page, and nobody else.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseCodecKeys } from '../../../codec/keys.ts'
import { createPayloadCodec } from '../../../codec/payload-codec.ts'
import { createCodecServer } from '../../../codec/server.ts'
import { askApi } from '../../../codec/who-is.ts'
import { createLog } from '../../../config/log.ts'
import { type Served, serveApp } from '../../support/browser.ts'

const uiOrigin = 'http://127.0.0.1:8721'
const keys = parseCodecKeys('the-newest-of-all-keys-0123456789abcdef')
const workflow = { type: 'workflow', namespace: 'default', workflowId: 'course/1' } as const
const words = '次の処理 / next'

/** Stands in for the api's accounts: who is signed in under which cookie. */
const sessions: Record<string, object> = {
  'session=operator': { id: 'account-1', role: 'operator', office: 'system' },
  'session=clerk': { id: 'account-2', role: 'clerk', office: '131041' },
  'session=nonsense': { name: 'x' },
}
const askedWith: string[] = []
const accounts = createServer((request, response) => {
  const cookie = request.headers.cookie ?? ''
  askedWith.push(`${request.method} ${request.url} ${cookie}`)
  const session = sessions[cookie]
  if (cookie === 'session=broken') response.writeHead(500).end()
  else response.writeHead(session ? 200 : 401).end(JSON.stringify(session ?? {}))
})
const logged: string[] = []
let served: Served
let sealed: { metadata: Record<string, string>; data: string }

beforeAll(async () => {
  await new Promise<void>((resolve) => accounts.listen(0, '127.0.0.1', resolve))
  const apiUrl = `http://127.0.0.1:${(accounts.address() as AddressInfo).port}`
  const log = createLog({ name: 'codec', to: { write: (line) => void logged.push(line) } })
  served = await serveApp(createCodecServer({ keys, whoIs: askApi(apiUrl), uiOrigin, log }))
  const plain = {
    metadata: { encoding: Buffer.from('json/plain') },
    data: Buffer.from(JSON.stringify(words)),
  }
  const [payload] = await createPayloadCodec(keys).encode([plain], workflow)
  sealed = {
    metadata: { encoding: Buffer.from('binary/encrypted').toString('base64') },
    data: Buffer.from(payload?.data ?? []).toString('base64'),
  }
})
afterAll(async () => {
  await served.close()
  await new Promise((resolve) => accounts.close(resolve))
})

type Ask = { cookie?: string; origin?: string; path?: string; body?: unknown; type?: string }

function ask({ cookie, origin = uiOrigin, path = '/decode', body, type }: Ask) {
  return fetch(`${served.url}${path}?preserveStorageRefs=true`, {
    method: 'POST',
    headers: {
      ...(cookie && { cookie }),
      ...(origin && { origin }),
      'content-type': type ?? 'application/json',
      'x-namespace': 'sesshu',
      'accept-language': 'en',
    },
    body: JSON.stringify(body ?? { payloads: [sealed] }),
  })
}

test('T18: an operator reads the words', async () => {
  const answer = await ask({ cookie: 'session=operator' })
  expect(answer.status).toBe(200)
  const { payloads } = (await answer.json()) as { payloads: { data: string }[] }
  expect(Buffer.from(payloads[0]?.data ?? '', 'base64').toString()).toBe(JSON.stringify(words))
  expect(askedWith.at(-1)).toBe('GET /auth/session session=operator')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('access-control-allow-origin')).toBe(uiOrigin)
  expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
})

describe('T18: nobody else does', () => {
  test.each([
    ['without a session', {}, 401, 'unauthorized'],
    ['with a session that is over', { cookie: 'session=gone' }, 401, 'unauthorized'],
    ['a clerk', { cookie: 'session=clerk' }, 403, 'operatorsOnly'],
    [
      'an operator, from a page elsewhere',
      { cookie: 'session=operator', origin: 'http://127.0.0.1:9' },
      403,
      'otherPage',
    ],
    ['an operator, from no page', { cookie: 'session=operator', origin: '' }, 403, 'otherPage'],
    ['an operator, while accounts are away', { cookie: 'session=broken' }, 503, 'tryAgain'],
    ['whom the api describes in words of its own', { cookie: 'session=nonsense' }, 503, 'tryAgain'],
    ['by a form', { cookie: 'session=operator', type: 'text/plain' }, 415, 'unsupportedMediaType'],
    ['to encrypt', { cookie: 'session=operator', path: '/encode' }, 404, 'notFound'],
    [
      'too many at once',
      { cookie: 'session=operator', body: { payloads: Array(501).fill({}) } },
      422,
      'malformed',
    ],
    [
      'no payloads',
      { cookie: 'session=operator', body: { payloads: [{ data: '<>' }] } },
      422,
      'malformed',
    ],
  ] as [string, Ask, number, string][])('%s', async (_who, how, status, code) => {
    const answer = await ask(how)
    const text = await answer.text()
    expect([answer.status, JSON.parse(text)]).toMatchObject([status, { code }])
    expect(text).not.toContain(words)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('and a page elsewhere gets no leave to ask', async () => {
    const preflight = (origin: string) =>
      fetch(`${served.url}/decode`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
    expect((await preflight(uiOrigin)).status).toBe(204)
    const elsewhere = await preflight('http://evil.example')
    expect(elsewhere.status).toBe(403)
    expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull()
  })
})

test('what cannot be opened stays as it is, beside what can', async () => {
  const other = { ...sealed, data: Buffer.alloc(80, 1).toString('base64') }
  const plain = { metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'MQ==' }
  const answer = await ask({
    cookie: 'session=operator',
    body: { payloads: [other, plain, sealed] },
  })
  const { payloads } = (await answer.json()) as { payloads: { data: string }[] }
  expect(payloads.slice(0, 2)).toEqual([other, plain])
  expect(payloads[2]?.data).not.toBe(sealed.data)
})

test('the log says who read how many of which namespace, and nothing of what was in them', async () => {
  logged.length = 0
  await ask({ cookie: 'session=operator' })
  await ask({ cookie: 'session=clerk' })
  const lines = logged.map((line) => JSON.parse(line))
  expect(lines).toMatchObject([
    { actor: 'account-1', role: 'operator', namespace: 'sesshu', payloads: 1, opened: 1 },
    { actor: 'account-2', role: 'clerk', namespace: 'sesshu' },
  ])
  expect(logged.join('')).not.toMatch(/next|session=|payloads":\[/)
})

// The last of all: the server hangs up on whoever goes on sending.
test('too much at once is refused unread', async () => {
  const body = { payloads: [{ data: 'A'.repeat(3_000_000) }] }
  const answer = await ask({ cookie: 'session=operator', body })
  expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'bodyTooLarge' }])
})
