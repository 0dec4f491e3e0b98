// T13: whatever goes wrong, no value of a row or a request reaches the server's log.

import { mkdtempSync, readFileSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../db/migrate.ts'
import { ensureRoles, type RoleUrls, urlFor } from '../../db/roles.ts'
import { silentSettings } from '../../db/server/settings.ts'
import {
  deleteDataDir,
  openCredentials,
  type RunningPostgres,
  startPostgres,
} from '../../db/server.ts'

/** In no word of ours, of PostgreSQL's or of SQL. */
const marker = 'ヒョウシキzq7'
const markerId = 'badc0ffe-0000-4000-8000-00000000zq7x'

let dataDir: string
let server: RunningPostgres
let urls: RoleUrls
let admin: postgres.Sql
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sesshu-server-log-'))
  await chmod(dataDir, 0o711)
  // The shipped settings, all of them.
  server = await startPostgres({ dataDir, log: { info: () => {}, warn: () => {} } })
  urls = await ensureRoles(server.superuserUrl, 'sesshu', await openCredentials(dataDir))
  await migrate(urls.owner)
  admin = postgres(urlFor(server.superuserUrl, { database: 'sesshu' }), { max: 1 })
})
afterAll(async () => {
  await admin.end({ timeout: 1 })
  await server.stop()
  await deleteDataDir(dataDir)
})

const logText = () => readFileSync(join(dataDir, 'log', 'postgres.log'), 'utf8')

const errors: Record<string, (sql: postgres.Sql) => Promise<unknown>> = {
  'a value that is no date': (sql) => sql`select ${marker}::text::date`,
  'a value that is no uuid': (sql) =>
    sql`select * from resident where id = ${markerId}::text::uuid`,
  'a literal in a statement that fails': (sql) => sql.unsafe(`select '${marker}'::int`),
  'a syntax error around a literal': (sql) => sql.unsafe(`selec '${marker}'`),
  'a division in an expression over a value': (sql) =>
    sql`select 1 / (length(${marker}::text) - length(${marker}::text))`,
  'a row that breaks a check': (sql) => sql`
    insert into lot (product_code, lot_number) values ('pfizer', ${`${marker}${'x'.repeat(30)}`})`,
  'a row that another stands in the way of': (sql) => sql`
    insert into lot (product_code, lot_number) values ('pfizer', ${marker}), ('pfizer', ${marker})`,
  'a row that names nothing': (sql) => sql`
    insert into lot (product_code, lot_number) values (${marker}, 'L1')`,
  'a row that row security refuses': (sql) => sql`
    insert into wave (id, municipality_code, born_on_or_before, opened_on, courses)
    values (gen_random_uuid(), ${marker}, '2021-01-01', '2021-01-01', 0)`,
  'a function of ours that fails on a value': (sql) =>
    sql`select record_looks(${`[{"fields":["${marker}"],"municipality_code":"${marker}"}]`}, '', '', '')`,
  'an exception of a function that repeats a value': (sql) =>
    sql.unsafe(`do $$ begin raise exception '%', '${marker}'; end $$`),
}

test.each(Object.keys(errors))('%s', async (name) => {
  for (const url of [urls.sesshu_api, urlFor(server.superuserUrl, { database: 'sesshu' })]) {
    const sql = postgres(url, { max: 1, onnotice: () => {} })
    try {
      await errors[name]!(sql).catch(() => {})
    } finally {
      await sql.end({ timeout: 1 })
    }
  }
  expect(logText()).not.toMatch(/zq7|ヒョウシキ/)
})

test('a statement that lasts, waits for a lock or ends in a deadlock', async () => {
  await admin`create table patience as select 1 as n, ${marker}::text as what union select 2, ${marker}`
  const url = urlFor(server.superuserUrl, { database: 'sesshu' })
  const two = [0, 1].map(() => postgres(url, { max: 1, onnotice: () => {} }))
  const touch = (tx: postgres.TransactionSql, n: number) =>
    tx.unsafe(`update patience set what = '${marker}' where n = ${n}`)
  const holdsItsRow = [0, 1].map(() => {
    let tell = () => {}
    const told = new Promise<void>((resolve) => {
      tell = resolve
    })
    return { tell, told }
  })
  const both = await Promise.allSettled(
    two.map((sql, i) =>
      sql.begin(async (tx) => {
        await touch(tx, i + 1)
        holdsItsRow[i]!.tell()
        await holdsItsRow[1 - i]!.told
        await touch(tx, 2 - i)
      }),
    ),
  )
  expect(both.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  await Promise.all(two.map((sql) => sql.end({ timeout: 1 })))
  expect(logText()).not.toMatch(/zq7|ヒョウシキ/)
})

test('is otherwise written: the search would find it', async () => {
  await admin`set log_min_messages = 'error'`
  await admin`select ${marker}::text::date`.catch(() => {})
  expect(logText()).toContain(marker)
})

test('the compose file starts its server with the same settings', () => {
  const compose = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8')
  for (const [name, value] of Object.entries(silentSettings)) {
    expect(compose).toContain(`- -c${name}=${value}\n`)
  }
})

test('no role of a process may turn it on again', async () => {
  const sql = postgres(urls.sesshu_api, { max: 1, onnotice: () => {} })
  for (const setting of ['log_min_messages', 'log_min_error_statement', 'log_statement']) {
    await expect(sql.unsafe(`set ${setting} = 'error'`)).rejects.toThrow(
      /permission denied|invalid/,
    )
  }
  await sql.end({ timeout: 1 })
})
