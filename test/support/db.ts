import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { inject } from 'vitest'
import { grantDatabase, processRoles, type RoleUrls, urlFor } from '../../db/roles.ts'
import './postgres-setup.ts'

export type TestDatabase = {
  name: string
  /** Sees and writes everything: for arranging and looking, never for what is under test. */
  sql: postgres.Sql
  superuserUrl: string
  urls: RoleUrls
  drop(): Promise<void>
}

/** A migrated, empty database of its own for one test file. */
export async function freshDatabase(): Promise<TestDatabase> {
  const { superuserUrl, roles, template } = inject('postgres')
  const name = `test_${randomBytes(6).toString('hex')}`
  const admin = postgres(superuserUrl, { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database ${name} template ${template} owner sesshu_owner`)
  const sql = postgres(urlFor(superuserUrl, { database: name }), { max: 4, onnotice: () => {} })
  await grantDatabase(sql, name)
  const stopSealing = standInForSealer(sql)
  return {
    name,
    sql,
    superuserUrl: urlFor(superuserUrl, { database: name }),
    urls: urlsIn(name, roles),
    drop: async () => {
      stopSealing()
      await sql.end({ timeout: 1 })
      await admin.unsafe(`drop database if exists ${name} with (force)`)
      await admin.end({ timeout: 1 })
    },
  }
}

/**
 * Most tests run without a sealer: looks that grow old would stop all reads after a minute. Those that
 * a test makes old on purpose are older than that, and stay.
 */
function standInForSealer(sql: postgres.Sql): () => void {
  const timer = setInterval(() => {
    sql`delete from ledger_inbox
         where looked_at between clock_timestamp() - interval '59 seconds'
                             and clock_timestamp() - interval '40 seconds'`.catch(() => {})
  }, 5_000)
  timer.unref()
  return () => clearInterval(timer)
}

function urlsIn(database: string, roles: RoleUrls): RoleUrls {
  const moved = { owner: urlFor(roles.owner, { database }) } as RoleUrls
  for (const role of processRoles) moved[role] = urlFor(roles[role], { database })
  return moved
}
