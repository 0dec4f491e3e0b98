// T1, T3, T5: what a tablet can do, and what a thief of its words or a guesser cannot.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createApp } from '../../../api/app.ts'
import { createTablet, type Tablet } from '../../../simulator/tablet.ts'
import { asProgram, type Staff } from '../../support/credentials.ts'
import {
  type DeviceSite,
  deviceSite,
  type EnrolledTablet,
  enrol,
  enrolTablet,
  newKey,
  send,
  sendWith,
} from '../../support/tablets.ts'
import { aResident, aScan, otherTown, town, venue } from '../../support/town.ts'

let site: DeviceSite
let own: EnrolledTablet
const scans = '/api/v1/scans'

beforeAll(async () => {
  site = await deviceSite()
})
afterAll(() => site?.close())
beforeEach(async () => {
  own = await enrolTablet(site.base, venue, site.administrator())
})

const from = (who: Staff) => site.from(who)
const administrator = () => site.administrator()
const post = (path: string, headers: Record<string, string>, body?: unknown) =>
  sendWith(site.base, headers, 'POST', path, body)
const scan = async (tablet: Tablet, changes = {}) =>
  send(site.base, tablet, 'POST', scans, aScan(await aResident(site.db.sql), changes))

describe('enrolment', () => {
  test('gives a tablet that scans, and keeps the public half of its key alone', async () => {
    expect(await scan(own.tablet)).toMatchObject({ status: 201, body: { verdict: 'recorded' } })
    const rows = await site.db.sql`select public_jwk::text as jwk from device where id = ${own.id}`
    expect(rows[0]?.jwk).not.toContain(own.key.privateJwk.d)
  })

  test('takes a code that is used once, within ten minutes', async () => {
    const hours = { opensAt: '00:00', closesAt: '24:00' }
    const made = await post('/api/v1/enrolments', administrator(), { venueCode: venue, ...hours })
    expect(made.status).toBe(201)
    const code = made.body.code as string
    const wanted = () => createTablet(site.base, newKey(venue))
    expect((await enrol(site.base, wanted(), 'AAAA-AAAA-AAAA-AAAA')).status).toBe(403)
    await site.db
      .sql`update device_enrolment set expires_at = now() - interval '1 second' where device_id is null`
    expect((await enrol(site.base, wanted(), code)).status).toBe(403)
    await site.db
      .sql`update device_enrolment set expires_at = now() + interval '1 minute' where device_id is null`
    expect((await enrol(site.base, wanted(), code.toLowerCase())).status).toBe(201)
    expect((await enrol(site.base, wanted(), code)).status).toBe(403)
  })

  test('is for venues of one’s own town, and for administrators', async () => {
    const ask = (who: Staff, venueCode: string) =>
      post('/api/v1/enrolments', from(who), { venueCode, opensAt: '09:00', closesAt: '17:00' })
    expect((await ask('municipalAdministrator', '0110000018')).body.code).toBe('unknownVenue')
    for (const who of ['clerk', 'venueStaff', 'operator'] as const) {
      expect((await ask(who, venue)).status).toBe(403)
    }
  })

  test('takes each key once', async () => {
    const again = await post('/api/v1/enrolments', administrator(), {
      ...{ venueCode: venue, opensAt: '00:00', closesAt: '24:00' },
    })
    expect((await enrol(site.base, own.tablet, again.body.code as string)).status).toBe(409)
  })
})

describe('T1: a thief', () => {
  test('with the token and a key of its own is refused', async () => {
    const headers = await own.tablet.headers('POST', scans)
    await scan(own.tablet)
    const thief = createTablet(site.base, newKey(venue))
    thief.learn((await post(scans, { ...headers, dpop: thief.proof('POST', scans) })).response)
    const stolen = { authorization: headers.authorization!, dpop: thief.proof('POST', scans) }
    const body = aScan(await aResident(site.db.sql))
    expect(await post(scans, stolen, body)).toMatchObject({
      status: 401,
      body: { code: 'proofRefused' },
    })
  })

  test('who replays a captured request is refused', async () => {
    await scan(own.tablet)
    const headers = await own.tablet.headers('POST', scans)
    const body = aScan(await aResident(site.db.sql))
    expect((await post(scans, headers, body)).status).toBe(201)
    expect((await post(scans, headers, body)).status).toBe(401)
    expect((await post(scans, headers, aScan(await aResident(site.db.sql)))).status).toBe(401)
  })

  test('who sends a captured proof elsewhere is refused', async () => {
    await scan(own.tablet)
    const headers = await own.tablet.headers('POST', scans)
    expect((await post(`${scans}/batch`, headers, { scans: [{}] })).status).toBe(401)
  })

  test('with the token alone is refused, as a bearer too', async () => {
    const { authorization } = await own.tablet.headers('POST', scans)
    const body = aScan(await aResident(site.db.sql))
    expect((await post(scans, { authorization: authorization! }, body)).status).toBe(401)
    const bearer = authorization!.replace('DPoP ', 'Bearer ')
    expect((await post(scans, { authorization: bearer }, body)).status).toBe(401)
  })

  test('with the whole database has no token: hashes alone are kept', async () => {
    const { authorization } = await own.tablet.headers('POST', scans)
    const rows = await site.db.sql`select encode(token_sha256, 'hex') as hex from device_token`
    const token = authorization!.slice(5)
    for (const { hex } of rows)
      expect(hex).not.toBe(Buffer.from(token, 'base64url').toString('hex'))
  })
})

describe('T1: a tablet', () => {
  test('writes for its own venue alone, in a batch too', async () => {
    expect(await scan(own.tablet, { venueCode: '1310400026' })).toMatchObject({
      status: 403,
      body: { code: 'anotherVenue' },
    })
    const [a, b] = [await aResident(site.db.sql), await aResident(site.db.sql)]
    const batch = [aScan(a), aScan(b, { venueCode: '1310400026' })]
    const { body } = await send(site.base, own.tablet, 'POST', `${scans}/batch`, { scans: batch })
    const results = body.results as { status: number }[]
    expect(results.map(({ status }) => status)).toEqual([201, 403])
  })

  test('works in the hours of its venue alone', async () => {
    const [row] = await site.db.sql`
      select (extract(hour from now() at time zone 'Asia/Tokyo') * 60
              + extract(minute from now() at time zone 'Asia/Tokyo'))::int as minute`
    const minute = row?.minute as number
    const shut = minute > 720 ? [60, 120] : [1_300, 1_400]
    await site.db
      .sql`update device set opens_minute = ${shut[0]!}, closes_minute = ${shut[1]!} where id = ${own.id}`
    const answer = await tokenFor(own.tablet)
    expect(answer).toMatchObject({ status: 403, body: { code: 'outsideVenueHours' } })
  })

  test('ends its shift when the venue closes', async () => {
    const { body } = await tokenFor(own.tablet)
    expect(body.token_type).toBe('DPoP')
    expect(body.expires_in).toBeLessThanOrEqual(12 * 3_600)
    await site.db.sql`update device_token set expires_at = now() - interval '1 second'`
    const other = createApp(site.deps)
    const answer = await other.request(`${site.base}${scans}`, {
      method: 'POST',
      headers: await own.tablet.headers('POST', scans),
    })
    expect(answer.status).toBe(401)
  })

  test('gets a new nonce with every answer, so that it is never asked to sign again', async () => {
    const first = await own.tablet.headers('POST', scans)
    const { response } = await post(scans, first, aScan(await aResident(site.db.sql)))
    expect(response.headers.get('dpop-nonce')).toMatch(/^\w+\.[\w-]+$/)
  })
})

async function tokenFor(tablet: Tablet) {
  const path = '/auth/devices/token'
  const answer = await post(path, { dpop: tablet.proof('POST', path) })
  if (!tablet.learn(answer.response)) return answer
  return await post(path, { dpop: tablet.proof('POST', path) })
}

describe('T3, T5: every other route', () => {
  const known = async () => (await aResident(site.db.sql)).ticketNumber
  const routes = [
    ...['/api/v1/tickets', '/api/v1/residents', '/api/v1/moves', '/api/v1/deaths'],
    ...['/api/v1/protections', '/api/v1/waves', '/api/v1/enrolments', '/api/v1/approvals'],
  ].map((path) => ['POST', path] as const)
  const pages = ['/courses', '/towns', `/towns/${town}`, '/api/v1/devices', '/outgoing'].map(
    (path) => ['GET', path] as const,
  )

  test('answers a tablet alike for unknown, foreign and valid tickets: status and size', async () => {
    await scan(own.tablet)
    const elsewhere = (await aResident(site.db.sql, { municipalityCode: otherTown })).ticketNumber
    const tickets = [
      { municipalityCode: town, number: await known() },
      { municipalityCode: town, number: '9876543210' },
      { municipalityCode: otherTown, number: elsewhere },
      { municipalityCode: town, number: '0000000000' },
    ]
    const times: number[][] = tickets.map(() => [])
    for (const [method, path] of [...routes, ...pages]) {
      const seen = new Set<string>()
      for (const [i, ticket] of tickets.entries()) {
        const body =
          method === 'POST' ? { tickets: [{ ...ticket, registerNumber: 'R1' }] } : undefined
        const { status, text, ms } = await send(site.base, own.tablet, method, path, body)
        times[i]!.push(ms)
        seen.add(`${status} ${text.length}`)
      }
      expect([...seen], path).toEqual([[...seen][0]])
      expect([...seen][0]).toMatch(/^403 /)
    }
    const medians = times.map((all) => all.toSorted((a, b) => a - b)[all.length >> 1]!.toFixed(2))
    console.log(
      `valid, unknown, foreign, zero: median ${medians.join(', ')} ms (bound: 2 ms apart)`,
    )
  })

  test('tells a clerk of a foreign town the same, whatever ticket it is', async () => {
    const valid = await aResident(site.db.sql, { municipalityCode: otherTown })
    const seen = new Set<string>()
    for (const number of [valid.ticketNumber, '9876543210', '1234567890']) {
      const ticket = {
        municipalityCode: otherTown,
        number,
        registerNumber: 'R1',
        issuedOn: '2021-04-01',
      }
      const { status, text } = await post('/api/v1/tickets', from('clerk'), { tickets: [ticket] })
      seen.add(`${status} ${text}`)
    }
    expect([...seen]).toEqual([expect.stringMatching(/^403 .*notYourMunicipality/)])
  })
})

describe('T3: a tablet that guesses', () => {
  const guess = () =>
    aScan({
      municipalityCode: town,
      ticketNumber: String(5_000_000_000 + Math.floor(Math.random() * 4e9)),
    })

  test('is locked after twenty unknown tickets within the hour; an administrator lets it on', async () => {
    const verdicts: string[] = []
    let refusedAfter = -1
    for (let i = 0; i < 40 && refusedAfter < 0; i++) {
      const { status, body } = await send(site.base, own.tablet, 'POST', scans, guess())
      if (status === 403) refusedAfter = i
      else verdicts.push(body.verdict as string)
    }
    expect(refusedAfter).toBe(20)
    expect(new Set(verdicts)).toEqual(new Set(['waiting']))
    expect((await scan(own.tablet)).body.code).toBe('deviceLocked')
    expect(await site.db.sql`select 1 from security_alert where about_id = ${own.id}`).toHaveLength(
      1,
    )
    const unlock = `/api/v1/devices/${own.id}/unlock`
    expect((await post(unlock, from('clerk'))).status).toBe(403)
    expect((await post(unlock, administrator())).status).toBe(200)
    expect((await scan(own.tablet)).status).toBe(201)
  })

  test('10,000 random tickets: all after the twentieth get one and the same answer', async () => {
    const batch = () => ({ scans: Array.from({ length: 500 }, guess) })
    const waiting = async () => {
      const [row] = await site.db.sql`select count(*)::int as n from scan where verdict = 'waiting'`
      return row?.n as number
    }
    const before = await waiting()
    const { body } = await send(site.base, own.tablet, 'POST', `${scans}/batch`, batch())
    const results = body.results as { status: number; problem?: { code: string } }[]
    expect(
      results.filter(({ problem }) => problem?.code === 'deviceLocked').length,
    ).toBeGreaterThan(470)
    // Twenty, and those that were on their way when the twentieth came.
    expect((await waiting()) - before).toBeLessThanOrEqual(20 + 4)
    const seen = new Set<string>()
    for (let i = 0; i < 20; i++) {
      const { status, text } = await send(site.base, own.tablet, 'POST', `${scans}/batch`, batch())
      seen.add(`${status} ${text}`)
    }
    expect([...seen]).toEqual([expect.stringMatching(/^403 /)])
  })

  test('starts afresh after an hour, and the same scan again counts once', async () => {
    const one = guess()
    for (let i = 0; i < 30; i++) await send(site.base, own.tablet, 'POST', scans, one)
    const count = async () => {
      const [row] = await site.db.sql`select unknown_tickets as n from device where id = ${own.id}`
      return row?.n as number
    }
    expect(await count()).toBe(1)
    for (let i = 0; i < 10; i++) await send(site.base, own.tablet, 'POST', scans, guess())
    expect(await count()).toBe(11)
    await site.db
      .sql`update device set unknown_since = now() - interval '61 minutes' where id = ${own.id}`
    await send(site.base, own.tablet, 'POST', scans, guess())
    expect(await count()).toBe(1)
  })

  test('T5: a fabricated number is refused before any of this', async () => {
    const { line: _, ...rest } = guess()
    const ticket = { municipalityCode: town, number: '0000000000' }
    const zero = { ...rest, ticket, slipKind: 'vaccination', claimedDoseNumber: 1 }
    const { status, body } = await send(site.base, own.tablet, 'POST', scans, zero)
    expect([status, body.code]).toEqual([422, 'ticketNumberZero'])
  })
})

test('a program keeps its own door: no proof, named abilities', async () => {
  expect((await post(scans, asProgram, aScan(await aResident(site.db.sql)))).status).toBe(201)
  expect((await post('/api/v1/enrolments', asProgram, {})).status).toBe(403)
})
