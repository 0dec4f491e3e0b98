/** Tablets of a test: keys made here, enrolled by the front door, signing like any other from outside. */
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { createApp } from '../../api/app.ts'
import type { DeviceCredential } from '../../simulator/credentials.ts'
import { createTablet, type Tablet } from '../../simulator/tablet.ts'
import { appDeps } from './api.ts'
import { serveApp } from './browser.ts'
import { as, type Staff, seedStaff } from './credentials.ts'
import { freshDatabase } from './db.ts'
import { otherTown, seedTowns, town } from './town.ts'

export type DeviceSite = Awaited<ReturnType<typeof deviceSite>>

/** The app on a port, over a database with two towns, three venues and their staff. */
export async function deviceSite() {
  const db = await freshDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  await db.sql`insert into venue (code, municipality_code, name)
               values ('1310400026', ${town}, '隣の会場'), ('0110000018', ${otherTown}, '遠い会場')`
  const deps = appDeps(db)
  const served = await serveApp(createApp(deps))
  const from = (who: Staff) => ({ ...as(who), origin: served.url })
  return {
    db,
    deps,
    base: served.url,
    from,
    administrator: () => from('municipalAdministrator'),
    close: async () => {
      await served.close()
      await deps.close()
      await db.drop()
    },
  }
}

export function newKey(venueCode: string): DeviceCredential {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const privateJwk = privateKey.export({ format: 'jwk' }) as JsonWebKey
  return { venueCode, privateJwk: privateJwk as DeviceCredential['privateJwk'] }
}

export type EnrolledTablet = { id: string; key: DeviceCredential; tablet: Tablet }

/** Asks for a code as the administrator whose headers are given, and uses it. */
export async function enrolTablet(
  base: string,
  venueCode: string,
  administrator: Record<string, string>,
  hours = { opensAt: '00:00', closesAt: '24:00' },
): Promise<EnrolledTablet> {
  const made = await fetch(`${base}/api/v1/enrolments`, {
    method: 'POST',
    headers: { ...administrator, 'content-type': 'application/json' },
    body: JSON.stringify({ venueCode, ...hours }),
  })
  const { code } = (await made.json()) as { code: string }
  const key = newKey(venueCode)
  const tablet = createTablet(base, key)
  const answer = await enrol(base, tablet, code)
  if (answer.status !== 201) throw new Error(`not enrolled: ${await answer.text()}`)
  const { deviceId } = (await answer.json()) as { deviceId: string }
  return { id: deviceId, key, tablet }
}

/** Twice, because the first proof cannot know the nonce. */
export async function enrol(base: string, tablet: Tablet, code: string): Promise<Response> {
  const path = '/auth/devices/enrol'
  for (let isLastTry = false; ; isLastTry = true) {
    const answer = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { dpop: tablet.proof('POST', path), 'content-type': 'application/json' },
      body: JSON.stringify({ code, name: 'tablet' }),
    })
    if (!tablet.learn(answer) || isLastTry) return answer
    await answer.body?.cancel()
  }
}

export type Sent = { status: number; body: Record<string, unknown>; text: string; ms: number }

/** One request by the tablet, signed again when the nonce has changed. */
export async function send(
  base: string,
  tablet: Tablet,
  method: string,
  path: string,
  body?: unknown,
): Promise<Sent> {
  for (let tries = 1; ; tries++) {
    const headers = await tablet.headers(method, path)
    const sent = await sendWith(base, headers, method, path, body)
    if (!tablet.learn(sent.response) || tries === 3) return sent
  }
}

/** The very headers given, whoever they belong to. */
export async function sendWith(
  base: string,
  headers: Record<string, string>,
  method: string,
  path: string,
  body?: unknown,
): Promise<Sent & { response: Response }> {
  const startedAt = performance.now()
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { ...headers, 'content-type': 'application/json', 'accept-language': 'en' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const ms = performance.now() - startedAt
  return { response, status: response.status, text, ms, body: text ? JSON.parse(text) : {} }
}
