import postgres from 'postgres'

export { type LookAt, look } from './looks.ts'
export type { Purpose } from './purposes.ts'
export { type Scope, withPurpose } from './scope.ts'

/** No custom parameter types beyond the driver's own. */
type NoTypes = Record<never, never>
export type Sql = postgres.Sql<NoTypes>
export type Tx = postgres.TransactionSql<NoTypes>

export type ConnectOptions = {
  max?: number
  name: string
  /**
   * Everything this pool asks goes by a key. A plan made while a table was empty reads that table
   * from end to end, and a connection keeps it until the next ANALYZE: so it may plan no such read.
   * Holds for the checks of foreign keys too.
   */
  byKey?: boolean
  /** Plans each statement for its own values: what handles thousands of rows at once gains by it. */
  plansAnew?: boolean
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
      ...(options.plansAnew && { plan_cache_mode: 'force_custom_plan' }),
    },
    types: {
      date: { to: 1082, from: [1082], serialize: (v: string) => v, parse: (v: string) => v },
    },
  }) as unknown as Sql
}
