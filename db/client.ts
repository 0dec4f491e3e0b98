import postgres from 'postgres'

/** Why a row about a person may be looked at; the database's policies read it from the transaction. */
export const purposes = [
  'recordDose',
  'planCourse',
  'sendNotice',
  'manageRegister',
  'showTown',
  'showCourse',
  'openWave',
  'operate',
] as const
export type Purpose = (typeof purposes)[number]

/** No custom parameter types beyond the driver's own. */
type NoTypes = Record<never, never>
export type Sql = postgres.Sql<NoTypes>
export type Tx = postgres.TransactionSql<NoTypes>

export type Scope = { municipalityCode: string; purpose: Purpose }

export type ConnectOptions = {
  max?: number
  name: string
  /**
   * Everything this pool asks goes by a key. A plan made while a table was empty reads that table
   * from end to end, and a connection keeps it until the next ANALYZE: so it may plan no such read.
   * Holds for the checks of foreign keys too.
   */
  byKey?: boolean
}

/**
 * A pool of connections of one process under its own role. Plain dates stay strings: a `date` turned
 * into an instant is how birthdays move by a day.
 */
export function connect(url: string, options: ConnectOptions): Sql {
  return postgres(url, {
    max: options.max ?? 8,
    connect_timeout: 5,
    idle_timeout: 60,
    onnotice: () => {},
    connection: {
      application_name: options.name,
      TimeZone: 'UTC',
      ...(options.byKey && { enable_seqscan: 'off' }),
    },
    types: {
      date: { to: 1082, from: [1082], serialize: (v: string) => v, parse: (v: string) => v },
    },
  }) as unknown as Sql
}

/**
 * Runs `work` in one transaction that names the municipality and the purpose. Every query about a
 * person goes through here; `''` as municipality is for what names nobody.
 */
export async function withPurpose<T>(
  sql: Sql,
  scope: Scope,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return (await sql.begin(async (tx) => {
    await tx`select set_config('sesshu.municipality', ${scope.municipalityCode}, true),
                    set_config('sesshu.purpose', ${scope.purpose}, true)`
    return work(tx)
  })) as T
}
