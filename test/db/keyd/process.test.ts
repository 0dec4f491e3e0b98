/** Proves that the supervised system runs keyd, brings it back after a kill, and lets operators at the keys. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectForLooks } from '../../../db/ledger/record-looks.ts'
import { erasureSubject } from '../../../db/residents/erasure-subject.ts'
import { systemAccount } from '../../../db/server/account.ts'
import { openCredentials } from '../../../db/server.ts'
import { keydAccess } from '../../../supervisor/keyd-process.ts'
import type { Place } from '../../../supervisor/place.ts'
import { type System, startSystem } from '../../../supervisor/start-system.ts'
import type { Part } from '../../../supervisor/supervisor.ts'
import { systemParts } from '../../../supervisor/system.ts'
import { openVault } from '../../../vault/open-vault.ts'
import type { Vault } from '../../../vault/vault.ts'
import { town } from '../../support/town.ts'

const root = join(import.meta.dirname, '..', '..', '..')
let folder: string
let dataDir: string
let system: System
let place: Place
let vault: Vault
let closeLooks: () => Promise<void>

const nameOf = (part: Part) => ('process' in part ? part.process.name : part.task.name)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sesshu-system-'))
  chmodSync(folder, 0o711)
  // Longer than a socket's address may be.
  dataDir = join(folder, 'deep'.repeat(25))
  mkdirSync(dataDir)
  system = await startSystem({
    dataDir,
    own: true,
    log: { info: () => {}, warn: () => {} },
    parts: (...args) => {
      place = args[0]
      return systemParts(...args).filter((part) =>
        ['postgres', 'database', 'keyd'].includes(nameOf(part)),
      )
    },
  })
  await system.waitHealthy(300_000)
  const access = await keydAccess(place, await openCredentials(dataDir), 'api')
  const looks = connectForLooks(system.urls.roles.sesshu_api, 'test-process')
  closeLooks = () => looks.end({ timeout: 1 })
  vault = openVault({
    socketPath: access.SESSHU_KEYD_SOCKET,
    token: access.SESSHU_KEYD_TOKEN,
    looks,
  })
})

afterAll(async () => {
  await vault?.close()
  await closeLooks?.()
  await system?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** As two administrators of the town leave it. */
async function agreedOn(subject: object): Promise<string> {
  const sql = postgres(place.database.roles.owner, { max: 1, onnotice: () => {} })
  try {
    const [asked, agreed, id] = [randomUUID(), randomUUID(), randomUUID()]
    for (const who of [asked, agreed]) {
      await sql`insert into account (id, login, role, office)
                values (${who}, ${`a${who.slice(0, 8)}`}, 'municipalAdministrator', ${town})`
    }
    await sql`
      insert into approval (id, kind, office, subject, reason_code, asked_by, expires_at, approved_by,
                            approved_at)
      values (${id}, 'keyDestruction', ${town}, ${sql.json(subject as never)}, 'retention', ${asked},
              now() + interval '1 hour', ${agreed}, now())`
    return id
  } finally {
    await sql.end({ timeout: 1 })
  }
}

const pidOf = () => system.processes().find((one) => one.name === 'keyd')!.pid as number

it('keys and socket are for keyd and its callers alone', async () => {
  const { SESSHU_KEYD_SOCKET: socket } = await keydAccess(
    place,
    await openCredentials(dataDir),
    'api',
  )
  for (const path of [join(dataDir, 'keyd'), join(dataDir, 'keyd', 'root.key'), dirname(socket)]) {
    expect(statSync(path).mode & 0o077, path).toBe(0)
  }
})

it.skipIf(process.platform !== 'linux')(
  'the environment of keyd holds no token, only their hashes',
  async () => {
    const environment = readFileSync(`/proc/${pidOf()}/environ`, 'utf8')
    const credentials = JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8'))
    const tokens = Object.entries<string>(credentials).filter(([name]) => name.includes('KEYD'))
    expect(tokens.length).toBeGreaterThan(3)
    for (const [, token] of tokens) expect(environment).not.toContain(token)
  },
)

it('after a kill it is back by itself, and whoever asked meanwhile is answered', async () => {
  const residentId = randomUUID()
  const key = (await vault.createKeys(town, [residentId])).get(residentId)!
  const before = pidOf()
  system.kill('keyd')
  const keys = await vault.unlock('manageRegister', [{ ...key, fields: ['name'] }])
  expect(keys.get(residentId)?.name).toEqual(key.fieldKeys.name)
  expect(pidOf()).not.toBe(before)
})

const account = process.getuid?.() === 0 ? systemAccount('sesshu-keyd') : undefined
it.skipIf(!account)('as root it runs under its own account', () => {
  const status = readFileSync(`/proc/${pidOf()}/status`, 'utf8')
  expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe(String(account!.uid))
})

it('an operator sees and renews keys, and destroys none alone', async () => {
  await vault.createKeys(town, [randomUUID()])
  const sesshu = async (...args: string[]) => {
    const command = [join(root, 'bin', 'sesshu.mjs'), 'keys', ...args, '--data-dir', dataDir]
    return await promisify(execFile)(process.execPath, command, { cwd: root })
  }
  const rotated = JSON.parse((await sesshu('rotate', '--municipality', town)).stdout)
  expect(rotated).toEqual({ municipalityCode: town, versions: [1, 2] })
  const status = JSON.parse((await sesshu('status')).stdout)
  expect(status).toMatchObject({ store: 'files', versions: { [town]: [1, 2] } })
  const destroying = ['destroy', '--municipality', town, '--version', '1']
  await expect(sesshu(...destroying, '--approval', randomUUID())).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('approvalMissing'),
  })
  await expect(sesshu(...destroying)).rejects.toMatchObject({ code: 2 })
})

it('an operator erases people whom two have agreed on, and exactly those', async () => {
  const sesshu = async (...args: string[]) => {
    const command = [join(root, 'bin', 'sesshu.mjs'), 'keys', ...args, '--data-dir', dataDir]
    return await promisify(execFile)(process.execPath, command, { cwd: root })
  }
  const ids = [randomUUID(), randomUUID()]
  await vault.createKeys(town, ids)
  const approval = await agreedOn(erasureSubject(town, ids))
  const erasing = ['erase', '--municipality', town, '--reason', 'retention', '--residents']
  const refused = { code: 1, stderr: expect.stringContaining('approvalMissing') }
  await expect(sesshu(...erasing, ids[0]!, '--approval', approval)).rejects.toMatchObject(refused)
  await expect(sesshu(...erasing, ids.join(','))).rejects.toMatchObject({ code: 2 })
  const done = await sesshu(...erasing, ids.join(',').toUpperCase(), '--approval', approval)
  expect(JSON.parse(done.stdout)).toEqual({ erased: 2 })
  await expect(vault.createKeys(town, [ids[1]!])).rejects.toMatchObject({ code: 'residentErased' })
  await expect(sesshu(...erasing, ids.join(','), '--approval', approval)).rejects.toMatchObject(
    refused,
  )
})
