/** Proves that a keyd whose keys are elsewhere makes no new ones, and that nobody waits under a lock for it. */
import { randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { carryOut } from '../../../cli/doctor/check.ts'
import { keyChecks } from '../../../cli/doctor/keys.ts'
import { openVault } from '../../../vault/open-vault.ts'
import { openRegister, residentOf, somebody, towns } from '../../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

let database: SealedDatabase
let elsewhere: string
/** A data dir as doctor knows it, with keyd's folder in it. */
let dataDir: string

beforeAll(async () => {
  database = await sealedDatabase()
  dataDir = mkdtempSync(join(tmpdir(), 'sesshu-keys-'))
  elsewhere = join(dataDir, 'backup')
})
afterAll(async () => {
  await database?.drop()
  rmSync(dataDir, { recursive: true, force: true })
})

const doctor = async () => {
  rmSync(join(dataDir, 'keyd'), { recursive: true, force: true })
  cpSync(database.keyd.folder, join(dataDir, 'keyd'), {
    recursive: true,
    filter: (path) => !path.endsWith('.sock'),
  })
  return carryOut(keyChecks(database.urls.owner, dataDir)[0]!)
}

it('an empty folder beside a database with keys is refused and stays empty; with the copy it goes on', async () => {
  const { keyd, vault } = database
  expect(await doctor()).toMatchObject({ status: 'ok', message: 'none is needed yet' })
  const register = await openRegister(database, '2021-06-30')
  const person = somebody()
  const residents = [residentOf(person, 'A'), residentOf(somebody(), 'B')]
  const told = () => register.post('/residents', { residents })
  expect((await told()).status).toBe(200)
  expect(await doctor()).toMatchObject({ status: 'ok', message: expect.stringMatching(/^2 in/) })

  await keyd.end()
  cpSync(keyd.folder, elsewhere, { recursive: true })
  for (const name of readdirSync(keyd.folder)) {
    rmSync(join(keyd.folder, name), { recursive: true, force: true })
  }
  const refused = new RegExp(
    `keys that are not in ${keyd.folder}: municipality ${towns.A}, version 1 and 1 more.*` +
      'Put the newest copy of the folder keyd/ there',
  )
  await expect(keyd.start()).rejects.toThrow(refused)
  for (const made of ['root.key', 'sign.key', 'erasures.jsonl', join('town', towns.A)]) {
    expect(existsSync(join(keyd.folder, made)), made).toBe(false)
  }
  expect(await doctor()).toMatchObject({
    status: 'fail',
    message: expect.stringMatching(/^2 of 2 are not in/),
    whatToDo: expect.stringMatching(/newest copy of the folder keyd/),
  })

  // A copy from before a town's first key, or its last rotation, will not do either.
  cpSync(elsewhere, keyd.folder, { recursive: true })
  const key = join('town', towns.B, '1.key')
  renameSync(join(keyd.folder, key), join(dataDir, 'away'))
  await expect(keyd.start()).rejects.toThrow(new RegExp(`municipality ${towns.B}, version 1\\.`))
  expect(await doctor()).toMatchObject({ message: expect.stringMatching(/^1 of 2 are not in/) })
  renameSync(join(dataDir, 'away'), join(keyd.folder, key))
  await keyd.start()
  expect((await told()).body).toMatchObject({ results: [{ status: 'same' }, { status: 'same' }] })
  expect(vault).toBeDefined()
  await register.close()
})

it('keyd away: whoever registers waits for it before the town is locked, and is told so', async () => {
  const { keyd, sql } = database
  const vault = openVault({
    socketPath: keyd.socketPath,
    token: keyd.token('api'),
    timeoutMs: 700,
    looks: sql as never,
  })
  const register = await openRegister({ ...database, vault }, '2021-06-30')
  const person = somebody()
  const stay = { ...residentOf(person, 'C'), from: '2021-01-01' }
  const { residentSince: _, ...staying } = stay
  await keyd.end()
  const calls = [
    register.post('/residents', { residents: [residentOf(person, 'A')] }),
    register.post('/tickets', {
      tickets: [
        {
          municipalityCode: towns.A,
          number: '0000000001',
          registerNumber: 'A1',
          issuedOn: '2021-04-01',
        },
      ],
    }),
    register.post('/waves', {
      waveId: randomUUID(),
      municipalityCode: towns.A,
      bornOnOrBefore: '1957-04-01',
    }),
    register.post('/stays', staying),
    register.post('/deaths', {
      eventId: randomUUID(),
      municipalityCode: towns.A,
      registerNumber: 'A1',
      on: '2021-06-01',
    }),
  ]
  // As `openRegister` calls its connections: others may lock what they like.
  const ofRegister = 'test'
  let held = 0
  const looking = setInterval(async () => {
    const [locks] = await sql`
      select count(*)::int as n from pg_locks join pg_stat_activity using (pid)
       where application_name = ${ofRegister}
         and database = (select oid from pg_database where datname = current_database())
         and (locktype = 'advisory' or mode in ('RowShareLock', 'RowExclusiveLock'))`
    held = Math.max(held, locks!.n)
  }, 50)
  const answers = await Promise.all(calls)
  clearInterval(looking)
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 503, body: { code: 'keysAway' } })
  }
  expect(held).toBe(0)
  await keyd.start()
  await vault.close()
  await register.close()
})
