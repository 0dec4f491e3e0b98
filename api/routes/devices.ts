import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import type { z } from 'zod'
import type { Auth } from '../../auth/auth.ts'
import { type AccountCaller, currentCaller } from '../../auth/caller.ts'
import { isFromOurPages } from '../../auth/origin.ts'
import { Refusal } from '../../auth/refusal.ts'
import { listDevices, revokeDevice, unlockDevice } from '../../db/auth/devices.ts'
import { demoVenue } from '../../db/queries/venue-setup.ts'
import { askedOf } from '../admission.ts'
import { validationHook } from '../problem.ts'
import { isRemoteLoopback, remoteAddress } from '../remote.ts'
import {
  becomeTabletBody,
  devicesAnswer,
  enrolBody,
  enrolmentAnswer,
  enrolmentBody,
  idAnswer,
  idParam,
  minuteOf,
} from '../schemas/people.ts'
import { json, refusals } from '../schemas/route.ts'

const enrolments = createRoute({
  method: 'post',
  path: '/enrolments',
  summary: 'A code by which one tablet of a venue enrols, once, within ten minutes',
  request: { body: { required: true, content: json(enrolmentBody) } },
  responses: {
    201: { description: 'The code, said once', content: json(enrolmentAnswer) },
    ...refusals,
  },
})
const list = createRoute({
  method: 'get',
  path: '/devices',
  summary: 'The tablets of one’s own municipality',
  responses: { 200: { description: 'All of them', content: json(devicesAnswer) } },
})
const change = (what: 'revoke' | 'unlock', summary: string) =>
  createRoute({
    method: 'post',
    path: `/devices/{id}/${what}`,
    summary,
    request: { params: idParam },
    responses: { 200: { description: 'Done', content: json(idAnswer) }, ...refusals },
  })
const revocation = change('revoke', 'Shut a tablet out for good; acts everywhere within a minute')
const unlocking = change('unlock', 'Let a tablet on again that met too many unknown tickets')

/** What a municipal administrator does with tablets. */
export function deviceRoutes(auth: Auth): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(enrolments, async (c) => {
    const { venueCode, opensAt, closesAt } = c.req.valid('json')
    const { id, office } = administrator()
    const made = await auth.devices.makeCode({
      municipalityCode: office,
      venueCode,
      madeBy: id,
      opensMinute: minuteOf(opensAt),
      closesMinute: minuteOf(closesAt),
    })
    if (!made) throw new Refusal(422, 'unknownVenue')
    return c.json({ code: made.code, expiresAt: made.expiresAt.toISOString() }, 201)
  })

  app.openapi(list, async (c) => {
    const devices = await listDevices(auth.sql, administrator().office)
    return c.json({ devices: devices.map(shown) }, 200)
  })

  app.openapi(revocation, async (c) => {
    const { id } = c.req.valid('param')
    if (!(await revoke(auth, id))) throw notThere()
    return c.json({ id }, 200)
  })

  app.openapi(unlocking, async (c) => {
    const { id } = c.req.valid('param')
    if (!(await unlock(auth, id))) throw notThere()
    return c.json({ id }, 200)
  })
  return app
}

/** Answers whether the administrator's municipality has such a tablet. */
export async function revoke(auth: Auth, id: string): Promise<boolean> {
  if (!(await revokeDevice(auth.sql, id, administrator().office))) return false
  auth.devices.forget(id)
  auth.log.info({ deviceId: id }, 'a device was revoked')
  return true
}

/** The same of one that locked itself. */
export async function unlock(auth: Auth, id: string): Promise<boolean> {
  if (!(await unlockDevice(auth.sql, id, administrator().office))) return false
  auth.devices.forget(id)
  return true
}

/** What a tablet itself asks for: it proves its key, and has no token yet. */
export function deviceDoorRoutes(auth: Auth): Hono {
  const app = new Hono()

  app.post('/enrol', async (c) => {
    const { code, name } = enrolBody.parse(await c.req.json().catch(() => undefined))
    const address = remoteAddress(c)
    await auth.guesses.assertMayGuess(address)
    const at = auth.proofTarget(askedOf(c))
    try {
      const enrolled = await auth.devices.enrol({ code, name, proof: c.req.header('dpop'), at })
      auth.log.info({ deviceId: enrolled.id }, 'a device was enrolled')
      c.header('DPoP-Nonce', auth.nonce())
      return c.json({ deviceId: enrolled.id, venueCode: enrolled.venueCode }, 201)
    } catch (error) {
      const isGuess = error instanceof Refusal && error.code === 'enrolmentCode'
      if (isGuess) await auth.guesses.noteWrong(address)
      throw error
    }
  })

  app.post('/token', async (c) => {
    const at = auth.proofTarget(askedOf(c))
    const { token, expiresInSeconds } = await auth.devices.startShift(c.req.header('dpop'), at)
    c.header('DPoP-Nonce', auth.nonce())
    return c.json({ access_token: token, token_type: 'DPoP', expires_in: expiresInSeconds }, 200)
  })

  // A visitor of a demo, at this very machine, gets the code that an administrator gives elsewhere.
  app.post('/become', async (c) => {
    const at = auth.originAt(new URL(c.req.url))
    const isHere = at.isLoopback && isRemoteLoopback(c)
    if (!auth.isDemo || !isHere) throw new Refusal(404, 'notFound')
    const isOurs = isFromOurPages('POST', (name) => c.req.header(name), at)
    if (!isOurs) throw new Refusal(403, 'foreignPage')
    const sent = becomeTabletBody.parse(await c.req.parseBody())
    const venue = await demoVenue(auth.sql, sent.venueCode)
    const made = venue && (await auth.devices.makeCode({ ...venue, ...wholeDay }))
    if (!made) throw new Refusal(404, 'notFound')
    const query = new URLSearchParams({ code: made.code })
    if (sent.lang === 'en') query.set('lang', 'en')
    return c.redirect(`/scan/enrol?${query}`, 303)
  })
  return app
}

const wholeDay = { opensMinute: 0, closesMinute: 1_440 }

/** The table of capabilities lets nobody else come here. */
export function administrator(): AccountCaller {
  const caller = currentCaller()
  if (caller?.kind !== 'account') throw new Refusal(403, 'notAllowed')
  return caller
}

function notThere(): Refusal {
  return new Refusal(404, 'notFound')
}

function shown(
  device: Awaited<ReturnType<typeof listDevices>>[number],
): z.output<typeof devicesAnswer>['devices'][number] {
  return {
    id: device.id,
    venueCode: device.venueCode,
    name: device.name,
    enrolledAt: device.enrolledAt.toISOString(),
    ...(device.revokedAt && { revokedAt: device.revokedAt.toISOString() }),
    ...(device.lockedAt && { lockedAt: device.lockedAt.toISOString() }),
    ...(device.lastShiftAt && { lastShiftAt: device.lastShiftAt.toISOString() }),
  }
}
