// T20: no process runs as somebody whom row security would not hold.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assertRoleOwnsNothing, DEFINER_ROLE, urlFor } from '../../../db/roles.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'

let db: TestDatabase
let dataDir: string
beforeAll(async () => {
  db = await freshDatabase()
  dataDir = mkdtempSync(join(tmpdir(), 'sesshu-start-up-'))
})
afterAll(async () => {
  await db.drop()
  rmSync(dataDir, { recursive: true, force: true })
})

const root = join(import.meta.dirname, '..', '..', '..')

/** Starts an entry point for real; answers how it ended and what it said. */
async function start(entry: string, databaseUrl: string): Promise<{ code: unknown; said: string }> {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    SESSHU_DATA_DIR: dataDir,
    SESSHU_CODEC_KEYS: 'no-key-of-anything-that-is-kept-anywhere',
    SESSHU_KEYD_SOCKET: '/nowhere/keyd.sock',
    SESSHU_KEYD_TOKEN: 'no-token-that-any-keyd-knows',
    API_PORT: '0',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    SMTP_URL: 'smtp://127.0.0.1:1',
  }
  const run = promisify(execFile)
  try {
    const { stdout, stderr } = await run(process.execPath, ['--import', 'tsx', entry], {
      cwd: root,
      env,
      timeout: 40_000,
    })
    return { code: 0, said: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string }
    return { code, said: `${stdout}${stderr}` }
  }
}

describe.each([
  'api/main.ts',
  'workers/main.ts',
  'relay/main.ts',
  'ledger/sealer-main.ts',
  'state/main.ts',
])('%s', (entry) => {
  test('ends at once when it is started as the owner', async () => {
    const { code, said } = await start(entry, db.urls.owner)
    expect(code).toBe(1)
    expect(said).toContain('owns the table')
    expect(said).toContain('Set DATABASE_URL to this process')
  })
})

describe('a role is refused that may become', () => {
  const role = () => `climber_${db.name}`
  const other = () => `ladder_${db.name}`
  const check = async () => {
    const url = urlFor(db.superuserUrl, { role: role(), password: 'made-up-password' })
    const sql = postgres(url, { max: 1, onnotice: () => {} })
    try {
      await assertRoleOwnsNothing(sql)
    } finally {
      await sql.end({ timeout: 1 })
    }
  }
  beforeAll(async () => {
    await db.sql.unsafe(`create role ${role()} login noinherit password 'made-up-password'`)
    await db.sql.unsafe(`grant connect on database ${db.name} to ${role()}`)
    await db.sql.unsafe(`create role ${other()} nologin`)
  })
  afterAll(async () => {
    await db.sql.unsafe(`drop owned by ${role()}; drop role ${role()}; drop role ${other()}`)
  })

  test('nothing of the kind: it may run', () => check())

  test.each([
    ['a superuser', 'superuser', /may become "ladder_.*is a superuser/],
    ['a role past row security', 'nosuperuser bypassrls', /may become .*BYPASSRLS/],
    ['a role that makes roles', 'nobypassrls createrole', /may become .*CREATEROLE/],
  ])('%s', async (_, attributes, complaint) => {
    await db.sql.unsafe(`alter role ${other()} ${attributes}`)
    await db.sql.unsafe(`grant ${other()} to ${role()}`)
    await expect(check()).rejects.toThrow(complaint)
    await db.sql.unsafe(`revoke ${other()} from ${role()}`)
    await db.sql.unsafe(`alter role ${other()} nosuperuser nobypassrls nocreaterole`)
  })

  test('the owner of a function that sees across towns', async () => {
    await db.sql.unsafe(`grant ${DEFINER_ROLE} to ${role()} with inherit false, set true`)
    await expect(check()).rejects.toThrow(/may become "sesshu_definer", which owns the function/)
    await db.sql.unsafe(`revoke ${DEFINER_ROLE} from ${role()}`)
  })
})
