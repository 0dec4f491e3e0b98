// Erased since the backup, and brought back by it: before anybody but keyd may connect, they are gone again.
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { erasureSubject } from '../../db/residents/erasure-subject.ts'
import { urlFor } from '../../db/roles.ts'
import { deleteDataDir } from '../../db/server.ts'
import { type System, startSystem } from '../../supervisor/start-system.ts'
import { systemParts } from '../../supervisor/system.ts'
import { sesshu } from '../support/command.ts'
import { as, asProgram, letTestTokenIn, seedStaff } from '../support/credentials.ts'
import { newDataDir } from '../support/running-system.ts'
import { arrangedIn } from '../support/system-vault.ts'
import { HEALTHY_WITHIN_MS } from '../support/systems.ts'
import { aResident, aScan, type SeededResident, seedTowns, town } from '../support/town.ts'

const quiet = { info: () => {}, warn: () => {} }

let root: string

beforeEach(() => {
  root = newDataDir()
  mkdirSync(join(root, 'backups'))
})
afterEach(async () => {
  for (const name of readdirSync(root)) await deleteDataDir(join(root, name))
  rmSync(root, { recursive: true, force: true })
})

/** The parts of a real system that this is about, and no others. */
async function systemOf(dataDir: string, needed: string[], ready = needed): Promise<System> {
  const system = await startSystem({
    dataDir,
    own: true,
    log: quiet,
    ports: { web: 0, ui: 0 },
    parts: (...parts) =>
      systemParts(...parts).filter((part) =>
        needed.includes('task' in part ? part.task.name : part.process.name),
      ),
  })
  await system.waitHealthy(HEALTHY_WITHIN_MS, ready)
  return system
}

const all = ['postgres', 'database', 'keyd', 'erasures', 'sealer', 'api']

const superuserOf = ({ urls }: System) =>
  postgres(urlFor(urls.superuserUrl as string, { database: 'sesshu' }), {
    max: 2,
    onnotice: () => {},
  })

async function post(system: System, path: string, body: object, headers: object) {
  const answer = await fetch(`${system.urls.web}${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  expect([200, 201], text).toContain(answer.status)
  return JSON.parse(text)
}

async function erase(system: System, { residentId }: SeededResident): Promise<void> {
  const staff = (who: Parameters<typeof as>[0]) => ({ ...as(who), origin: system.urls.web })
  const { id } = await post(
    system,
    '/api/v1/approvals',
    {
      kind: 'keyDestruction',
      subject: erasureSubject(town, [residentId]),
      reasonCode: 'ownRequest',
    },
    staff('municipalAdministrator'),
  )
  await post(system, `/api/v1/approvals/${id}/approve`, {}, staff('secondAdministrator'))
  const asked = { municipalityCode: town, residentId, approvalId: id, reason: 'ownRequest' }
  expect(await post(system, '/api/v1/erasures', asked, staff('municipalAdministrator'))).toEqual({
    erased: 1,
  })
}

async function tracesOf(sql: postgres.Sql, { residentId }: SeededResident) {
  const [row] = await sql`
    select (select count(*) from resident_key where resident_id = ${residentId})::int as keys,
           (select count(*) from person where resident_id = ${residentId})::int as names,
           (select count(*) from residence where resident_id = ${residentId})::int as addresses,
           (select count(*) from dose where resident_id = ${residentId})::int as doses,
           (select count(*) from ticket where resident_id = ${residentId} and number is not null)::int as numbers`
  return row
}

const whole = { keys: 1, names: 1, addresses: 1, doses: 1, numbers: 1 }
const gone = { keys: 0, names: 0, addresses: 0, doses: 1, numbers: 0 }

async function mayConnect(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    await sql`select 1`
    return true
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 1 })
  }
}

test('a restore of an older backup brings nobody back', async () => {
  const [oldDir, newDir] = [join(root, 'old'), join(root, 'new')]
  const old = await systemOf(oldDir, all)
  const seeding = await arrangedIn(oldDir, old)
  await seedTowns(seeding.sql)
  await letTestTokenIn(seeding.sql)
  await seedStaff(seeding.sql)
  const [ada, bob] = [await aResident(seeding), await aResident(seeding)]
  for (const person of [ada, bob]) await post(old, '/api/v1/scans', aScan(person), asProgram)

  const backups = join(root, 'backups')
  const taken = await sesshu('backup', '--to', backups, '--data-dir', oldDir)
  expect(taken.code, taken.stderr).toBe(0)
  await erase(old, ada)
  expect(await tracesOf(seeding.sql, ada)).toEqual(gone)
  await seeding.close()
  await old.stop()

  const restored = await sesshu('restore', '--from', backups, '--data-dir', newDir)
  expect(restored.code, restored.stderr).toBe(0)

  // Without keyd's folder nothing goes on: its list is not there, and nobody is let in.
  const without = await systemOf(
    newDir,
    ['postgres', 'database', 'keyd', 'erasures', 'api'],
    ['postgres', 'database'],
  )
  const before = superuserOf(without)
  expect(await tracesOf(before, ada)).toEqual(whole)
  await expect(without.waitHealthy(4_000, ['keyd'])).rejects.toThrow()
  for (const role of [
    'sesshu_api',
    'sesshu_worker',
    'sesshu_relay',
    'sesshu_statistics',
  ] as const) {
    expect([role, await mayConnect(without.urls.roles[role])]).toEqual([role, false])
  }
  await before.end()
  without.force()
  await without.stop()
  rmSync(join(newDir, 'keyd'), { recursive: true, force: true })

  // With it, keyd takes them out first; then everybody is let in.
  await cp(join(oldDir, 'keyd'), join(newDir, 'keyd'), { recursive: true })
  const again = await systemOf(newDir, all)
  const after = superuserOf(again)
  expect(await tracesOf(after, ada)).toEqual(gone)
  expect(await tracesOf(after, bob)).toEqual(whole)
  expect(await mayConnect(again.urls.roles.sesshu_api)).toBe(true)
  const arranged = await arrangedIn(newDir, again)
  const [key] = await after`
    select wrapped, key_version as "keyVersion", dek_version as "dekVersion" from resident_key
     where resident_id = ${bob.residentId}`
  const named = { ...(key as object), municipalityCode: town, fields: ['name'] as const }
  const opened = await arranged.vault.unlock('showCourse', [
    { ...named, residentId: bob.residentId } as never,
  ])
  expect([...opened.keys()]).toEqual([bob.residentId])
  await arranged.close()
  await after.end()
  await again.stop()
})

test('the next start of a restored system lets everybody in as ever', async () => {
  const [oldDir, newDir] = [join(root, 'old'), join(root, 'new')]
  const old = await systemOf(oldDir, all)
  const backups = join(root, 'backups')
  expect((await sesshu('backup', '--to', backups, '--data-dir', oldDir)).code).toBe(0)
  await old.stop()
  expect((await sesshu('restore', '--from', backups, '--data-dir', newDir)).code).toBe(0)
  await cp(join(oldDir, 'keyd'), join(newDir, 'keyd'), { recursive: true })
  for (let start = 0; start < 2; start++) {
    const system = await systemOf(newDir, all)
    expect(await mayConnect(system.urls.roles.sesshu_worker)).toBe(true)
    await system.stop()
  }
})
