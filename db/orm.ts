import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { currentActor } from '../config/actor.ts'
import { assertLooked, beginSaying, type LookAt, say } from './looks.ts'
import { isPersonPurpose } from './purposes.ts'
import * as schema from './schema/index.ts'
import { assertLedgerMoves, looksOf, type Scope, townsOf } from './scope.ts'

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

/**
 * Reads in one transaction that names towns and purpose; read-only when nobody is looked at, since a
 * look is a row. Throws `ledgerStalled`.
 */
export async function readAs<T>(
  orm: Orm,
  scope: Scope,
  work: (tx: OrmTx) => Promise<T>,
): Promise<T> {
  await assertLedgerMoves(orm, scope.purpose, () => readLag(orm))
  return orm.transaction(
    async (tx) => {
      beginSaying(tx, scope.purpose)
      const { id } = currentActor()
      await tx.execute(sql`select set_config('sesshu.municipality', ${townsOf(scope)}, true),
                                  set_config('sesshu.purpose', ${scope.purpose}, true),
                                  set_config('sesshu.actor', ${id}, true)`)
      if (scope.look !== undefined) await lookAs(tx, looksOf(scope))
      const answer = await work(tx)
      assertLooked(tx, scope.purpose)
      return answer
    },
    { accessMode: isPersonPurpose(scope.purpose) ? 'read write' : 'read only' },
  )
}

async function readLag(orm: Orm): Promise<number> {
  const rows = await orm.execute(sql`select ledger_lag_seconds() as seconds`)
  return Number(rows[0]?.seconds)
}

/** Leaves a look for each, under the purpose in force. None at all says: nobody was found. */
export async function lookAs(tx: OrmTx, looks: LookAt[]): Promise<void> {
  const [rows, id, role, office] = say(tx, looks)
  if (looks.length > 0) {
    await tx.execute(sql`select record_looks(${rows}, ${id}, ${role}, ${office})`)
  }
}

/**
 * Brings every town that takes part into scope: for figures of all of them, and for lists that nobody
 * has narrowed to a town.
 */
export async function widenToAllTowns(tx: OrmTx): Promise<void> {
  await tx.execute(sql`
    select set_config('sesshu.municipality',
             (select string_agg(municipality_code, ',') from municipality_setting), true)`)
}
