import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { connect, type Sql } from '../../db/client.ts'
import { readOutboxHealth } from '../../db/queries/outbox.ts'
import { processRoles } from '../../db/roles.ts'
import { silentSettings } from '../../db/server/settings.ts'
import { assertUsable } from '../../db/server.ts'
import { type Check, type Finding, fail, ok } from './check.ts'

const migrationFolder = new URL('../../db/migrations/', import.meta.url)
const longestOutboxWaitSeconds = 60

/** `ownerUrl` is the migration owner's; nothing is written. */
export function databaseChecks(ownerUrl: string): Check[] {
  const ask = (look: (sql: Sql) => Promise<Finding>) => () => withDatabase(ownerUrl, look)
  return [
    { name: 'Database server', look: () => lookAtServer(ownerUrl) },
    { name: 'Server log', look: ask(lookAtServerLog) },
    { name: 'Migrations', look: ask(lookAtMigrations) },
    { name: 'Database roles', look: ask(lookAtRoles) },
    { name: 'Outbox', look: ask(lookAtOutbox) },
  ]
}

async function lookAtServer(ownerUrl: string): Promise<Finding> {
  await assertUsable(ownerUrl)
  return withDatabase(ownerUrl, async (sql) => {
    const [row] = await sql<{ version: string; encoding: string }[]>`
      select current_setting('server_version') as version,
             current_setting('server_encoding') as encoding`
    return ok(`PostgreSQL ${row?.version}, ${row?.encoding}`)
  })
}

/** A server that others administer may write what people send into its own log. */
async function lookAtServerLog(sql: Sql): Promise<Finding> {
  const names = Object.keys(silentSettings)
  const found = await sql<{ name: string; setting: string }[]>`
    select name, setting from pg_settings where name = any(${names})`
  const loud = found.filter(({ name, setting }) => setting !== silentSettings[name])
  if (loud.length === 0) return ok('no statement and no value is written')
  const wanted = loud.map(({ name }) => `${name} = ${silentSettings[name]}`).join(', ')
  return fail('values of rows may be written to it', `Set on the server: ${wanted}.`)
}

async function lookAtMigrations(sql: Sql): Promise<Finding> {
  const [table] = await sql<{ there: boolean }[]>`
    select to_regclass('schema_migration') is not null as there`
  if (!table?.there) return fail('none is applied', 'Run npx sesshu up, which applies them.')
  const applied = await sql<{ name: string; sha256: string }[]>`
    select name, sha256 from schema_migration`
  const known = new Map(applied.map(({ name, sha256 }) => [name, sha256]))
  const files = await readMigrations()
  const missing = files.filter(({ name }) => !known.has(name))
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ')
    return fail(`not applied: ${names}`, 'Restart npx sesshu up, which applies them.')
  }
  const edited = files.find(({ name, sha256 }) => known.get(name) !== sha256)
  if (edited) return fail(`${edited.name} was edited after it was applied`, 'Restore that file.')
  const newer = applied.length - files.length
  if (newer > 0)
    return fail(`the database is ${newer} ahead of this program`, 'Update the program.')
  return ok(`${files.length} applied`)
}

async function readMigrations(): Promise<{ name: string; sha256: string }[]> {
  const names = (await readdir(migrationFolder)).filter((name) => name.endsWith('.sql'))
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, migrationFolder), 'utf8')
      return { name, sha256: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

async function lookAtRoles(sql: Sql): Promise<Finding> {
  const found = await sql<{ name: string; mighty: boolean; owns: boolean }[]>`
    select rolname as name, rolsuper or rolbypassrls or rolcreaterole as mighty,
           exists (select from pg_class where relowner = pg_roles.oid) as owns
      from pg_roles where rolname = any(${[...processRoles]})`
  const missing = processRoles.filter((role) => !found.some(({ name }) => name === role))
  if (missing.length > 0) {
    return fail(`missing: ${missing.join(', ')}`, 'Run npx sesshu up, which makes them.')
  }
  const excessive = found.filter(({ mighty, owns }) => mighty || owns).map(({ name }) => name)
  if (excessive.length > 0) {
    return fail(
      `more rights than a process may have: ${excessive.join(', ')}`,
      'Take away SUPERUSER, BYPASSRLS and CREATEROLE, and give their tables to the owner.',
    )
  }
  return ok(`${found.length} process roles, none owns a table`)
}

async function lookAtOutbox(sql: Sql): Promise<Finding> {
  const { waiting, oldestSeconds, setAside } = await readOutboxHealth(sql)
  if (setAside > 0) {
    return fail(`${setAside} rows are set aside`, 'See the stuck courses page for the reasons.')
  }
  if (oldestSeconds > longestOutboxWaitSeconds) {
    return fail(
      `${waiting} rows wait, the oldest for ${oldestSeconds} s`,
      'See that the relay and Temporal run; scans go on meanwhile.',
    )
  }
  return ok(`${waiting} rows wait`)
}

async function withDatabase(url: string, look: (sql: Sql) => Promise<Finding>): Promise<Finding> {
  const sql = connect(url, { max: 1, name: 'doctor' })
  try {
    return await look(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
