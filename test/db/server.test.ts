// The embedded PostgreSQL itself: only whole copies and whole clusters are used, what is committed
// outlives a kill, and no role can do more than it should.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { processIdentity } from '../../config/process-identity.ts'
import { migrate } from '../../db/migrate.ts'
import { assertRoleOwnsNothing, ensureRoles, processRoles, urlFor } from '../../db/roles.ts'
import { postgresBinaries } from '../../db/server/binaries.ts'
import {
  deleteDataDir,
  openCredentials,
  PostgresIsRunning,
  type RunningPostgres,
  refuseUnusable,
  startPostgres,
} from '../../db/server.ts'
import { freshDatabase, type TestDatabase } from '../support/db.ts'

const isRoot = process.getuid?.() === 0
const log = { info: () => {}, warn: () => {} }

describe('the copy of the programs', () => {
  let cache: string
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'sesshu-cache-'))
  })
  afterEach(() => rmSync(cache, { recursive: true, force: true }))

  const runs = (program: string) => execFileSync(program, ['--version'], { encoding: 'utf8' })

  test('is complete, linked and readable by every account', async () => {
    const { postgres: program, folder } = await postgresBinaries(cache)
    expect(runs(program)).toMatch(/PostgreSQL\) 18/)
    expect(lstatSync(join(folder, 'lib', 'libpq.so.5')).isSymbolicLink()).toBe(true)
    expect(statSync(join(folder, 'share')).mode & 0o005).toBe(0o005)
    expect(readdirSync(cache)).toHaveLength(1)
  })

  test.each<[string, (folder: string) => void]>([
    ['a program cut short', (folder) => truncateSync(join(folder, 'bin', 'postgres'), 10)],
    ['a missing file', (folder) => rmSync(join(folder, 'bin', 'initdb'))],
    ['a missing link', (folder) => rmSync(join(folder, 'lib', 'libpq.so.5'))],
    ['nothing but an empty folder', (folder) => emptied(folder)],
  ])('is made anew over %s', async (_, damage) => {
    const source = smallPackage(cache)
    const first = await postgresBinaries(cache, source)
    damage(first.folder)
    const second = await postgresBinaries(cache, source)
    expect(runs(second.postgres)).toMatch(/PostgreSQL\) 18/)
    expect(existsSync(second.initdb)).toBe(true)
    expect(lstatSync(join(second.folder, 'lib', 'libpq.so.5')).isSymbolicLink()).toBe(true)
  })

  /** Shaped like the npm package, but quick to copy. */
  function smallPackage(root: string): { native: string; version: string } {
    const native = join(root, 'package', 'native')
    for (const name of ['bin', 'lib', 'share']) mkdirSync(join(native, name), { recursive: true })
    const program = '#!/bin/sh\necho "postgres (PostgreSQL) 18.0"\n'
    for (const name of ['postgres', 'initdb']) {
      writeFileSync(join(native, 'bin', name), program, { mode: 0o755 })
    }
    writeFileSync(join(native, 'lib', 'libpq.so.5.18'), 'made up')
    writeFileSync(join(native, 'share', 'postgres.bki'), 'made up')
    const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }
    writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify([link]))
    return { native, version: '18.0.0' }
  }

  function emptied(folder: string): void {
    rmSync(folder, { recursive: true })
    mkdirSync(folder)
  }

  test('made by several at once is one', async () => {
    const source = smallPackage(cache)
    const all = await Promise.all([1, 2, 3].map(() => postgresBinaries(cache, source)))
    expect(new Set(all.map(({ folder }) => folder)).size).toBe(1)
    expect(runs(all[0]?.postgres ?? '')).toMatch(/PostgreSQL\) 18/)
    expect(readdirSync(cache).filter((name) => name.includes('.part-'))).toEqual([])
  })
})

describe('the server', () => {
  let dataDir: string
  let running: RunningPostgres[]
  let elsewhere: string[]
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sesshu-server-'))
    running = []
    elsewhere = []
  })
  afterEach(async () => {
    for (const server of running) await server.stop()
    for (const folder of [dataDir, ...elsewhere]) rmSync(folder, { recursive: true, force: true })
  })

  async function start(dir = dataDir): Promise<RunningPostgres> {
    const server = await startPostgres({ dataDir: dir, log })
    running.push(server)
    return server
  }

  async function ask<T>(url: string, question: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    const sql = postgres(url, { max: 1, onnotice: () => {} })
    try {
      return await question(sql)
    } finally {
      await sql.end({ timeout: 1 })
    }
  }

  const setting = async (url: string, name: string): Promise<string> => {
    const [row] = await ask(url, (sql) => sql`select current_setting(${name}) as value`)
    return row?.value
  }

  test('is durable, in UTF-8, on loopback alone and silent about values', async () => {
    const { superuserUrl, pid } = await start()
    const expected = {
      fsync: 'on',
      synchronous_commit: 'on',
      listen_addresses: '127.0.0.1',
      server_encoding: 'UTF8',
      log_parameter_max_length_on_error: '0',
      log_min_error_statement: 'panic',
      log_error_verbosity: 'terse',
      log_min_messages: 'log',
      log_min_duration_statement: '-1',
      wal_level: 'replica',
    }
    for (const [name, value] of Object.entries(expected)) {
      expect([name, await setting(superuserUrl, name)]).toEqual([name, value])
    }
    const [row] = await ask(
      superuserUrl,
      (sql) => sql`select lower('ÄÉ') as lower, datlocprovider as provider
                   from pg_database where datname = current_database()`,
    )
    expect(row).toEqual({ lower: 'äé', provider: 'b' })
    await expect(ask(superuserUrl, (sql) => sql`select ${'Madeup'}::text::date`)).rejects.toThrow(
      /invalid input/,
    )
    const written = readFileSync(join(dataDir, 'log', 'postgres.log'), 'utf8')
    expect(written).not.toMatch(/select|Madeup/)
    const group = spawnSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' })
    expect(Number(group.stdout)).toBe(pid)
  })

  test('does not log the row that breaks a constraint', async () => {
    const { superuserUrl } = await start()
    const roles = await ensureRoles(superuserUrl, 'sesshu', await openCredentials(dataDir))
    await migrate(roles.owner)
    const insert = ask(
      urlFor(superuserUrl, { database: 'sesshu' }),
      (sql) => sql`
        insert into venue (code, municipality_code, name)
        values ('0110000018', '012025', ${`Madeup 1950-01-01 ${'x'.repeat(30)}`})`,
    )
    await expect(insert).rejects.toThrow(/venue_name_check/)
    const written = readFileSync(join(dataDir, 'log', 'postgres.log'), 'utf8')
    expect(written).toContain('ready to accept connections')
    expect(written).not.toMatch(/Madeup|1950-01-01|DETAIL/)
  })

  test('asks for a password, which only the owner of the data dir can read', async () => {
    const { superuserUrl } = await start()
    const wrong = urlFor(superuserUrl, { password: 'guess' })
    await expect(ask(wrong, (sql) => sql`select 1`)).rejects.toThrow(/password/)
    expect(statSync(join(dataDir, 'credentials.json')).mode & 0o077).toBe(0)
  })

  test('keeps what was committed when it is killed, its children still alive', async () => {
    const first = await start()
    await ask(first.superuserUrl, async (sql) => {
      await sql`create table kept as select 42 as n`
      process.kill(first.pid, 'SIGKILL')
    }).catch(() => {})
    await expect.poll(() => processIdentity(first.pid), { timeout: 30_000 }).toBeUndefined()
    const second = await start()
    const rows = await ask(second.superuserUrl, (sql) => sql`select n from kept`)
    expect(rows).toMatchObject([{ n: 42 }])
  })

  test('is not mistaken for a process that got its pid', async () => {
    const first = await start()
    await first.stop()
    const lockFile = join(dataDir, 'pg', 'postmaster.pid')
    // It lives and runs as the same account, but on another cluster.
    const other = postgres(inject('postgres').superuserUrl, { max: 1 })
    const [row] = await other`select pg_backend_pid() as pid`
    writeFileSync(lockFile, `${row?.pid}\n${join(dataDir, 'pg')}\n0\n${first.port}\n\n127.0.0.1\n`)
    const second = await start()
    expect(await setting(second.superuserUrl, 'port')).toBe(String(second.port))
    await other.end({ timeout: 1 })
  })

  test('is refused a second time on the same data dir', async () => {
    const { pid } = await start()
    const second = startPostgres({ dataDir, log })
    await expect(second).rejects.toThrow(PostgresIsRunning)
    await expect(second).rejects.toThrow(`process ${pid}`)
  })

  test('does not use a cluster that was made half', async () => {
    chmodSync(dataDir, 0o711)
    mkdirSync(join(dataDir, 'pg.new', 'base'), { recursive: true })
    writeFileSync(join(dataDir, 'pg.new', 'PG_VERSION'), '18\n')
    const { superuserUrl } = await start()
    expect(await setting(superuserUrl, 'server_encoding')).toBe('UTF8')
    expect(existsSync(join(dataDir, 'pg.new'))).toBe(false)
  })

  test('of another version is not touched', async () => {
    mkdirSync(join(dataDir, 'pg'))
    writeFileSync(join(dataDir, 'pg', 'PG_VERSION'), '16\n')
    await expect(start()).rejects.toThrow(/made by PostgreSQL 16; the programs here are 18/)
  })

  describe.skipIf(!isRoot)('behind a folder its account cannot enter', () => {
    let behind: string
    const enclose = (): void => {
      behind = join(dataDir, 'behind')
      mkdirSync(behind)
      chmodSync(dataDir, 0o700)
    }
    const startLinked = async (dir = behind): Promise<RunningPostgres> => {
      const server = await start(dir)
      elsewhere.push(dirname(server.clusterDir))
      return server
    }

    test('its cluster lies elsewhere, linked, is found again, and goes with its data dir', async () => {
      enclose()
      const first = await startLinked()
      await first.stop()
      expect(readlinkSync(join(behind, 'pg'))).toBe(first.clusterDir)
      const second = await startLinked()
      expect(second.clusterDir).toBe(first.clusterDir)
      await second.stop()
      await deleteDataDir(behind)
      expect([behind, dirname(first.clusterDir)].filter((path) => existsSync(path))).toEqual([])
    })

    test('a copied link is refused, a moved data dir is not, a real copy has its own', async () => {
      enclose()
      const original = behind
      const first = await startLinked(original)
      await first.stop()
      const copy = join(dataDir, 'copy')
      cpSync(original, copy, { recursive: true, verbatimSymlinks: true })
      await expect(start(copy)).rejects.toThrow(/links to the database of .*behind.*cp -rL/)

      const whole = join(dataDir, 'whole')
      execFileSync('cp', ['-rL', original, whole])
      // Copied with its cluster inside: it is reachable only once the folders are.
      chmodSync(dataDir, 0o711)
      chmodSync(whole, 0o711)
      const second = await start(whole)
      expect(second.clusterDir).toBe(join(whole, 'pg'))

      const moved = join(dataDir, 'moved')
      renameSync(original, moved)
      expect((await startLinked(moved)).clusterDir).toBe(first.clusterDir)
    })
  })

  test.each([
    ['UTF8', 170_006, /PostgreSQL 17; sesshu needs 18/],
    ['SQL_ASCII', 180_004, /encoded in SQL_ASCII/],
  ])('a server with %s and version %i is refused', (encoding, version, message) => {
    expect(() => refuseUnusable(encoding, version)).toThrow(message)
    expect(() => refuseUnusable('UTF8', 180_000)).not.toThrow()
  })
})

describe('roles', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await freshDatabase()
  })
  afterAll(() => database.drop())

  async function check(url: string): Promise<void> {
    const sql = postgres(url, { max: 1, onnotice: () => {} })
    try {
      await assertRoleOwnsNothing(sql)
    } finally {
      await sql.end({ timeout: 1 })
    }
  }

  test.each(processRoles)('%s connects and owns nothing', async (role) => {
    await check(database.urls[role])
    const [facts] = await database.sql`
      select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as powerful
      from pg_roles where rolname = ${role}`
    expect(facts?.powerful).toBe(false)
  })

  test('a process refuses to run as superuser, as owner, or past row security', async () => {
    await database.sql`create table mine (n int)`
    await database.sql`alter table mine owner to sesshu_owner`
    await expect(check(database.superuserUrl)).rejects.toThrow(/is a superuser.*DATABASE_URL/)
    await expect(check(database.urls.owner)).rejects.toThrow(/"sesshu_owner" owns the table/)
  })

  test('a role that may act as the owner is refused as well', async () => {
    const role = `member_of_${database.name}`
    await database.sql.unsafe(`create role ${role} login password 'made-up-password'`)
    await database.sql.unsafe(`grant connect on database ${database.name} to ${role}`)
    const url = urlFor(database.superuserUrl, { role, password: 'made-up-password' })
    await check(url)
    await database.sql.unsafe(`grant sesshu_owner to ${role}`)
    await expect(check(url)).rejects.toThrow(/owns the table/)
    await database.sql.unsafe(`revoke sesshu_owner from ${role}`)
    await database.sql.unsafe(`alter role ${role} bypassrls`)
    await expect(check(url)).rejects.toThrow(/BYPASSRLS/)
    await database.sql.unsafe(`drop owned by ${role}`)
    await database.sql.unsafe(`drop role ${role}`)
  })

  test('are made once: a second time changes nothing', async () => {
    const { superuserUrl, roles } = inject('postgres')
    const kept = new Map<string, string>(
      [
        ['sesshu_owner', roles.owner] as const,
        ...processRoles.map((r) => [r, roles[r]] as const),
      ].map(([role, url]) => [role, decodeURIComponent(new URL(url).password)]),
    )
    const again = await ensureRoles(superuserUrl, database.name, {
      passwordOf: async (role) => kept.get(role) ?? '',
    })
    expect(again).toEqual(database.urls)
    await check(again.sesshu_api)
  })
})

test('passwords are kept, and a damaged file is not written over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sesshu-credentials-'))
  const first = await openCredentials(folder)
  const [one, two] = await Promise.all([first.passwordOf('a'), first.passwordOf('b')])
  const second = await openCredentials(folder)
  expect([await second.passwordOf('a'), second.known('b')]).toEqual([one, two])
  writeFileSync(join(folder, 'credentials.json'), '{"a": "x"')
  await expect(openCredentials(folder)).rejects.toThrow(/Restore it/)
  rmSync(folder, { recursive: true })
})
