// A demo's credentials: written in a demo on this machine alone, and enough to play a campaign by.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../../api/app.ts'
import { type DemoCredentials, writeDemoCredentials } from '../../../auth/demo-credentials.ts'
import { roles } from '../../../auth/roles.ts'
import { campaignNamespace } from '../../../config/campaign.ts'
import { dataDirAt } from '../../../config/data-dir.ts'
import { publishPlans } from '../../../db/oversight/plan.ts'
import { seedMunicipalities } from '../../../db/seed.ts'
import { acceptPlan } from '../../../simulator/accept-plan.ts'
import { createClient } from '../../../simulator/client.ts'
import { readCredentials } from '../../../simulator/credentials.ts'
import { factsOf } from '../../../simulator/facts.ts'
import { makeTruth } from '../../../simulator/generate.ts'
import { letLettersLeave } from '../../../simulator/let-letters-leave.ts'
import { mark } from '../../../simulator/marked.ts'
import { setUpTowns, townsIn } from '../../../simulator/set-up.ts'
import { appDeps } from '../../support/api.ts'
import { type Served, serveApp } from '../../support/browser.ts'
import { registerTruth } from '../../support/register-truth.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

const truth = makeTruth({ residents: 40, days: 60, seed: 3, rates: 'teaching' })
const { venues } = truth.header

let db: SealedDatabase
let deps: ReturnType<typeof appDeps>
let served: Served
let root = ''
const dir = () => dataDirAt(root)
const write = (more: object = {}) =>
  writeDemoCredentials({
    ...{ ownerUrl: db.urls.owner, namespace: campaignNamespace, webUrl: served.url },
    ...{ dir: dir(), venues, towns: townsIn(truth) },
    ...more,
  })

beforeAll(async () => {
  db = await sealedDatabase()
  await seedMunicipalities(db.sql as never)
  await publishPlans(db.sql as never)
  root = mkdtempSync(join(tmpdir(), 'sesshu-credentials-'))
  deps = appDeps(db, '2021-12-31')
  served = await serveApp(createApp(deps, { auth: { isDemo: true } }))
})
afterAll(async () => {
  await served?.close()
  await deps?.close()
  await db?.drop()
  rmSync(root, { recursive: true, force: true })
})

const kept = (): DemoCredentials => JSON.parse(readFileSync(dir().demoCredentials, 'utf8'))

describe('demo-credentials.json', () => {
  test.each([
    ['another namespace', { namespace: 'sesshu' }],
    ['another machine', { webUrl: 'http://10.0.0.7:8720' }],
  ])('is refused for %s', async (_, more) => {
    await expect(write(more)).rejects.toThrow('a demo on this machine alone')
    expect(await db.sql`select 1 from account`).toHaveLength(0)
  })

  test('holds an account per role and a tablet per venue, for its owner’s eyes', async () => {
    await write()
    const { accounts, devices } = kept()
    expect(accounts.map(({ role }) => role)).toEqual([...roles])
    expect(devices.map(({ venueCode }) => venueCode)).toEqual(venues.map(({ code }) => code))
    expect(statSync(dir().demoCredentials).mode & 0o777).toBe(0o600)
  })

  test('is left as it is when the demo goes on', async () => {
    const before = kept()
    await write()
    expect(kept()).toEqual(before)
    expect(await db.sql`select 1 from account`).toHaveLength(
      roles.length + 2 * (townsIn(truth).length - 1) + townsIn(truth).length,
    )
  })

  test('signs every role in', async () => {
    for (const { login, password, role, office } of kept().accounts) {
      const answer = await fetch(`${served.url}/auth/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login, password }),
      })
      expect(await answer.json()).toMatchObject({ role, office })
    }
  })
})

test('each town’s administrator accepts the plan over HTTP; before that nobody is registered', async () => {
  const { register, administrators } = await readCredentials(root)
  const client = createClient({ apiUrl: served.url, token: register.token })
  await setUpTowns(client, truth)
  await expect(registerTruth(client, truth)).rejects.toThrow('planNotAccepted')
  expect(administrators.map(({ municipalityCode }) => municipalityCode).sort()).toEqual(
    townsIn(truth).sort(),
  )
  await acceptPlan({ apiUrl: served.url, administrators })
  await acceptPlan({ apiUrl: served.url, administrators })
  const answers = await db.sql`
    select municipality_code, answer from plan_answer order by municipality_code`
  expect(answers).toEqual(
    townsIn(truth)
      .sort()
      .map((municipality_code) => ({ municipality_code, answer: 'accepts' })),
  )
})

test('two administrators of each town let letters leave; a register’s key does not', async () => {
  const { register, administrators, deputies } = await readCredentials(root)
  const towns = townsIn(truth)
  await setUpTowns(createClient({ apiUrl: served.url, token: register.token }), truth)
  const limits = () => db.sql<{ upTo: number; waits: boolean }[]>`
    select release_automatically_up_to as "upTo", waits_for_reconciliation as waits
      from municipality_setting where municipality_code = any(${towns})`
  expect(await limits()).toEqual(towns.map(() => ({ upTo: 0, waits: true })))
  const alone = { apiUrl: served.url, administrators, deputies: administrators, towns }
  await expect(letLettersLeave(alone)).rejects.toThrow('403')
  await letLettersLeave({ ...alone, deputies })
  expect(await limits()).toEqual(towns.map(() => ({ upTo: 2_000, waits: true })))
  const asked = await db.sql`select from approval where kind = 'releaseRule'`
  await letLettersLeave({ ...alone, deputies })
  expect(await db.sql`select from approval where kind = 'releaseRule'`).toEqual(asked)
})

test('a simulator that speaks HTTP alone sets up the towns and scans by tablet', async () => {
  const { register, devices } = await readCredentials(root)
  const client = createClient({ apiUrl: served.url, token: register.token, devices })
  await setUpTowns(client, truth)
  await registerTruth(client, truth)
  const scans = factsOf(truth)
    .filter(({ kind }) => kind === 'scan')
    .slice(0, 12)
  const answers = await Promise.all(
    scans.map(({ path, body }) => client.send('POST', `/api/v1${path}`, body)),
  )
  expect(answers.map(({ status }) => status)).toEqual(scans.map(() => 201))
  const signed = await db.sql`select distinct device_id from device_token`
  expect(signed.length).toBeGreaterThan(0)
  // The key to the register opens the register alone.
  const bare = createClient({ apiUrl: served.url, token: register.token })
  expect((await bare.send('POST', '/api/v1/scans', scans[0]!.body)).status).toBe(403)
})

test('a town’s own clerk tells where its protected people can be reached; a program may not', async () => {
  const { register, clerks } = await readCredentials(root)
  const arranged = mark(truth)
  const facts = factsOf(arranged)
  // Who has not moved is where the set-up has registered them.
  const stays = arranged.people.filter(({ residences }) => residences.length === 1)
  const delivery = facts.find(
    ({ kind, personId }) => kind === 'delivery' && stays.some(({ id }) => id === personId),
  )
  const protection = facts.find(
    ({ kind, personId }) => kind === 'protection' && personId === delivery!.personId,
  )!
  expect(delivery!.atMs).toBeGreaterThan(protection.atMs)
  const { municipalityCode, registerNumber } = delivery!.body as Record<string, string>
  const client = createClient({ apiUrl: served.url, token: register.token, clerks })
  const send = (fact: typeof protection, by = client) =>
    by.send(fact.method ?? 'POST', `/api/v1${fact.path}`, fact.body)
  expect(await send(protection)).toMatchObject({ status: 200 })
  const program = createClient({ apiUrl: served.url, token: register.token })
  expect((await send(delivery!, program)).status).toBe(403)
  expect(await send(delivery!)).toMatchObject({ status: 200, body: { status: 'kept' } })
  // The session is over, and the clerk signs in again.
  await db.sql`update account_session set revoked_at = now()`
  expect((await send(delivery!)).status).toBe(200)
  const rows = await db.sql`
    select from delivery_arrangement d
      join resident r on (r.municipality_code, r.id) = (d.municipality_code, d.resident_id)
     where r.municipality_code = ${municipalityCode!} and r.register_number = ${registerNumber!}`
  expect(rows).toHaveLength(1)
})

test('a new server is met with a new nonce, and nothing is lost', async () => {
  const { register, devices } = await readCredentials(root)
  const port = Number(new URL(served.url).port)
  const client = createClient({ apiUrl: served.url, token: register.token, devices })
  const scans = factsOf(truth)
    .filter(({ kind }) => kind === 'scan')
    .slice(12, 16)
  const send = ({ path, body }: (typeof scans)[number]) =>
    client.send('POST', `/api/v1${path}`, body)
  expect((await send(scans[0]!)).status).toBe(201)
  await served.close()
  served = await serveApp(createApp(deps, { auth: { isDemo: true } }), port)
  for (const scan of scans.slice(1)) expect((await send(scan)).status).toBe(201)
})
