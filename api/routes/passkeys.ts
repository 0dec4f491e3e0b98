import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { Auth } from '../../auth/auth.ts'
import {
  addPasskey,
  passkeyAddOptions,
  passkeySignInOptions,
  signInByPasskey,
} from '../../auth/passkeys.ts'
import { remoteAddress } from '../remote.ts'
import { welcome } from './auth.ts'
import { administrator as account } from './devices.ts'

const longest = 20_000
/** What the browser says; the library reads the rest of it. */
const credential = z.looseObject({
  id: z.string().max(1_400),
  rawId: z.string().max(1_400),
  type: z.literal('public-key'),
  response: z.record(z.string(), z.unknown()),
})
const body = z.object({
  ticket: z.string().max(100),
  response: credential,
  next: z.string().optional(),
})

/** Passkeys speak JSON, by a script of ours: a page of another site gets no leave to. */
export function passkeyRoutes(auth: Auth): Hono {
  const app = new Hono()
  const at = (c: Context) => auth.originAt(new URL(c.req.url))

  app.post('/sign-in/options', async (c) => c.json(await passkeySignInOptions(auth, at(c)), 200))

  app.post('/sign-in', async (c) => {
    await auth.guesses.assertMayGuess(remoteAddress(c))
    const { ticket, response, next } = body.parse(await jsonOf(c))
    const sent = { ticket, response: response as unknown as AuthenticationResponseJSON }
    return welcome(c, auth, await signInByPasskey(auth, at(c), sent), { next })
  })

  app.post('/add/options', async (c) =>
    c.json(await passkeyAddOptions(auth, at(c), account()), 200),
  )

  app.post('/add', async (c) => {
    const { ticket, response } = body.parse(await jsonOf(c))
    const sent = { ticket, response: response as unknown as RegistrationResponseJSON }
    await addPasskey(auth, at(c), account(), sent)
    return c.body(null, 204)
  })
  return app
}

async function jsonOf(c: Context): Promise<unknown> {
  const text = await c.req.text()
  if (text.length > longest) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
