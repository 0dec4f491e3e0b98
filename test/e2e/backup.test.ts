// A backup taken while venues scan, restored into a new data dir: every scan acknowledged before the
// backup ended is there. Damaged backups are refused, and time can be taken back to an instant.
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { processIdentity } from '../../config/process-identity.ts'
import { takeBackup } from '../../db/backup/take.ts'
import { migrate } from '../../db/migrate.ts'
import { ensureRoles, type RoleUrls, urlFor } from '../../db/roles.ts'
import {
  deleteDataDir,
  openCredentials,
  type RunningPostgres,
  startPostgres,
} from '../../db/server.ts'
import { municipalityCodeCheckDigit } from '../../domain/municipality-code.ts'
import { type System, startSystem } from '../../supervisor/start-system.ts'
import { systemParts } from '../../supervisor/system.ts'
import { sesshu } from '../support/command.ts'
import { asProgram, letTestTokenIn } from '../support/credentials.ts'
import { newDataDir } from '../support/running-system.ts'
import { arrangedIn } from '../support/system-vault.ts'
import { HEALTHY_WITHIN_MS } from '../support/systems.ts'
import { aResident, aScan, type ScanBody, seedTowns } from '../support/town.ts'
import { until } from '../support/until.ts'

const quiet = { info: () => {}, warn: () => {} }
const needed = ['postgres', 'database', 'keyd', 'erasures', 'api']

let root: string

beforeEach(() => {
  root = newDataDir()
  mkdirSync(join(root, 'backups'))
})
afterEach(async () => {
  for (const name of readdirSync(root)) await deleteDataDir(join(root, name))
  rmSync(root, { recursive: true, force: true })
})

async function scanningSystem(dataDir: string): Promise<System> {
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
  await system.waitHealthy(HEALTHY_WITHIN_MS)
  return system
}

const superuserOf = (url: string) =>
  postgres(urlFor(url, { database: 'sesshu' }), { max: 2, onnotice: () => {} })

async function post(system: System, body: ScanBody): Promise<unknown> {
  const response = await fetch(`${system.urls.web}/api/v1/scans`, {
    method: 'POST',
    headers: asProgram,
    body: JSON.stringify(body),
  })
  expect([200, 201]).toContain(response.status)
  return await response.json()
}

type Acknowledged = { body: ScanBody; answer: unknown; atMs: number }

/** Venues that scan one ticket after another until told to stop. */
function scanAllTheTime(system: System, residents: Parameters<typeof aScan>[0][]) {
  const acknowledged: Acknowledged[] = []
  let isOver = false
  const venue = async (resident: Parameters<typeof aScan>[0]): Promise<void> => {
    while (!isOver) {
      const body = aScan(resident)
      const answer = await post(system, body)
      acknowledged.push({ body, answer, atMs: Date.now() })
    }
  }
  const done = Promise.all(residents.map(venue))
  const reached = async (scans: number): Promise<void> => {
    while (acknowledged.length < scans) await sleep(5)
  }
  return {
    acknowledged,
    /** Throws when a venue was refused. */
    until: (scans: number) => Promise.race([reached(scans), done]),
    stop: async () => {
      isOver = true
      await done
    },
  }
}

test('under load: whatever was acknowledged before the end comes back, and answers again', async () => {
  const [oldDir, newDir] = [join(root, 'old'), join(root, 'new')]
  const system = await scanningSystem(oldDir)
  const seeding = await arrangedIn(oldDir, system)
  await seedTowns(seeding.sql)
  await letTestTokenIn(seeding.sql)
  const residents = await Promise.all(Array.from({ length: 6 }, () => aResident(seeding)))
  await seeding.close()
  writeFileSync(join(oldDir, 'letters', 'made-up.pdf'), 'a letter printed once')

  const load = scanAllTheTime(system, residents)
  await load.until(20)
  const taken = await sesshu(
    'backup',
    '--to',
    join(root, 'backups'),
    '--data-dir',
    oldDir,
    '--json',
  )
  expect(taken.code, taken.stderr).toBe(0)
  const { startedAt, endedAt } = JSON.parse(taken.stdout)
  await load.until(load.acknowledged.length + 20)
  await load.stop()
  system.force()
  await system.stop()
  const before = load.acknowledged.filter(({ atMs }) => atMs < Date.parse(endedAt))
  expect(before.some(({ atMs }) => atMs > Date.parse(startedAt))).toBe(true)
  expect(before.length).toBeLessThan(load.acknowledged.length)

  const restored = await sesshu('restore', '--from', join(root, 'backups'), '--data-dir', newDir)
  expect(restored.code, restored.stderr).toBe(0)
  expect(restored.stdout).toMatch(/^ok {4}Migrations: /m)
  expect(restored.stdout).toMatch(/reconcile --repair/)
  expect(readFileSync(join(newDir, 'letters', 'made-up.pdf'), 'utf8')).toMatch(/printed once/)

  // Keys are in no backup: whoever restores brings them from where they are kept.
  await cp(join(oldDir, 'keyd'), join(newDir, 'keyd'), { recursive: true })
  const again = await scanningSystem(newDir)
  const looking = superuserOf(again.urls.superuserUrl as string)
  const rows = await looking<{ id: string }[]>`select id from scan`
  await looking.end()
  const there = new Set(rows.map(({ id }) => id))
  expect(before.filter(({ body }) => !there.has(body.scanId))).toEqual([])
  const last = before.at(-1) as Acknowledged
  expect(await post(again, last.body)).toEqual(last.answer)
  again.force()
  await again.stop()
})

describe('with an archive', () => {
  let dir: string
  let server: RunningPostgres
  let urls: RoleUrls
  let sql: postgres.Sql
  let backup: string
  let betweenAt: Date

  beforeAll(async () => {
    dir = newDataDir()
    // The server's own account must pass through it to the archive.
    chmodSync(dir, 0o711)
    const dataDir = join(dir, 'old')
    const archiveTo = join(dir, 'archive')
    server = await startPostgres({ dataDir, archiveTo, log: quiet })
    urls = await ensureRoles(server.superuserUrl, 'sesshu', await openCredentials(dataDir))
    await migrate(urls.owner)
    sql = superuserOf(server.superuserUrl)
    await mark('01001')
    const taken = await takeBackup({
      to: join(dir, 'backups'),
      databaseUrl: urls.sesshu_backup,
      clusterDir: server.clusterDir,
      beside: [{ path: 'credentials.json', from: join(dataDir, 'credentials.json') }],
    })
    backup = taken.folder
    await mark('01002')
    const [row] = await sql<{ now: Date }[]>`select clock_timestamp() + interval '2 ms' as now`
    await sql`select pg_sleep(0.01)`
    betweenAt = row?.now as Date
    await mark('01003')
    const [switched] = await sql<{ name: string }[]>`
      select pg_walfile_name(pg_switch_wal() - 1) as name`
    const archived = async () =>
      (await sql`select last_archived_wal as name from pg_stat_archiver`)[0]?.name
    while ((await archived()) < (switched?.name as string)) await sleep(20)
    // Not archived: it lies only in the cluster of a server that is killed now.
    await mark('01004')
    await sql.end()
    process.kill(server.pid, 'SIGKILL')
    await until(() => processIdentity(server.pid) === undefined)
  })
  afterAll(async () => {
    await server.stop()
    await deleteDataDir(join(dir, 'old'))
    rmSync(dir, { recursive: true, force: true })
  })

  /** A town made up for the purpose: a commit that one can look for. */
  async function mark(code: string): Promise<void> {
    const valid = code + municipalityCodeCheckDigit(code)
    await sql`insert into municipality (code, prefecture, name, kana)
              values (${valid}, '架空県', ${code}, 'カクウ')`
  }

  async function restoredMarks(...args: string[]): Promise<string[]> {
    const dataDir = join(root, 'new')
    const { code, stderr } = await sesshu(
      'restore',
      '--from',
      backup,
      '--data-dir',
      dataDir,
      ...args,
    )
    expect(code, stderr).toBe(0)
    const again = await startPostgres({ dataDir, log: quiet })
    const looking = superuserOf(again.superuserUrl)
    const rows = await looking<{ name: string }[]>`select name from municipality order by name`
    await looking.end()
    await again.stop()
    return rows.map(({ name }) => name)
  }

  test('the archive brings back what it holds, an instant no more than was committed by it', async () => {
    expect(await restoredMarks()).toEqual(['01001'])
    await deleteDataDir(join(root, 'new'))
    const wal = ['--wal', join(dir, 'archive')]
    expect(await restoredMarks(...wal, '--to-time', betweenAt.toISOString())).toEqual([
      '01001',
      '01002',
    ])
    await deleteDataDir(join(root, 'new'))
    expect(await restoredMarks(...wal)).toEqual(['01001', '01002', '01003'])
  })

  test('the WAL of a killed server brings back its last commit', async () => {
    expect(await restoredMarks('--wal', join(server.clusterDir, 'pg_wal'))).toContain('01004')
  })

  test.each([
    ['2100-01-01T00:00:00Z', /write-ahead log ends before 2100/],
    ['2001-01-01T00:00:00Z', /cannot be taken back to 2001/],
    ['2026-04-01T09:00', /is no instant/],
  ])('an instant that cannot be reached (%s) is said', async (toTime, words) => {
    const args = ['--data-dir', join(root, 'new'), '--wal', join(dir, 'archive')]
    const { code, stderr } = await sesshu('restore', '--from', backup, '--to-time', toTime, ...args)
    expect(code).not.toBe(0)
    expect(stderr).toMatch(words)
  })

  test.each<[string, RegExp, (copy: string) => void]>([
    ['cut short', /PG_VERSION has 1 bytes instead of 3/, (copy) => cut(copy, 'pg/PG_VERSION')],
    ['changed', /contents of pg\/PG_VERSION have changed/, (copy) => change(copy, 'pg/PG_VERSION')],
    ['missing', /credentials\.json is missing/, (copy) => rmSync(join(copy, 'credentials.json'))],
    ['half', /manifest\.json is damaged/, (copy) => cut(copy, 'manifest.json')],
    ['broken off', /no finished backup/, (copy) => rmSync(join(copy, 'manifest.json'))],
  ])('a backup that is %s is refused in a clear line', async (_, words, damage) => {
    const copy = join(root, 'copy')
    await cp(backup, copy, { recursive: true })
    damage(copy)
    const dataDir = join(root, 'new')
    const { code, stderr } = await sesshu('restore', '--from', copy, '--data-dir', dataDir)
    expect(code).toBe(1)
    expect(stderr).toMatch(words)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(readdirSync(root)).not.toContain('new')
  })

  test('a folder that holds anything is never restored into', async () => {
    const dataDir = join(root, 'new')
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'mine'), 'kept')
    const { code, stderr } = await sesshu('restore', '--from', backup, '--data-dir', dataDir)
    expect(code).toBe(1)
    expect(stderr).toMatch(/is not empty/)
    expect(readdirSync(dataDir)).toEqual(['mine'])
  })
})

function cut(folder: string, path: string): void {
  truncateSync(join(folder, path), 1)
}

function change(folder: string, path: string): void {
  writeFileSync(join(folder, path), '17\n')
}
