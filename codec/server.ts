/**
 * What the Temporal UI asks, from the operator's browser, to read payloads in plain words. Anybody's
 * browser may ask; only a signed-in operator gets an answer. Encrypting is nobody's business here.
 */
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'
import type { Log } from '../config/log.ts'
import { problemText } from '../i18n/problems.ts'
import type { CodecKeys } from './keys.ts'
import type { Someone, WhoIs } from './who-is.ts'
import { decodeWire, type WirePayload } from './wire.ts'

export type CodecServerDeps = {
  keys: CodecKeys
  whoIs: WhoIs
  log: Log
  /** The one page whose scripts may read an answer. */
  uiOrigin: string
}

/** Whoever may read what courses wait for. */
const readingRole = 'operator'
const bodyBytesAtMost = 2 * 1024 * 1024
/** A page of the UI asks for one event at a time, a download for all of a run's. */
const payloadsAtMost = 500
const namespacePattern = /^[\w.-]{1,255}$/

const base64 = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/)
const asked = z.object({
  payloads: z
    .array(
      z.looseObject({
        metadata: z.record(z.string().max(128), base64).optional(),
        data: base64.optional(),
      }),
    )
    .max(payloadsAtMost),
})

export function createCodecServer(deps: CodecServerDeps): Hono {
  const { uiOrigin, log } = deps
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('Cache-Control', 'no-store')
    c.header('X-Content-Type-Options', 'nosniff')
    c.header('Vary', 'Origin, Cookie')
  })
  app.get('/health', (c) => c.json({ process: 'ok' }))

  app.use(async (c, next) => {
    // A page elsewhere must not even make an operator's browser ask.
    if (c.req.header('origin') !== uiOrigin) return refuse(c, 403, 'otherPage')
    c.header('Access-Control-Allow-Origin', uiOrigin)
    c.header('Access-Control-Allow-Credentials', 'true')
    if (c.req.method !== 'OPTIONS') return await next()
    c.header('Access-Control-Allow-Methods', 'POST')
    c.header('Access-Control-Allow-Headers', 'content-type, x-namespace')
    c.header('Access-Control-Max-Age', '600')
    return c.body(null, 204)
  })
  const limited = bodyLimit({
    maxSize: bodyBytesAtMost,
    onError: (c) => refuse(c, 413, 'bodyTooLarge'),
  })
  app.post('/decode', limited, (c) => decode(c, deps))
  app.notFound((c) => refuse(c, 404, 'notFound'))
  app.onError((error, c) => {
    log.error({ error }, 'a request could not be answered')
    return refuse(c, 503, 'tryAgain')
  })
  return app
}

async function decode(c: Context, { keys, whoIs, log }: CodecServerDeps): Promise<Response> {
  const namespace = c.req.header('x-namespace') ?? ''
  const reader = await whoIs(c.req.header('cookie'))
  if (!reader) return refuse(c, 401, 'unauthorized')
  const who = { actor: reader.id, role: reader.role, office: reader.office }
  if (!mayRead(reader)) {
    log.warn({ ...who, namespace: shown(namespace) }, 'payloads were not decoded')
    return refuse(c, 403, 'operatorsOnly')
  }
  if (!c.req.header('content-type')?.startsWith('application/json')) {
    return refuse(c, 415, 'unsupportedMediaType')
  }
  const body = asked.safeParse(await c.req.json().catch(() => undefined))
  if (!body.success) return refuse(c, 422, 'malformed')
  const { payloads, opened, failed } = decodeWire(keys, body.data.payloads as WirePayload[])
  const counts = { payloads: payloads.length, opened, ...(failed.length > 0 && { failed }) }
  log.info({ ...who, namespace: shown(namespace), ...counts }, 'payloads were decoded')
  return c.json({ payloads })
}

function mayRead({ role }: Someone): boolean {
  return role === readingRole
}

/** A header is whatever a caller likes; a log keeps names of namespaces only. */
function shown(namespace: string): string {
  return namespacePattern.test(namespace) ? namespace : 'not a namespace'
}

function refuse(c: Context, status: ContentfulStatusCode, code: string): Response {
  const language = c.req.header('accept-language')?.startsWith('en') ? 'en' : 'ja'
  const body = { type: `urn:sesshu:problem:${code}`, status, code, ...problemText(code, language) }
  c.header('Content-Type', 'application/problem+json; charset=utf-8')
  return c.body(JSON.stringify(body), status)
}
