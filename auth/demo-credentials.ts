/**
 * A demo's `demo-credentials.json`: an account per role, a key to the register, an enrolled tablet per
 * venue with its private key. Everybody in it is made up; outside the demo's own namespace, or away from
 * this machine, it is refused.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { exportJWK, generateKeyPair } from 'jose'
import { campaignNamespace } from '../config/campaign.ts'
import { type DataDir, writeWhole } from '../config/data-dir.ts'
import type { PublicJwk } from '../db/auth/devices.ts'
import type { Sql } from '../db/client.ts'
import { thumbprintOf } from './dpop.ts'
import { asOwner, grantProgram, putAccount } from './grants.ts'
import { originOf } from './origin.ts'
import { hashPassword } from './password.ts'
import { fitsOffice, type Role, roles, systemOffice } from './roles.ts'
import { newSecret } from './secrets.ts'

export type DemoVenue = { code: string; municipalityCode: string }

type StaffOfTown = { municipalityCode: string; login: string; password: string }

export type DemoCredentials = {
  accounts: { role: Role; login: string; password: string; office: string }[]
  /** Each town's own, who accepts the supervisory plan for it. */
  administrators: StaffOfTown[]
  /** A second one in each town, for what takes two. */
  deputies: StaffOfTown[]
  /** Each town's own, who writes down what no program may. */
  clerks: StaffOfTown[]
  /** Keeps registers, for any municipality of the demo. */
  register: { token: string }
  devices: { deviceId: string; venueCode: string; municipalityCode: string; privateJwk: object }[]
}

/** A password of 128 random bits needs no slow hash; its parameters are kept like any other's. */
const quickCost = { logN: 12, r: 8, p: 1 }
/** A compressed campaign sends the work of months within minutes. */
const demoLimit = { points: 1_000_000, perSeconds: 60 }

/** Safe to repeat: a file that is there is left, and goes on to open the same database. */
export async function writeDemoCredentials(options: {
  ownerUrl: string
  namespace: string
  webUrl: string
  dir: DataDir
  venues: DemoVenue[]
  /** Every municipality that takes part. */
  towns: string[]
}): Promise<void> {
  const { ownerUrl, namespace, webUrl, dir, venues, towns } = options
  const isHere = originOf(new URL(webUrl)).isLoopback
  if (namespace !== campaignNamespace || !isHere) {
    throw new Error('Made-up credentials are for a demo on this machine alone.')
  }
  if (existsSync(dir.demoCredentials)) return
  const credentials = await asOwner(ownerUrl, async (sql) => {
    const accounts = await makeAccounts(sql, venues[0]?.municipalityCode ?? '131041')
    const administrators = await makeInEachTown(sql, 'municipalAdministrator', accounts, towns)
    const deputies = await makeDeputies(sql, administrators)
    const clerks = await makeInEachTown(sql, 'clerk', accounts, towns)
    const token = newSecret()
    await grantProgram(sql, { name: 'demo register', token, mayManageRegister: true })
    const devices = await Promise.all(venues.map((venue) => makeDevice(sql, venue)))
    await liftLimits(sql)
    await sql`update wave_setting set one_opens = true`
    return {
      accounts,
      administrators,
      deputies,
      clerks,
      register: { token },
      devices,
    } satisfies DemoCredentials
  })
  writeWhole(dir.demoCredentials, `${JSON.stringify(credentials, null, 2)}\n`)
}

async function makeAccounts(sql: Sql, town: string): Promise<DemoCredentials['accounts']> {
  const accounts: DemoCredentials['accounts'] = []
  for (const role of roles) {
    const login = `demo-${role.toLowerCase()}`
    const password = randomBytes(16).toString('base64url')
    const office = fitsOffice(role, systemOffice) ? systemOffice : town
    const passwordHash = await hashPassword(password, quickCost)
    await putAccount(sql, { login, role, office, passwordHash, isDemo: true })
    accounts.push({ role, login, password, office })
  }
  return accounts
}

/** The account of the role for its own town, and one more for each other. */
async function makeInEachTown(
  sql: Sql,
  role: Role,
  accounts: DemoCredentials['accounts'],
  towns: string[],
): Promise<StaffOfTown[]> {
  const { login, password, office } = accounts.find((account) => account.role === role)!
  const made = [{ municipalityCode: office, login, password }]
  for (const code of towns.filter((town) => town !== office)) {
    const own = { login: `${login}-${code}`, password: randomBytes(16).toString('base64url') }
    const passwordHash = await hashPassword(own.password, quickCost)
    await putAccount(sql, { login: own.login, role, office: code, passwordHash, isDemo: true })
    made.push({ municipalityCode: code, ...own })
  }
  return made
}

async function makeDeputies(sql: Sql, administrators: StaffOfTown[]): Promise<StaffOfTown[]> {
  return await Promise.all(
    administrators.map(async ({ municipalityCode }) => {
      const login = `demo-deputy-${municipalityCode}`
      const password = randomBytes(16).toString('base64url')
      const passwordHash = await hashPassword(password, quickCost)
      const role = 'municipalAdministrator'
      await putAccount(sql, { login, role, office: municipalityCode, passwordHash, isDemo: true })
      return { municipalityCode, login, password }
    }),
  )
}

async function makeDevice(sql: Sql, venue: DemoVenue): Promise<DemoCredentials['devices'][number]> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const privateJwk = await exportJWK(privateKey)
  const { x, y } = privateJwk as PublicJwk
  const publicJwk: PublicJwk = { kty: 'EC', crv: 'P-256', x, y }
  const deviceId = randomUUID()
  await sql`
    insert into device (id, municipality_code, venue_code, name, public_jwk, thumbprint,
                        opens_minute, closes_minute)
    values (${deviceId}, ${venue.municipalityCode}, ${venue.code}, 'demo', ${sql.json(publicJwk)},
            ${await thumbprintOf(publicJwk)}, 0, 1440)`
  const { code: venueCode, municipalityCode } = venue
  return { deviceId, venueCode, municipalityCode, privateJwk }
}

async function liftLimits(sql: Sql): Promise<void> {
  await sql`update limit_setting set points = ${demoLimit.points}, per_seconds = ${demoLimit.perSeconds}`
}
