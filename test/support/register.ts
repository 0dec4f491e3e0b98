/**
 * The register's side of the HTTP interface over a real database, under the api's own role, on a day
 * that the test chooses. Everybody in it is made up.
 */
import { randomUUID } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import { pino } from 'pino'
import type { ApiDeps } from '../../api/deps.ts'
import { sendProblem, toProblem } from '../../api/problem.ts'
import { moveRoutes } from '../../api/routes/moves.ts'
import { protectionRoutes } from '../../api/routes/protection.ts'
import { registerRoutes } from '../../api/routes/register.ts'
import { scanRoutes } from '../../api/routes/scans.ts'
import { waveRoutes } from '../../api/routes/waves.ts'
import { clockOf } from '../../config/clock.ts'
import { connect } from '../../db/client.ts'
import { seedMunicipalities } from '../../db/seed.ts'
import { tokyoInstant } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { nextOf } from './numbering.ts'
import { acceptPlans } from './plan.ts'
import type { SealedDatabase } from './sealed.ts'

/** Real codes of the ministry's list; whatever happens there in a test is made up. */
export const towns = { A: '012025', B: '012033', C: '022012' } as const
export type Town = keyof typeof towns

export type Answer = { status: number; body: Record<string, unknown> }

export type Register = Awaited<ReturnType<typeof openRegister>>

export async function openRegister(database: SealedDatabase, firstDay: string) {
  await seedMunicipalities(database.sql as never)
  await acceptPlans(database.sql)
  const sql = connect(database.urls.sesshu_api, { name: 'test', max: 4 })
  let today = firstDay as PlainDate
  let wakes = 0
  const noon = () => Date.parse(tokyoInstant(today, 720))
  const deps: ApiDeps = {
    sql,
    vault: database.vault,
    clock: clockOf(() => [{ wallAt: 0, campaignAt: noon(), pace: 0 }]),
    log: pino({ level: 'silent' }),
    wakeRelays: () => {
      wakes++
    },
  }
  const app = new OpenAPIHono()
  app.onError((error, c) => sendProblem(c, toProblem(error)))
  const all = [registerRoutes, moveRoutes, scanRoutes, protectionRoutes, waveRoutes]
  for (const routes of all) app.route('/', routes(deps))

  const call =
    (method: string) =>
    async (path: string, body: object): Promise<Answer> => {
      const answer = await app.request(path, {
        method,
        headers: { 'content-type': 'application/json', 'accept-language': 'en' },
        body: JSON.stringify(body),
      })
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
    }
  return {
    post: call('POST'),
    put: call('PUT'),
    setToday: (day: string) => {
      today = day as PlainDate
    },
    wakes: () => wakes,
    close: () => sql.end({ timeout: 5 }),
  }
}

export type Person = { number: string; bornOn: string }

export function somebody(bornOn = '1950-01-01'): Person {
  return { number: `${process.pid}-${nextOf('somebody')}`, bornOn }
}

export function residentOf(person: Person, town: Town, more: object = {}) {
  return {
    municipalityCode: towns[town],
    registerNumber: `${town}${person.number}`,
    name: { family: '見本', given: '太郎', kana: 'みほん たろう' },
    bornOn: person.bornOn,
    postcode: '0400001',
    address: `見本町1番 ${town}`,
    residentSince: '2010-04-01',
    ...more,
  }
}

export function told(person: Person, town: Town, more: object) {
  return {
    eventId: randomUUID(),
    municipalityCode: towns[town],
    registerNumber: `${town}${person.number}`,
    ...more,
  }
}

export function movedIn(person: Person, to: Town, from: Town | undefined, on: string) {
  return told(person, to, {
    kind: 'movedIn',
    effectiveOn: on,
    ...(from && {
      previous: { municipalityCode: towns[from], registerNumber: `${from}${person.number}` },
    }),
    name: { family: '見本', given: '太郎', kana: 'みほん たろう' },
    bornOn: person.bornOn,
    postcode: '0470001',
    address: `見本町2番 ${to}`,
  })
}

export function sheetOf(person: Person, town: Town, issuedOn: string) {
  return {
    municipalityCode: towns[town],
    // In steps of 97, so that none is a neighbour of another by a digit or a swap.
    number: String(((process.pid % 100_000) * 1000 + nextOf('sheet')) * 97).padStart(10, '0'),
    registerNumber: `${town}${person.number}`,
    issuedOn,
  }
}

export const venueCode = '0110000018'

/** A first or second dose of the town's sheet, as a venue scans it. */
export function scanOf(
  sheet: { municipalityCode: string; number: string },
  dose: number,
  on: string,
) {
  return {
    scanId: randomUUID(),
    line: `2${dose}${sheet.municipalityCode}${sheet.number}`,
    readBy: 'qr',
    givenOn: on,
    venueCode,
    productCode: 'pfizer',
    lotNumber: 'MIHON01',
    source: 'test',
  }
}

export async function openVenue(register: Register): Promise<void> {
  await register.put(`/venues/${venueCode}`, { municipalityCode: towns.A, name: '見本体育館' })
  const lot = { productCode: 'pfizer', lotNumber: 'MIHON01', expiresOn: '2022-01-31' }
  await register.put('/lots', { lots: [lot] })
}
