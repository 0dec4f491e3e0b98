/** Proves that a municipality's key is renewed while people are opened, and that the old one goes for good. */
import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { KeydClient } from '../../../vault/keyd-client.ts'
import { open, type ResidentKey, seal } from '../../../vault/vault.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'
import { startTestKeyd, type TestKeyd } from '../../support/keyd.ts'
import { otherTown, seedTowns, town } from '../../support/town.ts'

let database: TestDatabase
let keyd: TestKeyd

beforeAll(async () => {
  database = await freshDatabase()
  await seedTowns(database.sql)
  keyd = await startTestKeyd(database, {
    approvals: async () => async () => {},
    settings: { quietMs: 1_000 },
  })
})

afterAll(async () => {
  await keyd?.stop()
  await database?.drop()
})

async function insertKeys(keys: Iterable<ResidentKey>): Promise<void> {
  for (const key of keys) {
    await database.sql`
      insert into resident_key (municipality_code, resident_id, key_version, dek_version, wrapped)
      values (${key.municipalityCode}, ${key.residentId}, ${key.keyVersion}, ${key.dekVersion},
              ${Buffer.from(key.wrapped)})`
  }
}

async function readKey(residentId: string): Promise<ResidentKey> {
  const [key] = await database.sql<ResidentKey[]>`
    select municipality_code as "municipalityCode", resident_id as "residentId",
           key_version as "keyVersion", dek_version as "dekVersion", wrapped
      from resident_key where resident_id = ${residentId}`
  return key!
}

const newTowns = ['401307', '431001']
/** Whose keys nobody has rotated yet. */
async function aNewTown(): Promise<string> {
  const code = newTowns.pop()!
  await database.sql`
    insert into municipality (code, prefecture, name, kana) values (${code}, '見本県', '見本市', 'みほんし')`
  return code
}

const at = (residentId: string) =>
  ({ table: 't', column: 'c', field: 'name', municipalityCode: town, rowId: residentId }) as const

async function destroyWhenQuiet(link: KeydClient, code: string, version: number): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await link.ask('destroyVersion', { municipalityCode: code, version })
      return
    } catch (error) {
      if (tries === 100 || (error as { code?: string }).code !== 'keyVersionInUse') throw error
      await sleep(100)
    }
  }
}

it('rotates under concurrent unlocks with no error, and destroys the old key at reference count 0', async () => {
  const vault = keyd.vault('api')
  const link = keyd.link('keys')
  const made = await vault.createKeys(
    town,
    Array.from({ length: 300 }, () => randomUUID()),
  )
  await insertKeys(made.values())
  const sealed = new Map([...made].map(([id, key]) => [id, seal(key.fieldKeys, at(id), id)]))
  const ids = [...made.keys()]

  let isOver = false
  let opened = 0
  const reader = async (first: number): Promise<void> => {
    for (let n = first; !isOver; n += 7) {
      const id = ids[n % ids.length]!
      const key = await readKey(id)
      const keys = await vault.unlock('manageRegister', [{ ...key, fields: ['name'] }])
      expect(open(keys.get(id)!, at(id), sealed.get(id)!)).toBe(id)
      opened += 1
    }
  }
  const readers = Array.from({ length: 8 }, (_, n) => reader(n))

  for (let version = 1; version <= 3; version += 1) {
    const rotated = await link.ask('rotate', { municipalityCode: town, from: version })
    expect(rotated).toEqual({ version: version + 1 })
    await expect(
      link.ask('destroyVersion', { municipalityCode: town, version }),
    ).rejects.toMatchObject({ code: 'keyVersionInUse' })
    const rewrapped = await link.ask('rewrapTown', { municipalityCode: town })
    expect(rewrapped).toEqual({ version: version + 1, rewrapped: 300, isDone: true })
    // Whoever read a row just before it was rewrapped still comes with the old key.
    await destroyWhenQuiet(link, town, version)
  }
  isOver = true
  await Promise.all(readers)
  console.info(`${opened} residents were opened beside three rotations`)
  expect(opened).toBeGreaterThan(0)
  const { versions } = await link.ask('status', { municipalityCode: town })
  expect(versions[town]).toEqual([4])
  expect(readdirSync(join(keyd.folder, 'town', town)).sort()).toEqual([
    '1.destroyed',
    '2.destroyed',
    '3.destroyed',
    '4.key',
    'index.key',
  ])
  const old = { ...made.get(ids[0]!)!, fields: ['name' as const] }
  await expect(vault.unlock('manageRegister', [old])).rejects.toMatchObject({
    code: 'keyVersionDestroyed',
  })
})

it('a key that an open transaction is about to refer to is not destroyed', async () => {
  const link = keyd.link('keys')
  const vault = keyd.vault('api')
  const residentId = randomUUID()
  const made = (await vault.createKeys(otherTown, [residentId])).get(residentId)!
  await link.ask('rotate', { municipalityCode: otherTown, from: 1 })
  const destroying = { municipalityCode: otherTown, version: 1 }
  await database.sql.begin(async (tx) => {
    await tx`insert into resident_key (municipality_code, resident_id, key_version, dek_version, wrapped)
             values (${otherTown}, ${residentId}, ${made.keyVersion}, 1, ${Buffer.from(made.wrapped)})`
    await expect(link.ask('destroyVersion', destroying)).rejects.toMatchObject({
      code: 'keyVersionInUse',
    })
  })
  await expect(link.ask('destroyVersion', destroying)).rejects.toMatchObject({
    code: 'keyVersionInUse',
  })
  await link.ask('rewrapTown', { municipalityCode: otherTown })
  await destroyWhenQuiet(link, otherTown, 1)
  // The other way round: too late to refer to it.
  await expect(
    database.sql`
      insert into resident_key (municipality_code, resident_id, key_version, dek_version, wrapped)
      values (${otherTown}, ${randomUUID()}, 1, 1, ${Buffer.from(made.wrapped)})`,
  ).rejects.toMatchObject({ code: '23503' })
})

it('a key that was shown just now is not destroyed', async () => {
  // Longer than the rotation takes on any disk.
  const quietMs = 5_000
  const code = await aNewTown()
  const careful = await startTestKeyd(database, {
    keysOf: keyd,
    approvals: async () => async () => {},
    settings: { quietMs },
  })
  try {
    const link = careful.link('keys')
    const before = performance.now()
    await careful.vault('api').createKeys(code, [randomUUID()])
    await link.ask('rotate', { municipalityCode: code, from: 1 })
    const destroying = { municipalityCode: code, version: 1 }
    await expect(link.ask('destroyVersion', destroying)).rejects.toMatchObject({
      code: 'keyVersionInUse',
    })
    await destroyWhenQuiet(link, code, 1)
    expect(performance.now() - before).toBeGreaterThanOrEqual(quietMs)
  } finally {
    await careful.stop()
    // Its own keys go with it, and the database forgets them.
    await database.sql`delete from town_key where municipality_code = ${code}`
  }
})

it('an erased resident does not keep an old key alive', async () => {
  const vault = keyd.vault('api')
  const link = keyd.link('keys')
  const residentId = randomUUID()
  const made = await vault.createKeys(town, [residentId])
  await insertKeys(made.values())
  await link.ask('erase', { municipalityCode: town, residentIds: [residentId], reason: 'request' })
  const { versions } = await link.ask('status', { municipalityCode: town })
  const from = Math.max(...versions[town]!)
  await link.ask('rotate', { municipalityCode: town, from })
  // It came back with a restored database while keyd was running.
  await insertKeys(made.values())
  expect(await link.ask('rewrapTown', { municipalityCode: town })).toMatchObject({ isDone: true })
  await destroyWhenQuiet(link, town, from)
})

it('nobody destroys a key or erases anybody alone, and no ordinary process destroys one at all', async () => {
  const code = await aNewTown()
  const strict = await startTestKeyd(database, { keysOf: keyd })
  try {
    await strict.vault('api').createKeys(code, [randomUUID()])
    const link = strict.link('keys')
    await link.ask('rotate', { municipalityCode: code, from: 1 })
    const erasing = { municipalityCode: code, residentIds: [randomUUID()], reason: 'request' }
    const destroying = { municipalityCode: code, version: 1, approvalId: randomUUID() }
    await expect(link.ask('destroyVersion', destroying)).rejects.toMatchObject({
      code: 'approvalMissing',
    })
    await expect(link.ask('erase', erasing)).rejects.toMatchObject({ code: 'approvalMissing' })
    const api = strict.link('api')
    await expect(api.ask('destroyVersion', destroying)).rejects.toMatchObject({
      code: 'keydNotAllowed',
    })
    await expect(api.ask('erase', erasing)).rejects.toMatchObject({ code: 'approvalMissing' })
    const worker = strict.link('worker')
    await expect(worker.ask('erase', erasing)).rejects.toMatchObject({ code: 'keydNotAllowed' })
  } finally {
    await strict.stop()
    await database.sql`delete from town_key where municipality_code = ${code}`
  }
})
