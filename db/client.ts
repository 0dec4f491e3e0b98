import postgres from 'postgres'

export { type LookAt, look } from './looks.ts'
export type { Purpose } from './purposes.ts'
export { type Scope, withPurpose } from './scope.ts'

/** No custom parameter types beyond the driver's own. */
type NoTypes = Record<never, never>
export type Sql = postgres.Sql<NoTypes>
export type Tx = postgres.TransactionSql<NoTypes>

/**
 * A pool of connections of one process under its own role. Plain dates stay strings: a `date` turned
 * into an instant is how birthdays move by a day.
 */
export function connect(url: string, options: { max?: number; name: string }): Sql {
  return postgres(url, {
    max: options.max ?? 8,
    connect_timeout: 5,
    idle_timeout: 60,
    onnotice: () => {},
    connection: { application_name: options.name, TimeZone: 'UTC' },
    types: {
      date: { to: 1082, from: [1082], serialize: (v: string) => v, parse: (v: string) => v },
    },
  }) as unknown as Sql
}
