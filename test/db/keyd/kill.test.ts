/** Proves, with real processes and real kills, that keyd loses no key, no erasure and no line of its log. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Sql } from '../../../db/client.ts'
import { connectForLooks } from '../../../db/ledger/record-looks.ts'
import { openErasureList } from '../../../keyd/erasures.ts'
import { openFilesStore } from '../../../keyd/files-store.ts'
import { readKeydLog } from '../../../keyd/keyd-log.ts'
import { hashOfToken } from '../../../keyd/server.ts'
import { type KeydClient, keydClient } from '../../../vault/keyd-client.ts'
import { openVault } from '../../../vault/open-vault.ts'
import type { Vault } from '../../../vault/vault.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'
import { seedTowns, town } from '../../support/town.ts'

const KILLS = 6
const root = join(import.meta.dirname, '..', '..', '..')

let database: TestDatabase
let folder: string
let looks: Sql
let child: ChildProcess | undefined
const tokens = { api: randomBytes(16).toString('hex'), keys: randomBytes(16).toString('hex') }

beforeAll(async () => {
  database = await freshDatabase()
  await seedTowns(database.sql)
  folder = mkdtempSync(join(tmpdir(), 'sesshu-keyd-kill-'))
  looks = connectForLooks(database.urls.sesshu_api, 'test-kill')
})

afterAll(async () => {
  child?.kill('SIGKILL')
  await looks?.end({ timeout: 1 })
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

const socketPath = () => join(folder, 'keyd.sock')

function start(entry: string, dataDir: string): ChildProcess {
  child = spawn(process.execPath, ['--import', 'tsx', entry], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: process.env.PATH,
      SESSHU_DATA_DIR: dataDir,
      DATABASE_URL: database.urls.sesshu_keyd,
      SESSHU_KEYD_SOCKET: socketPath(),
      SESSHU_KEYD_CLIENTS: JSON.stringify({
        api: hashOfToken(tokens.api),
        keys: hashOfToken(tokens.keys),
      }),
      LOG_LEVEL: 'warn',
    },
  })
  return child
}

type Kept = Awaited<ReturnType<Vault['createKeys']>> extends Map<string, infer Key> ? Key : never
type Told = { keys: Kept[]; erased: Set<string>; version: number }

/** Makes keys, renews the town's key and erases people, one after the other, until told to stop. */
async function work(vault: Vault, link: KeydClient, told: Told, isOver: () => boolean) {
  while (!isOver()) {
    const ids = [randomUUID(), randomUUID(), randomUUID()]
    told.keys.push(...(await vault.createKeys(town, ids)).values())
    const rotating = { municipalityCode: town, from: told.version }
    told.version = (await link.ask('rotate', rotating)).version
    const residentIds = [ids[0]!]
    await link.ask('erase', { municipalityCode: town, residentIds, reason: 'request' })
    told.erased.add(ids[0]!)
  }
}

it('the process of its own starts on an empty folder, and ends when it is told to', async () => {
  const dataDir = join(folder, 'own')
  const process = start('keyd/main.ts', dataDir)
  const link = keydClient({ socketPath: socketPath(), token: tokens.api, timeoutMs: 30_000 })
  expect(await link.ask('status', {})).toMatchObject({ store: 'files', client: 'api' })
  // The debugger, which this signal opens in any other Node process, would show every key.
  process.kill('SIGUSR1')
  expect(await link.ask('status', {})).toMatchObject({ store: 'files' })
  link.close()
  process.kill('SIGTERM')
  expect((await once(process, 'exit'))[0]).toBe(0)
  expect(existsSync(socketPath())).toBe(false)
  expect(readKeydLog(join(dataDir, 'keyd', 'log')).lines.map((line) => line.op)).toEqual([
    'started',
    'stopped',
  ])
})

it('kill -9 in the middle of rotations and erasures loses nothing that was answered', async () => {
  const vault = openVault({ socketPath: socketPath(), token: tokens.api, looks, timeoutMs: 30_000 })
  const link = keydClient({ socketPath: socketPath(), token: tokens.keys, timeoutMs: 30_000 })
  const told: Told = { keys: [], erased: new Set(), version: 1 }
  let isOver = false
  start('test/support/keyd-child.ts', folder)
  const working = work(vault, link, told, () => isOver)
  for (let kill = 0; kill < KILLS; kill += 1) {
    const seen = told.erased.size
    while (told.erased.size === seen) await sleep(5)
    await sleep(Math.random() * 60)
    child!.kill('SIGKILL')
    await once(child!, 'exit')
    start('test/support/keyd-child.ts', folder)
  }
  isOver = true
  await working
  console.info(`${told.keys.length} keys, ${told.version - 1} rotations, ${KILLS} kills`)

  const items = told.keys.map((key) => ({ ...key, fields: ['name' as const] }))
  const opened = await vault.unlock('manageRegister', items)
  for (const { residentId, fieldKeys } of told.keys) {
    if (told.erased.has(residentId)) expect(opened.has(residentId)).toBe(false)
    else expect(opened.get(residentId)?.name).toEqual(fieldKeys.name)
  }
  const { versions } = await link.ask('status', { municipalityCode: town })
  // Every rotation happened once: one that was asked again after a kill made no second version.
  expect(versions[town]).toEqual(Array.from({ length: told.version }, (_, n) => n + 1))
  await vault.close()
  link.close()
  child!.kill('SIGKILL')
  await once(child!, 'exit')

  const store = await openFilesStore(folder)
  const erasures = openErasureList(join(folder, 'erasures.jsonl'), await store.signingKey())
  for (const residentId of told.erased) expect(erasures.has(town, residentId)).toBe(true)
  erasures.close()
  await store.close()
  const { lines, fault } = readKeydLog(join(folder, 'log'))
  expect(fault).toBeUndefined()
  expect(lines.filter((line) => line.op === 'started')).toHaveLength(KILLS + 1)
  const logged = new Set(lines.flatMap((line) => (line.op === 'createKeys' ? line.residents : [])))
  expect(told.keys.filter((key) => !logged.has(key.residentId))).toEqual([])
})
