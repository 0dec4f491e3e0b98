import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import type { Scope } from './client.ts'
import * as schema from './schema/index.ts'

export type Orm = ReturnType<typeof makeOrm>
export type OrmTx = Parameters<Parameters<Orm['transaction']>[0]>[0]

export type OrmPool = { orm: Orm; close(): Promise<void> }

/**
 * The select builder over a pool of its own: drizzle changes the types of the client it is given, so
 * that client is never used beside it.
 */
export function connectOrm(url: string, options: { max?: number; name: string }): OrmPool {
  const client = postgres(url, {
    max: options.max ?? 4,
    connect_timeout: 5,
    idle_timeout: 60,
    onnotice: () => {},
    connection: { application_name: options.name, TimeZone: 'UTC' },
  })
  return { orm: makeOrm(client), close: () => client.end({ timeout: 5 }) }
}

function makeOrm(client: postgres.Sql) {
  return drizzle(client, { schema })
}

/** Reads in one read-only transaction that names the municipality and the purpose. */
export function readAs<T>(orm: Orm, scope: Scope, work: (tx: OrmTx) => Promise<T>): Promise<T> {
  return orm.transaction(
    async (tx) => {
      await tx.execute(sql`select set_config('sesshu.municipality', ${scope.municipalityCode}, true),
                                  set_config('sesshu.purpose', ${scope.purpose}, true)`)
      return work(tx)
    },
    { accessMode: 'read only' },
  )
}
