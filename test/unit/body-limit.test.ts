/** Proves: no body above the limit is read, whether it states its length or comes in chunks. */
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { limitBody } from '../../api/body-limit.ts'
import { toProblem } from '../../api/problem.ts'

const app = new Hono()
app.onError((error) => new Response(null, { status: toProblem(error).status }))
app.use(limitBody(10))
app.post('/', async (c) => c.text(await c.req.text()))

function send(text: string, headers: Record<string, string>) {
  const body = new Blob([text]).stream()
  return app.request('/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
}

test.each([
  ['states its length', (text: string) => ({ 'content-length': String(text.length) })],
  ['comes in chunks', () => ({ 'transfer-encoding': 'chunked' })],
  [
    'comes in chunks and states a length too',
    () => ({
      'transfer-encoding': 'chunked',
      'content-length': '1',
    }),
  ],
  ['says nothing', () => ({})],
])('a body that %s', async (_, headersFor: (text: string) => Record<string, string>) => {
  const fits = await send('0123456789', headersFor('0123456789'))
  expect([fits.status, await fits.text()]).toEqual([200, '0123456789'])
  expect((await send('0123456789+', headersFor('0123456789+'))).status).toBe(413)
})
